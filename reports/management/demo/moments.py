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

    def workday(self, day: int) -> date:
        """The working day ``day`` days back: -1 is the last one before today."""
        if day >= 0:
            raise ValueError("The story takes place before today.")
        days = self._days_before(self._past[-1] if self._past else self.today)
        while len(self._past) < -day:
            self._past.append(next(days))
        return self._past[-day - 1]

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of a past working day; ``minute`` may pass 59."""
        start = timezone.make_aware(datetime.combine(self.workday(day), time(hour)))
        return start + timedelta(minutes=minute)

    def date_in(self, days: int) -> date:
        """A calendar date from today, past when negative."""
        return self.today + timedelta(days=days)

    @staticmethod
    def _days_before(day: date) -> Iterator[date]:
        calendar = Calendar()
        while True:
            day -= _DAY
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
