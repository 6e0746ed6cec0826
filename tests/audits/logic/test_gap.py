from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audits.logic import gap
from audits.logic.gap import EMPTY, Rating, measure
from tests.audits.logic.values import (
    any_items,
    examined_items,
    not_applicable,
    rated,
    unexamined_items,
)

pytestmark = pytest.mark.unit

DIAGNOSIS = (
    rated("EX-2.1.1", 3, weight=1),
    rated("EX-2.1.2", 2, weight=2),
    rated("EX-2.2.1", 0, weight=2),
    rated("EX-2.2.2", 1, weight=2),
    not_applicable("EX-2.2.3", weight=1),
)
LATER = (
    rated("EX-2.1.1", 3, weight=1),
    rated("EX-2.1.2", 3, weight=2),
    rated("EX-2.2.1", 2, weight=2),
    rated("EX-2.2.2", 3, weight=2),
    not_applicable("EX-2.2.3", weight=1),
)


def percent(ratio):
    """The figure as a person reads it, to two decimals."""
    return f"{float(100 * ratio):.2f}"


def test_golden_example_at_the_diagnosis():
    whole = measure(DIAGNOSIS)

    assert (whole.total, whole.not_applicable, whole.applicable) == (5, 1, 4)
    assert (whole.examined, whole.conform, whole.weight) == (4, 1, 7)
    assert whole.coverage == 1
    assert whole.evidence_coverage == 1
    assert whole.conformity_rate == Fraction(1, 4)
    assert whole.score == Fraction(9, 21)
    assert percent(whole.score) == "42.86"
    assert percent(whole.gap) == "57.14"


def test_golden_example_pools_engagements_instead_of_averaging_them():
    engagements = gap.by_engagement(DIAGNOSIS)

    assert list(engagements) == ["E2.1", "E2.2"]
    first, second = (engagements[code].score for code in engagements)
    assert (percent(first), percent(second)) == ("77.78", "16.67")
    assert percent((first + second) / 2) == "47.22"
    assert percent((engagements["E2.1"] + engagements["E2.2"]).score) == "42.86"


def test_golden_example_after_the_actions():
    now, then = measure(LATER), measure(DIAGNOSIS)

    assert now.score == Fraction(19, 21)
    assert percent(now.score) == "90.48"
    assert percent(gap.progress(now, then)) == "47.62"
    assert percent(gap.share_closed(now, then)) == "83.33"


def test_nothing_examined_has_no_figure_rather_than_zero():
    not_assessed = measure([rated(points=None), rated("EX-1.1.2", None)])

    assert (not_assessed.score, not_assessed.gap, not_assessed.conformity_rate) == (None,) * 3
    assert not_assessed.coverage == 0
    assert not_assessed.applicable == 2


def test_all_not_applicable_has_no_figure_at_all():
    excluded = measure([not_applicable(has_evidence=True)])

    assert (excluded.total, excluded.not_applicable, excluded.applicable) == (1, 1, 0)
    assert excluded.with_evidence == 0
    figures = (excluded.score, excluded.gap, excluded.coverage)
    assert (*figures, excluded.conformity_rate, excluded.evidence_coverage) == (None,) * 5


def test_a_missing_rating_lowers_the_coverage_and_not_the_score():
    partly = measure([rated(points=3), rated("EX-1.1.2", None, has_evidence=False)])

    assert partly.score == 1
    assert partly.coverage == Fraction(1, 2)
    assert partly.evidence_coverage == Fraction(1, 2)


def test_scales_with_different_best_levels_pool_exactly():
    mixed = measure([rated(points=1, max_points=3), rated(points=50, max_points=100, weight=2)])

    assert mixed.reached == Fraction(4, 3)
    assert mixed.score == Fraction(4, 9)


def test_evidence_counts_before_the_requirement_is_examined():
    collected = measure([rated(points=None), rated("EX-1.1.2", None, has_evidence=False)])

    assert (collected.with_evidence, collected.evidence_coverage) == (1, Fraction(1, 2))


@pytest.mark.parametrize(("group", "key"), [("domain", "D2"), ("engagement", "E2.1"), ("site", "")])
def test_each_group_is_measured_on_its_own_items(group, key):
    items = (*DIAGNOSIS, rated("EX-1.1.1", 0, site="NORD"))
    groups = getattr(gap, f"by_{group}")(items)

    assert groups[key] == measure([item for item in items if getattr(item, group) == key])


def test_groups_keep_the_order_in_which_they_are_first_seen():
    items = [rated("EX-3.1.1"), rated("EX-1.1.1"), rated("EX-3.1.2"), rated("EX-2.1.1")]

    assert list(gap.by_domain(items)) == ["D3", "D1", "D2"]


def test_a_requirement_lacks_what_separates_it_from_the_best_level():
    assert gap.requirement_gap(rated(points=2)) == Fraction(1, 3)
    assert gap.requirement_gap(rated(points=3)) == 0


@pytest.mark.parametrize("item", [rated(points=None), not_applicable()])
def test_a_requirement_without_level_has_no_gap(item):
    assert gap.requirement_gap(item) is None


@pytest.mark.parametrize("unknown", [EMPTY, measure([rated(points=None)])])
def test_progress_needs_both_scores(unknown):
    known = measure([rated(points=2)])

    assert gap.progress(known, unknown) is None
    assert gap.progress(unknown, known) is None
    assert gap.share_closed(known, unknown) is None
    assert gap.share_closed(unknown, known) is None


def test_a_perfect_diagnosis_leaves_no_gap_to_close():
    perfect, fallen = measure([rated(points=3)]), measure([rated(points=2)])

    assert gap.share_closed(fallen, perfect) is None
    assert gap.progress(fallen, perfect) == Fraction(-1, 3)


def test_a_score_that_falls_closes_less_than_nothing():
    assert gap.share_closed(measure([rated(points=0)]), measure([rated(points=1)])) == Fraction(
        -1, 2
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"points": 4},
        {"points": -1},
        {"points": None, "rating": Rating.RATED},
        {"points": 0, "rating": Rating.NOT_ASSESSED},
        {"points": 3, "rating": Rating.NOT_APPLICABLE},
        {"points": None, "is_conform": True},
        {"weight": 0},
        {"points": 0, "max_points": 0},
        {"criticality": "CRITICAL"},
        {"rating": "NA", "points": None},
    ],
)
def test_an_impossible_rating_is_refused_and_names_the_requirement(changes):
    with pytest.raises(ValueError, match=r"^EX-9\.9\.9: "):
        rated("EX-9.9.9", **changes)


@given(st.lists(st.tuples(any_items(), st.integers(0, 3))))
def test_pooling_any_partition_equals_measuring_directly(labelled):
    parts = [measure(item for item, part in labelled if part == n) for n in range(4)]

    assert sum(parts, EMPTY) == measure(item for item, _ in labelled)


@given(st.lists(any_items()), st.randoms(use_true_random=False))
def test_order_does_not_matter(items, random):
    shuffled = random.sample(items, len(items))

    assert measure(shuffled) == measure(items)
    assert gap.by_domain(shuffled) == gap.by_domain(items)
    assert gap.by_site(shuffled) == gap.by_site(items)


@given(st.lists(any_items()), st.integers(1, 5), st.booleans())
def test_a_not_applicable_requirement_changes_only_its_own_count(items, weight, has_evidence):
    before = measure(items)
    after = measure([*items, not_applicable(weight=weight, has_evidence=has_evidence)])

    assert (after.total, after.not_applicable) == (before.total + 1, before.not_applicable + 1)
    kept = ("applicable", "examined", "conform", "with_evidence", "weight", "reached")
    figures = ("score", "gap", "coverage", "conformity_rate", "evidence_coverage")
    for name in (*kept, *figures):
        assert getattr(after, name) == getattr(before, name)


@given(st.lists(examined_items(), min_size=1), st.data())
def test_raising_a_rating_never_lowers_the_score(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    item = items[index]
    assume(item.points < item.max_points)
    points = data.draw(st.integers(item.points + 1, item.max_points))
    best = item.max_points
    raised = rated(item.code, points, max_points=best, weight=item.weight, site=item.site)

    before = measure(items)
    after = measure([*items[:index], raised, *items[index + 1 :]])

    assert after.score > before.score
    assert after.conformity_rate >= before.conformity_rate
    assert gap.progress(after, before) == before.gap - after.gap


@given(st.lists(examined_items(), min_size=1), st.lists(unexamined_items()))
def test_neither_missing_nor_not_applicable_is_counted_as_zero(examined, unexamined):
    alone, together = measure(examined), measure([*examined, *unexamined])

    assert together.score == alone.score
    assert together.conformity_rate == alone.conformity_rate


@given(st.lists(any_items()))
def test_figures_stay_between_zero_and_one_and_add_up(items):
    whole = measure(items)

    figures = (whole.score, whole.coverage, whole.conformity_rate, whole.evidence_coverage)
    assert all(figure is None or 0 <= figure <= 1 for figure in figures)
    assert (whole.score is None) == (whole.examined == 0)
    if whole.examined:
        assert whole.score + whole.gap == 1
