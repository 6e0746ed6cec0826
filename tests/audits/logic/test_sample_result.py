from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.sample_result import Basis, Counts, outcome
from audits.logic.sampling import Method
from audits.logic.statistics import TargetVerdict, wilson

pytestmark = pytest.mark.unit

counts = st.builds(Counts, *[st.integers(0, 60)] * 4)
NINETY = Fraction(9, 10)


def percents(interval):
    return f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}"


def test_forty_seven_files_out_of_fifty():
    found = outcome(
        Counts(conform=47, not_conform=3), population=1_240, method=Method.SIMPLE, target=NINETY
    )

    assert (found.rate, percents(found.interval)) == (Fraction(47, 50), ("83.8", "97.9"))
    assert (found.basis, found.verdict) == (Basis.SAMPLE, TargetVerdict.NOT_PROVEN)
    assert found.deciding_size == 217


@pytest.mark.parametrize(
    ("conform", "size", "target", "verdict"),
    [
        (475, 500, NINETY, TargetVerdict.PROVEN),
        (180, 200, NINETY, TargetVerdict.NOT_PROVEN),
        (27, 30, NINETY, TargetVerdict.NOT_PROVEN),
        (8, 10, Fraction(95, 100), TargetVerdict.MISSED),
        (1700, 2000, NINETY, TargetVerdict.MISSED),
    ],
)
def test_verdicts_on_the_checked_values(conform, size, target, verdict):
    found = outcome(
        Counts(conform, size - conform), population=60_000, method=Method.SIMPLE, target=target
    )

    assert found.verdict == verdict


def test_what_cannot_be_assessed_is_no_zero():
    found = outcome(
        Counts(conform=40, not_assessable=10), population=500, method=Method.SIMPLE, target=None
    )

    assert (found.rate, found.counts.assessed, found.counts.size) == (1, 40, 50)


@pytest.mark.parametrize("counts", [Counts(), Counts(not_assessable=5), Counts(pending=5)])
def test_nothing_assessed_has_no_rate(counts):
    found = outcome(counts, population=50, method=Method.SIMPLE, target=NINETY)

    assert (found.basis, found.rate, found.interval, found.verdict) == (
        Basis.NOTHING,
        None,
        None,
        None,
    )


def test_the_whole_population_has_no_interval():
    found = outcome(
        Counts(conform=9, not_conform=1), population=10, method=Method.EVERYTHING, target=NINETY
    )

    assert (found.basis, found.interval) == (Basis.EXHAUSTIVE, None)
    assert (found.verdict, found.deciding_size) == (TargetVerdict.PROVEN, None)


def test_a_draw_of_everything_is_the_whole_population():
    found = outcome(Counts(conform=10), population=10, method=Method.SIMPLE, target=None)

    assert found.basis == Basis.EXHAUSTIVE


def test_a_whole_population_that_is_half_seen_proves_nothing():
    found = outcome(
        Counts(conform=5, pending=5), population=10, method=Method.EVERYTHING, target=NINETY
    )

    assert (found.basis, found.rate) == (Basis.PARTIAL, 1)
    assert (found.interval, found.verdict) == (None, None)


def test_a_judgement_says_nothing_of_the_others():
    found = outcome(Counts(conform=5), population=100, method=Method.JUDGEMENT, target=NINETY)

    assert (found.basis, found.rate) == (Basis.JUDGEMENT, 1)
    assert (found.interval, found.verdict, found.deciding_size) == (None, None, None)


def test_a_size_beyond_the_population_decides_nothing():
    found = outcome(
        Counts(conform=47, not_conform=3), population=200, method=Method.SIMPLE, target=NINETY
    )

    assert (found.verdict, found.deciding_size) == (TargetVerdict.NOT_PROVEN, None)


def test_more_units_than_there_are_is_refused():
    with pytest.raises(ValueError, match="no more units"):
        outcome(Counts(conform=3), population=2, method=Method.SIMPLE, target=None)


@given(counts, st.integers(0, 100), st.sampled_from(Method), st.fractions(0, 1))
def test_an_interval_is_wilson_s_and_only_of_a_random_sample(counts, more, method, target):
    found = outcome(counts, population=counts.size + more, method=method, target=target)

    is_random = counts.assessed and method != Method.JUDGEMENT and more
    assert found.interval == (wilson(counts.conform, counts.assessed) if is_random else None)
    assert (found.rate is None) == (counts.assessed == 0)
    assert (found.verdict is None) == (found.basis not in {Basis.SAMPLE, Basis.EXHAUSTIVE})
