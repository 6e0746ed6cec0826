"""What the product counts by itself: from which inputs, exactly how."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.feeding import (
    FED,
    Count,
    Graded,
    conformity,
    control_keys,
    entered,
    first_of,
    is_measurable,
    summed,
    with_whole,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("formula", "keys"),
    [
        ("100 * traced / checked", ("traced", "checked")),
        ("100 * compliant / evaluated", ("compliant", "evaluated")),
        ("100 * in_time / received", None),  # events, not what was looked at
        ("1000 * compliant / checked", None),
        ("score_total / evaluated", None),
        ("100 * (checked - compliant) / checked", None),
        ("100 * checked / checked", None),
        ("waves", None),
    ],
)
def test_a_control_counts_what_was_looked_at_and_nothing_else(formula, keys):
    assert control_keys(formula) == keys


def test_nothing_counted_is_no_measure():
    assert not is_measurable("100 * done / planned", {"done": 3, "planned": 0})
    assert is_measurable("100 * done / planned", {"done": 0, "planned": 3})


def test_scores_are_kept_to_the_ten_thousandth_of_a_point():
    assert entered({"score_total": Fraction(500, 7), "evaluated": 1}) == {
        "score_total": Decimal("71.4286"),
        "evaluated": Decimal(1),
    }


def test_what_is_of_no_site_makes_the_whole_counted_too():
    one, other = (Count("CONTROLS", {"done": n, "planned": 2}, True) for n in (1, 2))

    assert with_whole({7: one}) == {7: one}
    assert with_whole({7: one, None: other})[None].inputs == {"done": 3, "planned": 4}


def test_audits_on_two_scales_are_put_together_on_one():
    # 50 % of 4 on a scale to 3, all of 2 on a scale to 100: 4 of 6.
    found = conformity([Graded(6, 4, 3), Graded(200, 2, 100)])

    assert Fraction(found["weighted_score"], found["weighted_max"]) == Fraction(4, 6)
    assert conformity([]) == {"weighted_score": 0, "weighted_max": 0}


def test_an_earlier_source_has_the_word():
    heard, controlled = (Count(name, {}, True) for name in ("LISTENING", "CONTROLS"))

    assert first_of({"a": heard}, {"a": controlled, "b": controlled}) == {
        "a": heard,
        "b": controlled,
    }


def test_sixteen_indicators_of_the_catalogue_are_fed():
    assert len(set(FED)) == 16


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=6))
def test_counts_are_summed_and_exhaustive_only_together(parts):
    found = summed([Count("CONTROLS", {"checked": n}, whole) for n, whole in parts])

    assert found.inputs == {"checked": sum(n for n, _whole in parts)}
    assert found.is_exhaustive == all(whole for _n, whole in parts)
