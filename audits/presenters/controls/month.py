"""The month of the control plan on working days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from audits import control_texts as words
from audits.control_calendars import Lateness
from audits.control_enums import ControlState
from audits.logic.schedule import add_months
from audits.models import ControlOccurrence
from crcaudit.core.formats import DASH

WORKING_WEEK = 5
SHOWN = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One control in the calendar. ``state`` says in words what its shape says."""

    row: ControlOccurrence
    shape: str
    state: str
    late: int
    is_chosen: bool

    @property
    def label(self) -> str:
        """Control point and site."""
        place = f" {DASH} {self.row.site.name}" if self.row.site is not None else ""
        return f"{self.row.line.control_point}{place}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day from Monday to Friday; ``is_off`` when nobody works then."""

    day: date
    is_in_month: bool
    is_today: bool
    is_off: bool
    items: tuple[Item, ...]

    @property
    def shown(self) -> tuple[Item, ...]:
        """The first ones: the others are folded away."""
        return self.items if len(self.items) <= SHOWN else self.items[: SHOWN - 1]

    @property
    def folded(self) -> tuple[Item, ...]:
        """Those that do not fit."""
        return self.items[len(self.shown) :]


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks of five days that cover a month; ``before`` and ``after`` are the months around."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date
    count: int


def month_of(
    first: date,
    rows: Sequence[ControlOccurrence],
    *,
    lateness: Lateness,
    chosen: int | None,
) -> Month:
    """The month that begins on ``first`` with its controls, in the order of ``rows``."""
    by_day: dict[date, list[Item]] = defaultdict(list)
    for row in rows:
        by_day[row.due_date].append(item_of(row, lateness, chosen=chosen))
    weeks = tuple(
        tuple(_day(day, first, by_day[day], lateness) for day in week) for week in _weeks(first)
    )
    return Month(first, weeks, add_months(first, -1), add_months(first, 1), len(rows))


def item_of(row: ControlOccurrence, lateness: Lateness, *, chosen: int | None = None) -> Item:
    """One control with its shape and words."""
    late = lateness.of(row) if row.state == ControlState.PLANNED else 0
    shape, state = shape_of(row, late)
    return Item(row, shape, state, late, row.pk == chosen)


def shape_of(row: ControlOccurrence, late: int) -> tuple[str, str]:
    """How a control stands: shape and words."""
    result = words.result_of(row)
    if result is not None:
        return result.shape, result.text
    if row.state == ControlState.CANCELLED:
        return "none", _("cancelled")
    if late:
        return "major", late_text(late)
    return "na", _("planned")


def late_text(days: int) -> str:
    """How late, in working days, in the least room: "6 d late"."""
    return _("%(n)s d late") % {"n": days}


def chosen_of(rows: Iterable[ControlOccurrence], *, today: date) -> ControlOccurrence | None:
    """What the page opens on: the oldest late control, else the next one, else the last one."""
    found = list(rows)
    planned = [row for row in found if row.state == ControlState.PLANNED]
    if not planned:
        return found[-1] if found else None
    late = [row for row in planned if row.due_date < today]
    return min(late or planned, key=lambda row: (row.due_date, row.pk))


def _weeks(first: date) -> Iterator[list[date]]:
    monday = first - first.weekday() * _DAY
    end = add_months(first, 1)
    while monday < end:
        days = [monday + n * _DAY for n in range(WORKING_WEEK)]
        if any(day.month == first.month for day in days):
            yield days
        monday += 7 * _DAY


def _day(day: date, first: date, items: Sequence[Item], lateness: Lateness) -> Day:
    is_in_month = day.month == first.month
    return Day(
        day,
        is_in_month,
        is_today=day == lateness.today,
        is_off=is_in_month and not items and not lateness.anybody_works(day),
        items=tuple(items) if is_in_month else (),
    )
