"""Working days (jours ouvrés): Monday to Friday without public holidays and site closures.

Day of receipt is day 0; what arrives on a non-working day or after closing counts from the next
working day; "within n working days" lasts until the end of working day n.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_DAY = timedelta(days=1)
_SATURDAY = 5


class Region(StrEnum):
    """Public holiday calendars of metropolitan France."""

    METROPOLE = "METROPOLE"
    ALSACE_MOSELLE = "ALSACE_MOSELLE"


_SUBDIVISIONS = {Region.METROPOLE: None, Region.ALSACE_MOSELLE: "6AE"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of one site: its region, and the dates on which it is closed besides."""

    region: Region = Region.METROPOLE
    closures: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the site works that day."""
        return (
            day.weekday() < _SATURDAY
            and day not in self.closures
            and day not in _public_holidays(self.region, day.year)
        )

    def receipt_day(self, received: datetime, closing: time | None = None) -> date:
        """Day 0 of something received at that moment: always a working day.

        ``received`` is aware and read in Paris time; ``closing`` is the local closing hour, None
        when the whole day counts. Raises ValueError when ``received`` has no time zone.
        """
        if received.tzinfo is None:
            raise ValueError("A moment of receipt needs a time zone.")
        local = received.astimezone(PARIS)
        too_late = closing is not None and local.time() > closing
        return next(self._working_days_from(local.date() + _DAY if too_late else local.date()))

    def add_working_days(self, start: date, n: int) -> date:
        """Working day n counted from ``start``, the last day to answer within n working days.

        Day 0 is ``start``, or the next working day when the site does not work on ``start``; so
        the answer is always a working day. Raises ValueError when ``n`` is negative.
        """
        if n < 0:
            raise ValueError("A number of working days cannot be negative.")
        days = self._working_days_from(start)
        for _ in range(n):
            next(days)
        return next(days)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start``, up to and including ``end``.

        Negative, with the same count, when ``end`` comes first: days late from a due date are
        ``working_days_between(due, today)``.
        """
        if end < start:
            return -self.working_days_between(end, start)
        offsets = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + n * _DAY) for n in offsets)

    def _working_days_from(self, day: date) -> Iterator[date]:
        while True:
            if self.is_working_day(day):
                yield day
            day += _DAY


@lru_cache(maxsize=256)
def _public_holidays(region: Region, year: int) -> frozenset[date]:
    """Legal public holidays of a year, as the `holidays` library knows them (1803 to 2100)."""
    # Imported on first use: it takes about 0.4 s, which no start of a process should pay.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("FR", subdiv=_SUBDIVISIONS[region], years=year))
