"""Three versions of a cell: nothing of anybody is lost, and nothing is chosen for anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.merging import Outcome, merged, outcome

pytestmark = pytest.mark.unit

VALUES = st.sampled_from("abc")
THREE = {"taken": VALUES, "now": VALUES, "brought": VALUES}


@pytest.mark.parametrize(
    ("taken", "now", "brought", "expected"),
    [
        ("a", "a", "a", Outcome.SAME),
        ("a", "a", "b", Outcome.MINE),
        ("a", "b", "a", Outcome.THEIRS),
        ("a", "b", "b", Outcome.AGREED),
        ("a", "b", "c", Outcome.CONFLICT),
    ],
)
def test_each_case_has_its_outcome(taken, now, brought, expected):
    assert outcome(taken=taken, now=now, brought=brought) == expected


@given(**THREE)
def test_the_two_sides_mirror_each_other(taken, now, brought):
    mirror = {Outcome.MINE: Outcome.THEIRS, Outcome.THEIRS: Outcome.MINE}
    found = outcome(taken=taken, now=now, brought=brought)

    assert outcome(taken=taken, now=brought, brought=now) == mirror.get(found, found)


@given(**THREE, choice=st.booleans())
def test_the_value_kept_is_always_one_that_somebody_wrote(taken, now, brought, choice):
    kept = merged(taken=taken, now=now, brought=brought, keeps_mine=choice)

    assert kept in {now, brought}
    if now == taken:
        assert kept == brought
    if brought == taken:
        assert kept == now


@given(**THREE)
def test_only_a_conflict_asks_for_a_choice(taken, now, brought):
    if outcome(taken=taken, now=now, brought=brought) == Outcome.CONFLICT:
        with pytest.raises(ValueError, match="waits"):
            merged(taken=taken, now=now, brought=brought)
    else:
        merged(taken=taken, now=now, brought=brought)


@given(**THREE, choice=st.booleans())
def test_merging_again_changes_nothing(taken, now, brought, choice):
    kept = merged(taken=taken, now=now, brought=brought, keeps_mine=choice)

    assert merged(taken=taken, now=kept, brought=kept) == kept
