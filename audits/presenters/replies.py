"""What one side sent and what the other thought of it: to a finding, to a request for evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audits.models import Evidence, EvidenceRequestAnswer, FindingAnswer, FindingProof
from crcaudit.accounts.models import User

Sent = FindingAnswer | FindingProof | EvidenceRequestAnswer


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a proof, and the auditor's opinion; ``opinion`` is "" while it waits.

    ``parts`` are texts with their labels, "" for one that needs none; ``note`` is what was left
    out knowingly; ``evidence`` is what the reader may open.
    """

    title: str
    sent_at: datetime
    sent_by: str
    parts: tuple[tuple[str, str], ...]
    note: str
    method: str
    steps: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...]
    opinion: str
    opinion_label: str
    opinion_reason: str
    opinion_at: datetime | None
    opinion_by: str


def reply_of(  # noqa: PLR0913 -- keyword-only, one line each
    row: Sent,
    title: str,
    parts: Iterable[tuple[str, str]],
    *,
    note: str = "",
    method: str = "",
    steps: tuple[tuple[str, str], ...] = (),
    evidence: tuple[Evidence, ...] = (),
) -> Reply:
    """One row as the page shows it; parts without a text are left out."""
    return Reply(
        title=title,
        sent_at=row.sent_at,
        sent_by=str(row.sent_by),
        parts=tuple((label, text) for label, text in parts if text),
        note=note,
        method=method,
        steps=steps,
        evidence=evidence,
        opinion=row.opinion,
        opinion_label=str(row.get_opinion_display()),
        opinion_reason=row.opinion_reason,
        opinion_at=row.opinion_at,
        opinion_by=str(row.opinion_by or ""),
    )


def evidence_named(
    rows: Iterable[FindingProof | EvidenceRequestAnswer], user: User
) -> dict[int, tuple[Evidence, ...]]:
    """What each row names and the reader may open, by its key: one query, none without any."""
    pieces = {row.pk: sorted(row.evidence.all(), key=lambda piece: piece.number) for row in rows}
    named = {piece.pk for found in pieces.values() for piece in found}
    readable: set[int] = set()
    if named:
        seen = Evidence.objects.visible_to(user).filter(pk__in=named)
        readable = set(seen.values_list("pk", flat=True))
    return {
        pk: tuple(piece for piece in found if piece.pk in readable) for pk, found in pieces.items()
    }
