"""Who may do what in listening. Existence is decided before, by ``visible_to``."""

from django.db.models import Q, QuerySet

from audits.listening_enums import GridState
from audits.models import (
    CalibrationRound,
    ListeningGrid,
    ListeningSession,
    MysteryContact,
)
from audits.models.listening_grid import sites_managed_by
from audits.permissions import manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.models.site import SiteQuerySet
from crcaudit.accounts.permissions import has_role, memberships_of, organisations_with


def manages_listening(user: User) -> bool:
    """A quality manager of some organisation: writes grids, rounds, campaigns and the plan."""
    return bool(organisations_with(user, Role.QUALITY_MANAGER))


def sees_scenarios(user: User) -> bool:
    """Whoever manages or directs: nobody who is tested."""
    return bool(organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR))


def managed_organisations(user: User) -> QuerySet[Organisation]:
    """Those whose listening the user manages, by name."""
    own = organisations_with(user, Role.QUALITY_MANAGER)
    return Organisation.objects.filter(pk__in=own).order_by("name", "pk")


def grades(user: User) -> bool:
    """Hears contacts of a whole site: quality managers and site managers."""
    return any(
        row.role in {Role.QUALITY_MANAGER, Role.SITE_MANAGER} for row in memberships_of(user)
    )


def sites_graded_by(user: User, organisation: int) -> SiteQuerySet:
    """Sites of the organisation of which the user hears contacts; a site manager's own."""
    managed = Q(organisation__in=organisations_with(user, Role.QUALITY_MANAGER))
    rows = Site.objects.filter(managed | Q(pk__in=sites_managed_by(user)))
    return rows.filter(organisation=organisation).order_by("name", "pk")


def grids_graded_by(user: User) -> QuerySet[ListeningGrid]:
    """Grids in use of the organisations in which the user hears contacts."""
    own = organisations_with(user, Role.QUALITY_MANAGER, Role.SITE_MANAGER)
    return ListeningGrid.objects.filter(organisation__in=own).in_use()


def can_write_grid(user: User, grid: ListeningGrid) -> bool:
    """The quality manager, while it is a draft."""
    return grid.state == GridState.DRAFT and manages(user, grid.organisation_id)


def can_edit_session(user: User, session: ListeningSession) -> bool:
    """Whoever graded it and the quality manager, until its texts are erased.

    Of contacts that were heard: marks of a round and of a mystery contact stay as they were given.
    """
    own = session.evaluator_id == user.pk and has_role(
        user, session.organisation_id, Role.QUALITY_MANAGER, Role.SITE_MANAGER
    )
    is_theirs = own or manages(user, session.organisation_id)
    return session.is_heard and session.erased_at is None and is_theirs


def can_debrief(user: User, session: ListeningSession) -> bool:
    """As correcting it, until feedback was given."""
    return session.debriefed_on is None and can_edit_session(user, session)


def can_erase(user: User, session: ListeningSession) -> bool:
    """The quality manager, until it is done."""
    return session.erased_at is None and manages(user, session.organisation_id)


def sees_agent(user: User, session: ListeningSession) -> bool:
    """Initials, for who coaches: whoever graded it, the managers of quality and of the site."""
    if session.evaluator_id == user.pk or manages(user, session.organisation_id):
        return True
    return session.site_id in sites_managed_by(user)


def is_evaluator(user: User, row: CalibrationRound) -> bool:
    """Whether the user is among those who were asked; one query unless they are loaded."""
    return any(person.pk == user.pk for person in row.evaluators.all())


def leads_round(user: User, row: CalibrationRound) -> bool:
    """Ends the grading and concludes: the quality manager."""
    return manages(user, row.organisation_id)


def makes_contact(user: User, contact: MysteryContact) -> bool:
    """Records it, or that it was missed: its tester, and the quality manager."""
    return contact.tester_id == user.pk or manages(user, contact.campaign.organisation_id)
