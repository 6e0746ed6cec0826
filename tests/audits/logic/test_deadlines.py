from datetime import date

import pytest

from audits.logic.deadlines import days_left, due_date
from crcaudit.core.workdays import Calendar

pytestmark = pytest.mark.unit

FRIDAY = date(2025, 11, 7)


@pytest.mark.parametrize(
    ("working_days", "expected"), [(False, date(2025, 11, 12)), (True, date(2025, 11, 17))]
)
def test_the_scheme_says_which_days_count(working_days, expected):
    add = Calendar().add_working_days

    assert due_date(FRIDAY, 5, working_days=working_days, add_working_days=add) == expected


def test_a_calendar_limit_may_fall_on_a_day_off():
    add = Calendar().add_working_days

    assert due_date(FRIDAY, 1, working_days=False, add_working_days=add) == date(2025, 11, 8)


@pytest.mark.parametrize("working_days", [True, False])
def test_a_negative_limit_is_refused(working_days):
    with pytest.raises(ValueError, match="negative"):
        due_date(FRIDAY, -1, working_days=working_days, add_working_days=lambda day, n: day)


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2025, 11, 5), 2), (FRIDAY, 0), (date(2025, 11, 10), -3)]
)
def test_days_left_are_none_on_the_last_day_and_negative_when_late(today, expected):
    assert days_left(today, FRIDAY) == expected
