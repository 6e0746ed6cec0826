"""Who may do what with internal complaints and their rules. Pure on loaded objects."""

from audits.alert_enums import ComplaintState
from audits.measure_enums import PlaceKind
from audits.models import ComplaintAction, InternalComplaint, MeasuringPlace
from audits.permissions.files import manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, has_role, memberships_of


def runs_place(user: User, place: MeasuringPlace) -> bool:
    """The quality manager; who manages the site."""
    if manages(user, place.organisation_id):
        return True
    return place.kind == PlaceKind.SITE and any(
        row.role == Role.SITE_MANAGER and row.site_id == place.site_id
        for row in memberships_of(user)
    )


def runs_complaint(user: User, complaint: InternalComplaint) -> bool:
    """Writes the plan and its actions, whatever the state: its owner, and who runs the place."""
    own = complaint.owner_id == user.pk and has_role(user, complaint.organisation_id, *READERS)
    return own or runs_place(user, complaint.place)


def can_run_complaint(user: User, complaint: InternalComplaint) -> bool:
    """While it is not closed: see `runs_complaint`."""
    return complaint.is_open and runs_complaint(user, complaint)


def finishes_action(user: User, action: ComplaintAction) -> bool:
    """Whose action it is, while a member; and who runs the complaint."""
    organisation = action.complaint.organisation_id
    own = action.owner_id == user.pk and has_role(user, organisation, *READERS)
    return own or runs_complaint(user, action.complaint)


def gives_complaint(user: User, complaint: InternalComplaint) -> bool:
    """Names its owner: the quality manager."""
    return manages(user, complaint.organisation_id)


def comments_complaint(user: User, complaint: InternalComplaint) -> bool:
    """Any member of the organisation who reads it. An auditor has no part in it."""
    return has_role(user, complaint.organisation_id, *READERS)


def closes_complaint(user: User, complaint: InternalComplaint) -> bool:
    """The quality manager and the director, never its owner, whatever the state."""
    answers = has_role(user, complaint.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)
    return answers and complaint.owner_id != user.pk


def can_close_complaint(user: User, complaint: InternalComplaint) -> bool:
    """Once a return was measured: see `closes_complaint`."""
    return complaint.state == ComplaintState.RETURNED and closes_complaint(user, complaint)


def can_reopen_complaint(user: User, complaint: InternalComplaint) -> bool:
    """Once it is closed: who runs the place takes it up in another one."""
    return not complaint.is_open and runs_place(user, complaint.place)


def opens_complaints(user: User, organisation_id: int) -> bool:
    """By hand: the quality manager, and site managers for their site."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER, Role.SITE_MANAGER)


def writes_rules(user: User, organisation_id: int) -> bool:
    """Says what opens a complaint and how it goes up: the quality manager."""
    return manages(user, organisation_id)


def reads_rules(user: User, organisation_id: int) -> bool:
    """Reads the rules: the quality manager and the director."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)
