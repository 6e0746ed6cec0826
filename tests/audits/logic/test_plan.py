"""What does not hold in an audit plan."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.plan import Auditor, Kind, Method, Remark, Slot, Trouble, remarks

pytestmark = pytest.mark.unit

DAY = date(2026, 5, 4)
LYON, MASSY = 1, 2
LEAD = Auditor(7)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    moment = datetime.combine(DAY, time(hour, minute))
    return moment + timedelta(days=day)


def slot(key: int, start: datetime, end: datetime, **fields) -> Slot:
    usual = {"kind": Kind.SESSION, "method": Method.ON_SITE, "site": LYON, "auditors": (7,)}
    return Slot(key=key, start=start, end=end, **(usual | fields))


def of(*slots: Slot, auditors=(LEAD,), last_day=date(2026, 5, 5), has_means=True) -> list[Remark]:
    return remarks(slots, auditors, first_day=DAY, last_day=last_day, has_means=has_means)


def test_a_sound_plan_has_no_remark():
    morning = slot(1, at(9), at(10)), slot(2, at(10), at(12))

    assert of(*morning, slot(3, at(14), at(16), site=MASSY)) == []


def test_the_same_auditor_twice_at_once():
    found = of(slot(1, at(9), at(11)), slot(2, at(10), at(12)))

    assert found == [Remark(Trouble.TWICE_AT_ONCE, (1, 2), 7)]


def test_two_auditors_may_work_at_once():
    assert of(
        slot(1, at(9), at(11)), slot(2, at(9), at(11), auditors=(8,)), auditors=(LEAD, Auditor(8))
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "is_outside"),
    [
        (at(9, day=-1), at(10, day=-1), True),
        (at(0), at(1), False),
        (at(23, day=1), at(0, day=2), False),
        (at(23, day=1), at(0, 1, day=2), True),
    ],
)
def test_a_slot_belongs_to_the_days_of_the_audit(start, end, is_outside):
    found = of(slot(1, start, end))

    assert found == ([Remark(Trouble.OUTSIDE_AUDIT, (1,))] if is_outside else [])


def test_an_audit_without_a_last_day_has_no_end():
    assert of(slot(1, at(9, day=90), at(10, day=90)), last_day=None) == []


@pytest.mark.parametrize(
    ("opens_on", "closes_on"), [(date(2026, 5, 5), None), (None, date(2026, 5, 3))]
)
def test_an_auditor_outside_their_days_of_access(opens_on, closes_on):
    found = of(slot(1, at(9), at(10)), auditors=(Auditor(7, opens_on, closes_on),))

    assert found == [Remark(Trouble.NO_ACCESS, (1,), 7)]


def test_the_first_and_the_last_day_of_access_are_days_of_access():
    assert of(slot(1, at(9), at(10)), auditors=(Auditor(7, DAY, DAY),)) == []


@pytest.mark.parametrize("method", [Method.REMOTE, Method.HYBRID])
def test_a_remote_slot_needs_means(method):
    row = slot(1, at(9), at(10), method=method)

    assert of(row, has_means=False) == [Remark(Trouble.NO_MEANS, (1,))]
    assert of(row) == []


def test_two_sites_in_one_half_day_are_a_warning():
    found = of(slot(1, at(9), at(10)), slot(2, at(11), at(12), site=MASSY))

    assert found == [Remark(Trouble.TWO_SITES, (1, 2), 7)]
    assert found[0].is_warning


@pytest.mark.parametrize(
    "fields",
    [{"site": None}, {"method": Method.REMOTE}, {"kind": Kind.BREAK}, {"auditors": ()}],
)
def test_who_does_not_go_there_does_not_travel(fields):
    found = of(slot(1, at(9), at(10)), slot(2, at(11), at(12), **{"site": MASSY} | fields))

    assert Trouble.TWO_SITES not in {remark.trouble for remark in found}


def test_what_ends_at_one_ends_the_morning():
    assert of(slot(1, at(9), at(13)), slot(2, at(13), at(15), site=MASSY)) == []


def test_a_slot_of_nobody_is_a_warning_and_a_break_needs_nobody():
    found = of(slot(1, at(9), at(10), auditors=()), slot(2, at(12), at(13), kind=Kind.BREAK))

    assert found == [Remark(Trouble.NOBODY, (1,))]


SLOTS = st.lists(
    st.builds(
        lambda key, start, minutes, **rest: Slot(
            key=key,
            start=at(0) + timedelta(minutes=start),
            end=at(0) + timedelta(minutes=start + minutes),
            **rest,
        ),
        key=st.integers(1, 10**6),
        start=st.integers(0, 3000),
        minutes=st.integers(1, 600),
        kind=st.sampled_from(Kind),
        method=st.sampled_from(Method),
        site=st.none() | st.integers(1, 3),
        auditors=st.lists(st.integers(1, 3), unique=True, max_size=3).map(tuple),
    ),
    max_size=7,
    unique_by=lambda row: row.key,
)
TEAM = tuple(Auditor(key) for key in (1, 2, 3))


def all_of(slots) -> list[Remark]:
    return remarks(slots, TEAM, first_day=DAY, last_day=DAY, has_means=False)


@given(SLOTS, st.randoms())
def test_the_order_in_which_slots_are_given_does_not_matter(slots, random):
    assert all_of(slots) == all_of(random.sample(slots, len(slots)))


@given(SLOTS)
def test_each_pair_that_shares_somebody_and_a_minute_is_told_once_and_no_other(slots):
    told = [(r.auditor, *sorted(r.slots)) for r in all_of(slots) if r.trouble == "TWICE_AT_ONCE"]
    expected = {
        (auditor, *sorted((one.key, other.key)))
        for one in slots
        for other in slots
        if one.key < other.key and max(one.start, other.start) < min(one.end, other.end)
        for auditor in set(one.auditors) & set(other.auditors)
    }

    assert len(told) == len(set(told))
    assert set(told) == expected


@given(SLOTS)
def test_one_slot_less_never_adds_a_remark(slots):
    for gone in slots:
        left = [row for row in slots if row.key != gone.key]
        assert set(all_of(left)) == {r for r in all_of(slots) if gone.key not in r.slots}
