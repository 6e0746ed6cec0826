"""Days and months of the demonstration."""

from datetime import date

import pytest

from reports.management.demo import moments

pytestmark = pytest.mark.unit


def test_days_are_working_days_and_each_is_another_date():
    story = moments.Moments(date(2026, 11, 12))

    days = [story.workday(-n) for n in range(1, 6)]

    # 11 November is a public holiday.
    assert [day.isoformat() for day in days] == [
        "2026-11-10", "2026-11-09", "2026-11-06", "2026-11-05", "2026-11-04",
    ]  # fmt: skip


def test_days_to_come_are_working_days_too():
    story = moments.Moments(date(2026, 11, 10))

    # 11 November is a public holiday; the 14th and the 15th are a week-end.
    assert [story.workday(n).isoformat() for n in (1, 2, 3)] == [
        "2026-11-12", "2026-11-13", "2026-11-16",
    ]  # fmt: skip
    assert story.last_workday_by(5).isoformat() == "2026-11-13"
    assert story.last_workday_by(6).isoformat() == "2026-11-16"


def test_nothing_takes_place_today():
    with pytest.raises(ValueError, match="today"):
        moments.Moments(date(2026, 11, 12)).workday(0)


def test_words_are_the_months_before_the_audit():
    words = moments.words_of(date(2026, 2, 3))

    assert words == {
        "mois": "janvier 2026",
        "mois_2": "décembre 2025",
        "mois_3": "novembre 2025",
        "aaaa_mm": "2026-01",
    }
