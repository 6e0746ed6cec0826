"""Expected and delivered: means of all answers, and what they prove of the gap."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.barometer import SCALE, GapVerdict, mark_of, ranked, standing_of, summed

pytestmark = pytest.mark.unit


def marks(**given):
    return {int(name.removeprefix("m")): count for name, count in given.items()}


def test_a_gap_is_expected_less_delivered_with_its_interval():
    found = standing_of(marks(m8=50, m10=50), marks(m6=50, m8=50))

    # by hand: means 9 and 7, s^2 = 100/99 each, half = t(99) sqrt(2 x 0.010101) = 0.282
    assert (found.expected.value, found.delivered.value, found.gap.value) == (9, 7, 2)
    assert found.gap.interval.low == pytest.approx(1.718, abs=0.002)
    assert found.gap.interval.high == pytest.approx(2.282, abs=0.002)
    assert found.gap.verdict is GapVerdict.BEHIND


def test_a_service_beyond_what_is_expected_is_ahead():
    assert standing_of(marks(m5=40, m6=40), marks(m8=40, m9=40)).gap.verdict is GapVerdict.AHEAD


def test_a_gap_that_answers_do_not_prove_is_not_proven():
    assert standing_of(marks(m5=5, m10=5), marks(m4=5, m10=5)).gap.verdict is GapVerdict.NOT_PROVEN


def test_few_answers_prove_nothing_whatever_they_say():
    found = standing_of(marks(m10=3), marks(m1=3))

    assert (found.gap.value, found.gap.interval, found.gap.verdict) == (
        9,
        None,
        GapVerdict.NOT_PROVEN,
    )


def test_what_was_not_asked_has_no_gap():
    found = standing_of(marks(m10=30), {})

    assert (found.delivered.value, found.gap.value, found.gap.verdict) == (
        None,
        None,
        GapVerdict.NONE,
    )


def test_gaps_are_ranked_the_largest_first_and_those_without_one_last():
    found = {
        "a": standing_of(marks(m9=9), marks(m8=9)),
        "none": standing_of(marks(m9=9), {}),
        "b": standing_of(marks(m9=9), marks(m5=9)),
    }

    assert ranked(found) == ["b", "a", "none"]


answers = st.dictionaries(st.sampled_from(list(SCALE)), st.integers(0, 400), max_size=10)


@given(st.lists(answers, min_size=1, max_size=4))
def test_places_are_summed_never_averaged(parts):
    total = sum(mark * count for part in parts for mark, count in part.items())
    size = sum(count for part in parts for count in part.values())

    assert mark_of(summed(parts)).value == (Fraction(total, size) if size else None)
