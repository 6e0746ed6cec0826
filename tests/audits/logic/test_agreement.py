"""Agreement of evaluators, against worked examples that were published."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.agreement import (
    Gaps,
    Strength,
    agreement,
    cohen_kappa,
    fleiss_kappa,
    gaps,
    kappa,
    pairwise,
    share_alike,
    strength_of,
)

pytestmark = pytest.mark.unit

MARKS = st.sampled_from("CPN")
# Fleiss' kappa, the worked example of ten subjects, fourteen raters and five categories that
# textbooks and the article "Fleiss' kappa" of Wikipedia give: 0.210.
FLEISS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def spelled(counts):
    return ["ABCDE"[place] for place, n in enumerate(counts) for _one in range(n)]


def test_cohen_as_in_the_worked_example():
    """Fifty proposals: both yes 20, only the first 5, only the second 10, both no 15.

    Observed 35/50 = 0.70; expected 25/50 * 30/50 + 25/50 * 20/50 = 0.50; kappa 0.20 / 0.50.
    """
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15

    assert share_alike(first, second) == Fraction(70, 100)
    assert cohen_kappa(first, second) == Fraction(40, 100)


def test_fleiss_as_in_the_worked_example():
    """By hand: agreement of subjects 68.8/182 = 0.378, by chance 0.213; (0.378 - 0.213)/0.787."""
    found = fleiss_kappa(spelled(row) for row in FLEISS)

    totals = [sum(column) for column in zip(*FLEISS, strict=True)]
    expected = sum(Fraction(n, 140) ** 2 for n in totals)
    observed = sum(Fraction(sum(n * n for n in row) - 14, 14 * 13) for row in FLEISS) / len(FLEISS)
    assert totals == [20, 28, 39, 21, 32]
    assert (round(float(observed), 3), round(float(expected), 3)) == (0.378, 0.213)
    assert found == (observed - expected) / (1 - expected)
    assert round(float(found), 3) == 0.210


def test_agreement_on_one_criterion_is_the_share_of_pairs():
    assert agreement("CCC") == 1
    assert agreement("CCN") == Fraction(1, 3)
    assert agreement("CPN") == 0
    assert agreement("C") is None


def test_two_by_two():
    assert pairwise(["CC", "CN", "NN"]) == {
        (0, 1): Fraction(1, 2),
        (0, 2): 0,
        (1, 2): Fraction(1, 2),
    }


def test_two_have_cohen_and_more_have_fleiss():
    two, three = ["CCN", "CNN"], ["CCN", "CNN", "CCN"]

    assert kappa(two) == cohen_kappa(*two)
    assert kappa(three) == fleiss_kappa(zip(*three, strict=True))
    assert kappa(["CCN"]) is None


def test_when_chance_explains_everything_there_is_no_kappa():
    assert cohen_kappa("CC", "CC") is None
    assert fleiss_kappa(["CCC", "CCC"]) is None
    assert (cohen_kappa("", ""), fleiss_kappa([]), share_alike("", "")) == (None, None, None)


def test_marks_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        share_alike("CC", "C")
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa(["CC", "CCC"])
    with pytest.raises(ValueError, match="two at least"):
        fleiss_kappa(["C", "C"])


@given(st.lists(st.tuples(MARKS, MARKS, MARKS), min_size=1, max_size=15))
def test_kappa_is_at_most_1_and_the_order_of_evaluators_is_nothing(rows):
    one, two, three = zip(*rows, strict=True)

    for found, again in (
        (kappa([one, two]), kappa([two, one])),
        (kappa([one, two, three]), kappa([three, one, two])),
    ):
        assert found == again
        assert found is None or found <= 1


@given(st.lists(MARKS, min_size=2, max_size=15))
def test_who_gives_the_same_marks_agrees_whole(marks):
    if len(set(marks)) > 1:
        assert kappa([marks, marks, marks]) == kappa([marks, marks]) == 1


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (Fraction(-1, 10), Strength.POOR),
        (Fraction(0), Strength.SLIGHT),
        (Fraction(20, 100), Strength.SLIGHT),
        (Fraction(21, 100), Strength.FAIR),
        (Fraction(60, 100), Strength.MODERATE),
        (Fraction(80, 100), Strength.SUBSTANTIAL),
        (Fraction(1), Strength.ALMOST_PERFECT),
    ],
)
def test_the_words_are_those_of_landis_and_koch(value, word):
    assert strength_of(value) == word


def test_gaps_are_absolute_and_leave_out_what_is_not_assessed():
    found = gaps([Fraction(80), None, Fraction(95)], Fraction(90))

    assert (found, found.mean) == (Gaps(Fraction(15), 2), Fraction(15, 2))
    assert gaps([Fraction(80)], None) == Gaps(Fraction(0), 0)
    assert gaps([], Fraction(90)).mean is None
