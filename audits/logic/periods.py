"""Periods over which indicators are measured, and which larger period each belongs to.

A week is that of ISO 8601, Monday to Sunday; it belongs to the month, quarter and year of its
Thursday, as ISO 8601 has it for years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_TO_THURSDAY = timedelta(days=3)
_MONTHS_OF_YEAR = 12


class Grain(StrEnum):
    """How long a period lasts, shortest first."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF = "HALF"
    YEAR = "YEAR"


GRAINS = tuple(Grain)
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.HALF: 6, Grain.YEAR: 12}

# What an indicator that follows events or audits is measured over: nothing shorter makes a series.
GRAIN_OF_FREQUENCY = {
    "daily": Grain.DAY,
    "weekly": Grain.WEEK,
    "monthly": Grain.MONTH,
    "quarterly": Grain.QUARTER,
    "semiannual": Grain.HALF,
    "annual": Grain.YEAR,
    "per_event": Grain.MONTH,
    "per_audit": Grain.MONTH,
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period: its grain and its first day. Make it with `period_of`."""

    grain: Grain
    start: date

    @property
    def end(self) -> date:
        """Its last day."""
        return self.after(1).start - _DAY

    def after(self, count: int) -> "Period":
        """The period ``count`` periods later; earlier when negative."""
        if self.grain is Grain.DAY:
            return Period(self.grain, self.start + count * _DAY)
        if self.grain is Grain.WEEK:
            return Period(self.grain, self.start + count * _WEEK)
        months = self.start.year * _MONTHS_OF_YEAR + self.start.month - 1
        year, month = divmod(months + count * _MONTHS[self.grain], _MONTHS_OF_YEAR)
        return Period(self.grain, date(year, month + 1, 1))

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.end < today

    def within(self, grain: Grain) -> "Period":
        """The period of an equal or longer grain to which it belongs.

        Raises ValueError when ``grain`` is shorter.
        """
        if GRAINS.index(grain) < GRAINS.index(self.grain):
            raise ValueError(f"A {self.grain} does not belong to one {grain}.")
        day = self.start
        if self.grain is Grain.WEEK and grain is not Grain.WEEK:
            day += _TO_THURSDAY
        return period_of(day, grain)

    def larger(self) -> Iterator["Period"]:
        """Itself, then the period of each longer grain to which it belongs."""
        for grain in GRAINS[GRAINS.index(self.grain) :]:
            yield self.within(grain)


def period_of(day: date, grain: Grain) -> Period:
    """The period of that grain that holds the day."""
    if grain is Grain.DAY:
        return Period(grain, day)
    if grain is Grain.WEEK:
        return Period(grain, day - day.weekday() * _DAY)
    size = _MONTHS[grain]
    return Period(grain, date(day.year, (day.month - 1) // size * size + 1, 1))


def last_periods(count: int, *, grain: Grain, today: date) -> list[Period]:
    """The ``count`` latest periods, oldest first; the last one is the one that runs."""
    current = period_of(today, grain)
    return [current.after(back) for back in range(1 - count, 1)]
