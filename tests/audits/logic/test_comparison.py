from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given

from audits.logic import gap
from audits.logic.comparison import Link, Movement, Reason, Relation, compare
from engagements.enums import MappingRelation
from tests.audits.logic.lines import audits, line, not_applicable

pytestmark = pytest.mark.unit

# Domain notes 10.4: D2 of the reconstructed referential, weights 1, 2, 2, 2, 1.
THEN = (
    line(211, 3, domain="D2", engagement="E2.1"),
    line(212, 2, weight=2, domain="D2", engagement="E2.1"),
    line(221, 0, weight=2, domain="D2", engagement="E2.2"),
    line(222, 1, weight=2, domain="D2", engagement="E2.2"),
    not_applicable(223, domain="D2", engagement="E2.2"),
)
NOW = (
    line(211, 3, domain="D2", engagement="E2.1"),
    line(212, 3, weight=2, domain="D2", engagement="E2.1"),
    line(221, 2, weight=2, domain="D2", engagement="E2.2"),
    line(222, 3, weight=2, domain="D2", engagement="E2.2"),
    not_applicable(223, domain="D2", engagement="E2.2"),
)


def movements(then, now, mapping=None):
    rows = compare(then, now, mapping).rows
    return [(row.shown.requirement, row.movement, row.reason) for row in rows]


def only(then, now):
    """The movement of the only requirement of both."""
    (row,) = compare([then], [now]).rows
    return row.movement


def test_golden_example():
    found = compare(THEN, NOW)

    assert found.like_for_like == found.total
    assert found.total.then.score == Fraction(9, 21)
    assert found.total.now.score == Fraction(19, 21)
    assert found.total.progress == Fraction(10, 21)
    assert found.total.share_closed == Fraction(10, 12)
    assert found.movements == {
        Movement.SAME: 1,
        Movement.BETTER: 3,
        Movement.NEITHER_RATED: 1,
    }
    assert found.domains["D2"] == found.total
    assert (found.comparable, found.not_comparable) == (5, 0)


@pytest.mark.parametrize(
    ("then", "now", "movement"),
    [
        (line(1, 1), line(1, 2), Movement.BETTER),
        (line(1, 2), line(1, 1), Movement.WORSE),
        (line(1, 2), line(1, 2), Movement.SAME),
        (line(1, 0), line(1, 0), Movement.SAME),
        (line(1, None), line(1, 0), Movement.NEWLY_RATED),
        (not_applicable(1), line(1, 0), Movement.NEWLY_RATED),
        (line(1, 0), line(1, None), Movement.NO_LONGER_RATED),
        (line(1, 0), not_applicable(1), Movement.NO_LONGER_APPLICABLE),
        (line(1, None), not_applicable(1), Movement.NEITHER_RATED),
        (not_applicable(1), not_applicable(1), Movement.NEITHER_RATED),
    ],
)
def test_what_became_of_a_requirement(then, now, movement):
    assert only(then, now) == movement


def test_not_applicable_is_never_a_fall_to_zero():
    found = compare([line(1, 3), line(2, 3)], [line(1, 3), not_applicable(2)])

    assert found.like_for_like.progress == 0
    assert found.movements[Movement.WORSE] == 0


def test_other_scales_are_compared_by_what_they_are_worth():
    half, two_thirds = line(1, 50, max_points=100), line(1, 2, max_points=3)

    assert only(half, two_thirds) == Movement.BETTER
    assert only(line(1, 3), line(1, 100, max_points=100)) == Movement.SAME
    (row,) = compare([half], [two_thirds]).rows
    assert row.change == Fraction(1, 6)


def test_a_change_needs_a_level_on_both_sides():
    rows = compare([line(1, None), line(2, 1)], [line(1, 3), line(3, 1)]).rows

    assert [row.change for row in rows] == [None, None, None]


def test_a_site_that_was_added_counts_in_the_total_only():
    then = [line(1, 3, place=7)]
    now = [line(1, 3, place=7), line(1, 0, place=8)]

    found = compare(then, now)

    assert movements(then, now)[1] == (1, Movement.NOT_COMPARABLE, Reason.SITE_ADDED)
    assert found.like_for_like.progress == 0
    assert found.total.progress == Fraction(-1, 2)
    assert found.reasons == {Reason.SITE_ADDED: 1}


def test_a_site_that_left_counts_in_the_total_only():
    then = [line(1, 3, place=7), line(1, 0, place=8)]

    found = compare(then, [line(1, 3, place=7)])

    assert found.reasons == {Reason.SITE_LEFT: 1}
    assert (found.like_for_like.progress, found.total.progress) == (0, Fraction(1, 2))


def test_an_audit_by_site_does_not_compare_with_one_of_the_whole():
    found = compare([line(1, 3)], [line(1, 3, place=7), line(1, 0, place=8)])

    assert found.comparable == 0
    assert found.reasons == {Reason.SCOPE_DIFFERS: 3}
    assert found.like_for_like.progress is None


MAPPING = (
    Link(1, 11, "KEPT"),
    Link(2, 12, "REWORDED"),
    Link(3, 13, "MERGED"),
    Link(4, 13, "MERGED"),
    Link(5, 15, "SPLIT"),
    Link(5, 16, "SPLIT"),
    Link(6, None, "REMOVED"),
    Link(None, 17, "NEW"),
)


def test_another_edition_compares_what_the_mapping_keeps_and_says_why_not_the_rest():
    then = [line(n, 1) for n in range(1, 8)]
    now = [line(n, 2) for n in range(11, 19)]

    found = compare(then, now, MAPPING)

    assert [row.then.requirement for row in found.rows[:2]] == [1, 2]
    assert (found.comparable, found.not_comparable) == (2, 11)
    assert found.reasons == {
        Reason.MERGED: 3,
        Reason.SPLIT: 3,
        Reason.REMOVED: 1,
        Reason.NEW: 1,
        Reason.NOT_MAPPED: 3,
    }
    assert found.like_for_like.progress == Fraction(1, 3)


def test_another_edition_without_a_mapping_compares_nothing():
    found = compare([line(1, 1)], [line(1, 1)], ())

    assert found.comparable == 0
    assert found.reasons == {Reason.NOT_MAPPED: 2}


def test_the_domain_is_that_of_the_later_audit():
    found = compare([line(1, 1, domain="OLD")], [line(2, 3, domain="NEW")], [Link(1, 2, "KEPT")])

    assert list(found.domains) == ["NEW"]


def test_relations_are_those_of_the_table():
    assert [*Relation] == [*MappingRelation.values]


@given(audits())
def test_both_sides_are_counted_once_and_pooled(pair):
    then, now = pair

    found = compare(then, now)

    assert Counter(row.then for row in found.rows if row.then) == Counter(then)
    assert Counter(row.now for row in found.rows if row.now) == Counter(now)
    assert sum(found.movements.values()) == len(found.rows)
    assert found.total.then == gap.measure(then)
    assert found.total.now == gap.measure(now)
    assert sum(found.reasons.values()) == found.not_comparable


@given(audits())
def test_the_other_way_round_is_the_opposite(pair):
    then, now = pair
    there, back = compare(then, now), compare(now, then)

    assert there.movements[Movement.BETTER] == back.movements[Movement.WORSE]
    assert there.movements[Movement.SAME] == back.movements[Movement.SAME]
    assert there.comparable == back.comparable
    assert (there.like_for_like.then, there.like_for_like.now) == (
        back.like_for_like.now,
        back.like_for_like.then,
    )


@given(audits())
def test_an_audit_compared_with_itself_stands_still(pair):
    found = compare(pair[0], pair[0])

    assert found.movements.keys() <= {Movement.SAME, Movement.NEITHER_RATED}
    assert found.like_for_like.progress in {0, None}
