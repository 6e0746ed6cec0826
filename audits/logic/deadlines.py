"""Time limits of findings and actions, in calendar or in working days as the scheme says."""

from collections.abc import Callable
from datetime import date, timedelta


def due_date(
    start: date,
    days: int,
    *,
    working_days: bool,
    add_working_days: Callable[[date, int], date],
) -> date:
    """Last day on which the answer is still in time.

    ``start`` is day 0. ``add_working_days`` is that of the site's calendar, called only when the
    scheme counts working days. Raises ValueError when ``days`` is negative.
    """
    if days < 0:
        raise ValueError("A time limit cannot be negative.")
    if working_days:
        return add_working_days(start, days)
    return start + timedelta(days=days)


def days_left(today: date, due: date) -> int:
    """Calendar days until ``due``: 0 on the last day, negative when overdue."""
    return (due - today).days
