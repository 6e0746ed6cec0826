"""Writing, editing, closing and reopening findings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.actions.closing import require_open_file
from audits.actions.finding_fields import (
    FindingFields,
    as_json,
    columns,
    fields_of,
    proof_due,
    require_fitting,
)
from audits.actions.once import require_same_form
from audits.actions.rollup import refresh_assessment
from audits.enums import ActionState, FindingState
from audits.models import Assessment, Audit, Finding
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError
from crcaudit.core.numbering import next_number

KIND = "finding"
WRITTEN, EDITED, CLOSED, REOPENED = (
    "finding.written",
    "finding.edited",
    "finding.closed",
    "finding.reopened",
)
CHANGED = gettext_lazy("Somebody changed this finding meanwhile. Nothing was overwritten.")


@transaction.atomic
def add_finding(
    *, key: UUID, assessment: Assessment, fields: FindingFields, by: User, at: datetime
) -> Finding:
    """A new finding F-nn of the certification file. ``key`` is drawn when the form is shown.

    The same form sent twice gives the same finding.

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
    _require_open(audit)
    require_fitting(assessment, fields, kept=())
    finding = Finding.objects.create(
        key=key,
        audit=audit,
        assessment=assessment,
        number=next_number(f"finding:{audit.certification.key}"),
        due_date=proof_due(assessment, grade=fields.grade, found_date=fields.found_date),
        created_at=at,
        created_by=by,
        **columns(fields),
    )
    finding.evidence.set(fields.evidence)
    refresh_assessment(assessment_id=assessment.pk)
    _record(finding, WRITTEN, after=sent, by=by, at=at)
    return finding


@transaction.atomic
def edit_finding(
    *, finding: Finding, version: int, fields: FindingFields, by: User, at: datetime
) -> Finding:
    """Change a finding while it and its audit are open. Returns the row as saved.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the finding is closed or the audit validated.
        UserError: when the grade or the evidence does not belong to the requirement.
    """
    finding = _locked(finding.pk)
    _require_open(finding.audit)
    if finding.state != FindingState.OPEN:
        raise NotAvailableError(_("This finding is closed: reopen it to change it."))
    old, new = as_json(fields_of(finding)), as_json(fields)
    if old == new:
        return finding
    require_fitting(finding.assessment, fields, kept=fields_of(finding).evidence)
    due = proof_due(finding.assessment, grade=fields.grade, found_date=fields.found_date)
    changed = Finding.objects.filter(pk=finding.pk, version=version).update(
        **columns(fields), due_date=due, version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(CHANGED, finding)
    finding.evidence.set(fields.evidence)
    refresh_assessment(assessment_id=finding.assessment_id)
    names = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in names} for row in (old, new))
    _record(finding, EDITED, before=before, after=after, by=by, at=at)
    return _locked(finding.pk)


@transaction.atomic
def close_finding(
    *, finding: Finding, version: int, comment: str, by: User, at: datetime
) -> Finding:
    """Close a finding; ``comment`` says what was verified.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it or its file is closed already, or something is still missing.
    """
    finding = _locked(finding.pk)
    require_open_file(finding.audit.certification)
    if finding.state != FindingState.OPEN:
        raise NotAvailableError(_("This step is not available: the finding is already closed."))
    _require_version(finding, version)
    missing = closing_obstacles(finding)
    if missing:
        raise NotAvailableError(" ".join(missing))
    finding.close(by=by, at=at, comment=comment)
    _after_move(finding, CLOSED, FindingState.OPEN, reason=comment, by=by, at=at)
    return finding


@transaction.atomic
def reopen_finding(
    *, finding: Finding, version: int, reason: str, by: User, at: datetime
) -> Finding:
    """Open a closed finding again.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is open, or its file is closed.
    """
    finding = _locked(finding.pk)
    require_open_file(finding.audit.certification)
    if finding.state != FindingState.CLOSED:
        raise NotAvailableError(_("This step is not available: the finding is open."))
    _require_version(finding, version)
    finding.reopen()
    _after_move(finding, REOPENED, FindingState.CLOSED, reason=reason, by=by, at=at)
    return finding


def closing_obstacles(finding: Finding) -> list[str]:
    """What stands in the way of closing, one sentence each; empty when nothing does."""
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


def _locked(pk: int) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",)).select_related(
        "grade", "assessment__site", "audit__organisation", "audit__certification"
    )
    return rows.get(pk=pk)


def _require_open(audit: Audit) -> None:
    if not audit.is_open:
        raise NotAvailableError(
            _("This step is not available: the audit is validated, what was found stays as it is.")
        )


def _require_version(finding: Finding, version: int) -> None:
    if finding.version != version:
        raise EditConflictError(CHANGED, finding)


def _after_move(  # noqa: PLR0913 -- keyword-only, one line each
    finding: Finding, action: str, source: str, *, reason: str, by: User, at: datetime
) -> None:
    Finding.objects.filter(pk=finding.pk).update(version=F("version") + 1)
    finding.version += 1
    # The verdict of a validated audit is frozen, whatever becomes of its findings.
    if finding.audit.is_open:
        refresh_assessment(assessment_id=finding.assessment_id)
    before, after = {"state": source}, {"state": finding.state}
    _record(finding, action, before=before, after=after, reason=reason, by=by, at=at)


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    finding: Finding,
    action: str,
    *,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(
        action,
        KIND,
        finding.key,
        finding.reference,
        before=before or {},
        after=after,
        reason=reason,
    )
    stream = journal.organisation_stream(finding.audit.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
