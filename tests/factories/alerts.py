"""Figures under their target, and the complaints that they open."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

from django.utils.timezone import localdate

from audits.actions import complaint_actions, internal_complaint
from audits.logic.periods import Grain, period_of
from audits.models import InternalComplaint
from tests.factories.figures import indicator, measure, want

START = date(2026, 1, 1)


def moment(day, hour=9):
    """A moment of a day written as 2026-03-02, or of a date."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour), tzinfo=UTC)


def wanted(organisation, code="PEC-01", *, since=START, by=None, subject=None, **fields):
    """An indicator that must reach 85 % each month."""
    row = indicator(code)
    at = moment(since)
    want(organisation, row, subject=subject, starts_on=since, at=at, by=by, **fields)
    return row


def month(organisation, row, number, rate, *, subject=None, by=None, at=None, **options):  # noqa: PLR0913
    """The figure of a month of 2026, written on the second day of the next one."""
    period = period_of(date(2026, number, 1), Grain.MONTH)
    return measure(
        organisation,
        row,
        period.start,
        subject=subject,
        by=by,
        at=at or moment(period.after(1).start.replace(day=2)),
        answered_in_t=rate,
        offered=100,
        **options,
    )


def missed(organisation, *, by=None, subject=None, code="PEC-01"):
    """A complaint that January and February opened, on 2 March."""
    row = wanted(organisation, code, by=by)
    for number in (1, 2):
        month(organisation, row, number, 70, subject=subject, by=by)
    rows = InternalComplaint.objects.filter(indicator=row, place__organisation=organisation)
    return rows.get(place__site=subject) if subject else rows.get()


def planned(complaint, *, by=None, at=None):
    """With a plan."""
    return internal_complaint.write_plan(
        complaint=complaint,
        version=complaint.version,
        cause="Absences",
        plan="Renfort le lundi",
        by=by or complaint.owner,
        at=at or complaint.opened_at,
    )


def action(complaint, *, due="2026-03-20", owner=None, by=None, at=None):
    """With one more action."""
    return complaint_actions.add_action(
        key=uuid4(),
        complaint=complaint,
        fields=complaint_actions.ComplaintActionFields(
            title="Former deux personnes",
            owner=owner or complaint.owner,
            due_date=date.fromisoformat(due) if isinstance(due, str) else due,
        ),
        by=by or complaint.owner,
        at=at or complaint.opened_at,
    )


def in_months_before(count, *, today=None):
    """First days of the last ``count`` closed months, oldest first."""
    running = period_of(today or localdate(), Grain.MONTH)
    return [running.after(back).start for back in range(-count, 0)]
