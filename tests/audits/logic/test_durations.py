"""How long each step took."""

from datetime import date

import pytest

from audits.logic.durations import Step, steps

pytestmark = pytest.mark.unit

TODAY = date(2026, 3, 20)


def march(day):
    return date(2026, 3, day)


def test_each_step_lasts_until_the_next_one_that_was_begun():
    begun = [("open", march(2)), ("planned", None), ("returned", march(9))]

    assert steps(begun, ended=None, today=TODAY) == [
        Step("open", march(2), march(9), 7),
        Step("returned", march(9), None, 11),
    ]


def test_the_last_one_ends_when_all_is_over():
    assert steps([("open", march(2))], ended=march(5), today=TODAY) == [
        Step("open", march(2), march(5), 3)
    ]


def test_two_steps_of_one_day_and_none_at_all():
    found = steps([("a", march(2)), ("b", march(2))], ended=None, today=march(2))

    assert [step.days for step in found] == [0, 0]
    assert steps([("a", None)], ended=None, today=TODAY) == []
