"""The score of a contact on a weighted grid."""

from datetime import date, timedelta
from fractions import Fraction
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.listening import (
    CriticalRule,
    Mark,
    Marked,
    Mean,
    debrief_due,
    expires_on,
    mean_of,
    needed,
    outcome,
)
from crcaudit.core.workdays import Calendar

pytestmark = pytest.mark.unit

C, P, N, NA = Mark.COMPLIANT, Mark.PARTLY, Mark.NOT_COMPLIANT, Mark.NOT_APPLICABLE
MARKED = st.builds(
    Marked,
    weight=st.integers(1, 100),
    is_critical=st.booleans(),
    mark=st.sampled_from(list(Mark)),
)


def rated(*rows, partly=50, rule=CriticalRule.ZERO):
    return outcome([Marked(*row) for row in rows], partly=partly, rule=rule)


def test_the_score_is_exact():
    found = rated((30, False, C), (40, False, P), (30, False, N))

    assert found.score == 50
    assert rated((1, False, C), (1, False, C), (1, False, N)).score == Fraction(200, 3)


def test_not_applicable_leaves_the_weights():
    assert rated((30, False, C), (70, False, NA)).score == 100


def test_nothing_that_applies_is_not_assessed_and_never_zero():
    found = rated((30, False, NA), (70, True, NA))

    assert (found.score, found.is_error_free) == (None, None)


@pytest.mark.parametrize(("rule", "score"), [(CriticalRule.ZERO, 0), (CriticalRule.COUNTED, 80)])
def test_a_critical_error_makes_the_score_0_or_only_counts(rule, score):
    found = rated((80, False, C), (20, True, N), rule=rule)

    assert (found.score, found.critical_errors, found.is_error_free) == (score, 1, False)


def test_partly_compliant_on_a_critical_criterion_is_no_critical_error():
    found = rated((50, True, P), (50, True, C))

    assert (found.score, found.critical_errors) == (75, 0)


@pytest.mark.parametrize("partly", [-1, 101])
def test_partly_is_worth_a_share_of_the_weight(partly):
    with pytest.raises(ValueError, match="0 to 100"):
        rated((10, False, P), partly=partly)


def test_a_criterion_without_weight_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        rated((0, False, C))


@given(st.lists(MARKED, max_size=20), st.integers(0, 100), st.sampled_from(list(CriticalRule)))
def test_a_score_is_from_0_to_100_and_the_order_of_criteria_is_nothing(rows, partly, rule):
    found = outcome(rows, partly=partly, rule=rule)

    assert found.score is None or 0 <= found.score <= 100
    assert outcome(rows[::-1], partly=partly, rule=rule) == found
    assert (found.score is None) == all(row.mark == NA for row in rows)


@given(st.lists(MARKED, min_size=1, max_size=20), st.integers(0, 100), st.data())
def test_a_better_mark_never_lowers_the_score(rows, partly, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    better = {N: P, P: C}.get(row.mark)
    if better is None:
        return
    changed = [*rows[:place], Marked(row.weight, row.is_critical, better), *rows[place + 1 :]]

    for rule in CriticalRule:
        before, after = (outcome(each, partly=partly, rule=rule) for each in (rows, changed))
        assert after.score >= before.score


def test_a_mean_has_its_standard_error():
    """Scores 80, 90 and 100: deviation 10, over the root of 3."""
    found = mean_of([Fraction(80), Fraction(90), Fraction(100)])

    assert (found.value, found.count) == (90, 3)
    assert isclose(found.standard_error, 10 / 3**0.5)


def test_one_score_shows_no_spread_and_none_no_mean():
    assert mean_of([Fraction(80)]) == Mean(1, Fraction(80), None)
    assert mean_of([]).value is None


def test_the_sample_for_5_points_is_that_of_the_table():
    assert needed() == 385


@pytest.mark.parametrize(
    ("heard", "expires"),
    [
        (date(2026, 3, 2), date(2027, 3, 2)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_texts_are_kept_one_year_at_most(heard, expires):
    assert expires_on(heard) == expires
    assert expires - heard <= timedelta(days=366)


def test_48_working_hours_pass_over_the_week_end():
    friday = date(2026, 3, 6)

    assert debrief_due(friday, Calendar().add_working_days) == date(2026, 3, 10)
