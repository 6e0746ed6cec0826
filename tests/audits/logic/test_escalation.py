"""When minors weigh more: table of domain.md 5.5."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.enums import FindingState
from audits.logic.escalation import OWING, becomes_major, majors_in_effect

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("severity", "state", "due", "rule", "worse"),
    [
        ("minor", "ACCEPTED", TODAY - timedelta(days=1), True, True),
        ("minor", "PRESENTED", TODAY - timedelta(days=1), True, True),
        ("minor", "ACCEPTED", TODAY, True, False),
        ("minor", "ACCEPTED", None, True, False),
        ("minor", "ACCEPTED", TODAY - timedelta(days=1), False, False),
        ("minor", "PROVEN", TODAY - timedelta(days=1), True, False),
        ("minor", "CLOSED", TODAY - timedelta(days=1), True, False),
        ("minor", "DRAFT", TODAY - timedelta(days=1), True, False),
        ("major", "ACCEPTED", TODAY - timedelta(days=1), True, False),
        ("watch", "ACCEPTED", TODAY - timedelta(days=1), True, False),
    ],
)
def test_a_minor_that_is_owed_after_its_last_day_becomes_major(severity, state, due, rule, worse):
    found = becomes_major(severity=severity, state=state, due=due, today=TODAY, rule=rule)

    assert found is worse


def test_the_states_are_those_of_findings():
    assert {FindingState(state) for state in OWING}


@pytest.mark.parametrize(
    ("majors", "minors", "per", "expected"),
    [(0, 5, 5, 1), (0, 4, 5, 0), (1, 11, 5, 3), (2, 40, None, 2), (0, 3, 1, 3)],
)
def test_open_minors_amount_to_majors(majors, minors, per, expected):
    assert majors_in_effect(majors=majors, minors=minors, minors_per_major=per) == expected


@given(st.integers(0, 50), st.integers(0, 200), st.none() | st.integers(1, 20))
def test_more_minors_never_weigh_less(majors, minors, per):
    one = majors_in_effect(majors=majors, minors=minors, minors_per_major=per)
    more = majors_in_effect(majors=majors, minors=minors + 1, minors_per_major=per)

    assert majors <= one <= more


@pytest.mark.parametrize("wrong", [{"majors": -1}, {"minors": -1}, {"minors_per_major": 0}])
def test_counts_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="not negative"):
        majors_in_effect(**{"majors": 0, "minors": 0, "minors_per_major": 5} | wrong)
