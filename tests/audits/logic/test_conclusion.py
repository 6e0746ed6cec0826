"""What stands in the way of a conclusion, by name."""

import pytest

from audits.logic.conclusion import REFUSES, Facts, Obstacle, ObstacleKind, obstacles_of

pytestmark = pytest.mark.unit

COMPLETE = {"rated": 10, "closing_meetings": 1}


def found(**facts):
    return obstacles_of(Facts(**COMPLETE | facts))


def test_a_complete_audit_has_nothing_in_its_way():
    assert found() == ()


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("not_examined", ObstacleKind.NOT_EXAMINED),
        ("drafts", ObstacleKind.DRAFTS),
        ("not_reviewed", ObstacleKind.NOT_REVIEWED),
        ("without_position", ObstacleKind.NO_POSITION),
        ("open_samples", ObstacleKind.OPEN_SAMPLES),
    ],
)
def test_each_thing_that_is_missing_is_counted(fact, kind):
    assert found(**{fact: 3}) == (Obstacle(kind, 3),)


def test_an_audit_in_which_nothing_is_rated_says_only_that_of_its_requirements():
    kinds = [one.kind for one in found(rated=0, not_examined=10)]

    assert kinds == [ObstacleKind.NOTHING_RATED]


def test_the_closing_meeting_must_have_been_held():
    assert found(closing_meetings=0) == (Obstacle(ObstacleKind.NO_CLOSING_MEETING, 1),)


def test_nobody_accepts_what_was_not_looked_at_nor_what_the_auditee_was_not_shown():
    assert {ObstacleKind.NOTHING_RATED, ObstacleKind.NOT_EXAMINED, ObstacleKind.DRAFTS} == REFUSES
    assert all(one.refuses for one in found(rated=0, drafts=1))
    assert not any(one.refuses for one in found(not_reviewed=1, closing_meetings=0))
