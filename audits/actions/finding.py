"""Writing, editing, discarding, closing and reopening findings."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.actions.closing import require_open_file
from audits.actions.finding_fields import (
    FindingFields,
    as_json,
    columns,
    fields_of,
    proof_due,
    require_fitting,
)
from audits.actions.finding_moves import (
    CHANGED,
    KIND,
    locked,
    locked_at,
    moved,
    record,
    require_other_than_sender,
    require_running,
    require_version,
)
from audits.actions.once import require_same_form
from audits.actions.rollup import refresh_assessment
from audits.enums import OWN_AUDITS, WRITABLE_FINDING_STATES, ActionState, FindingState, Opinion
from audits.models import Assessment, Audit, Finding
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError
from crcaudit.core.numbering import next_number

WRITTEN, EDITED, DISCARDED, TAKEN_BACK, CLOSED, REOPENED = (
    "finding.written",
    "finding.edited",
    "finding.discarded",
    "finding.taken_back",
    "finding.closed",
    "finding.reopened",
)


@transaction.atomic
def add_finding(
    *, key: UUID, assessment: Assessment, fields: FindingFields, by: User, at: datetime
) -> Finding:
    """A new finding F-nn of the certification file. ``key`` is drawn when the form is shown.

    A draft, which the audit team alone knows of; in an audit of the organisation's own it is
    presented at once. The same form sent twice gives the same finding.

    Raises:
        NotAvailableError: when the audit is validated, or the form was already sent with
            other contents.
        UserError: when the grade or the evidence does not belong to the requirement.
    """
    audit = Audit.objects.select_for_update(of=("self",)).get(pk=assessment.audit_id)
    sent = as_json(fields)
    known = Finding.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=WRITTEN, sent=sent, by=by)
        return known
    require_running(audit)
    require_fitting(assessment, fields, kept=())
    is_own = audit.kind in OWN_AUDITS
    due = proof_due(assessment, grade=fields.grade, start=fields.found_date)
    finding = Finding.objects.create(
        key=key,
        audit=audit,
        assessment=assessment,
        number=next_number(f"finding:{audit.certification.key}"),
        state=FindingState.PRESENTED if is_own else FindingState.DRAFT,
        presented_at=at if is_own else None,
        due_date=due if is_own else None,
        created_at=at,
        created_by=by,
        **columns(fields),
    )
    finding.evidence.set(fields.evidence)
    refresh_assessment(assessment_id=assessment.pk)
    record(finding, WRITTEN, after=sent, by=by, at=at)
    return finding


@transaction.atomic
def edit_finding(
    *, finding: Finding, version: int, fields: FindingFields, by: User, at: datetime
) -> Finding:
    """Change a finding until it is answered, while its audit is open. Returns the row as saved.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the finding is answered or closed, or the audit validated.
        UserError: when the grade or the evidence does not belong to the requirement.
    """
    finding = locked(finding.pk)
    require_running(finding.audit)
    if finding.state == FindingState.CLOSED:
        raise NotAvailableError(_("This finding is closed: reopen it to change it."))
    if finding.state not in WRITABLE_FINDING_STATES:
        raise NotAvailableError(_("This finding was answered: what it says stays as it is."))
    old, new = as_json(fields_of(finding)), as_json(fields)
    if old == new:
        return finding
    require_fitting(finding.assessment, fields, kept=fields_of(finding).evidence)
    due = finding.due_date
    if finding.audit.kind in OWN_AUDITS:
        due = proof_due(finding.assessment, grade=fields.grade, start=fields.found_date)
    changed = Finding.objects.filter(pk=finding.pk, version=version).update(
        **columns(fields), due_date=due, version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(CHANGED, finding)
    finding.evidence.set(fields.evidence)
    refresh_assessment(assessment_id=finding.assessment_id)
    names = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in names} for row in (old, new))
    record(finding, EDITED, before=before, after=after, by=by, at=at)
    return locked(finding.pk)


@transaction.atomic
def discard_finding(*, finding: Finding, by: User, at: datetime) -> None:
    """Throw a draft away; the journal keeps what it said. Its number is not given again.

    Raises:
        NotAvailableError: when it was presented, or the audit is validated.
    """
    finding = locked_at(finding, FindingState.DRAFT)
    require_running(finding.audit)
    _remove(finding, DISCARDED, by=by, at=at)


@transaction.atomic
def take_back_finding(*, finding: Finding, version: int, by: User, at: datetime) -> None:
    """Undo the writing of a finding, as long as nothing was built on it.

    The journal keeps what it said. Its number is not given again.

    Raises:
        NotAvailableError: when it was changed since ``version``, something rests on it, or the
            audit is validated.
    """
    finding = locked(finding.pk)
    require_running(finding.audit)
    if finding.version != version or _is_built_on(finding):
        raise NotAvailableError(
            _("A step, an action, a position or another finding rests on it: it stays.")
        )
    _remove(finding, TAKEN_BACK, by=by, at=at)
    refresh_assessment(assessment_id=finding.assessment_id)


def _is_built_on(finding: Finding) -> bool:
    if finding.position or finding.escalated_at:
        return True
    return finding.actions.exists() or finding.returns.exists()


def _remove(finding: Finding, action: str, *, by: User, at: datetime) -> None:
    record(finding, action, before=as_json(fields_of(finding)), after={}, by=by, at=at)
    finding.evidence.clear()
    finding.delete()


@transaction.atomic
def close_finding(
    *, finding: Finding, version: int, comment: str, by: User, at: datetime
) -> Finding:
    """Close a finding; ``comment`` says what was verified.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it or its file is closed already, or something is still missing.
    """
    finding = locked(finding.pk)
    require_open_file(finding.audit.certification)
    if finding.state == FindingState.CLOSED:
        raise NotAvailableError(_("This step is not available: the finding is already closed."))
    require_version(finding, version)
    missing = closing_obstacles(finding)
    if missing:
        raise NotAvailableError(" ".join(missing))
    source = finding.state
    proof = finding.proofs.filter(opinion="").first()
    if proof is not None:
        require_other_than_sender(proof, by)
        proof.judge(opinion=Opinion.ACCEPTED, reason=comment, by=by, at=at)
    finding.close(by=by, at=at, comment=comment)
    moved(finding, CLOSED, source=source, reason=comment, by=by, at=at)
    return finding


@transaction.atomic
def reopen_finding(
    *, finding: Finding, version: int, reason: str, by: User, at: datetime
) -> Finding:
    """Open a closed finding again, where its accepted answer left it.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is open, or its file is closed.
    """
    finding = locked(finding.pk)
    require_open_file(finding.audit.certification)
    if finding.state != FindingState.CLOSED:
        raise NotAvailableError(_("This step is not available: the finding is open."))
    require_version(finding, version)
    finding.reopen()
    moved(finding, REOPENED, source=FindingState.CLOSED, reason=reason, by=by, at=at)
    return finding


def needs_answer(finding: Finding) -> bool:
    """Whether an answer must be accepted before it closes: a gap that a third party found."""
    return finding.grade.needs_action and finding.audit.kind not in OWN_AUDITS


def closing_obstacles(finding: Finding) -> list[str]:
    """What stands in the way of closing, one sentence each; empty when nothing does."""
    if finding.state == FindingState.DRAFT:
        return [_("This finding is a draft: present it to the audited organisation first.")]
    if finding.state == FindingState.ANSWERED:
        return [_("The answer waits for an opinion: accept it or refuse it first.")]
    if finding.state == FindingState.PRESENTED and needs_answer(finding):
        return [_("The audited organisation owes an answer: accept it before closing.")]
    actions = [a for a in finding.actions.order_by("number") if a.state != ActionState.CANCELLED]
    waiting = [a.reference for a in actions if a.state != ActionState.VERIFIED]
    if waiting:
        sentence = ngettext(
            "Action %(references)s is not verified yet: have it verified or cancel it first.",
            "Actions %(references)s are not verified yet: have them verified or cancel them first.",
            len(waiting),
        )
        return [sentence % {"references": ", ".join(waiting)}]
    if finding.grade.needs_action and not actions:
        return [_("This grade needs a corrective action: plan one and have it verified first.")]
    return []
