"""What changed on a requirement since the audit before, of the same edition: not its wording."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ChangeKind(StrEnum):
    """One kind of change, in the order in which they are told."""

    EVIDENCE_ADDED = "EVIDENCE_ADDED"
    EVIDENCE_REPLACED = "EVIDENCE_REPLACED"
    EVIDENCE_WITHDRAWN = "EVIDENCE_WITHDRAWN"
    EVIDENCE_UNLINKED = "EVIDENCE_UNLINKED"
    EVIDENCE_EXPIRED = "EVIDENCE_EXPIRED"
    ACTION_DONE = "ACTION_DONE"
    ACTION_VERIFIED = "ACTION_VERIFIED"
    FINDING_CLOSED = "FINDING_CLOSED"
    FINDING_OPENED = "FINDING_OPENED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence of the requirement, in one audit or in both.

    ``version_then`` is the number of the file that the earlier audit judged, ``version_now``
    the newest one; None for a link or a note. ``valid_until`` is None when it never expires,
    ``withdrawn_on`` when it was not withdrawn.
    """

    label: str
    was_linked: bool
    is_linked: bool
    version_then: int | None = None
    version_now: int | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A finding on the requirement, or an action on one; a day is None for a step not taken."""

    label: str
    opened_on: date | None = None
    closed_on: date | None = None
    done_on: date | None = None
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed. ``on`` is None when the day is not known."""

    kind: ChangeKind
    label: str
    on: date | None = None


def changes_since(
    *,
    pieces: Iterable[Piece],
    findings: Iterable[Followed],
    actions: Iterable[Followed],
    since: date,
    today: date,
) -> tuple[Change, ...]:
    """Everything that changed after ``since``, the day of the earlier audit's validation.

    A step of that very day counts as taken before. Ordered by kind, then as given; empty when
    nothing changed. A piece has one change at most, and an action only its last step.
    """
    found = [
        *filter(None, (_of_piece(piece, since, today) for piece in pieces)),
        *filter(None, (_of_action(action, since) for action in actions)),
        *(change for finding in findings for change in _of_finding(finding, since)),
    ]
    order = {kind: place for place, kind in enumerate(ChangeKind)}
    return tuple(sorted(found, key=lambda change: order[change.kind]))


def _of_piece(piece: Piece, since: date, today: date) -> Change | None:
    if piece.withdrawn_on is not None:
        is_news = piece.was_linked and piece.withdrawn_on >= since
        kind = ChangeKind.EVIDENCE_WITHDRAWN
        return Change(kind, piece.label, piece.withdrawn_on) if is_news else None
    if not piece.was_linked:
        return Change(ChangeKind.EVIDENCE_ADDED, piece.label) if piece.is_linked else None
    if not piece.is_linked:
        return Change(ChangeKind.EVIDENCE_UNLINKED, piece.label)
    if piece.valid_until is not None and since <= piece.valid_until < today:
        return Change(ChangeKind.EVIDENCE_EXPIRED, piece.label, piece.valid_until)
    if (piece.version_now or 0) > (piece.version_then or 0):
        return Change(ChangeKind.EVIDENCE_REPLACED, piece.label)
    return None


def _of_action(action: Followed, since: date) -> Change | None:
    if action.verified_on is not None and action.verified_on > since:
        return Change(ChangeKind.ACTION_VERIFIED, action.label, action.verified_on)
    if action.done_on is not None and action.done_on > since and action.verified_on is None:
        return Change(ChangeKind.ACTION_DONE, action.label, action.done_on)
    return None


def _of_finding(finding: Followed, since: date) -> Iterator[Change]:
    if finding.opened_on is not None and finding.opened_on > since:
        yield Change(ChangeKind.FINDING_OPENED, finding.label, finding.opened_on)
    if finding.closed_on is not None and finding.closed_on > since:
        yield Change(ChangeKind.FINDING_CLOSED, finding.label, finding.closed_on)
