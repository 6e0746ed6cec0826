"""Fixed answers of rule v1. A change here means that the rule was edited: write a v2 instead."""

from fractions import Fraction

import pytest

from audits.logic.gap_rules import CURRENT_VERSION, rule, v1
from audits.logic.gap_rules.v1 import Thresholds

pytestmark = pytest.mark.unit


def test_the_default_thresholds_are_those_proposed_to_a_new_scheme():
    assert Thresholds() == Thresholds(Fraction(90, 100), Fraction(80, 100), 4)


@pytest.mark.parametrize(
    "changes",
    [
        {"global_score": Fraction(90)},
        {"global_score": Fraction(-1, 10)},
        {"domain_score": Fraction(11, 10)},
        {"open_minors": -1},
    ],
)
def test_an_impossible_threshold_is_refused(changes):
    with pytest.raises(ValueError, match=r"threshold|minors"):
        Thresholds(**changes)


@pytest.mark.parametrize(
    ("reached", "weight", "expected"),
    [(Fraction(3), 7, Fraction(3, 7)), (Fraction(0), 7, Fraction(0)), (Fraction(0), 0, None)],
)
def test_score_is_points_reached_over_points_possible(reached, weight, expected):
    assert v1.score(reached, weight) == expected


@pytest.mark.parametrize(("part", "expected"), [(0, 0), (1, Fraction(1, 4)), (4, 1)])
def test_a_share_is_a_count_over_a_count(part, expected):
    assert v1.share(part, 4) == expected


def test_a_share_of_nothing_is_not_zero():
    assert v1.share(0, 0) is None


def test_a_threshold_is_reached_exactly_and_not_nearly():
    threshold = Fraction(8, 10)

    assert v1.reaches(threshold, threshold)
    assert not v1.reaches(threshold - Fraction(1, 10**12), threshold)
    assert not v1.reaches(None, Fraction(0))


def test_the_rule_stored_with_an_audit_is_found_again():
    assert rule("v1") is v1
    assert rule(CURRENT_VERSION).RULE_VERSION == "v1"


@pytest.mark.parametrize("version", ["v0", "V1", ""])
def test_an_unknown_rule_is_refused(version):
    with pytest.raises(ValueError, match="Unknown gap rule"):
        rule(version)
