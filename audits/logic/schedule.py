"""On which days internal controls are due: the same rule and calendar always give the same days.

Source: domain.md 4.3 (frequency and window) and 6.4 (working days).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from crcaudit.core.workdays import Calendar

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
MONTHS_OF_YEAR = 12


class Frequency(StrEnum):
    """How often a control comes back. ``PER_EVENT`` never does by itself."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    HALF_YEARLY = "HALF_YEARLY"
    YEARLY = "YEARLY"
    PER_EVENT = "PER_EVENT"


MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """When a control is wanted within each of its periods.

    ``weekday`` (1 Monday to 5 Friday) is read of weekly controls, ``rank`` (from 1) says which
    working day of a longer period is wanted. ``window`` is how many working days before it the
    control opens.
    """

    frequency: Frequency
    weekday: int = 1
    rank: int = 1
    window: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Due:
    """One control to do: between ``opens`` and ``due``, both working days of its period."""

    period: Period
    opens: date
    due: date


def due_days(rule: Rule, calendar: Calendar, *, first: date, last: date) -> tuple[Due, ...]:
    """What is due from ``first`` to ``last``, both included, in order.

    One per period that has a working day: on the wanted day; when it is not worked, on the next
    working day of the period, else on the last one before. Two ranges that follow each other
    give together what the whole range gives. Empty for what comes back by event only.
    """
    found = (_due(rule, calendar, period) for period in periods(rule.frequency, first, last))
    return tuple(row for row in found if row is not None and first <= row.due <= last)


def periods(frequency: Frequency, first: date, last: date) -> Iterator[Period]:
    """Periods of the calendar that have a day from ``first`` to ``last``, in order.

    Weeks begin on Monday, quarters and halves with January. A period of daily controls is a day.
    """
    if frequency == Frequency.PER_EVENT or last < first:
        return
    start = _start(frequency, first)
    while start <= last:
        following = _following(frequency, start)
        yield Period(start, following - _DAY)
        start = following


def _due(rule: Rule, calendar: Calendar, period: Period) -> Due | None:
    days = _working_days(calendar, period.start, period.end)
    if not days:
        return None
    place = _place(rule, period, days)
    return Due(period, opens=days[max(0, place - rule.window)], due=days[place])


def _place(rule: Rule, period: Period, days: tuple[date, ...]) -> int:
    """Which of the working days of the period, from 0."""
    last = len(days) - 1
    if rule.frequency == Frequency.WEEKLY:
        wanted = period.start + (rule.weekday - 1) * _DAY
        return next((place for place, day in enumerate(days) if day >= wanted), last)
    return min(rule.rank - 1, last)


@lru_cache(maxsize=8192)
def _working_days(calendar: Calendar, start: date, end: date) -> tuple[date, ...]:
    """Kept: the lines of a plan ask for the same few periods of the same few sites."""
    days = (start + n * _DAY for n in range((end - start).days + 1))
    return tuple(day for day in days if calendar.is_working_day(day))


def _start(frequency: Frequency, day: date) -> date:
    if frequency == Frequency.DAILY:
        return day
    if frequency == Frequency.WEEKLY:
        return day - day.weekday() * _DAY
    length = MONTHS[frequency]
    return day.replace(month=(day.month - 1) // length * length + 1, day=1)


def _following(frequency: Frequency, start: date) -> date:
    if frequency == Frequency.DAILY:
        return start + _DAY
    if frequency == Frequency.WEEKLY:
        return start + _WEEK
    return add_months(start, MONTHS[frequency])


def add_months(day: date, months: int) -> date:
    """The first day of the month so many months after that of ``day``, before when negative."""
    years, month = divmod(day.month - 1 + months, MONTHS_OF_YEAR)
    return date(day.year + years, month + 1, 1)
