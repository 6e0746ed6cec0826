"""Which internal controls a person may know of. Apart, as controls and evidence both ask."""

from django.db.models import Q

from audits.models.access import opened_by_team
from audits.models.certification import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import memberships_of, organisations_with


def controls_seen(user: User, *, control: str = "") -> Q:
    """Internal controls that the person may know of; ``control`` leads to their rows.

    All of the organisation's for its quality managers and directors, and of the file for whoever
    is on the team of an audit of it. A site manager sees those of the site and those of all
    sites together; they and contributors what is theirs to do, or to do in somebody's place.
    """
    organisation = f"{control}line__plan__certification__organisation"
    whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    # A subquery: to join the teams of every audit would multiply the rows of a year of controls.
    open_files = Certification.objects.filter(opened_by_team(user, team="audits__team__"))
    seen = Q(**{f"{organisation}__in": whole})
    seen |= Q(**{f"{control}line__plan__certification__in": open_files.values("pk")})
    member = organisations_with(user, Role.SITE_MANAGER, Role.CONTRIBUTOR)
    if member:
        theirs = Q()
        for name in ("owner", "responsible", "substitute"):
            theirs |= Q(**{f"{control}{name}": user})
        seen |= Q(**{f"{organisation}__in": member}) & theirs
    for row in memberships_of(user):
        if row.role == Role.SITE_MANAGER:
            here = Q(**{f"{control}site": row.site_id}) | Q(**{f"{control}site": None})
            seen |= Q(**{organisation: row.organisation_id}) & here
    return seen
