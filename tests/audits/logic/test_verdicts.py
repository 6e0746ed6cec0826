import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.gap import Rating
from audits.logic.verdicts import Verdict, group_shape, verdict_shape, worst_severity

pytestmark = pytest.mark.unit

# points, is conform, worst open finding, criticality -> verdict
LEVELS = [
    (3, True, "", "standard", "ok"),
    (3, True, "watch", "critical", "ok"),
    (3, True, "minor", "standard", "minor"),
    (3, True, "major", "standard", "major"),
    (2, False, "", "standard", "part"),
    (2, False, "", "critical", "part"),
    (2, False, "minor", "standard", "minor"),
    (2, False, "major", "standard", "major"),
    (0, False, "", "standard", "minor"),
    (0, False, "", "major", "minor"),
    (0, False, "", "critical", "major"),
    (0, False, "minor", "major", "minor"),
    (0, False, "minor", "critical", "major"),
    (0, False, "major", "standard", "major"),
]


@pytest.mark.parametrize(("points", "is_conform", "severity", "criticality", "expected"), LEVELS)
def test_verdict_of_a_level(points, is_conform, severity, criticality, expected):
    verdict = verdict_shape(
        rating=Rating.RATED,
        is_conform=is_conform,
        points=points,
        severity=severity,
        criticality=criticality,
    )

    assert verdict == expected


@pytest.mark.parametrize("severity", ["", "minor", "major"])
@pytest.mark.parametrize(
    ("rating", "expected"), [(Rating.NOT_APPLICABLE, "na"), (Rating.NOT_ASSESSED, "none")]
)
def test_without_a_level_no_finding_changes_the_verdict(rating, expected, severity):
    verdict = verdict_shape(
        rating=rating, is_conform=False, points=None, severity=severity, criticality="critical"
    )

    assert verdict == expected


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], ""),
        (["watch", "strong"], ""),
        (["watch", "minor"], "minor"),
        (["minor", "major", "note"], "major"),
    ],
)
def test_worst_severity_keeps_only_what_harms(severities, expected):
    assert worst_severity(severities) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], "none"),
        (["none"], "none"),
        (["na", "na"], "na"),
        (["na", "none"], "none"),
        (["ok", "na"], "ok"),
        (["ok", "none"], "ok"),
        (["ok", "part"], "part"),
        (["part", "minor", "none"], "minor"),
        (["minor", "ok", "major", "part"], "major"),
    ],
)
def test_a_group_shows_the_worst_that_was_examined(verdicts, expected):
    assert group_shape(Verdict(verdict) for verdict in verdicts) == expected


@given(
    st.lists(st.sampled_from(Verdict), min_size=1), st.lists(st.sampled_from(Verdict), min_size=1)
)
def test_groups_nest_and_order_does_not_matter(first, second):
    assert group_shape([group_shape(first), group_shape(second)]) == group_shape(second + first)
