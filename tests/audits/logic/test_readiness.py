from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic import gap
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import (
    Blocker,
    BlockerKind,
    OpenFinding,
    Readiness,
    Sums,
    assess_readiness,
    assess_sums,
)
from tests.audits.logic.values import any_items, not_applicable, rated

pytestmark = pytest.mark.unit

DEFAULTS = Thresholds()
MAJOR = OpenFinding("F-001", "EX-1.1.1", "Numéro surtaxé", "major")


def minors(count):
    return [OpenFinding(f"F-{n:03}", "EX-1.1.1", "Écart", "minor") for n in range(1, count + 1)]


def blockers(items, findings=(), thresholds=DEFAULTS):
    return [(b.kind, b.code) for b in assess_readiness(items, findings, thresholds).blockers]


def test_a_complete_and_conform_file_is_ready():
    items = [
        rated("EX-1.1.1", criticality="critical"),
        rated("EX-2.1.1"),
        not_applicable("EX-3.1.1"),
    ]

    assert assess_readiness(items, [], DEFAULTS) == Readiness(
        ready=True, blockers=(), weakest=("E1.1", Fraction(1))
    )


@pytest.mark.parametrize(
    ("items", "findings", "expected"),
    [
        pytest.param(
            [rated()],
            [MAJOR],
            Blocker(BlockerKind.OPEN_MAJOR, "F-001", "Numéro surtaxé", None, None),
            id="open major",
        ),
        pytest.param(
            [
                rated("EX-1.1.1", weight=20),
                rated("EX-1.2.1", 2, site="NORD", criticality="critical"),
            ],
            [],
            Blocker(BlockerKind.CRITICAL_NOT_CONFORM, "EX-1.2.1", "NORD", Fraction(2, 3), None),
            id="critical below conform",
        ),
        pytest.param(
            [rated("EX-1.1.1", weight=20), rated("EX-2.1.1", 2)],
            [],
            Blocker(BlockerKind.DOMAIN_UNDER, "D2", "", Fraction(2, 3), Fraction(8, 10)),
            id="domain under its threshold",
        ),
        pytest.param(
            [rated("EX-1.1.1", weight=1), rated("EX-1.2.1", 2, weight=1)],
            [],
            Blocker(BlockerKind.GLOBAL_UNDER, "", "", Fraction(5, 6), Fraction(9, 10)),
            id="global score under the threshold",
        ),
        pytest.param(
            [rated("EX-1.1.1"), rated("EX-1.2.1", None, site="SUD")],
            [],
            Blocker(BlockerKind.NOT_EXAMINED, "EX-1.2.1", "SUD", None, None),
            id="not examined",
        ),
        pytest.param(
            [rated("EX-1.1.1"), rated("EX-1.2.1", has_evidence=False, site="SUD")],
            [],
            Blocker(BlockerKind.NO_EVIDENCE, "EX-1.2.1", "SUD", None, None),
            id="without evidence",
        ),
        pytest.param(
            [rated()],
            minors(5),
            Blocker(
                BlockerKind.TOO_MANY_MINORS,
                "",
                "F-001, F-002, F-003, F-004, F-005",
                Fraction(5),
                Fraction(4),
            ),
            id="too many minors",
        ),
    ],
)
def test_each_condition_blocks_alone_and_is_named(items, findings, expected):
    readiness = assess_readiness(items, findings, DEFAULTS)

    assert not readiness.ready
    assert readiness.blockers == (expected,)


@pytest.mark.parametrize(
    ("items", "findings", "thresholds"),
    [
        pytest.param([rated()], minors(4), DEFAULTS, id="as many minors as allowed"),
        pytest.param(
            [rated()],
            [OpenFinding("F-001", "EX-1.1.1", "Accueil", "watch")],
            DEFAULTS,
            id="watch point",
        ),
        pytest.param(
            [rated("EX-1.1.1", weight=9), rated("EX-1.2.1", 0)], [], DEFAULTS, id="exactly 90 %"
        ),
        pytest.param(
            [rated("EX-1.1.1", weight=5), rated("EX-2.1.1", weight=4), rated("EX-2.2.1", 0)],
            [],
            DEFAULTS,
            id="domain exactly at 80 % and whole exactly at 90 %",
        ),
        pytest.param(
            [rated("EX-1.1.1", 2)],
            [],
            Thresholds(Fraction(2, 3), Fraction(2, 3), 0),
            id="thresholds of the scheme",
        ),
        pytest.param(
            [rated(), not_applicable("EX-1.2.1", has_evidence=False)], [], DEFAULTS, id="NA"
        ),
        pytest.param(
            [rated(), not_applicable("EX-2.1.1", criticality="critical")],
            [],
            DEFAULTS,
            id="NA domain",
        ),
    ],
)
def test_what_just_passes_does_not_block(items, findings, thresholds):
    readiness = assess_readiness(items, findings, thresholds)

    assert readiness.blockers == ()
    assert readiness.ready


def test_a_critical_requirement_not_examined_is_named_once():
    items = [rated("EX-1.1.1"), rated("EX-1.2.1", None, criticality="critical")]

    assert blockers(items) == [(BlockerKind.NOT_EXAMINED, "EX-1.2.1")]


def test_a_file_that_nobody_examined_lists_its_requirements_and_no_score():
    items = [rated("EX-1.1.1", None), rated("EX-2.1.1", None)]

    readiness = assess_readiness(items, [], DEFAULTS)

    assert blockers(items) == [
        (BlockerKind.NOT_EXAMINED, "EX-1.1.1"),
        (BlockerKind.NOT_EXAMINED, "EX-2.1.1"),
    ]
    assert readiness.weakest is None


@pytest.mark.parametrize("items", [[], [not_applicable()]])
def test_nothing_applicable_is_never_ready(items):
    readiness = assess_readiness(items, [], Thresholds(Fraction(0), Fraction(0), 4))

    assert not readiness.ready
    assert readiness.blockers == (Blocker(BlockerKind.GLOBAL_UNDER, "", "", None, Fraction(0)),)


def test_blockers_come_in_order_of_decision_then_of_the_file():
    items = [
        rated("EX-1.1.1", 0, criticality="critical"),
        rated("EX-1.1.2", None, has_evidence=False),
        rated("EX-2.1.1", 1, has_evidence=False),
        rated("EX-2.1.2", 2, criticality="critical"),
        rated("EX-3.1.1", None),
    ]
    second_major = OpenFinding("F-009", "EX-2.1.1", "Délai", "major")

    assert blockers(items, [*minors(5), second_major, MAJOR]) == [
        (BlockerKind.OPEN_MAJOR, "F-009"),
        (BlockerKind.OPEN_MAJOR, "F-001"),
        (BlockerKind.CRITICAL_NOT_CONFORM, "EX-1.1.1"),
        (BlockerKind.CRITICAL_NOT_CONFORM, "EX-2.1.2"),
        (BlockerKind.DOMAIN_UNDER, "D1"),
        (BlockerKind.DOMAIN_UNDER, "D2"),
        (BlockerKind.GLOBAL_UNDER, ""),
        (BlockerKind.NOT_EXAMINED, "EX-1.1.2"),
        (BlockerKind.NOT_EXAMINED, "EX-3.1.1"),
        (BlockerKind.NO_EVIDENCE, "EX-1.1.2"),
        (BlockerKind.NO_EVIDENCE, "EX-2.1.1"),
        (BlockerKind.TOO_MANY_MINORS, ""),
    ]


def test_golden_example_partial_and_not_critical_does_not_block():
    items = [
        rated("EX-2.1.1", 3, weight=1),
        rated("EX-2.1.2", 3, weight=2, criticality="major"),
        rated("EX-2.2.1", 2, weight=2, criticality="major"),
        rated("EX-2.2.2", 3, weight=2, criticality="major"),
        not_applicable("EX-2.2.3"),
    ]

    readiness = assess_readiness(items, [], DEFAULTS)

    assert readiness.ready
    assert readiness.weakest == ("E2.2", Fraction(10, 12))


def test_the_weakest_engagement_stands_beside_a_good_mean():
    items = [rated("EX-1.1.1", weight=99), rated("EX-1.2.1", 0), rated("EX-1.3.1", None)]

    assert assess_readiness(items, [], DEFAULTS).weakest == ("E1.2", Fraction(0))


@pytest.mark.parametrize("codes", [("E1.2", "E1.10"), ("E1.10", "E1.2")])
def test_of_two_equally_weak_engagements_the_first_in_code_order_is_named(codes):
    weak = [rated(points=1, engagement=code) for code in codes]
    items = [rated("EX-1.1.1", 3), *weak]

    assert assess_readiness(items, [], DEFAULTS).weakest == ("E1.2", Fraction(1, 3))


@given(st.lists(any_items()), st.lists(st.sampled_from(["major", "minor", "watch", "note"])))
def test_ready_means_that_nothing_blocks(items, severities):
    findings = [OpenFinding(f"F-{n:03}", "", "", word) for n, word in enumerate(severities)]

    readiness = assess_readiness(iter(items), iter(findings), DEFAULTS)

    assert readiness.ready == (not readiness.blockers)
    kinds = [list(BlockerKind).index(blocker.kind) for blocker in readiness.blockers]
    assert kinds == sorted(kinds)
    if "major" in severities:
        assert not readiness.ready


def summed(items):
    return Sums(
        domains=gap.by_domain(items),
        engagements={code: g.score for code, g in gap.by_engagement(items).items()},
        shortfalls=[
            (item.code, item.site, Fraction(item.points, item.max_points))
            for item in items
            if item.criticality == gap.CRITICAL and item.points is not None and not item.is_conform
        ],
    )


@given(st.lists(any_items(), max_size=12), st.sampled_from([[], [MAJOR], minors(4), minors(5)]))
def test_sums_give_the_verdict_of_the_requirements_they_sum(items, findings):
    named = assess_readiness(items, findings, DEFAULTS)

    counted = assess_sums(summed(items), findings, DEFAULTS)

    several = {BlockerKind.NOT_EXAMINED, BlockerKind.NO_EVIDENCE}
    assert (counted.ready, counted.weakest) == (named.ready, named.weakest)
    assert [b for b in counted.blockers if b.kind not in several] == [
        b for b in named.blockers if b.kind not in several
    ]
    for kind in several:
        count = sum(b.kind == kind for b in named.blockers)
        assert [b.value for b in counted.blockers if b.kind == kind] == ([count] if count else [])
