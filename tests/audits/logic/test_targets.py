from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.targets import in_force, rewrites

pytestmark = pytest.mark.unit
TODAY = date(2026, 11, 1)  # the first day of the month that runs


@dataclass(frozen=True)
class Line:
    starts_on: date
    value: int = 0


def month(number):
    return date(2026, number, 1)


def test_the_latest_line_begun_is_in_force():
    lines = [Line(month(1), 80), Line(month(6), 85)]

    assert in_force(month(5), lines, []).value == 80
    assert in_force(month(6), lines, []).value == 85
    assert in_force(date(2025, 12, 31), lines, []) is None


def test_a_place_without_a_line_has_that_of_the_whole():
    whole, own = [Line(month(1), 80)], [Line(month(6), 85)]

    assert in_force(month(5), own, whole).value == 80
    assert in_force(month(7), own, whole).value == 85


@pytest.mark.parametrize(
    ("start", "own", "whole", "changes"),
    [
        (month(11), [month(1)], [], False),  # the month that runs is not judged
        (month(12), [month(1)], [], False),
        (month(10), [month(1)], [], True),  # October was judged
        (month(1), [month(1)], [], True),
        (month(1), [], [], False),  # nothing was judged yet
        (month(1), [month(6)], [], False),  # January to May had no target
        (month(1), [], [month(3)], True),  # the whole was in force from March
        (month(1), [month(3)], [month(3)], False),
        (month(1), [month(4)], [month(3)], True),
    ],
)
def test_what_was_judged_keeps_its_target(start, own, whole, changes):
    assert rewrites(start, current=TODAY, own=own, whole=whole) is changes


MONTHS = st.sets(st.integers(1, 12), max_size=5)


@given(st.integers(1, 12), MONTHS, MONTHS)
def test_a_line_is_refused_exactly_when_a_judged_month_would_have_another(start, own, whole):
    own_lines = [Line(month(n), n) for n in sorted(own)]
    whole_lines = [Line(month(n), 100 + n) for n in sorted(whole)]
    kept = [line for line in own_lines if line.starts_on != month(start)]
    changed = sorted([*kept, Line(month(start), 999)], key=lambda line: line.starts_on)
    closed = [day for n in range(1, 11) if (day := month(n)) < TODAY]

    before = [in_force(day, own_lines, whole_lines) for day in closed]
    after = [in_force(day, changed, whole_lines) for day in closed]
    differs = any(a is not None and a != b for a, b in zip(before, after, strict=True))

    refused = rewrites(month(start), current=TODAY, own=map(month, own), whole=map(month, whole))
    assert refused == differs


def test_days_within_a_month_follow_the_same_rule():
    assert rewrites(
        TODAY - timedelta(days=1), current=TODAY, own=[TODAY - timedelta(days=40)], whole=[]
    )
