"""How much of the plan is done: over a year, by month, site and person in charge.

Counted are controls whose day has passed and that were not cancelled. Rates pool counts.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from audits.control_enums import ControlState
from audits.control_texts import month_text
from audits.logic.schedule import add_months
from audits.models import ControlOccurrence
from crcaudit.accounts.models import Site, User
from crcaudit.core.formats import DASH, percent

MONTHS_BACK = 12

Rows = QuerySet[ControlOccurrence]


@dataclass(frozen=True, slots=True)
class Figures:
    """Controls that were due and how many of them were done; ``late`` are still to be done."""

    due: int = 0
    done: int = 0
    late: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Share done, in [0, 1]; None when nothing was due."""
        return Fraction(self.done, self.due) if self.due else None

    @property
    def text(self) -> str:
        """The share done without decimals, a dash when nothing was due."""
        return DASH if self.rate is None else percent(self.rate, decimals=0)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.due + other.due, self.done + other.done, self.late + other.late)


@dataclass(frozen=True, slots=True)
class Share:
    """Figures of one month, site or person; ``key`` is "" for all sites, or nobody by name."""

    label: str
    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Completion:
    """The figures of a year, whole and by month, site and person; months are in order."""

    whole: Figures
    months: tuple[Share, ...]
    sites: tuple[Share, ...]
    people: tuple[Share, ...]


def first_month(today: date) -> date:
    """The first day of the year that is counted."""
    return add_months(today, 1 - MONTHS_BACK)


def standing(rows: Rows, *, today: date) -> Figures:
    """Of the controls due in the last twelve months: one query."""
    past = rows.filter(due_date__lt=today, due_date__gte=first_month(today))
    found = past.exclude(state=ControlState.CANCELLED).aggregate(
        due=Count("pk"),
        done=Count("pk", filter=Q(state=ControlState.DONE)),
        late=Count("pk", filter=Q(state=ControlState.PLANNED)),
    )
    return Figures(**found)


def completion(rows: Rows, *, today: date, nobody: str, together: str) -> Completion:
    """The same by month, site and person: three queries. The words are for those without."""
    past = rows.filter(due_date__lt=today, due_date__gte=first_month(today))
    counted = (
        past.exclude(state=ControlState.CANCELLED)
        .order_by()
        .annotate(month=TruncMonth("due_date"))
        .values("month", "site", "owner", "state")
        .annotate(count=Count("pk"))
    )
    months: dict[Hashable, Figures] = defaultdict(Figures)
    sites: dict[Hashable, Figures] = defaultdict(Figures)
    people: dict[Hashable, Figures] = defaultdict(Figures)
    for row in counted:
        figures = _figures(row["state"], row["count"])
        months[row["month"]] += figures
        sites[row["site"]] += figures
        people[row["owner"]] += figures
    return Completion(
        whole=sum(months.values(), Figures()),
        months=tuple(
            Share(month_text(month, short=True), f"{month:%Y-%m}", months[month])
            for month in _months(today)
        ),
        sites=_named(sites, Site.objects.filter(pk__in=filter(None, sites)), together),
        people=_named(people, User.objects.filter(pk__in=filter(None, people)), nobody),
    )


def _figures(state: str, count: int) -> Figures:
    is_done = state == ControlState.DONE
    return Figures(count, count if is_done else 0, 0 if is_done else count)


def _months(today: date) -> list[date]:
    first = first_month(today)
    return [add_months(first, n) for n in range(MONTHS_BACK)]


def _named(
    found: Mapping[Hashable, Figures], rows: Iterable[Site] | Iterable[User], without: str
) -> tuple[Share, ...]:
    """By name, those without one last."""
    named = sorted(
        (Share(str(row), _key(row), found[row.pk]) for row in rows), key=lambda share: share.label
    )
    if None in found:
        named.append(Share(without, "", found[None]))
    return tuple(named)


def _key(row: Site | User) -> str:
    return str(row.key) if isinstance(row, User) else str(row.pk)
