"""The cycle of a certificate: days by the calendar, audits at the right step, what is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.cycle import (
    Cycle,
    CycleRule,
    Held,
    StepKind,
    StepState,
    add_months,
    cycle_of,
)

pytestmark = pytest.mark.unit

THREE_YEARS = CycleRule(
    validity_months=36,
    surveillance_months=12,
    surveillances=2,
    window_months=2,
    renewal_lead_months=4,
)
START = date(2026, 3, 14)
DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
RULES = st.builds(
    CycleRule,
    validity_months=st.none() | st.integers(1, 120),
    surveillance_months=st.integers(1, 24),
    surveillances=st.integers(0, 10),
    window_months=st.none() | st.integers(0, 12),
    renewal_lead_months=st.none() | st.integers(0, 24),
)
AUDITS = st.lists(
    st.builds(
        Held,
        key=st.integers(1, 10**6),
        kind=st.sampled_from(StepKind),
        day=DAYS,
        is_done=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda audit: audit.key,
)


def three_years(*held: Held, today: date = START) -> Cycle:
    return cycle_of(THREE_YEARS, start=START, held=held, today=today)


def follow_up(key: int, day: date, *, is_done: bool = True) -> Held:
    return Held(key, StepKind.SURVEILLANCE, day, is_done)


def states(cycle: Cycle) -> list[StepState]:
    return [step.state for step in cycle.steps]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 4), 0, date(2026, 5, 4)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-400, 400))
def test_adding_months_changes_month_by_as_many_and_never_gains_a_day(day, months):
    after = add_months(day, months)

    assert (after.year - day.year) * 12 + after.month - day.month == months
    assert after.day <= day.day
    assert after.day == day.day or (after + timedelta(days=1)).day == 1


@given(DAYS, st.integers(0, 200))
def test_more_months_are_later(day, months):
    assert add_months(day, months) < add_months(day, months + 1)


def test_three_years_with_a_yearly_follow_up():
    cycle = three_years()

    assert [(s.kind, s.number, s.earliest, s.latest) for s in cycle.steps] == [
        (StepKind.START, 0, START, START),
        (StepKind.SURVEILLANCE, 1, date(2027, 1, 14), date(2027, 3, 14)),
        (StepKind.SURVEILLANCE, 2, date(2028, 1, 14), date(2028, 3, 14)),
        (StepKind.RENEWAL, 0, date(2028, 11, 13), date(2029, 3, 13)),
    ]
    assert cycle.term == date(2029, 3, 13)


def test_a_certificate_of_29_february_ends_on_a_27_february():
    cycle = cycle_of(THREE_YEARS, start=date(2028, 2, 29), today=START)

    assert [step.latest for step in cycle.steps[1:]] == [
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 27),
    ]


def test_what_the_scheme_does_not_state_has_no_day():
    cycle = cycle_of(CycleRule(), start=START, today=START)

    assert [(s.kind, s.earliest, s.latest, s.state) for s in cycle.steps] == [
        (StepKind.START, START, START, StepState.DONE),
        (StepKind.RENEWAL, None, None, StepState.UNSET),
    ]
    assert (cycle.term, cycle.late) == (None, ())


def test_without_a_start_nothing_has_a_day():
    cycle = cycle_of(THREE_YEARS, start=None, today=START)

    assert {step.latest for step in cycle.steps} == {None}
    assert states(cycle) == [StepState.UNSET] * 4
    assert cycle.upcoming is None


@pytest.mark.parametrize(
    ("held", "today", "state"),
    [
        ([], START, StepState.COMING),
        ([], START + timedelta(days=1), StepState.LATE),
        ([Held(1, StepKind.START, START, is_done=False)], START, StepState.UNDER_WAY),
    ],
)
def test_a_cycle_that_is_only_planned_waits_for_its_first_audit(held, today, state):
    cycle = cycle_of(THREE_YEARS, start=START, is_planned=True, held=held, today=today)

    assert cycle.upcoming == cycle.steps[0]
    assert states(cycle)[0] == state
    assert cycle.steps[1].latest == date(2027, 3, 14)


def test_a_follow_up_held_late_is_still_the_first_one():
    cycle = three_years(follow_up(7, date(2027, 5, 20)), today=date(2027, 6, 1))

    assert [step.audits for step in cycle.steps] == [(), (7,), (), ()]
    assert cycle.steps[1].state == StepState.DONE


def test_one_that_is_missed_stays_late_when_the_next_one_is_held():
    cycle = three_years(follow_up(7, date(2028, 2, 20)), today=date(2028, 3, 1))

    assert [step.number for step in cycle.late if step.kind == StepKind.SURVEILLANCE] == [1]
    assert cycle.steps[2].state == StepState.DONE


def test_two_audits_for_one_step_are_both_there():
    cycle = three_years(
        follow_up(8, date(2027, 4, 2), is_done=False), follow_up(7, date(2027, 3, 2)),
        today=date(2027, 4, 2),
    )  # fmt: skip

    assert cycle.steps[1].audits == (7, 8)
    assert cycle.steps[1].state == StepState.DONE


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2027, 1, 13), StepState.COMING),
        (date(2027, 1, 14), StepState.OPEN),
        (date(2027, 3, 14), StepState.OPEN),
        (date(2027, 3, 15), StepState.LATE),
    ],
)
def test_a_step_is_open_from_the_first_to_the_last_day_of_its_window(today, state):
    cycle = three_years(Held(1, StepKind.START, START, is_done=True), today=today)

    assert cycle.steps[1].state == state
    assert cycle.upcoming == cycle.steps[1]


def test_an_audit_under_way_is_said_until_its_day_has_passed():
    audit = follow_up(7, date(2027, 3, 10), is_done=False)

    assert three_years(audit, today=date(2027, 3, 11)).steps[1].state == StepState.UNDER_WAY
    assert three_years(audit, today=date(2027, 3, 15)).steps[1].state == StepState.LATE


def test_the_renewal_that_opened_the_cycle_is_not_the_one_that_ends_it():
    cycle = three_years(
        Held(1, StepKind.START, date(2023, 3, 14), is_done=True),
        Held(2, StepKind.RENEWAL, START, is_done=True),
        Held(3, StepKind.SURVEILLANCE, date(2025, 3, 10), is_done=True),
        Held(4, StepKind.RENEWAL, date(2029, 2, 1), is_done=False),
        today=date(2029, 2, 1),
    )

    assert [step.audits for step in cycle.steps] == [(2,), (), (), (4,)]


@given(RULES, DAYS, DAYS)
def test_days_follow_each_other_and_windows_come_before_them(rule, start, today):
    cycle = cycle_of(rule, start=start, today=today)
    days = [step.latest for step in cycle.steps if step.kind == StepKind.SURVEILLANCE]

    assert days == sorted(set(days))
    assert all(day > start for day in days)
    for step in cycle.steps:
        if step.earliest and step.latest and step.kind != StepKind.RENEWAL:
            assert start <= step.earliest <= step.latest


@given(RULES, DAYS, DAYS, AUDITS)
def test_an_audit_counts_once_and_only_for_its_kind(rule, start, today, held):
    cycle = cycle_of(rule, start=start, held=held, today=today)
    counted = [key for step in cycle.steps for key in step.audits]
    kinds = {audit.key: audit.kind for audit in held}

    assert len(counted) == len(set(counted))
    for step in cycle.steps[1:]:
        assert {kinds[key] for key in step.audits} <= {step.kind}


@given(RULES, DAYS, DAYS, AUDITS)
def test_what_is_late_is_past_and_not_done(rule, start, today, held):
    cycle = cycle_of(rule, start=start, held=held, today=today)
    done = {audit.key for audit in held if audit.is_done}

    for step in cycle.late:
        assert step.latest < today
        assert not done & set(step.audits)
    assert not {StepState.LATE, StepState.UNDER_WAY} & {
        step.state for step in cycle.steps if done & set(step.audits)
    }


@given(RULES, DAYS, DAYS, AUDITS, st.randoms())
def test_the_order_in_which_audits_are_given_does_not_matter(rule, start, today, held, random):
    mixed = random.sample(held, len(held))

    assert cycle_of(rule, start=start, held=held, today=today) == cycle_of(
        rule, start=start, held=mixed, today=today
    )
