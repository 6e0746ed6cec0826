"""Versions of the internal control plan: begun, submitted, approved, replaced."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import control_notices as notices
from audits.actions.controls.drafts import copy_lines, take_edition
from audits.actions.controls.journal import PLAN, record_plan
from audits.actions.controls.planning import horizon, plan_controls, withdraw_controls
from audits.actions.once import require_same_form
from audits.control_enums import PlanState
from audits.models import Certification, ControlPlan
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

BEGUN = "control_plan.begun"
LATEST = timedelta(days=92)
CHANGED = gettext_lazy(
    "The draft changed since this page was shown: read what changes again, nothing was decided."
)


@transaction.atomic
def begin_plan(
    *, key: UUID, certification: Certification, reason: str, by: User, at: datetime
) -> ControlPlan:
    """A draft of the next version: the lines in force, or those of the edition for the first.

    The same form twice leaves one.

    Raises:
        NotAvailableError: when a draft is being written, the file is closed, or the key was used
            for anything else.
    """
    file = locked_file(certification)
    sent = {"reason": reason}
    known = ControlPlan.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=PLAN, key=key, action=BEGUN, sent=sent, by=by)
        return known
    plans = ControlPlan.objects.filter(certification=file)
    if plans.filter(state=PlanState.DRAFT).exists():
        raise NotAvailableError(_("The next version of the plan is being written already."))
    last = plans.order_by("number").last()
    plan = ControlPlan.objects.create(
        key=key,
        certification=file,
        number=last.number + 1 if last else 1,
        reason=reason,
        created_at=at,
        created_by=by,
    )
    if last is None:
        take_edition(plan)
    else:
        copy_lines(last, plan)
    record_plan(BEGUN, plan, after=sent, by=by, at=at)
    return plan


@transaction.atomic
def submit_plan(*, plan: ControlPlan, version: int, by: User, at: datetime) -> ControlPlan:
    """Give the draft to the direction. Submitted again as it is, it stays as it was.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is no draft any more.
        UserError: when it has no line.
    """
    plan = locked_draft(plan)
    if plan.submitted_at is not None and plan.submitted_by_id == by.pk:
        return plan
    _require_version(plan, version)
    if not plan.lines.exists():
        raise UserError(_("This version has no line: add one before you submit it."))
    plan.submit(by=by, at=at)
    record_plan("control_plan.submitted", plan, by=by, at=at)
    notices.submitted(plan, by=by, at=at)
    return plan


@transaction.atomic
def approve_plan(
    *, plan: ControlPlan, version: int, starts_on: date, by: User, at: datetime
) -> ControlPlan:
    """Put the draft in force from a day on: what the version before planned from then is replaced.

    What was done, what is late and what was begun stays with its version.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is no draft any more, or was not submitted.
        UserError: when who submitted it approves, or the day is past or far away.
    """
    plan = locked_draft(plan)
    _require_version(plan, version)
    if plan.submitted_at is None:
        raise NotAvailableError(_("This version was not submitted: its quality manager does."))
    if plan.submitted_by_id == by.pk:
        raise UserError(_("Whoever submitted the plan does not approve it: another director does."))
    if starts_on < localdate(at):
        raise UserError(_("A version is not in force before it is approved: give a later day."))
    if starts_on > localdate(at) + LATEST:
        raise UserError(_("A version is in force within three months: give an earlier day."))
    before = ControlPlan.objects.in_force().filter(certification=plan.certification).first()
    withdrawn = 0
    if before is not None:
        withdrawn = withdraw_controls(before, first=starts_on)
        before.replace(at=at)
    plan.approve(by=by, at=at, starts_on=starts_on)
    planned = plan_controls(plan, first=starts_on, until=horizon(starts_on))
    told = {"starts_on": starts_on.isoformat(), "withdrawn": withdrawn, "planned": planned}
    record_plan("control_plan.approved", plan, after=told, by=by, at=at)
    notices.approved(plan, by=by, at=at)
    return plan


def locked_file(certification: Certification) -> Certification:
    """The file, locked: the lock of everything that is written about its plan.

    Raises:
        NotAvailableError: when it is closed.
    """
    rows = Certification.objects.select_for_update(of=("self",)).select_related("organisation")
    file = rows.get(pk=certification.pk)
    if file.closed_at is not None:
        raise NotAvailableError(_("This certification file is closed: nothing of it changes."))
    return file


def locked_draft(plan: ControlPlan) -> ControlPlan:
    """The draft as it is now, locked with its file.

    Raises:
        NotAvailableError: when it is no draft any more, or the file is closed.
    """
    file = locked_file(plan.certification)
    rows = ControlPlan.objects.select_for_update(of=("self",))
    found = rows.get(pk=plan.pk)
    found.certification = file
    if found.state != PlanState.DRAFT:
        raise NotAvailableError(
            _("Version %(n)s of the plan is approved: it never changes. Begin the next version.")
            % {"n": found.number}
        )
    return found


def _require_version(plan: ControlPlan, version: int) -> None:
    if plan.version != version:
        raise EditConflictError(CHANGED, plan)
