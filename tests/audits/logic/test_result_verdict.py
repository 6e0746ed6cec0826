"""The rating that measures propose: each verdict, several indicators, every scale."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.indicators import Definition, Part, Terms, figure, stand
from audits.logic.result_verdict import (
    WORST_FIRST,
    Level,
    Outcome,
    Said,
    propose,
    said_of,
)

pytestmark = pytest.mark.unit

SHARE = Definition("100 * compliant / evaluated", "proportion")
TERMS = Terms(">=", Fraction(90), Fraction(85), Fraction(80))
BARE = Terms(">=", Fraction(90))
C, P, NC = Level("C", 100, True), Level("P", 50, False), Level("NC", 0, False)
SCALE = (C, P, NC)
# The UTC scale: four levels, of which the lowest two are far from the promise.
FOUR = (Level("D", 100, True), Level("C", 70, False), Level("B", 30, False), Level("A", 0, False))


def said(compliant, evaluated, *, terms=TERMS, exhaustive=False, code="PEC-12"):
    inputs = {"compliant": Fraction(compliant), "evaluated": Fraction(evaluated)}
    found = figure(SHARE, Part(inputs, is_exhaustive=exhaustive))
    return said_of(code, stand(found, terms) if terms else None, terms)


@pytest.mark.parametrize(
    ("compliant", "evaluated", "options", "level"),
    [
        (475, 500, {}, "C"),  # 92.72 at least: proven (domain.md 6.3)
        (45, 50, {"terms": Terms(">=", Fraction(70))}, "C"),
        (900, 1000, {"exhaustive": True}, "C"),  # on the target
        (899, 1000, {"exhaustive": True}, "P"),  # missed, within the threshold
        (799, 1000, {"exhaustive": True}, "NC"),  # beyond it
        (899, 1000, {"exhaustive": True, "terms": BARE}, "NC"),  # none is set: nothing is tolerated
        (1700, 2000, {}, "P"),  # 86.50 at most: missed for certain
        (300, 500, {}, "NC"),
        (27, 30, {}, ""),  # 74 to 97: neither
        (95, 100, {}, ""),
        (0, 0, {}, ""),  # nothing was measured
        (95, 100, {"terms": None}, ""),  # nothing is wanted
    ],
)
def test_one_indicator_proposes(compliant, evaluated, options, level):
    assert propose([said(compliant, evaluated, **options)], SCALE).level == level


def test_what_is_not_proven_says_the_sample_that_would_decide():
    (why,) = propose([said(95, 100)], SCALE).because

    assert (why.outcome, why.deciding_size) == (Outcome.OPEN, 139)


def test_no_sample_proves_that_nothing_fails():
    (why,) = propose([said(30, 30, terms=Terms(">=", Fraction(100)))], SCALE).because

    assert (why.outcome, why.deciding_size) == (Outcome.OPEN, None)


@pytest.mark.parametrize(
    ("outcomes", "level", "because"),
    [
        ((Outcome.PROVEN, Outcome.PROVEN), "C", {"I0", "I1"}),
        ((Outcome.PROVEN, Outcome.PARTIAL), "P", {"I1"}),
        ((Outcome.PARTIAL, Outcome.MISSED), "NC", {"I1"}),
        ((Outcome.PROVEN, Outcome.OPEN), "", {"I1"}),
        ((Outcome.OPEN, Outcome.UNMEASURED), "", {"I1"}),
        ((Outcome.UNMEASURED, Outcome.MISSED), "NC", {"I1"}),
    ],
)
def test_of_several_the_worst_decides(outcomes, level, because):
    found = propose([Said(f"I{n}", each) for n, each in enumerate(outcomes)], SCALE)

    assert (found.level, {one.code for one in found.because}) == (level, because)


def test_the_scale_is_that_of_the_scheme():
    missed, partial = (Said("I", Outcome.MISSED), Said("I", Outcome.PARTIAL))
    two = (Level("OUI", 1, True), Level("NON", 0, False))

    assert propose([partial], FOUR).level == "C"
    assert propose([missed], FOUR).level == "A"
    # Without a level in between, what is partly met is not met.
    assert propose([partial], two).level == "NON"


def test_without_indicators_or_without_both_sides_of_a_scale_there_is_nothing():
    assert propose([], SCALE) is None
    with pytest.raises(ValueError, match="not"):
        propose([Said("I", Outcome.PROVEN)], (C,))


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=5))
def test_one_more_indicator_never_makes_the_proposal_better(outcomes):
    rank = {outcome: place for place, outcome in enumerate(WORST_FIRST)}
    first = propose([Said("I", each) for each in outcomes[:1]], SCALE)
    whole = propose([Said("I", each) for each in outcomes], SCALE)

    assert rank[whole.outcome] <= rank[first.outcome]
