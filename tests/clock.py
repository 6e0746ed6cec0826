"""Moving the clock of the application."""

from datetime import date, datetime, time

import pytest
from django.utils import timezone


def noon(day: date) -> datetime:
    """A moment that is of that day in any season: days ago are not so many times 24 hours."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def move_clock(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Noon of that day, for whatever asks Django what time it is. Sessions end with it."""
    at = noon(day)
    monkeypatch.setattr(timezone, "now", lambda: at)
