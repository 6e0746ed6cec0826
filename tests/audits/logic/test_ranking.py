from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic import gap
from audits.logic.ranking import rank
from audits.logic.trajectory import compliant
from tests.audits.logic.test_gap import DIAGNOSIS
from tests.audits.logic.values import any_items, not_applicable, rated

pytestmark = pytest.mark.unit


def ranked(items, efforts):
    return rank(dict(enumerate(items)), efforts, points=3)


def keys(items, efforts):
    return [row.key for row in ranked(items, efforts)]


def test_golden_example_gains_its_weight_over_all_weights():
    found = {row.key: row.gain for row in ranked(DIAGNOSIS, {})}

    assert found == {1: Fraction(2, 21), 2: Fraction(6, 21), 3: Fraction(4, 21)}


def test_best_points_per_day_come_first():
    items = [rated("EX-1.1.1", 0), rated("EX-1.1.2", 0), rated("EX-1.1.3", 0)]

    assert keys(items, {0: [Fraction(4)], 1: [Fraction(1)], 2: [Fraction(1), Fraction(1)]}) == [
        1,
        2,
        0,
    ]


def test_effort_is_summed_and_never_guessed():
    items = [rated("EX-1.1.1", 0, weight=5), rated("EX-1.1.2", 2), rated("EX-1.1.3", 0)]

    found = ranked(items, {0: [Fraction(2), None], 1: [Fraction(1), Fraction(3, 2)]})

    assert [(row.key, row.effort) for row in found] == [(1, Fraction(5, 2)), (0, None), (2, None)]
    assert [row.rate for row in found] == [found[0].gain / Fraction(5, 2), None, None]


def test_what_costs_nothing_comes_first_without_a_rate():
    items = [rated("EX-1.1.1", 0, weight=5), rated("EX-1.1.2", 2)]

    found = ranked(items, {0: [Fraction(1)], 1: [Fraction(0)]})

    assert [(row.key, row.rate) for row in found] == [(1, None), (0, found[1].gain)]


def test_equals_keep_the_order_of_the_referential():
    items = [rated(f"EX-1.1.{n}", 0) for n in (3, 1, 2)]

    assert keys(items, {}) == [0, 1, 2]


def test_what_has_nothing_to_gain_is_left_out():
    items = [rated("EX-1.1.1", 3), not_applicable("EX-1.1.2"), rated("EX-1.1.3", None)]

    assert keys(items, {}) == []
    assert keys([rated("EX-1.1.1", 0), rated("EX-1.1.2", None)], {}) == [0, 1]


@given(st.lists(any_items().filter(lambda item: item.max_points == 3), max_size=8))
def test_the_gain_is_what_the_score_would_gain(items):
    now = gap.measure(items).score or 0

    for row in ranked(items, {}):
        after = [*items]
        after[row.key] = compliant(items[row.key], 3)
        assert gap.measure(after).score - now == row.gain
        assert row.gain > 0
