from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.periods import GRAINS, Grain, Period, last_periods, period_of

pytestmark = pytest.mark.unit
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(
    ("grain", "first", "last"),
    [
        (Grain.DAY, date(2025, 11, 12), date(2025, 11, 12)),
        (Grain.WEEK, date(2025, 11, 10), date(2025, 11, 16)),
        (Grain.MONTH, date(2025, 11, 1), date(2025, 11, 30)),
        (Grain.QUARTER, date(2025, 10, 1), date(2025, 12, 31)),
        (Grain.HALF, date(2025, 7, 1), date(2025, 12, 31)),
        (Grain.YEAR, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_has_its_calendar_bounds(grain, first, last):
    period = period_of(date(2025, 11, 12), grain)

    assert (period.start, period.end) == (first, last)


def test_a_week_over_two_months_belongs_to_that_of_its_thursday():
    over_the_year = period_of(date(2025, 12, 29), Grain.WEEK)

    assert over_the_year.within(Grain.MONTH) == Period(Grain.MONTH, date(2026, 1, 1))
    assert over_the_year.within(Grain.YEAR) == Period(Grain.YEAR, date(2026, 1, 1))


def test_a_month_belongs_to_no_week():
    with pytest.raises(ValueError, match="MONTH"):
        period_of(date(2025, 11, 12), Grain.MONTH).within(Grain.WEEK)


def test_a_period_is_over_the_day_after_its_last_one():
    november = period_of(date(2025, 11, 12), Grain.MONTH)

    assert not november.is_over(date(2025, 11, 30))
    assert november.is_over(date(2025, 12, 1))


def test_the_last_periods_end_with_the_one_that_runs():
    found = last_periods(3, grain=Grain.QUARTER, today=date(2026, 2, 3))

    starts = [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)]
    assert [period.start for period in found] == starts


@given(DAYS, st.sampled_from(GRAINS))
def test_periods_of_one_grain_cover_every_day_once(day, grain):
    period = period_of(day, grain)

    assert period.start <= day <= period.end
    assert period.after(1).start == period.end + timedelta(days=1)
    assert period.after(1).after(-1) == period


@given(DAYS, st.sampled_from(GRAINS))
def test_every_larger_period_is_named_once_shortest_first(day, grain):
    larger = list(period_of(day, grain).larger())

    assert [period.grain for period in larger] == list(GRAINS[GRAINS.index(grain) :])
