from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crcaudit.core.workdays import PARIS, Calendar, Region

pytestmark = pytest.mark.unit

METROPOLE = Calendar()
ALSACE = Calendar(Region.ALSACE_MOSELLE)
FRIDAY = date(2025, 11, 7)

# Within the years for which the law gave the same eleven holidays.
days = st.dates(date(2010, 1, 1), date(2040, 12, 31))
counts = st.integers(0, 60)
calendars = st.builds(
    Calendar,
    st.sampled_from(Region),
    st.frozensets(st.dates(date(2024, 1, 1), date(2025, 12, 31)), max_size=20),
)


def test_five_working_days_over_the_armistice():
    assert METROPOLE.add_working_days(FRIDAY, 5) == date(2025, 11, 17)


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2025, 8, 15),
        date(2027, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ],
)
@pytest.mark.parametrize("calendar", [METROPOLE, ALSACE])
def test_the_eleven_public_holidays_are_not_worked(calendar, holiday):
    assert holiday.weekday() < 5
    assert not calendar.is_working_day(holiday)


def test_no_other_weekday_of_the_year_is_a_holiday():
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    off = [day for day in year if day.weekday() < 5 and not METROPOLE.is_working_day(day)]

    # Assumption Day and All Saints' Day fall on a week-end in 2026.
    assert len(off) == 9


@pytest.mark.parametrize("holiday", [date(2025, 4, 18), date(2025, 12, 26)])
def test_alsace_moselle_adds_good_friday_and_saint_stephen(holiday):
    assert METROPOLE.is_working_day(holiday)
    assert not ALSACE.is_working_day(holiday)


def test_saturday_and_sunday_are_not_worked():
    assert not METROPOLE.is_working_day(date(2025, 11, 8))
    assert not METROPOLE.is_working_day(date(2025, 11, 9))


def test_a_closure_of_the_site_pushes_the_due_date():
    closed = Calendar(closures=frozenset({date(2025, 11, 10), date(2025, 11, 12)}))

    assert not closed.is_working_day(date(2025, 11, 10))
    assert closed.add_working_days(FRIDAY, 5) == date(2025, 11, 19)


@pytest.mark.parametrize(
    ("received", "closing", "expected"),
    [
        pytest.param(datetime(2025, 11, 7, 10, 0, tzinfo=PARIS), None, FRIDAY, id="open"),
        pytest.param(datetime(2025, 11, 7, 18, 0, tzinfo=PARIS), time(18), FRIDAY, id="at closing"),
        pytest.param(
            datetime(2025, 11, 7, 18, 1, tzinfo=PARIS),
            time(18),
            date(2025, 11, 10),
            id="after closing",
        ),
        pytest.param(
            datetime(2025, 11, 8, 10, 0, tzinfo=PARIS),
            time(18),
            date(2025, 11, 10),
            id="on a Saturday",
        ),
        pytest.param(
            datetime(2025, 11, 10, 19, 0, tzinfo=PARIS),
            time(18),
            date(2025, 11, 12),
            id="before a holiday",
        ),
        pytest.param(
            datetime(2025, 11, 6, 23, 30, tzinfo=UTC), None, FRIDAY, id="already Friday in Paris"
        ),
        pytest.param(
            datetime(2025, 7, 1, 16, 30, tzinfo=UTC), time(18), date(2025, 7, 2), id="summer time"
        ),
    ],
)
def test_day_of_receipt(received, closing, expected):
    assert METROPOLE.receipt_day(received, closing) == expected


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        METROPOLE.receipt_day(datetime(2025, 11, 7, 10, 0))  # noqa: DTZ001


def test_what_arrives_on_a_day_off_counts_from_the_next_working_day():
    saturday = date(2025, 11, 8)

    assert METROPOLE.add_working_days(saturday, 0) == date(2025, 11, 10)
    assert METROPOLE.add_working_days(saturday, 1) == date(2025, 11, 12)


def test_a_negative_number_of_working_days_is_refused():
    with pytest.raises(ValueError, match="negative"):
        METROPOLE.add_working_days(FRIDAY, -1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, date(2025, 11, 9), 0),
        (FRIDAY, date(2025, 11, 17), 5),
        (date(2025, 11, 17), FRIDAY, -5),
    ],
)
def test_working_days_between_two_dates(start, end, expected):
    assert METROPOLE.working_days_between(start, end) == expected


@given(calendars, days, counts)
def test_the_due_date_is_a_working_day_and_counting_back_gives_the_number(calendar, start, n):
    day_zero = calendar.add_working_days(start, 0)
    due = calendar.add_working_days(start, n)

    assert calendar.is_working_day(due)
    assert due >= start
    assert calendar.working_days_between(day_zero, due) == n


@given(calendars, days, counts, counts)
def test_adding_in_two_steps_or_in_one_gives_the_same_day(calendar, start, first, second):
    halfway = calendar.add_working_days(start, first)

    assert calendar.add_working_days(halfway, second) == calendar.add_working_days(
        start, first + second
    )


@given(calendars, days, counts, st.integers(0, 30))
def test_what_starts_later_is_never_due_earlier(calendar, start, n, delay):
    later = start + timedelta(days=delay)

    assert calendar.add_working_days(start, n) <= calendar.add_working_days(later, n)
    assert calendar.add_working_days(start, n) < calendar.add_working_days(start, n + 1)


@given(calendars, days, st.integers(0, 90), st.integers(0, 90))
def test_stretches_of_working_days_add_up(calendar, start, first, second):
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    between = calendar.working_days_between

    assert between(start, end) == between(start, middle) + between(middle, end)
    assert between(end, start) == -between(start, end)


@given(calendars, days, counts)
def test_a_closure_never_brings_a_due_date_forward(calendar, start, n):
    assert Calendar(calendar.region).add_working_days(start, n) <= calendar.add_working_days(
        start, n
    )


@given(calendars, days, st.times(), st.times())
def test_the_day_of_receipt_is_worked_and_never_in_the_past(calendar, day, moment, closing):
    received = datetime.combine(day, moment, tzinfo=UTC)
    local_day = received.astimezone(PARIS).date()

    assert calendar.is_working_day(calendar.receipt_day(received, closing))
    assert calendar.receipt_day(received, closing) >= local_day
