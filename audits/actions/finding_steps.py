"""The steps between writing a finding and closing it: two sides, one after the other.

The auditor presents; the auditee takes position, answers, brings proof; the auditor accepts or
refuses. Source: domain.md 5.3 and 5.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import finding_notices as notices
from audits.actions.finding_fields import answer_due, proof_due
from audits.actions.finding_moves import (
    locked_at,
    moved,
    record,
    require_other_than_sender,
    require_running,
)
from audits.enums import (
    OPEN_FINDING_STATES,
    ActionState,
    AuditeePosition,
    CauseMethod,
    FindingState,
    Opinion,
)
from audits.models import Audit, Evidence, EvidenceLink, Finding, FindingAnswer, FindingProof
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError, UserError

PRESENTED, POSITIONED, ANSWERED, ANSWER_ACCEPTED, ANSWER_REFUSED, PROVEN, PROOF_REFUSED = (
    "finding.presented",
    "finding.positioned",
    "finding.answered",
    "finding.answer_accepted",
    "finding.answer_refused",
    "finding.proof_brought",
    "finding.proof_refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFields:
    """What the auditee answers; see `FindingAnswer` for the meaning of ``cause_steps``."""

    correction: str
    corrected_on: date | None = None
    extent: str
    cause_method: CauseMethod
    cause_steps: list[str] | dict[str, str] = field(default_factory=list)
    root_cause: str


@transaction.atomic
def present_findings(*, audit: Audit, by: User, at: datetime) -> list[Finding]:
    """Present every draft of the audit to the auditee; the time limits run from that day.

    Raises:
        NotAvailableError: when the audit is validated, or no draft is left.
    """
    audit = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    require_running(audit)
    drafts = audit.findings.filter(state=FindingState.DRAFT).order_by("number")
    presented = [_present(row, by=by, at=at) for row in drafts]
    if not presented:
        raise NotAvailableError(_("No draft is left: every finding was presented."))
    notices.presented(presented, by=by, at=at)
    return presented


def _present(finding: Finding, *, by: User, at: datetime) -> Finding:
    row = locked_at(finding, FindingState.DRAFT)
    start = max(row.found_date, localdate(at))
    row.present(
        at=at,
        answer_due=answer_due(row.assessment, grade=row.grade, start=start),
        due_date=proof_due(row.assessment, grade=row.grade, start=start),
    )
    moved(row, PRESENTED, source=FindingState.DRAFT, by=by, at=at)
    return row


@transaction.atomic
def take_position(
    *, finding: Finding, position: AuditeePosition, comment: str, by: User, at: datetime
) -> Finding:
    """Keep whether the auditee agrees. It may change until the finding is closed.

    Raises:
        NotAvailableError: when the finding is a draft or closed, or its file is closed.
        UserError: when a disagreement has no reason.
    """
    row = locked_at(finding, *OPEN_FINDING_STATES)
    if position != AuditeePosition.AGREED and not comment:
        raise UserError(_("Say what you do not agree with: it is kept with the finding."))
    before = {"position": row.position, "position_comment": row.position_comment}
    after = {"position": position, "position_comment": comment}
    if before == after:
        return row
    row.position, row.position_comment = position, comment
    row.position_at, row.position_by = at, by
    row.save(update_fields=["position", "position_comment", "position_at", "position_by"])
    record(row, POSITIONED, before=before, after=after, by=by, at=at)
    return row


@transaction.atomic
def answer_finding(
    *, key: UUID, finding: Finding, fields: AnswerFields, by: User, at: datetime
) -> FindingAnswer:
    """Send an answer to the auditor. The same form sent twice gives the same answer.

    Raises:
        NotAvailableError: when the finding waits for no answer, or something is missing.
    """
    known = FindingAnswer.objects.filter(key=key, finding=finding).first()
    if known is not None:
        return known
    row = locked_at(finding, FindingState.PRESENTED)
    missing = answer_obstacle(row)
    if missing:
        raise NotAvailableError(missing)
    answer = FindingAnswer.objects.create(
        key=key,
        finding=row,
        number=row.answers.count() + 1,
        sent_at=at,
        sent_by=by,
        correction=fields.correction,
        corrected_on=fields.corrected_on,
        extent=fields.extent,
        cause_method=fields.cause_method,
        cause_steps=fields.cause_steps,
        root_cause=fields.root_cause,
    )
    row.answer(at=at)
    told = {"number": answer.number, "correction": fields.correction, "extent": fields.extent}
    told |= {"cause_method": fields.cause_method, "root_cause": fields.root_cause}
    moved(row, ANSWERED, source=FindingState.PRESENTED, told=told, by=by, at=at)
    notices.to_auditors(row, by=by, at=at)
    return answer


def answer_obstacle(finding: Finding) -> str:
    """What must be there before an answer is sent, "" when nothing is missing."""
    actions = finding.actions.exclude(state=ActionState.CANCELLED)
    if finding.grade.needs_action and not actions.exists():
        return _("This grade needs a corrective action: plan one before you answer.")
    return ""


@transaction.atomic
def judge_answer(  # noqa: PLR0913 -- keyword-only, one line each
    *, finding: Finding, version: int, opinion: Opinion, reason: str, by: User, at: datetime
) -> Finding:
    """Accept the answer, or refuse it and ask for another one.

    Raises:
        EditConflictError: when somebody changed the finding since ``version``.
        NotAvailableError: when no answer waits.
        UserError: when the sender judges, or a refusal says nothing.
    """
    row = locked_at(finding, FindingState.ANSWERED, version=version)
    answer = row.answers.get(opinion="")
    _judge(answer, opinion=opinion, reason=reason, by=by, at=at)
    accepted = opinion == Opinion.ACCEPTED
    row.judge_answer(accepted=accepted, at=at)
    action = ANSWER_ACCEPTED if accepted else ANSWER_REFUSED
    moved(row, action, source=FindingState.ANSWERED, reason=reason, by=by, at=at)
    notices.to_auditee(row, by=by, at=at)
    return row


@transaction.atomic
def bring_proof(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    finding: Finding,
    statement: str,
    evidence: Iterable[Evidence],
    by: User,
    at: datetime,
) -> FindingProof:
    """Say that the gap is gone, and show it. The same form sent twice gives the same proof.

    Raises:
        NotAvailableError: when the finding waits for no proof, or an action is not verified.
        UserError: when a piece of evidence is not the organisation's.
    """
    known = FindingProof.objects.filter(key=key, finding=finding).first()
    if known is not None:
        return known
    row = locked_at(finding, FindingState.ACCEPTED)
    missing = proof_obstacle(row)
    if missing:
        raise NotAvailableError(missing)
    pieces = tuple(evidence)
    allowed = set(proof_choices(row).values_list("pk", flat=True))
    if any(piece.pk not in allowed for piece in pieces):
        raise UserError(_("Choose evidence of this audit that is not withdrawn."))
    proof = FindingProof.objects.create(
        key=key,
        finding=row,
        number=row.proofs.count() + 1,
        sent_at=at,
        sent_by=by,
        statement=statement,
    )
    proof.evidence.set(pieces)
    row.prove(at=at)
    told: dict[str, Any] = {"number": proof.number, "statement": statement}
    told |= {"evidence": [piece.reference for piece in pieces]}
    moved(row, PROVEN, source=FindingState.ACCEPTED, told=told, by=by, at=at)
    notices.to_auditors(row, by=by, at=at)
    return proof


def proof_obstacle(finding: Finding) -> str:
    """What must be there before proof is brought, "" when nothing is missing."""
    waiting = [a.reference for a in finding.actions.pending().order_by("number")]
    if waiting:
        return _("Finish the actions first: %(references)s.") % {"references": ", ".join(waiting)}
    return ""


def proof_choices(finding: Finding) -> Any:
    """Evidence that a proof may name: linked to the same requirement in any audit of the file."""
    links = EvidenceLink.objects.filter(
        assessment__audit__certification=finding.audit.certification_id,
        assessment__code=finding.assessment.code,
        unlinked_at=None,
    )
    rows = Evidence.objects.filter(pk__in=links.values("evidence"), withdrawn_at=None)
    return rows.order_by("number")


@transaction.atomic
def refuse_proof(*, finding: Finding, version: int, reason: str, by: User, at: datetime) -> Finding:
    """Say what the proof lacks; another one is due. It is accepted by closing the finding.

    Raises:
        EditConflictError: when somebody changed the finding since ``version``.
        NotAvailableError: when no proof waits.
        UserError: when the sender judges.
    """
    row = locked_at(finding, FindingState.PROVEN, version=version)
    proof = row.proofs.get(opinion="")
    _judge(proof, opinion=Opinion.REFUSED, reason=reason, by=by, at=at)
    row.refuse_proof()
    moved(row, PROOF_REFUSED, source=FindingState.PROVEN, reason=reason, by=by, at=at)
    notices.to_auditee(row, by=by, at=at)
    return row


def _judge(
    reply: FindingAnswer | FindingProof, *, opinion: Opinion, reason: str, by: User, at: datetime
) -> None:
    require_other_than_sender(reply, by)
    if opinion == Opinion.REFUSED and not reason:
        raise UserError(_("Say what is missing: the audited organisation answers again from it."))
    reply.judge(opinion=opinion, reason=reason, by=by, at=at)
