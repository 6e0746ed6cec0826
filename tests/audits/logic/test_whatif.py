from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic import gap
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import BlockerKind, OpenFinding, assess_readiness
from audits.logic.whatif import AboutItem, Level, outcome, settled, still_open, supposed
from tests.audits.logic.test_gap import DIAGNOSIS, LATER
from tests.audits.logic.values import any_items, not_applicable, rated

pytestmark = pytest.mark.unit

GOOD, HALF = Level(3, is_conform=True), Level(1, is_conform=False)
MAJOR = OpenFinding("F-01", "EX-1.1.1", "Délai", "major")


def keyed(items):
    return dict(enumerate(items))


def test_golden_example_is_what_was_supposed():
    levels = {1: GOOD, 2: Level(2, is_conform=False), 3: GOOD}

    found = supposed(keyed(DIAGNOSIS), levels)

    assert tuple(found.values()) == LATER
    assert outcome(found.values(), [], Thresholds()).whole.score == Fraction(19, 21)


def test_supposing_a_level_does_not_bring_into_the_scope():
    items = keyed([not_applicable()])

    assert supposed(items, {0: GOOD}, is_proven=True) == items


def test_an_unknown_key_is_passed_over():
    items = keyed([rated(points=1)])

    assert supposed(items, {9: GOOD}) == items


def test_evidence_is_only_supposed_when_asked():
    items = keyed([rated(points=1, has_evidence=False), not_applicable(has_evidence=False)])

    assert not supposed(items, {0: GOOD})[0].has_evidence
    found = supposed(items, {0: GOOD}, is_proven=True)
    assert [item.has_evidence for item in found.values()] == [True, False]


def test_a_requirement_is_compliant_once_all_of_its_actions_are_ticked():
    items = keyed([rated(points=1), rated("EX-1.1.2", 1)])
    pending = {0: [10, 11], 1: []}

    assert settled(items, {}, pending, [10], GOOD) == {}
    assert settled(items, {}, pending, [10, 11], GOOD) == {0: GOOD}


def test_a_level_given_by_hand_wins():
    items = keyed([rated(points=0)])

    assert settled(items, {0: HALF}, {0: [10]}, [10], GOOD) == {0: HALF}
    assert settled(items, {5: HALF}, {5: [10]}, [10], GOOD) == {}


def test_actions_never_lower_what_is_compliant_already():
    assert settled(keyed([rated(points=3)]), {}, {0: [10]}, [10], GOOD) == {}


def test_a_finding_is_settled_with_its_requirement():
    about = [AboutItem(MAJOR, 0)]

    assert still_open(about, {0: GOOD}, {}, []) == []
    assert still_open(about, {0: HALF}, {0: [10]}, [10]) == [MAJOR]
    assert still_open(about, {}, {0: [10]}, [10]) == []
    assert still_open(about, {}, {0: [10, 11]}, [10]) == [MAJOR]
    assert still_open([AboutItem(MAJOR, None)], {0: GOOD}, {}, []) == [MAJOR]


def test_the_verdict_moves_with_the_findings():
    items = [rated(points=3)]

    assert outcome(items, [], Thresholds()).readiness.ready
    blocked = outcome(items, [MAJOR], Thresholds()).readiness
    assert [blocker.kind for blocker in blocked.blockers] == [BlockerKind.OPEN_MAJOR]


def test_a_critical_requirement_below_compliant_blocks():
    found = outcome([rated(points=2, criticality="critical")], [], Thresholds()).readiness

    assert BlockerKind.CRITICAL_NOT_CONFORM in {blocker.kind for blocker in found.blockers}


LISTS = st.lists(any_items(), max_size=8)


@given(LISTS, st.sampled_from([[], [MAJOR]]))
def test_it_is_the_gap_and_the_verdict_of_the_rule(items, findings):
    found = outcome(items, findings, Thresholds())
    judged = assess_readiness(items, findings, Thresholds())

    assert found.whole == gap.measure(items)
    assert found.domains == gap.by_domain(items)
    assert found.readiness.ready == judged.ready
    assert found.readiness.weakest == judged.weakest
    assert {blocker.kind for blocker in found.readiness.blockers} == {
        blocker.kind for blocker in judged.blockers
    }


@given(LISTS)
def test_nothing_supposed_changes_nothing(items):
    assert supposed(keyed(items), {}) == keyed(items)
