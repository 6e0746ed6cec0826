from fractions import Fraction

import pytest
from hypothesis import given

from audits.logic.comparison import Link, compare
from audits.logic.waterfall import StepKind, waterfall
from tests.audits.logic.lines import audits, line, not_applicable
from tests.audits.logic.test_comparison import NOW, THEN

pytestmark = pytest.mark.unit


def steps(then, now, mapping=None):
    found = waterfall(compare(then, now, mapping))
    return [(step.kind, step.code, step.value, step.count) for step in found.steps]


def test_golden_example_is_one_step():
    found = waterfall(compare(THEN, NOW))

    assert (found.start, found.end) == (Fraction(9, 21), Fraction(19, 21))
    assert steps(THEN, NOW) == [(StepKind.DOMAIN, "D2", Fraction(10, 21), 3)]


def test_domains_share_the_weights_of_all_that_is_rated_twice():
    then = [line(1, 0, domain="A"), line(2, 3, domain="B", weight=2)]
    now = [line(1, 3, domain="A"), line(2, 0, domain="B", weight=2)]

    assert steps(then, now) == [
        (StepKind.DOMAIN, "A", Fraction(1, 3), 1),
        (StepKind.DOMAIN, "B", Fraction(-2, 3), 1),
    ]


def test_a_weak_requirement_that_leaves_is_no_progress_of_its_domain():
    then, now = [line(1, 3), line(2, 0)], [line(1, 3), not_applicable(2)]

    assert steps(then, now) == [
        (StepKind.NO_LONGER_APPLICABLE, "", Fraction(1, 2), 1),
        (StepKind.DOMAIN, "D1", Fraction(0), 0),
    ]


def test_each_effect_is_a_step_of_its_own_in_a_fixed_order():
    then = [line(1, 3), line(2, 0), line(3, 3), line(4, None), line(5, 3)]
    now = [line(1, 3), line(2, None), not_applicable(3), line(4, 0), line(6, 0)]

    kinds = [kind for kind, _code, _value, _count in steps(then, now)]

    assert kinds == [
        StepKind.NO_LONGER_APPLICABLE,
        StepKind.NO_LONGER_RATED,
        StepKind.LEFT,
        StepKind.DOMAIN,
        StepKind.NEWLY_RATED,
        StepKind.ENTERED,
    ]


def test_weights_that_an_edition_changed_are_a_step():
    then = [line(1, 3), line(2, 0)]
    now = [line(11, 3, weight=3), line(12, 0)]

    found = steps(then, now, [Link(1, 11, "KEPT"), Link(2, 12, "KEPT")])

    assert found == [
        (StepKind.WEIGHTS, "", Fraction(1, 4), 2),
        (StepKind.DOMAIN, "D1", Fraction(0), 0),
    ]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ([], []),
        ([line(1, None)], [line(1, 3)]),
        ([line(1, 3)], [line(1, None)]),
        ([line(1, 3)], [line(2, 3)]),
    ],
)
def test_without_common_ground_there_are_no_steps(then, now):
    assert waterfall(compare(then, now)) is None


@given(audits())
def test_the_steps_add_up_exactly(pair):
    comparison = compare(*pair)
    found = waterfall(comparison)

    if found is None:
        return
    assert found.start + sum(step.value for step in found.steps) == found.end
    assert found.start == comparison.total.then.score
    assert found.end == comparison.total.now.score
    assert all(-1 <= step.value <= 1 for step in found.steps if step.kind == StepKind.DOMAIN)
