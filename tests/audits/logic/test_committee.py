from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.alerts import Status
from audits.logic.committee import (
    Cause,
    Move,
    Point,
    Proposal,
    Sense,
    Subject,
    Track,
    Turn,
    in_order,
    in_order_of_moves,
    late_run,
    missed_run,
    movement,
    ranked,
)
from audits.logic.control_chart import LEAST_POINTS
from audits.logic.statistics import Interval

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 30)
MET, MISSED, UNPROVEN, NOTHING = (
    Status.MET,
    Status.MISSED,
    Status.NOT_PROVEN,
    Status.NO_FIGURE,
)


def point(value, status=MET, low=None, high=None):
    interval = None if low is None else Interval(low, high)
    return Point(status, None if value is None else Fraction(value), interval)


def track(*points, operator=">=", target=85, key=("PEC-01", "1")):
    return Track(key, tuple(points), operator, None if target is None else Fraction(target))


def causes(*points, **options):
    move = movement(track(*points, **options))
    return () if move is None else move.causes


points = st.builds(
    Point,
    st.sampled_from(Status),
    st.none() | st.fractions(0, 100, max_denominator=20),
    st.none() | st.builds(Interval, st.floats(0, 50), st.floats(50, 100)),
)
codes = st.text("ABC", min_size=1, max_size=3)
tracks = st.builds(
    Track,
    st.tuples(codes, codes),
    st.lists(points, max_size=12).map(tuple),
    st.sampled_from([">=", "<=", "=", ""]),
    st.none() | st.fractions(0, 100, max_denominator=20),
)
unique_tracks = st.lists(tracks, max_size=8, unique_by=lambda one: one.key)


def test_a_crossing_comes_with_its_sense():
    fell = movement(track(point(90), point(80, MISSED)))
    rose = movement(track(point(80, MISSED), point(90)))

    assert fell == Move(("PEC-01", "1"), (Cause.CROSSED_DOWN,), Sense.WORSE)
    assert rose == Move(("PEC-01", "1"), (Cause.CROSSED_UP,), Sense.BETTER)


def test_where_less_is_better_a_rise_is_worse():
    fell = movement(track(point(10), point(14, MISSED), operator="<=", target=12))

    assert fell.sense is Sense.WORSE


def test_to_or_from_what_is_not_proven_is_another_verdict():
    assert causes(point(90), point(86, UNPROVEN)) == (Cause.VERDICT,)
    assert causes(point(86, UNPROVEN), point(70, MISSED)) == (Cause.VERDICT,)


def test_a_change_within_the_interval_is_none():
    assert causes(point(90, MET, 80, 96), point(94, MET, 88, 98)) == ()


def test_two_samples_that_exclude_each_other_differ():
    assert causes(point(90, MET, 88, 92), point(96, MET, 94, 98)) == (Cause.INTERVAL,)


def test_two_exhaustive_figures_are_judged_by_the_chart_alone():
    assert causes(point(90), point(96)) == ()


def test_a_point_beyond_the_natural_limits_is_a_signal():
    calm = [point(90 + n % 2) for n in range(LEAST_POINTS)]

    assert causes(*calm, point(99)) == (Cause.SIGNAL,)
    assert causes(*calm, point(91)) == ()


def test_after_a_gap_nothing_is_compared():
    assert causes(point(90), point(None, NOTHING), point(60, MISSED)) == ()


def test_without_a_target_no_verdict_changes():
    assert causes(point(90, NOTHING), point(20, NOTHING), operator="", target=None) == ()


@given(unique_tracks)
def test_a_missing_last_figure_never_moves(found):
    blank = [
        Track(one.key, (*one.points, Point(NOTHING)), one.operator, one.target) for one in found
    ]

    assert ranked(blank) == []


@given(tracks)
def test_a_gap_before_leaves_the_chart_alone(one):
    if not one.points:
        return
    gap = Track(one.key, (*one.points[:-1], Point(NOTHING), one.points[-1]), one.operator)
    move = movement(gap)

    assert move is None or (move.causes, move.sense) == ((Cause.SIGNAL,), Sense.NONE)


@given(unique_tracks, st.randoms())
def test_the_order_of_rows_changes_nothing(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)

    assert ranked(shuffled) == ranked(found)


@given(unique_tracks)
def test_what_matters_most_comes_first(found):
    order = list(Cause)
    moves = ranked(found)

    heaviest = [order.index(move.causes[0]) for move in moves]
    assert heaviest == sorted(heaviest)
    assert all(list(move.causes) == sorted(set(move.causes), key=order.index) for move in moves)


@given(unique_tracks)
def test_what_was_kept_is_put_in_the_same_order(found):
    moves = ranked(found)
    kept = [([str(c) for c in move.causes], str(move.sense), move.key) for move in moves]

    assert in_order_of_moves(reversed(kept)) == [move.key for move in moves]


def test_missing_periods_neither_count_nor_end_a_run():
    run = [point(90), point(70, MISSED), point(None, NOTHING), point(84, UNPROVEN)]

    assert missed_run([*run, point(60, MISSED)]) == 2
    assert missed_run([*run, point(90)]) == 0
    assert missed_run([]) == 0


def turn(due, done=None):
    day = TODAY - timedelta(days=due)
    return Turn(day, None if done is None else day + timedelta(days=done))


def test_controls_late_running_are_counted_up_to_the_last_that_was_due():
    assert late_run([turn(21, done=0), turn(14, done=3), turn(7)], today=TODAY) == 2
    assert late_run([turn(14, done=3), turn(7, done=0)], today=TODAY) == 0


def test_a_control_that_is_due_today_is_not_late():
    assert late_run([turn(7), turn(0)], today=TODAY) == 1
    assert late_run([turn(-7)], today=TODAY) == 0


@given(st.lists(st.builds(turn, st.integers(-10, 60), st.none() | st.integers(0, 5)), max_size=8))
def test_the_order_of_controls_changes_nothing(turns):
    by_due = {one.due: one for one in turns}
    rows = list(by_due.values())

    assert late_run(rows, today=TODAY) == late_run(reversed(rows), today=TODAY)


proposals = st.builds(Proposal, st.sampled_from(Subject), codes, st.integers(0, 40))


@given(st.lists(proposals, max_size=12))
def test_proposals_stand_once_by_subject_then_weight(found):
    once = in_order(found)

    assert len(once) == len(set(found)) == len(set(once))
    order = list(Subject)
    keys = [(order.index(one.subject), -one.weight, one.key) for one in once]
    assert keys == sorted(keys)
    assert in_order(reversed(found)) == once
