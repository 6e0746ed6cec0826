"""Days of the story, counted from the day on which the demonstration is created.

Working days order what happened: nobody rates on a Sunday, and two days of the story never fall
on the same date. Limits and months are those of the calendar.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format

from crcaudit.core.workdays import Calendar

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Moments:
    """Moments and dates of the story, as seen from ``today``."""

    today: date
    _past: list[date] = field(default_factory=list)
    _ahead: list[date] = field(default_factory=list)

    def workday(self, day: int) -> date:
        """A working day: -1 is the last one before today, 1 the first one after.

        Raises:
            ValueError: for 0; today may be a Sunday.
        """
        if day == 0:
            raise ValueError("Nothing of the story takes place today.")
        known, step = (self._past, -_DAY) if day < 0 else (self._ahead, _DAY)
        days = self._days_after(known[-1] if known else self.today, step)
        while len(known) < abs(day):
            known.append(next(days))
        return known[abs(day) - 1]

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of a past working day; ``minute`` may pass 59."""
        start = timezone.make_aware(datetime.combine(self.workday(day), time(hour)))
        return start + timedelta(minutes=minute)

    def date_in(self, days: int) -> date:
        """A calendar date from today, past when negative."""
        return self.today + timedelta(days=days)

    def last_workday_by(self, days: int) -> date:
        """The last working day that is not after the date of so many days from today."""
        return next(self._days_after(self.date_in(days) + _DAY, -_DAY))

    @staticmethod
    def _days_after(day: date, step: timedelta) -> Iterator[date]:
        calendar = Calendar()
        while True:
            day += step
            if calendar.is_working_day(day):
                yield day


def last_day_of_previous_month(day: date) -> date:
    """The last day of the month before the one of ``day``."""
    return day.replace(day=1) - _DAY


def words_of(start: date) -> dict[str, str]:
    """The words between braces in the texts of an audit that started on ``start``.

    ``mois``, ``mois_2`` and ``mois_3`` are the full months before it, newest first, in French;
    ``aaaa_mm`` is the newest as in a file name.
    """
    last = last_day_of_previous_month(start)
    before = last_day_of_previous_month(last)
    names = {"mois": last, "mois_2": before, "mois_3": last_day_of_previous_month(before)}
    with translation.override("fr"):
        words = {name: date_format(day, "F Y") for name, day in names.items()}
    return words | {"aaaa_mm": f"{last:%Y-%m}"}
