"""When a control is late, and who is told."""

from datetime import date

import pytest

from audits.logic.control_lateness import Step, days_late, steps_due
from crcaudit.core.workdays import Calendar, Region

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


def test_lateness_counts_working_days_after_the_due_day():
    calendar = Calendar()

    assert days_late(date(2026, 3, 11), date(2026, 3, 19), calendar) == 6
    assert days_late(date(2026, 3, 13), date(2026, 3, 15), calendar) == 0
    assert days_late(date(2026, 3, 13), date(2026, 3, 16), calendar) == 1
    assert days_late(date(2026, 3, 13), date(2026, 3, 10), calendar) == 0


def test_a_holiday_of_the_site_is_no_day_of_lateness():
    friday = date(2026, 4, 3)  # Good Friday

    assert days_late(date(2026, 4, 2), friday, Calendar()) == 1
    assert days_late(date(2026, 4, 2), friday, Calendar(Region.ALSACE_MOSELLE)) == 0


@pytest.mark.parametrize(
    ("late", "after", "expected"),
    [
        (0, 5, ()),
        (1, 5, (Step.REMINDED,)),
        (4, 5, (Step.REMINDED,)),
        (5, 5, (Step.REMINDED, Step.ESCALATED)),
        (30, None, (Step.REMINDED,)),
    ],
)
def test_steps_come_with_lateness(late, after, expected):
    assert steps_due(late, escalate_after=after) == expected
