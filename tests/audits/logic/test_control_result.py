"""What the result of a control says against its thresholds."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.control_result import (
    RANK,
    Counted,
    DoneControl,
    Judged,
    Level,
    Sign,
    Thresholds,
    in_order,
    judge_counts,
    last_per_line,
    trend,
)
from audits.logic.statistics import TargetVerdict

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

PRICES = Thresholds(Sign.AT_LEAST, Fraction(1), Fraction(98, 100), Fraction(90, 100))
DROPPED = Thresholds(Sign.AT_MOST, Fraction(5, 100), Fraction(8, 100), Fraction(10, 100))


def level(compliant, checked, limits=PRICES, *, is_exhaustive=True):
    return judge_counts(Counted(checked, compliant, is_exhaustive), limits).level


@pytest.mark.parametrize(
    ("compliant", "expected"),
    [
        (100, Level.CONFORM),
        (99, Level.OFF_TARGET),
        (98, Level.OFF_TARGET),
        (97, Level.ALERT),
        (90, Level.ALERT),
        (89, Level.NONCONFORM),
        (0, Level.NONCONFORM),
    ],
)
def test_a_share_of_what_complies_falls_through_its_thresholds(compliant, expected):
    assert level(compliant, 100) == expected


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        (5, Level.CONFORM),
        (6, Level.OFF_TARGET),
        (8, Level.OFF_TARGET),
        (9, Level.ALERT),
        (10, Level.ALERT),
        (11, Level.NONCONFORM),
    ],
)
def test_at_most_speaks_of_what_does_not_comply(gaps, expected):
    judged = judge_counts(Counted(100, 100 - gaps, is_exhaustive=True), DROPPED)

    assert (judged.level, judged.share) == (expected, Fraction(gaps, 100))


@pytest.mark.parametrize(
    ("sign", "compliant", "expected"),
    [
        (Sign.AT_LEAST, 95, Level.CONFORM),
        (Sign.MORE_THAN, 95, Level.OFF_TARGET),
        (Sign.MORE_THAN, 96, Level.CONFORM),
        (Sign.AT_MOST, 5, Level.CONFORM),
        (Sign.LESS_THAN, 5, Level.OFF_TARGET),
        (Sign.LESS_THAN, 6, Level.CONFORM),
    ],
)
def test_a_strict_sign_refuses_equality(sign, compliant, expected):
    target = Fraction(95, 100)

    assert level(compliant, 100, Thresholds(sign, target)) == expected


def test_42_checked_and_41_compliant_is_below_the_alert_and_exhaustive():
    judged = judge_counts(Counted(42, 41, is_exhaustive=True), PRICES)

    assert judged == Judged(Level.ALERT, Fraction(41, 42), None, None)


def test_a_sample_has_its_interval_and_says_what_it_proves():
    judged = judge_counts(Counted(50, 45, is_exhaustive=False), PRICES)

    assert (round(judged.interval.low, 4), round(judged.interval.high, 4)) == (0.7864, 0.9565)
    assert judged.certainty == TargetVerdict.MISSED


def test_the_interval_of_gaps_is_that_of_gaps():
    judged = judge_counts(Counted(50, 45, is_exhaustive=False), DROPPED)

    assert (round(judged.interval.low, 4), round(judged.interval.high, 4)) == (0.0435, 0.2136)
    assert judged.certainty == TargetVerdict.NOT_PROVEN


def test_without_thresholds_everything_must_comply():
    assert level(10, 10, None) == Level.CONFORM
    assert level(9, 10, None) == Level.GAPS


def test_nothing_checked_is_nothing_to_check_and_never_zero():
    assert judge_counts(Counted(0, 0, is_exhaustive=True), PRICES) == Judged(Level.NOTHING)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="43 out of 42"):
        judge_counts(Counted(42, 43, is_exhaustive=True), PRICES)


shares = st.fractions(0, 1, max_denominator=400)


@given(shares, st.one_of(st.none(), shares), st.one_of(st.none(), shares), st.sampled_from(Sign))
def test_the_worse_threshold_never_judges_better(target, alert, worst, sign):
    """More that complies is never a worse level, whatever thresholds are in order."""
    limits = Thresholds(sign, target, alert, worst)
    if not in_order(limits):
        return
    levels = [level(compliant, 40, limits) for compliant in range(41)]

    assert [RANK[one] for one in levels] == sorted((RANK[one] for one in levels), reverse=True)


def test_thresholds_in_order_go_from_the_target_to_the_worst():
    assert in_order(PRICES)
    assert in_order(DROPPED)
    assert not in_order(Thresholds(Sign.AT_LEAST, Fraction(9, 10), Fraction(95, 100)))
    assert not in_order(Thresholds(Sign.AT_MOST, Fraction(5, 100), None, Fraction(4, 100)))
    assert in_order(Thresholds(Sign.AT_LEAST, Fraction(9, 10)))


def done(line, day, found, place=None):
    return DoneControl(line, place, day, day, Judged(found))


def test_the_last_result_of_a_line_is_of_its_latest_day_and_the_worst_of_it():
    first, second = date(2026, 3, 3), date(2026, 3, 10)
    rows = [
        done("a", second, Level.CONFORM, "Lyon"),
        done("a", first, Level.NONCONFORM),
        done("a", second, Level.ALERT, "Massy"),
        done("b", first, Level.CONFORM),
    ]

    found = last_per_line(rows)

    assert found == {"a": rows[2], "b": rows[3]}
    assert last_per_line(reversed(rows)) == found
    assert last_per_line([]) == {}


def test_the_trend_compares_two_results():
    good, bad, nothing = (Judged(one) for one in (Level.CONFORM, Level.ALERT, Level.NOTHING))

    assert trend(bad, good) == 1
    assert trend(good, bad) == -1
    assert trend(good, good) == 0
    assert trend(None, good) is None
    assert trend(nothing, good) is None
