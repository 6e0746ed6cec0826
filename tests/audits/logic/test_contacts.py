"""Contacts by reason and channel: months, the whole, weights, and what they cost."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.contacts import (
    Count,
    Paid,
    at_place,
    by_channel,
    by_month,
    by_reason,
    change,
    into_families,
    paid,
    pareto,
    tagged,
)
from audits.logic.periods import Grain, period_of

pytestmark = pytest.mark.unit
OCTOBER = period_of(date(2026, 10, 1), Grain.MONTH)
WHOLE, LYON, MASSY, PROVIDER = 1, 2, 3, 4


def month(place, contacts, *, channel="PHONE", reason=7):
    return Count(place, OCTOBER, channel, reason, contacts)


def week(day, contacts, place=LYON):
    return Count(place, period_of(date.fromisoformat(day), Grain.WEEK), "PHONE", 7, contacts)


def test_a_week_belongs_to_the_month_of_its_thursday():
    # Monday 28 September: its Thursday is the 1st of October. Monday 26 October: Thursday the 29th.
    found = by_month([week("2026-09-28", 10), week("2026-10-26", 5), week("2026-09-21", 100)])

    assert {row.period.start: row.contacts for row in found} == {
        date(2026, 10, 1): 15,
        date(2026, 9, 1): 100,
    }


def test_a_month_that_was_counted_as_one_is_not_counted_again_by_its_weeks():
    assert by_month([month(LYON, 400), week("2026-10-05", 90)]) == [month(LYON, 400)]


def test_the_whole_is_what_was_counted_for_it_else_its_places():
    rows = [month(LYON, 30), month(MASSY, 50)]

    assert by_reason(at_place(rows, WHOLE, whole=WHOLE)) == {7: 80}
    assert by_reason(at_place([*rows, month(WHOLE, 99)], WHOLE, whole=WHOLE)) == {7: 99}
    assert by_reason(at_place(rows, MASSY, whole=WHOLE)) == {7: 50}


def test_the_vital_reasons_are_those_before_which_eighty_per_cent_is_not_reached():
    found = pareto({1: 50, 2: 30, 3: 15, 4: 5, 5: 0})

    assert [(one.reason, one.together, one.is_vital) for one in found] == [
        (1, Fraction(50, 100), True),
        (2, Fraction(80, 100), True),
        (3, Fraction(95, 100), False),
        (4, Fraction(1), False),
    ]
    assert pareto({}) == pareto({1: 0}) == []


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 10**9), max_size=30))
def test_a_pareto_falls_and_ends_at_the_whole(contacts):
    found = pareto(contacts)

    weights = [one.contacts for one in found]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == sum(contacts.values())
    assert not found or (found[-1].together == 1 and found[0].is_vital)
    assert sum(one.share for one in found) == (1 if found else 0)


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 1000)))
def test_families_lose_no_contact(contacts):
    family = {reason: reason % 3 + 100 for reason in contacts}

    assert sum(into_families(contacts, family).values()) == sum(contacts.values())


def test_contacts_without_a_reason_are_counted_and_weigh_nothing():
    rows = [month(LYON, 90), month(LYON, 10, reason=None, channel="CHAT")]

    assert tagged(rows) == (90, 100)
    assert by_reason(rows) == {7: 90}
    assert by_channel(rows) == {"PHONE": 90, "CHAT": 10}
    assert tagged([]) is None


def test_what_was_nothing_or_unknown_has_no_growth():
    assert change(12, 10) == Fraction(1, 5)
    assert change(12, 0) is None
    assert change(12, None) is None


def test_the_cost_of_a_contact_is_of_the_same_places_on_both_sides():
    counts = {LYON: 100, MASSY: 300, PROVIDER: 50}
    costs = {LYON: Decimal(400), MASSY: Decimal("900.50")}

    found = paid(counts, costs, WHOLE, whole=WHOLE)

    assert found == Paid(400, Decimal("1300.50"), (PROVIDER,))
    assert found.each == Fraction(2601, 800)
    # Never the average of 4.00 and 3.0017.
    assert paid(counts, costs, LYON, whole=WHOLE).each == 4


def test_costs_of_the_whole_are_over_all_of_its_contacts():
    counts = {LYON: 100, MASSY: 300}

    assert paid(counts, {WHOLE: Decimal(2000), LYON: Decimal(1)}, WHOLE, whole=WHOLE) == Paid(
        400, Decimal(2000)
    )
    assert paid(counts | {WHOLE: 500}, {WHOLE: Decimal(2000)}, WHOLE, whole=WHOLE).each == 4


def test_what_is_missing_is_no_zero():
    assert paid({}, {LYON: Decimal(5)}, LYON, whole=WHOLE).each is None
    assert paid({LYON: 5}, {}, LYON, whole=WHOLE).each is None
    assert paid({LYON: 0}, {LYON: Decimal(5)}, LYON, whole=WHOLE).each is None
    assert paid({}, {}, WHOLE, whole=WHOLE) == Paid(None, None)
    assert paid({WHOLE: 9}, {LYON: Decimal(5)}, WHOLE, whole=WHOLE) == Paid(None, None, (LYON,))
    assert paid({}, {WHOLE: Decimal(5)}, WHOLE, whole=WHOLE) == Paid(None, Decimal(5))
