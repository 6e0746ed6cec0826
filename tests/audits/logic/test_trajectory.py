from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic import gap
from audits.logic.trajectory import Lateness, Pending, past_lateness, trajectory
from tests.audits.logic.values import any_items, not_applicable, rated

pytestmark = pytest.mark.unit

TODAY = date(2026, 3, 2)
HORIZON = date(2026, 6, 1)
UNKNOWN = Lateness(0, 0, None, None)
ON_TIME = Lateness(9, 0, 0, 0)


def on(days):
    return TODAY + timedelta(days=days)


def drawn(items, pending, lateness=ON_TIME, **changes):
    values = {"points": 3, "today": TODAY, "horizon": HORIZON} | changes
    return trajectory(dict(enumerate(items)), pending, lateness=lateness, **values)


def lines(found):
    return [(point.day, point.low, point.middle, point.high) for point in found.points]


def test_quantiles_are_days_that_were_really_seen():
    assert past_lateness([30, -2, 0, 4, 10]) == Lateness(5, -2, 4, 30)
    assert past_lateness(range(1, 21)) == Lateness(20, 2, 10, 18)


@pytest.mark.parametrize("count", range(5))
def test_few_past_actions_teach_nothing(count):
    assert past_lateness([40] * count) == Lateness(count, 0, None, None)
    assert not past_lateness([40] * count).is_known


@given(st.lists(st.integers(-400, 400), min_size=5))
def test_the_three_shifts_are_ordered(days):
    found = past_lateness(days)

    assert min(days) <= found.high <= found.middle <= found.low <= max(days)
    assert sum(day <= found.low for day in days) * 10 >= 9 * len(days)


def test_an_action_raises_its_requirement_on_its_day():
    found = drawn([rated("EX-1.1.1", 3), rated("EX-1.1.2", 0)], [Pending(on(10), 1)])

    half = Fraction(1, 2)
    assert lines(found) == [(TODAY, half, half, half), (on(10), 1, 1, 1), (HORIZON, 1, 1, 1)]
    assert (found.moving, found.late) == (1, 0)


def test_each_line_slips_by_its_own_lateness():
    found = drawn([rated(points=0)], [Pending(on(10), 0)], Lateness(9, -4, 5, 20))

    assert lines(found) == [
        (TODAY, 0, 0, 0),
        (on(6), 0, 0, 1),
        (on(15), 0, 1, 1),
        (on(30), 1, 1, 1),
        (HORIZON, 1, 1, 1),
    ]


def test_the_last_action_of_a_requirement_decides():
    found = drawn([rated(points=0)], [Pending(on(40), 0), Pending(on(10), 0)])

    assert [(p.day, p.high) for p in found.points] == [(TODAY, 0), (on(40), 1), (HORIZON, 1)]


def test_an_overdue_action_slips_from_today():
    found = drawn([rated(points=0)], [Pending(on(-30), 0)], Lateness(9, -10, 3, 8))

    days = [point.day for point in found.points]
    assert days == [TODAY, on(1), on(3), on(8), HORIZON]


def test_what_comes_after_the_horizon_is_not_counted_on():
    found = drawn([rated(points=0)], [Pending(on(85), 0)], Lateness(9, 0, 2, 30))

    assert found.points[-1].low == 0
    assert found.points[-1].middle == 1
    assert (found.moving, found.late) == (1, 1)


def test_without_past_actions_there_is_no_middle_and_the_low_line_stays():
    found = drawn([rated(points=0), rated("EX-1.1.2", 3)], [Pending(on(10), 0)], UNKNOWN)

    half = Fraction(1, 2)
    assert lines(found) == [
        (TODAY, half, None, half),
        (on(10), half, None, 1),
        (HORIZON, half, None, 1),
    ]
    assert found.late == 1


def test_actions_that_can_raise_nothing_are_left_out():
    items = [rated("EX-1.1.1", 3), not_applicable("EX-1.1.2"), rated("EX-1.1.3", 1)]
    pending = [Pending(on(5), 0), Pending(on(5), 1), Pending(on(5), 99)]

    found = drawn(items, pending)

    assert found.moving == 0
    assert [point.day for point in found.points] == [TODAY, HORIZON]


def test_a_requirement_that_nobody_rated_yet_counts_once_it_is_compliant():
    found = drawn([rated("EX-1.1.1", 0), rated("EX-1.1.2", None)], [Pending(on(5), 1)])

    assert [point.high for point in found.points] == [0, Fraction(1, 2), Fraction(1, 2)]


@pytest.mark.parametrize("horizon", [TODAY, on(-1)])
def test_there_is_nowhere_to_go_once_the_day_has_come(horizon):
    assert drawn([rated(points=0)], [], horizon=horizon) is None


def test_nothing_rated_goes_nowhere():
    assert drawn([rated(points=None)], [Pending(on(5), 0)]) is None


PENDING = st.builds(Pending, due=st.integers(-60, 200).map(on), target=st.integers(0, 12))


@given(
    st.lists(any_items(), max_size=10),
    st.lists(PENDING, max_size=8),
    st.lists(st.integers(-60, 120), max_size=12),
)
def test_the_band_is_ordered_and_never_falls(items, pending, days):
    items = [item for item in items if item.max_points == 3]
    found = drawn(items, pending, past_lateness(days))

    if found is None:
        assert gap.measure(items).score is None
        return
    for point in found.points:
        assert point.low <= point.high
        assert point.middle is None or point.low <= point.middle <= point.high
    for before, after in pairwise(found.points):
        assert before.day < after.day
        assert before.low <= after.low
        assert before.high <= after.high
        assert before.middle is None or before.middle <= after.middle
    assert found.points[0].low == gap.measure(items).score
    assert (found.points[0].day, found.points[-1].day) == (TODAY, HORIZON)
