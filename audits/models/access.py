"""When the team of an audit opens it to a person. Apart, as files and audits both ask."""

from django.db.models import Q
from django.utils.timezone import localdate

from crcaudit.accounts.models import User


def named_today(user: User, *, team: str = "") -> Q:
    """The person is named, within the days of their access; ``team`` leads to the team rows."""
    today = localdate()
    begun = Q(**{f"{team}opens_on": None}) | Q(**{f"{team}opens_on__lte": today})
    lasting = Q(**{f"{team}closes_on": None}) | Q(**{f"{team}closes_on__gte": today})
    return Q(**{f"{team}user": user}) & begun & lasting


def opened_by_team(user: User, *, team: str = "") -> Q:
    """As `named_today`, once independence is declared: nothing opens before."""
    return named_today(user, team=team) & Q(**{f"{team}declared_at__isnull": False})
