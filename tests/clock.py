"""Moving the clock of the application."""

from datetime import date, datetime, time

import pytest
from django.utils import timezone


def move_clock(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Noon of that day, for whatever asks Django what time it is. Sessions end with it."""
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    monkeypatch.setattr(timezone, "now", lambda: noon)
