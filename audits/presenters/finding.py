"""The page of a finding: where it stands, and what both sides said."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from audits.actions.finding import needs_answer
from audits.enums import CauseFamily, CauseMethod, FindingState
from audits.models import Evidence, Finding, FindingAnswer, FindingProof
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the life of a finding. ``at`` is None while it is to come."""

    label: str
    at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class ReplyView:
    """An answer or a proof, and the auditor's opinion; ``opinion`` is "" while it waits."""

    title: str
    sent_at: datetime
    sent_by: str
    parts: tuple[tuple[str, str], ...]
    method: str
    steps: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...]
    opinion: str
    opinion_label: str
    opinion_reason: str
    opinion_at: datetime | None
    opinion_by: str


def steps_of(finding: Finding) -> tuple[Step, ...]:
    """The steps in order; those that this finding does not take are left out."""
    every = (
        (FindingState.DRAFT, _("Written"), finding.created_at),
        (FindingState.PRESENTED, _("Presented"), finding.presented_at),
        (FindingState.ANSWERED, _("Answered"), finding.answered_at),
        (FindingState.ACCEPTED, _("Answer accepted"), finding.accepted_at),
        (FindingState.PROVEN, _("Proof brought"), finding.proven_at),
        (FindingState.CLOSED, _("Closed"), finding.closed_at),
    )
    optional = {FindingState.ANSWERED, FindingState.ACCEPTED, FindingState.PROVEN}
    is_long = needs_answer(finding) or finding.answered_at is not None
    return tuple(
        Step(label, at, state == finding.state)
        for state, label, at in every
        if (is_long and (at or not finding.closed_at)) or state not in optional
    )


def replies_of(finding: Finding, user: User) -> tuple[ReplyView, ...]:
    """Answers and proofs, newest first, with the evidence that the reader may open."""
    answers = finding.answers.select_related("sent_by", "opinion_by")
    proofs = finding.proofs.select_related("sent_by", "opinion_by").prefetch_related("evidence")
    named = {piece.pk for row in proofs for piece in row.evidence.all()}
    readable: set[int] = set()
    if named:
        pieces = Evidence.objects.visible_to(user).filter(pk__in=named)
        readable = set(pieces.values_list("pk", flat=True))
    shown = [_proof(row, readable) for row in proofs] + [_answer(row) for row in answers]
    return tuple(sorted(shown, key=lambda view: view.sent_at, reverse=True))


def _answer(row: FindingAnswer) -> ReplyView:
    corrected = date_text(row.corrected_on) if row.corrected_on else ""
    parts = (
        (_("Immediate correction"), row.correction),
        (_("Corrected on"), corrected),
        (_("Extent"), row.extent),
        (_("Root cause"), row.root_cause),
    )
    return _view(
        row,
        _("Answer %(number)s") % {"number": row.number},
        tuple((label, text) for label, text in parts if text),
        steps=_steps(row),
        method=str(row.get_cause_method_display()),
    )


def _steps(row: FindingAnswer) -> tuple[tuple[str, str], ...]:
    if row.cause_method == CauseMethod.FIVE_WHYS:
        steps = enumerate(row.cause_steps, start=1)
        return tuple((f"{_('Why')} {n}", text) for n, text in steps)
    if row.cause_method == CauseMethod.ISHIKAWA:
        return tuple((str(CauseFamily(code).label), text) for code, text in row.cause_steps.items())
    return ()


def _proof(row: FindingProof, readable: set[int]) -> ReplyView:
    pieces = sorted(row.evidence.all(), key=lambda piece: piece.number)
    return _view(
        row,
        _("Proof %(number)s") % {"number": row.number},
        ((_("What the proof shows"), row.statement),),
        evidence=tuple(piece for piece in pieces if piece.pk in readable),
    )


def _view(  # noqa: PLR0913 -- keyword-only, one line each
    row: FindingAnswer | FindingProof,
    title: str,
    parts: tuple[tuple[str, str], ...],
    *,
    steps: tuple[tuple[str, str], ...] = (),
    method: str = "",
    evidence: tuple[Evidence, ...] = (),
) -> ReplyView:
    return ReplyView(
        title=title,
        sent_at=row.sent_at,
        sent_by=str(row.sent_by),
        parts=parts,
        method=method,
        steps=steps,
        evidence=evidence,
        opinion=row.opinion,
        opinion_label=str(row.get_opinion_display()),
        opinion_reason=row.opinion_reason,
        opinion_at=row.opinion_at,
        opinion_by=str(row.opinion_by or ""),
    )
