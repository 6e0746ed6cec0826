"""The page of a finding: where it stands, and what both sides said."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from audits.actions.finding import needs_answer
from audits.enums import CauseFamily, CauseMethod, FindingState
from audits.models import Evidence, Finding, FindingAnswer, FindingProof
from audits.presenters.replies import Reply, evidence_named, reply_of
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the life of a finding. ``at`` is None while it is to come."""

    label: str
    at: datetime | None
    is_current: bool


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


def replies_of(finding: Finding, user: User) -> tuple[Reply, ...]:
    """Answers and proofs, newest first, with the evidence that the reader may open."""
    answers = finding.answers.select_related("sent_by", "opinion_by")
    proofs = finding.proofs.select_related("sent_by", "opinion_by").prefetch_related("evidence")
    pieces = evidence_named(proofs, user)
    shown = [_proof(row, pieces[row.pk]) for row in proofs] + [_answer(row) for row in answers]
    return tuple(sorted(shown, key=lambda reply: reply.sent_at, reverse=True))


def _answer(row: FindingAnswer) -> Reply:
    corrected = date_text(row.corrected_on) if row.corrected_on else ""
    parts = (
        (_("Immediate correction"), row.correction),
        (_("Corrected on"), corrected),
        (_("Extent"), row.extent),
        (_("Root cause"), row.root_cause),
    )
    return reply_of(
        row,
        _("Answer %(number)s") % {"number": row.number},
        parts,
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


def _proof(row: FindingProof, evidence: tuple[Evidence, ...]) -> Reply:
    title = _("Proof %(number)s") % {"number": row.number}
    parts = ((_("What the proof shows"), row.statement),)
    return reply_of(row, title, parts, evidence=evidence)
