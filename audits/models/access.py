"""When an audit opens to its team and to who decides. Apart, as files and audits both ask."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.timezone import localdate

from crcaudit.accounts.models import User


def not_over(*, team: str = "") -> Q:
    """On the team, today or later: nobody took the person off, and the last day has not passed.

    ``team`` leads to the team rows.
    """
    lasting = Q(**{f"{team}closes_on": None}) | Q(**{f"{team}closes_on__gte": localdate()})
    return Q(**{f"{team}left_at": None}) & lasting


def named_today(user: User, *, team: str = "") -> Q:
    """The person is named, within the days of their access; ``team`` leads to the team rows."""
    begun = Q(**{f"{team}opens_on": None}) | Q(**{f"{team}opens_on__lte": localdate()})
    return Q(**{f"{team}user": user}) & begun & not_over(team=team)


def opened_by_team(user: User, *, team: str = "") -> Q:
    """As `named_today`, once independence is declared: nothing opens before."""
    return named_today(user, team=team) & Q(**{f"{team}declared_at__isnull": False})


def concluded_for(bodies: Iterable[int], *, file: str, audit: str) -> Q:
    """The file is of one of the certification bodies, and the audit concluded: nothing before.

    ``file`` and ``audit`` lead to the file and to the audit, "" from their own rows.
    """
    return Q(
        **{
            f"{file}body__in": list(bodies),
            f"{audit}conclusions__isnull": False,
            f"{audit}conclusions__withdrawn_at": None,
        }
    )
