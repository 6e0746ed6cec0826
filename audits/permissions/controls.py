"""Who may do what in internal control plans. Existence is decided before, by ``visible_to``."""

from audits.control_enums import ControlState, PlanState
from audits.models import Certification, ControlOccurrence, ControlPlan
from audits.permissions.files import manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role, memberships_of


def writes_control_plan(user: User, file: Certification) -> bool:
    """Begins versions, writes their lines, submits them: the quality manager, of an open file."""
    return file.closed_at is None and manages(user, file.organisation_id)


def sees_draft(user: User, file: Certification) -> bool:
    """Reads what is being written: quality managers and directors."""
    return has_role(user, file.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)


def approves_control_plans(user: User, file: Certification) -> bool:
    """Whose step the approval is, whatever the state: a director of the organisation."""
    return has_role(user, file.organisation_id, Role.DIRECTOR)


def can_submit_plan(user: User, plan: ControlPlan) -> bool:
    """A draft that is not submitted: see `writes_control_plan`."""
    is_ready = plan.state == PlanState.DRAFT and plan.submitted_at is None
    return is_ready and writes_control_plan(user, plan.certification)


def can_approve_plan(user: User, plan: ControlPlan) -> bool:
    """A draft that somebody else submitted: see `approves_control_plans`."""
    waits = plan.state == PlanState.DRAFT and plan.submitted_at is not None
    is_other = plan.submitted_by_id != user.pk
    is_open = plan.certification.closed_at is None
    return waits and is_other and is_open and approves_control_plans(user, plan.certification)


def does_control(user: User, row: ControlOccurrence) -> bool:
    """Whose task it is to do the control, whatever its state.

    The quality manager; the site manager for the site; they and contributors what they are in
    charge of, named or instead of somebody.
    """
    organisation = row.line.plan.certification.organisation_id
    if manages(user, organisation):
        return True
    theirs = user.pk in {row.owner_id, row.responsible_id, row.substitute_id}
    if theirs and has_role(user, organisation, Role.SITE_MANAGER, Role.CONTRIBUTOR):
        return True
    return row.site_id is not None and any(
        member.role == Role.SITE_MANAGER
        and member.organisation_id == organisation
        and member.site_id == row.site_id
        for member in memberships_of(user)
    )


def can_record_control(user: User, row: ControlOccurrence) -> bool:
    """Record or correct its result, unless it was cancelled: see `does_control`."""
    is_open = row.line.plan.certification.closed_at is None
    return is_open and row.state != ControlState.CANCELLED and does_control(user, row)


def can_hand_over(user: User, row: ControlOccurrence) -> bool:
    """Give it to somebody else while it is to be done: see `does_control`."""
    return row.state == ControlState.PLANNED and can_record_control(user, row)


def cancels_controls(user: User, file: Certification) -> bool:
    """Takes a control out of the figures, with a reason: see `writes_control_plan`."""
    return writes_control_plan(user, file)


def plans_events(user: User, file: Certification) -> bool:
    """Asks for a control that an event calls for: whoever does controls of the organisation."""
    doers = (Role.QUALITY_MANAGER, Role.SITE_MANAGER, Role.CONTRIBUTOR)
    return file.closed_at is None and has_role(user, file.organisation_id, *doers)
