"""Who may do what with indicators and their figures. Pure on loaded objects.

Whether somebody may know of a figure is decided by ``MeasuringPlace.objects.visible_to``.
"""

from audits.models import MeasuringPlace, ReasonFeedback
from audits.models.contact_volume import COST_READERS
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.permissions import READERS, has_role, memberships_of

TYPISTS = (Role.QUALITY_MANAGER, Role.CONTRIBUTOR)


def can_set_targets(user: User, organisation_id: int) -> bool:
    """The quality manager says what is followed and what is wanted."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER)


def can_bring_figures(user: User, organisation_id: int) -> bool:
    """Send files of figures, and measures of every place."""
    return has_role(user, organisation_id, *TYPISTS)


def can_type_figures(user: User, organisation_id: int) -> bool:
    """Those who send files, and site managers for their site."""
    return can_bring_figures(user, organisation_id) or bool(own_sites(user, organisation_id))


def can_list_reasons(user: User, organisation_id: int) -> bool:
    """The quality manager keeps the list of contact reasons."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER)


def can_see_costs(user: User, organisation_id: int) -> bool:
    """What the centre costs: neither client, nor auditor, nor site manager, nor contributor.

    Where the cost per contact (ECO-03) is followed as an indicator, it is a figure like others.
    """
    return has_role(user, organisation_id, *COST_READERS)


def can_enter_costs(user: User, organisation_id: int) -> bool:
    """The quality manager types them."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER)


def can_send_feedback(user: User, organisation_id: int) -> bool:
    """Any member of the organisation tells what a reason says of a process."""
    return has_role(user, organisation_id, *READERS)


def may_answer_feedback(user: User, feedback: ReasonFeedback) -> bool:
    """Who it was sent to, and the quality manager; whether it is answered or not."""
    own = feedback.addressee_id == user.pk and has_role(user, feedback.organisation_id, *READERS)
    return own or has_role(user, feedback.organisation_id, Role.QUALITY_MANAGER)


def can_answer_feedback(user: User, feedback: ReasonFeedback) -> bool:
    """Once: see `may_answer_feedback`."""
    return feedback.answered_at is None and may_answer_feedback(user, feedback)


def can_measure(user: User, place: MeasuringPlace) -> bool:
    """Type a measure of that place."""
    if can_bring_figures(user, place.organisation_id):
        return True
    return place.site is not None and place.site in own_sites(user, place.organisation_id)


def own_sites(user: User, organisation_id: int) -> list[Site]:
    """Sites of the organisation that the user manages; may be empty."""
    return [
        row.site
        for row in memberships_of(user)
        if row.organisation_id == organisation_id
        and row.role == Role.SITE_MANAGER
        and row.site is not None
    ]
