from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.indicators import Definition, Part, Rank, Standing, Terms, Unpooled, figure, stand
from audits.logic.scorecard import DEFAULT, Criterion, Held, Judged, Line, score, together
from audits.logic.statistics import TargetVerdict

pytestmark = pytest.mark.unit
MET = Standing(TargetVerdict.PROVEN, Rank.MET)
MISSED = Standing(TargetVerdict.MISSED, Rank.BELOW)
OPEN = Standing(TargetVerdict.NOT_PROVEN, Rank.MET)
STANDINGS = st.sampled_from([MET, MISSED, OPEN, None])


def judged(standing, code="PEC-01", weight=1, *, critical=False):
    return Judged(Line(code, weight, critical), standing)


LINES = st.lists(
    st.builds(
        lambda standing, n, weight, critical: judged(standing, f"X-{n}", weight, critical=critical),
        STANDINGS,
        st.integers(1, 9),
        st.integers(1, 100),
        st.booleans(),
    ),
    max_size=8,
)
COUNTS = st.integers(0, 200).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)).map(
        lambda pair: Part({"k": Fraction(pair[0]), "n": Fraction(pair[1])})
    )
)


def test_there_are_seven_criteria_and_each_has_a_ready_content():
    assert list(DEFAULT) == list(Criterion)
    assert len(DEFAULT) == 7
    for lines in DEFAULT.values():
        assert len({line.code for line in lines}) == len(lines) >= 4


def test_the_share_is_of_weights_not_of_indicators():
    found = score([judged(MET, weight=3), judged(MISSED, weight=1)])

    assert (found.share, found.judged, found.total) == (Fraction(3, 4), 2, 2)


@pytest.mark.parametrize(
    ("met", "missed", "held"),
    [(4, 1, Held.HELD), (79, 21, Held.PARTLY), (2, 3, Held.PARTLY), (39, 61, Held.MISSED)],
)
def test_a_criterion_is_held_from_the_required_part_and_missed_under_half_of_it(met, missed, held):
    lines = [judged(MET, weight=met), judged(MISSED, weight=missed)]

    assert score(lines, required=80).held == held


def test_nothing_judged_is_not_assessed_and_not_zero():
    found = score([judged(None), judged(OPEN)])

    assert (found.share, found.held, found.judged, found.total) == (None, Held.NONE, 0, 2)
    assert score([]).held == Held.NONE


def test_a_critical_indicator_that_is_missed_makes_the_criterion_missed():
    found = score([judged(MET, weight=99), judged(MISSED, "TRT-15", critical=True)])

    assert (found.share, found.held, found.capped_by) == (
        Fraction(99, 100),
        Held.MISSED,
        ("TRT-15",),
    )


@pytest.mark.parametrize("standing", [None, OPEN])
def test_a_critical_indicator_that_is_missing_or_not_proven_caps_nothing(standing):
    found = score([judged(MET), judged(standing, "TRT-15", critical=True)])

    assert (found.held, found.capped_by) == (Held.HELD, ())


@given(LINES, st.integers(1, 100), st.randoms())
def test_the_order_of_the_lines_changes_nothing(lines, required, chance):
    before = score(lines, required=required)
    chance.shuffle(lines)
    after = score(lines, required=required)

    assert sorted(before.capped_by) == sorted(after.capped_by)
    assert (before.share, before.held, before.judged) == (after.share, after.held, after.judged)


@given(LINES, st.sampled_from([None, OPEN]), st.integers(1, 100), st.booleans())
def test_what_cannot_be_judged_neither_lowers_nor_raises(lines, standing, weight, critical):
    more = [*lines, judged(standing, "X-0", weight, critical=critical)]

    before, after = score(lines), score(more)

    assert (before.share, before.held, before.judged) == (after.share, after.held, after.judged)
    assert after.total == before.total + 1


@given(LINES, st.integers(1, 100))
def test_one_more_at_its_target_never_lowers_and_one_missed_never_raises(lines, weight):
    before = score(lines).share
    better = score([*lines, judged(MET, "X-0", weight)]).share
    worse = score([*lines, judged(MISSED, "X-0", weight)]).share

    assert better >= (before or 0)
    assert worse <= (1 if before is None else before)


@given(st.lists(COUNTS, min_size=1, max_size=5), st.lists(COUNTS, min_size=1, max_size=5))
def test_a_branch_is_its_counts_summed_whatever_the_levels(own, below):
    whole = together([*own, *below], statistic="proportion")
    by_level = together(
        [together(own, statistic="proportion"), together(below, statistic="proportion")],
        statistic="proportion",
    )

    assert whole == by_level
    assert whole.inputs["k"] == sum(part.inputs["k"] for part in [*own, *below])


@given(st.lists(COUNTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_the_providers_changes_nothing(parts, chance):
    before = together(parts, statistic="proportion")
    chance.shuffle(parts)

    assert together(parts, statistic="proportion") == before


@given(st.lists(COUNTS, min_size=2, max_size=6))
def test_a_branch_lies_between_its_best_and_its_worst(parts):
    """Which is why a small provider under a large one does not hide it, as an average would."""
    definition = Definition("100 * k / n", "proportion")
    values = [v for part in parts if (v := figure(definition, part).value) is not None]
    whole = figure(definition, together(parts, statistic="proportion")).value

    if not values:
        assert whole is None
    else:
        assert min(values) <= whole <= max(values)


def test_a_branch_is_not_the_mean_of_its_providers():
    parts = [
        Part({"k": Fraction(900), "n": Fraction(1000)}),
        Part({"k": Fraction(1), "n": Fraction(10)}),
    ]
    definition = Definition("100 * k / n", "proportion")
    found = figure(definition, together(parts, statistic="proportion"))

    assert found.value == Fraction(90100, 1010)
    assert stand(found, Terms(">=", Fraction(85))).rank is Rank.MET


def test_nobody_measured_is_nothing_and_scores_are_not_put_together():
    assert together([], statistic="proportion") is None
    scores = [Part({"p95_wait": Fraction(40)}), Part({"p95_wait": Fraction(90)})]
    assert together(scores, statistic="score") is Unpooled.SCORES
