"""Calendar files: what a reader of the standard reads back, whatever the texts."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from audits.builders.ics import Event, build_calendar
from crcaudit.core.text import clean_line, clean_text

pytestmark = pytest.mark.unit

STAMP = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HOSTILE = (
    "Accueil\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:autre",
    'a;b,c\\d:e"f',
    "é" * 300,
    "\U0001f9ed" * 80,
    "ligne\u2028suite\x0bfin\x00",
    "https://exemple.test/?a=1;X=2",
)


def event(**fields) -> Event:
    return Event(
        **{
            "uid": "slot-1",
            "title": "Réunion",
            "start": datetime(2026, 3, 29, 7, 0, tzinfo=UTC),
            "end": datetime(2026, 3, 29, 8, 30, tzinfo=UTC),
            "stamp": STAMP,
        }
        | fields
    )


def written(*events: Event) -> bytes:
    return build_calendar(name="Plan", uid="plan-1", events=events)


def read(*events: Event) -> list:
    return Calendar.from_ical(written(*events)).events


def test_hours_are_those_of_paris_across_the_change_of_time():
    content = written(event()).decode()

    assert "DTSTART;TZID=Europe/Paris:20260329T090000" in content
    assert content.count("BEGIN:VTIMEZONE") == 1
    assert read(event())[0].start == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


def test_the_last_whole_day_is_part_of_the_event():
    found = read(event(start=date(2026, 3, 4), end=date(2026, 3, 5)))[0]

    assert (found.start, found.end) == (date(2026, 3, 4), date(2026, 3, 6))


def test_identity_and_sequence_are_kept():
    found = read(event(sequence=7, url="https://crc.test/x/"))[0]

    assert (found["uid"], found["sequence"], found["url"]) == (
        "slot-1@crc-audit",
        7,
        "https://crc.test/x/",
    )


def test_the_same_values_give_the_same_bytes():
    assert written(event(), event(uid="slot-2")) == written(event(), event(uid="slot-2"))


def test_a_calendar_without_events_is_one():
    assert Calendar.from_ical(written()).events == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    content = written(event(title=text, description=text, place=text))
    found = Calendar.from_ical(content).events

    assert len(found) == 1
    assert str(found[0]["summary"]) == clean_line(text)
    assert str(found[0]["location"]) == clean_line(text)
    assert str(found[0]["description"]) == clean_text(text)


@given(st.text(min_size=1, max_size=200))
def test_every_line_is_folded_and_ends_as_the_standard_says(text):
    content = written(event(title=text, description=text))

    lines = content.split(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, lines)) <= 75
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert len(Calendar.from_ical(content).events) == 1
