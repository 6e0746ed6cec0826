"""On which days controls are due."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.schedule import MONTHS, Frequency, Rule, add_months, due_days, periods
from crcaudit.core.workdays import Calendar, Region

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
FRANCE = Calendar()
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
rules = st.builds(
    Rule,
    frequency=st.sampled_from([f for f in Frequency if f != Frequency.PER_EVENT]),
    weekday=st.integers(1, 5),
    rank=st.integers(1, 60),
    window=st.integers(0, 20),
)
calendars = st.builds(
    Calendar, region=st.sampled_from(Region), closures=st.frozensets(days, max_size=60)
)


def due(rule, calendar=FRANCE, first=FIRST, last=LAST):
    return [row.due for row in due_days(rule, calendar, first=first, last=last)]


@given(rules, calendars, days, st.integers(0, 400))
def test_each_period_with_a_working_day_has_exactly_one_control_on_one(
    rule, calendar, first, length
):
    last = first + timedelta(days=length)
    wide = timedelta(days=800)
    found = due_days(rule, calendar, first=first - wide, last=last + wide)
    by_period = {row.period: row for row in found}

    assert len(by_period) == len(found)
    for period in periods(rule.frequency, first, last):
        count = (period.end - period.start).days + 1
        whole = [period.start + timedelta(days=n) for n in range(count)]
        is_worked = any(calendar.is_working_day(day) for day in whole)
        assert (period in by_period) == is_worked
    for row in found:
        assert calendar.is_working_day(row.due)
        assert calendar.is_working_day(row.opens)
        assert row.period.start <= row.opens <= row.due <= row.period.end


@given(rules, calendars, days, st.integers(0, 300), st.integers(1, 300))
def test_two_ranges_in_a_row_give_together_what_the_whole_gives_in_order(
    rule, calendar, first, length, more
):
    middle = first + timedelta(days=length)
    last = middle + timedelta(days=more)
    one = due_days(rule, calendar, first=first, last=middle)
    two = due_days(rule, calendar, first=middle + timedelta(days=1), last=last)
    whole = due_days(rule, calendar, first=first, last=last)

    assert one + two == whole
    assert all(a.due < b.due for a, b in pairwise(whole))
    assert whole == due_days(rule, calendar, first=first, last=last)


@given(rules, calendars, days)
def test_the_window_opens_so_many_working_days_before_within_the_period(rule, calendar, first):
    for row in due_days(rule, calendar, first=first, last=first + timedelta(days=370)):
        between = calendar.working_days_between(row.opens, row.due)
        assert between <= rule.window
        if between < rule.window:
            day = row.opens - timedelta(days=1)
            while day >= row.period.start:
                assert not calendar.is_working_day(day)
                day -= timedelta(days=1)


def test_a_weekly_control_keeps_its_weekday():
    found = due(Rule(Frequency.WEEKLY, weekday=2), first=date(2026, 3, 1), last=date(2026, 3, 31))

    assert found == [date(2026, 3, day) for day in (3, 10, 17, 24, 31)]


def test_a_holiday_moves_it_to_the_next_working_day_of_the_week():
    # 14 July 2026 is a Tuesday; 8 May 2026 is a Friday: no working day follows it in the week.
    tuesday, friday = (Rule(Frequency.WEEKLY, weekday=day) for day in (2, 5))
    july = {"first": date(2026, 7, 13), "last": date(2026, 7, 17)}
    may = {"first": date(2026, 5, 4), "last": date(2026, 5, 8)}

    assert due(tuesday, **july) == [date(2026, 7, 15)]
    assert due(friday, **may) == [date(2026, 5, 7)]


def test_alsace_moselle_keeps_its_own_holidays():
    friday = Rule(Frequency.WEEKLY, weekday=5)
    easter = {"first": date(2026, 3, 30), "last": date(2026, 4, 5)}

    assert due(friday, FRANCE, **easter) == [date(2026, 4, 3)]
    assert due(friday, Calendar(Region.ALSACE_MOSELLE), **easter) == [date(2026, 4, 2)]


def test_a_closed_site_is_controlled_on_the_days_that_it_works():
    closed = Calendar(closures=frozenset(date(2026, 8, day) for day in range(1, 32)))
    monthly = Rule(Frequency.MONTHLY, rank=3)

    assert date(2026, 8, 5) in due(monthly)
    assert [day for day in due(monthly, closed) if day.month == 8] == []
    assert len(due(monthly, closed)) == 11


def test_a_rank_beyond_the_last_working_day_is_the_last_one():
    assert due(Rule(Frequency.MONTHLY, rank=60), last=date(2026, 2, 28)) == [
        date(2026, 1, 30),
        date(2026, 2, 27),
    ]


@pytest.mark.parametrize(
    ("frequency", "count"),
    [
        (Frequency.DAILY, 252),
        (Frequency.MONTHLY, 12),
        (Frequency.QUARTERLY, 4),
        (Frequency.HALF_YEARLY, 2),
        (Frequency.YEARLY, 1),
        (Frequency.PER_EVENT, 0),
    ],
)
def test_a_year_has_as_many_controls_as_periods(frequency, count):
    assert len(due(Rule(frequency, rank=4))) == count


@given(days, st.integers(-60, 60))
def test_adding_months_goes_to_the_first_day_and_comes_back(day, months):
    there = add_months(day, months)

    assert there.day == 1
    assert add_months(there, -months) == day.replace(day=1)


def test_periods_of_months_begin_with_january():
    for frequency, length in MONTHS.items():
        starts = [period.start.month for period in periods(frequency, FIRST, LAST)]
        assert starts == list(range(1, 13, length))
