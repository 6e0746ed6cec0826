"""Calendars (RFC 5545): days and hours in Europe/Paris, escaped and folded by `icalendar`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crcaudit.core.text import clean_line, clean_text
from crcaudit.core.workdays import PARIS

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//CRC Audit//Agenda//FR"
HOST = "crc-audit"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Whole days when ``start`` is a date; ``end`` is then the last day itself.

    ``uid`` never changes for the same thing, ``sequence`` grows when it changes; ``stamp`` is
    aware, and is when it last changed. ``description``, ``place`` and ``url`` may be empty.
    """

    uid: str
    title: str
    start: date | datetime
    end: date | datetime
    stamp: datetime
    sequence: int = 0
    description: str = ""
    place: str = ""
    url: str = ""


def build_calendar(*, name: str, uid: str, events: Iterable[Event]) -> bytes:
    """The file of a calendar, in the order of its events; the same values give the same bytes."""
    # Imported on first use: no start of a process should pay for it.
    from icalendar import Calendar  # noqa: PLC0415

    found = Calendar.new(
        name=clean_line(name), uid=f"{uid}@{HOST}", prodid=PRODUCT, method="PUBLISH"
    )
    days: list[date] = []
    for event in events:
        found.add_component(_component(event))
        days += (_day(event.start), _day(event.end))
    if days:
        # From January on, so that the rules of summer and winter time are whole.
        first, last = date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1)
        found.add_missing_timezones(first, last)
    content: bytes = found.to_ical()
    return content


def _component(event: Event):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- imported inside
    from icalendar import Event as Component  # noqa: PLC0415

    return Component.new(
        uid=f"{event.uid}@{HOST}",
        summary=clean_line(event.title),
        start=_moment(event.start),
        end=_moment(event.end)
        if isinstance(event.end, datetime)
        else event.end + timedelta(days=1),
        stamp=event.stamp,
        sequence=event.sequence,
        description=clean_text(event.description) or None,
        location=clean_line(event.place) or None,
        url=event.url or None,
    )


def _moment(value: date | datetime) -> date | datetime:
    return value.astimezone(PARIS) if isinstance(value, datetime) else value


def _day(value: date | datetime) -> date:
    return value.astimezone(PARIS).date() if isinstance(value, datetime) else value
