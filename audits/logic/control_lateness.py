"""When a control is late, who is told and when. Days are working days of the site.

Source: domain.md 4.3 (escalation: to whom, after how long).
"""

from datetime import date
from enum import StrEnum

from crcaudit.core.workdays import Calendar


class Step(StrEnum):
    """What is done about a late control, in order: each once."""

    REMINDED = "REMINDED"
    ESCALATED = "ESCALATED"


def days_late(due: date, today: date, calendar: Calendar) -> int:
    """Working days after the due day up to today, 0 as long as it may still be done in time."""
    return max(0, calendar.working_days_between(due, today))


def steps_due(late: int, *, escalate_after: int | None) -> tuple[Step, ...]:
    """The steps that so many working days of lateness call for.

    ``escalate_after`` is None where the line escalates to nobody.
    """
    if late < 1:
        return ()
    if escalate_after is None or late < escalate_after:
        return (Step.REMINDED,)
    return (Step.REMINDED, Step.ESCALATED)
