from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.indicators import (
    Definition,
    Part,
    Rank,
    Terms,
    Unpooled,
    figure,
    percentile,
    pool,
    stand,
    terms_hold,
)
from audits.logic.statistics import TargetVerdict

pytestmark = pytest.mark.unit
SERVICE_LEVEL = Definition("100 * answered_in_t / offered", "proportion")
WAIT = Definition("wait_total / answered", "mean")
NPS = Definition("100 * (promoters - detractors) / respondents", "nps")


def inputs(**counts):
    return {key: Fraction(value) for key, value in counts.items()}


def share(k, n, *, exhaustive=False):
    return figure(SERVICE_LEVEL, Part(inputs(answered_in_t=k, offered=n), exhaustive))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (8, 10, 49.02, 94.33),
        (27, 30, 74.38, 96.54),
        (45, 50, 78.64, 95.65),
        (90, 100, 82.56, 94.48),
        (180, 200, 85.06, 93.43),
        (95, 100, 88.82, 97.85),
        (475, 500, 92.72, 96.59),
        (30, 30, 88.65, 100),
        (1700, 2000, 83.37, 86.50),
    ],
)
def test_a_sampled_share_has_its_wilson_interval_in_percent(k, n, low, high):
    found = share(k, n)

    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (low, high)
    assert (found.value, found.size) == (Fraction(100 * k, n), n)


def test_a_net_score_has_its_own_margin():
    found = figure(NPS, Part(inputs(promoters=180, detractors=80, respondents=400), False))

    assert found.value == 25
    assert round(found.value - Fraction(found.interval.low), 1) == Fraction("7.5")
    assert found.size == 400


def test_a_whole_population_has_no_interval():
    assert share(90, 100, exhaustive=True).interval is None


@pytest.mark.parametrize(
    "counts",
    [
        {"answered_in_t": 0, "offered": 0},
        {"answered_in_t": 5},
    ],
)
def test_nothing_offered_or_an_input_missing_is_not_zero(counts):
    found = figure(SERVICE_LEVEL, Part(inputs(**counts)))

    assert found.value is None
    assert stand(found, Terms(">=", Fraction(85))) is None


def test_a_mean_has_no_interval_and_a_sample_of_it_proves_nothing():
    found = figure(WAIT, Part(inputs(wait_total=200, answered=10), is_exhaustive=False))

    assert (found.value, found.interval, found.size) == (20, None, None)
    assert stand(found, Terms("<", Fraction(30))).verdict is TargetVerdict.NOT_PROVEN


@pytest.mark.parametrize("counts", [(11, 10), (Fraction(5, 2), 10), (-1, 10)])
def test_counts_that_are_no_share_have_a_value_and_no_interval(counts):
    found = share(*counts)

    assert found.value == 100 * Fraction(counts[0]) / counts[1]
    assert found.interval is None


# Section 6.1: every target that the documents of origin state, met and missed by the least step.
@pytest.mark.parametrize(
    ("operator", "target", "good", "bad"),
    [
        (">=", 95, 95, Fraction("94.99")),  # calls in less than 12 s
        (">=", 85, 85, Fraction("84.99")),  # calls in less than 15 s
        (">=", 90, 90, Fraction("89.99")),  # calls served; calls in less than 6 s
        ("<", 30, Fraction("29.99"), 30),  # answer in less than 30 s: strict
        (">=", 100, 100, Fraction("99.99")),  # in 2, 3, 5 working days; contact before suspension
        (">=", 99, 99, Fraction("98.99")),  # restored at once, technical delay aside
        (">=", 98, 98, Fraction("97.99")),  # breaks
        (">=", 1, 1, 0),  # satisfaction once a year
        (">=", 3, 3, 2),  # ideally three times
        (">=", 25, 25, Fraction("24.99")),  # share of social indicators
        ("<=", 5, 5, Fraction("5.01")),  # not strict downwards
        (">", 0, Fraction("0.01"), 0),  # strict upwards
        ("=", 3, 3, Fraction("3.01")),
    ],
)
def test_a_target_is_read_as_it_is_written(operator, target, good, bad):
    given_good, given_bad = (
        stand(figure(Definition("v", "count"), Part(inputs(v=value))), Terms(operator, target))
        for value in (good, bad)
    )

    assert (given_good.rank, given_good.verdict) == (Rank.MET, TargetVerdict.PROVEN)
    assert (given_bad.rank, given_bad.verdict) == (Rank.BELOW, TargetVerdict.MISSED)


@pytest.mark.parametrize(
    ("k", "n", "verdict"),
    [
        (1900, 2000, TargetVerdict.PROVEN),
        (1600, 2000, TargetVerdict.MISSED),
        (27, 30, TargetVerdict.NOT_PROVEN),
    ],
)
def test_a_sample_proves_misses_or_leaves_open(k, n, verdict):
    standing = stand(share(k, n), Terms(">=", Fraction(85)))

    assert standing.verdict is verdict
    assert (standing.deciding_size is None) == (verdict is not TargetVerdict.NOT_PROVEN)


def test_the_size_that_would_decide_is_that_of_the_complement_for_a_rate_to_keep_low():
    rising = stand(share(27, 30), Terms(">=", Fraction(85)))
    falling = stand(share(3, 30), Terms("<=", Fraction(15)))

    assert rising.deciding_size == falling.deciding_size == 196


def test_a_strict_target_is_not_proven_by_an_interval_that_touches_it():
    whole = share(30, 30)

    assert stand(whole, Terms(">=", Fraction(100))).verdict is TargetVerdict.NOT_PROVEN
    assert stand(whole, Terms("<", Fraction(100))).verdict is TargetVerdict.NOT_PROVEN
    assert stand(share(0, 30), Terms(">=", Fraction(0))).verdict is TargetVerdict.PROVEN
    assert stand(share(0, 30), Terms(">", Fraction(0))).verdict is TargetVerdict.NOT_PROVEN


@pytest.mark.parametrize(
    ("value", "rank"),
    [
        (100, Rank.MET),
        (97, Rank.BELOW),
        (95, Rank.BELOW),
        (94, Rank.ALERT),
        (90, Rank.ALERT),
        (89, Rank.NONCONFORM),
    ],
)
def test_thresholds_of_the_plan_rank_a_value(value, rank):
    terms = Terms(">=", Fraction(100), alert=Fraction(95), nonconformity=Fraction(90))

    found = figure(Definition("v", "count"), Part(inputs(v=value)))

    assert stand(found, terms).rank is rank


def test_thresholds_of_a_rate_to_keep_low_go_up():
    terms = Terms("<=", Fraction(5), alert=Fraction(7), nonconformity=Fraction(10))

    ranks = [
        stand(figure(Definition("v", "count"), Part(inputs(v=v))), terms).rank
        for v in (5, 6, 8, 11)
    ]

    assert ranks == [Rank.MET, Rank.BELOW, Rank.ALERT, Rank.NONCONFORM]


@pytest.mark.parametrize(
    ("operator", "alert", "worst", "holds"),
    [
        (">=", 95, 90, True),
        (">=", None, 90, True),
        (">=", 90, 95, False),
        (">=", 101, None, False),
        ("<=", 105, 110, True),
        ("<", 95, None, False),
        ("=", None, None, True),
        ("=", 90, None, False),
    ],
)
def test_thresholds_stand_in_order(operator, alert, worst, holds):
    given_thresholds = [t if t is None else Fraction(t) for t in (alert, worst)]

    assert terms_hold(Terms(operator, Fraction(100), *given_thresholds)) is holds


def test_percentages_of_unequal_volumes_are_not_averaged():
    quiet = Part(inputs(answered_in_t=10, offered=10))
    busy = Part(inputs(answered_in_t=450, offered=990))

    pooled = figure(SERVICE_LEVEL, pool([quiet, busy], statistic="proportion"))

    assert pooled.value == 46


def test_parts_counted_differently_are_not_put_together():
    strict = Part(inputs(answered_in_t=1, offered=2), convention=(("threshold_s", "15"),))
    loose = Part(inputs(answered_in_t=1, offered=2), convention=(("threshold_s", "20"),))

    assert pool([strict, loose], statistic="proportion") is Unpooled.CONVENTIONS


def test_one_sample_makes_the_whole_a_sample():
    whole = Part(inputs(answered_in_t=1, offered=2))
    sample = Part(inputs(answered_in_t=1, offered=2), is_exhaustive=False)

    assert not pool([whole, sample], statistic="proportion").is_exhaustive


def test_percentiles_are_put_together_from_what_was_measured():
    lyon = Part(inputs(p95_wait=12), distribution={5: 90, 12: 10})
    massy = Part(inputs(p95_wait=300), distribution={5: 9, 300: 1})

    pooled = pool([lyon, massy], statistic="score")

    assert pooled.inputs == {"p95_wait": 12}
    assert pool([lyon, Part(inputs(p95_wait=300))], statistic="score") is Unpooled.SCORES


def test_a_score_alone_stays_as_it_is():
    one = Part(inputs(mape=12))

    assert pool([one], statistic="score") is one


@pytest.mark.parametrize(("rank", "value"), [(50, 2), (75, 3), (76, 9), (95, 9), (100, 9), (1, 1)])
def test_a_percentile_is_the_nearest_rank(rank, value):
    assert percentile({1: 1, 2: 1, 3: 1, 9: 1}, rank) == value


def test_nothing_has_no_percentile():
    assert percentile({}, 95) is None


COUNTS = st.builds(
    lambda ok, rest, whole: Part(inputs(answered_in_t=ok, offered=ok + rest), whole),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.booleans(),
)


@given(st.lists(COUNTS, max_size=6), st.integers(0, 6))
def test_pooling_in_steps_or_at_once_is_the_same(parts, cut):
    steps = [pool(parts[:cut], statistic="proportion"), pool(parts[cut:], statistic="proportion")]

    at_once = pool(parts, statistic="proportion")
    in_steps = pool([step for step in steps if step.inputs], statistic="proportion")

    assert dict(in_steps.inputs) == dict(at_once.inputs)
    assert in_steps.is_exhaustive == at_once.is_exhaustive


@given(st.lists(COUNTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_pooling_does_not_matter(parts, random):
    mixed = parts[:]
    random.shuffle(mixed)

    assert dict(pool(mixed, statistic="proportion").inputs) == dict(
        pool(parts, statistic="proportion").inputs
    )


@given(st.lists(COUNTS, min_size=2, max_size=6))
def test_a_pooled_rate_lies_between_the_rates_of_its_parts(parts):
    rates = [v for part in parts if (v := figure(SERVICE_LEVEL, part).value) is not None]
    pooled = figure(SERVICE_LEVEL, pool(parts, statistic="proportion")).value

    assert (pooled is None) == (not rates)
    if rates:
        assert min(rates) <= pooled <= max(rates)


DISTRIBUTIONS = st.dictionaries(st.integers(0, 600), st.integers(1, 50), min_size=1, max_size=20)


@given(DISTRIBUTIONS, st.integers(1, 100))
def test_a_percentile_equals_the_sorted_list(distribution, rank):
    values = sorted(v for value, count in distribution.items() for v in [value] * count)
    place = -(-rank * len(values) // 100)

    assert percentile(distribution, rank) == values[place - 1]


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 100))
def test_a_proven_target_is_met_by_the_plain_value_too(k, n, target):
    found = share(min(k, n), n)

    standing = stand(found, Terms(">=", Fraction(target)))

    if standing.verdict is TargetVerdict.PROVEN:
        assert standing.rank is Rank.MET
    if standing.verdict is TargetVerdict.MISSED:
        assert standing.rank is not Rank.MET


@given(st.lists(st.integers(0, 100), min_size=2, max_size=20))
def test_ranks_never_improve_as_the_value_falls(values):
    terms = Terms(">=", Fraction(90), alert=Fraction(80), nonconformity=Fraction(60))
    order = list(Rank)

    ranks = [
        order.index(stand(figure(Definition("v", "count"), Part(inputs(v=v))), terms).rank)
        for v in sorted(values, reverse=True)
    ]

    assert all(a <= b for a, b in pairwise(ranks))
