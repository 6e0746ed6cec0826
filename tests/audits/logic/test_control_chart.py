from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.control_chart import LEAST_POINTS, Limits, natural_limits, standing_out

pytestmark = pytest.mark.unit


def series(*values):
    return [None if value is None else Fraction(value) for value in values]


def test_limits_are_those_of_the_mean_moving_range():
    # Mean 11; moving ranges 2, 2, 2, 2, 2, 2, 2: mean 2; 2.66 x 2 = 5.32.
    limits = natural_limits(series(10, 12, 10, 12, 10, 12, 10, 12))

    assert limits == Limits(Fraction(11), Fraction("5.68"), Fraction("16.32"))


def test_too_few_points_have_no_limits():
    assert natural_limits(series(*range(LEAST_POINTS - 1))) is None


def test_a_missing_value_breaks_the_series_and_is_not_zero():
    whole = natural_limits(series(10, 12, 10, 12, None, 90, 92, 90, 92))

    # Six ranges of 2: the jump across the missing month is none.
    assert whole.high - whole.centre == Fraction("5.32")


def test_values_with_a_gap_after_each_have_no_range():
    spaced = [value for n in range(LEAST_POINTS) for value in (Fraction(n), None)]

    assert natural_limits(spaced) is None


def test_points_beyond_a_limit_stand_out():
    limits = Limits(Fraction(10), Fraction(5), Fraction(15))

    assert standing_out(series(10, 16, None, 4, 5, 15), limits) == (1, 3)


def test_the_eighth_point_on_one_side_stands_out():
    limits = Limits(Fraction(10), Fraction(5), Fraction(15))

    assert standing_out(series(*[11] * 9), limits) == (7, 8)
    assert standing_out(series(*[11] * 7, 10, *[11] * 7), limits) == ()
    assert standing_out(series(*[11] * 7, None, *[11] * 7), limits) == ()


@given(st.lists(st.integers(0, 100), min_size=LEAST_POINTS, max_size=30))
def test_a_shift_of_every_value_shifts_the_limits(values):
    limits = natural_limits(series(*values))
    moved = natural_limits(series(*[value + 7 for value in values]))

    assert (moved.centre, moved.low, moved.high) == (
        limits.centre + 7,
        limits.low + 7,
        limits.high + 7,
    )
