from fractions import Fraction
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audits.logic.statistics import (
    TargetVerdict,
    deciding_size,
    judge,
    net_promoter,
    sample_size,
    wilson,
    zero_failure_sample,
)

pytestmark = pytest.mark.unit

rates = st.fractions(0, 1, max_denominator=1000)


@st.composite
def samples(draw, max_size=2000):
    size = draw(st.integers(1, max_size))
    return draw(st.integers(0, size)), size


def percents(value):
    return Fraction(str(value)) / 100


@pytest.mark.parametrize(
    ("successes", "size", "low", "high"),
    [
        (8, 10, "49.02", "94.33"),
        (27, 30, "74.38", "96.54"),
        (45, 50, "78.64", "95.65"),
        (90, 100, "82.56", "94.48"),
        (180, 200, "85.06", "93.43"),
        (95, 100, "88.82", "97.85"),
        (475, 500, "92.72", "96.59"),
        (30, 30, "88.65", "100.00"),
        (1700, 2000, "83.37", "86.50"),
    ],
)
def test_wilson_interval_to_two_decimals(successes, size, low, high):
    interval = wilson(successes, size)

    assert (f"{100 * interval.low:.2f}", f"{100 * interval.high:.2f}") == (low, high)


def test_an_empty_sample_has_no_interval_and_no_verdict():
    assert wilson(0, 0) is None
    assert judge(0, 0, Fraction(9, 10)) is None
    assert judge(0, 0, Fraction(9, 10), exhaustive=True) is None


@pytest.mark.parametrize(("successes", "size"), [(-1, 10), (11, 10), (1, 0)])
def test_impossible_counts_are_refused(successes, size):
    with pytest.raises(ValueError, match="Impossible counts"):
        wilson(successes, size)


@given(samples())
def test_the_interval_holds_the_rate_and_stays_within_0_and_1(sample):
    successes, size = sample
    interval = wilson(successes, size)

    assert 0 <= interval.low <= successes / size <= interval.high <= 1
    assert interval.low < interval.high


@given(samples())
def test_the_interval_of_failures_mirrors_that_of_successes(sample):
    successes, size = sample
    interval, mirror = wilson(successes, size), wilson(size - successes, size)

    assert isclose(interval.low, 1 - mirror.high, abs_tol=1e-12)
    assert isclose(interval.high, 1 - mirror.low, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("successes", "size", "target", "verdict"),
    [
        (475, 500, 90, TargetVerdict.PROVEN),
        (475, 500, 95, TargetVerdict.NOT_PROVEN),
        (475, 500, 97, TargetVerdict.MISSED),
        (90, 100, 85, TargetVerdict.NOT_PROVEN),
        (180, 200, 85, TargetVerdict.PROVEN),
        (30, 30, 90, TargetVerdict.NOT_PROVEN),
        (30, 30, 100, TargetVerdict.NOT_PROVEN),
        (29, 30, 100, TargetVerdict.MISSED),
        (0, 30, 0, TargetVerdict.PROVEN),
    ],
)
def test_verdict_of_a_sample_against_its_target(successes, size, target, verdict):
    judgement = judge(successes, size, percents(target))

    assert judgement.verdict == verdict
    assert judgement.interval == wilson(successes, size)
    assert (judgement.rate, judgement.size) == (Fraction(successes, size), size)
    assert not judgement.exhaustive


@pytest.mark.parametrize(
    ("successes", "verdict"),
    [(849, TargetVerdict.MISSED), (850, TargetVerdict.PROVEN), (851, TargetVerdict.PROVEN)],
)
def test_an_exhaustive_measure_has_no_interval_and_always_decides(successes, verdict):
    judgement = judge(successes, 1000, percents(85), exhaustive=True)

    assert judgement.verdict == verdict
    assert judgement.exhaustive
    assert (judgement.interval, judgement.deciding_size) == (None, None)


@pytest.mark.parametrize("target", [Fraction(-1, 100), Fraction(95)])
def test_a_target_is_a_ratio(target):
    with pytest.raises(ValueError, match="target"):
        judge(1, 2, target)


def test_an_open_question_says_which_sample_would_decide():
    assert judge(90, 100, percents(85)).deciding_size == 196
    assert judge(176, 196, percents(85)).verdict == TargetVerdict.NOT_PROVEN
    assert judge(180, 200, percents(85)).deciding_size is None


@pytest.mark.parametrize(("rate", "target"), [(90, 90), (100, 100), (95, 100)])
def test_no_sample_decides_on_the_target_itself_nor_proves_perfection(rate, target):
    assert deciding_size(percents(rate), percents(target)) is None


def test_one_answer_at_least_is_needed_to_decide():
    assert deciding_size(percents(50), percents(0)) == 1


@given(samples(max_size=60), rates)
def test_the_deciding_size_is_the_smallest_that_decides_at_the_same_rate(sample, target):
    successes, size = sample
    assume(0 < target < 1)
    judgement = judge(successes, size, target)
    assume(judgement.deciding_size is not None)

    # The same rate at a multiple of the size: decided exactly from the deciding size on.
    for factor in (1, 2, 5, 20):
        larger = judge(successes * factor, size * factor, target)
        is_large_enough = size * factor >= judgement.deciding_size
        assert (larger.verdict != TargetVerdict.NOT_PROVEN) == is_large_enough


@pytest.mark.parametrize(
    ("margin", "expected"), [(10, 97), (7, 196), (5, 385), (3, 1068), (2, 2401)]
)
def test_sample_size_at_the_safe_rate(margin, expected):
    assert sample_size(percents(margin)) == expected


@pytest.mark.parametrize(("margin", "expected"), [(5, 139), (3, 385)])
def test_sample_size_near_ninety_percent(margin, expected):
    assert sample_size(percents(margin), expected_rate=percents(90)) == expected


@pytest.mark.parametrize(
    ("population", "expected"),
    [(300, 169), (1000, 278), (2000, 323), (10_000, 370), (60_000, 382), (1, 1), (5, 5)],
)
def test_sample_size_in_a_finite_population(population, expected):
    assert sample_size(percents(5), population=population) == expected


@given(st.fractions("0.01", "0.5"), st.integers(1, 10**6))
def test_a_finite_population_never_asks_for_more(margin, population):
    size = sample_size(margin, population=population)

    assert 1 <= size <= min(population, sample_size(margin))


@pytest.mark.parametrize(
    "arguments",
    [
        {"margin": Fraction(0)},
        {"margin": Fraction(5)},
        {"margin": percents(5), "expected_rate": Fraction(0)},
        {"margin": percents(5), "expected_rate": Fraction(1)},
        {"margin": percents(5), "population": 0},
    ],
)
def test_an_impossible_sample_is_refused(arguments):
    with pytest.raises(ValueError, match=r"ratios|population"):
        sample_size(**arguments)


@pytest.mark.parametrize(
    ("failure_rate", "expected"), [(10, 29), (5, 59), (3, 99), (2, 149), (1, 299)]
)
def test_sample_without_failure(failure_rate, expected):
    assert zero_failure_sample(percents(failure_rate)) == expected


@pytest.mark.parametrize("failure_rate", [Fraction(0), Fraction(1), Fraction(5)])
def test_a_failure_rate_is_strictly_between_0_and_1(failure_rate):
    with pytest.raises(ValueError, match="failure rate"):
        zero_failure_sample(failure_rate)


def test_net_promoter_score_with_its_margin():
    nps = net_promoter(promoters=180, detractors=80, size=400)

    assert nps.score == 25
    assert f"{nps.margin:.1f}" == "7.5"


def test_net_promoter_score_of_nobody_is_not_zero():
    assert net_promoter(0, 0, 0) is None


@pytest.mark.parametrize(("promoters", "detractors"), [(6, 5), (-1, 0), (0, 11)])
def test_more_answers_than_people_are_refused(promoters, detractors):
    with pytest.raises(ValueError, match="Impossible counts"):
        net_promoter(promoters, detractors, 10)
