"""Who may do what with indicators and their figures. Pure on loaded objects.

Whether somebody may know of a figure is decided by ``MeasuringPlace.objects.visible_to``.
"""

from audits.models import MeasuringPlace
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.permissions import has_role, memberships_of

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
