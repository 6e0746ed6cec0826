"""Plans and actions that are late: their complaints go up one level, day after day."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits.actions.complaint_moves import RELATED, alert_of, raise_level
from audits.alert_people import People, Rules
from audits.calendars import calendar_of_place
from audits.logic.alerts import Raise, Reason, is_due
from audits.models import ComplaintEscalation, InternalComplaint
from crcaudit.core.workdays import Calendar


def escalate_late(*, at: datetime) -> list[ComplaintEscalation]:
    """Raise each complaint whose plan or action is late; asked again that day, none more."""
    rows = InternalComplaint.objects.late(localdate(at)).order_by("pk")
    found = (_escalate(pk, at=at) for pk in rows.values_list("pk", flat=True))
    return [row for one in found for row in one]


@transaction.atomic
def _escalate(pk: int, *, at: datetime) -> list[ComplaintEscalation]:
    """One complaint: the plan, else its actions, oldest first, one level for each reason."""
    rows = InternalComplaint.objects.select_for_update(of=("self",)).select_related(*RELATED)
    complaint = rows.get(pk=pk)
    today = localdate(at)
    rule = Rules(complaint.organisation).of(complaint.indicator_id, complaint.place_id)
    people = People(complaint.organisation)
    calendar = calendar_of_place(complaint.place)
    raised: list[ComplaintEscalation] = []
    for due, late in _owed(complaint, today):
        known = [*complaint.escalations.order_by("pk")]
        if not _is_due(complaint, known, late, due=due, calendar=calendar):
            continue
        row = raise_level(complaint, late, escalations=known, rule=rule, people=people, at=at)
        if row is not None:
            raised.append(row)
    return raised


def _owed(complaint: InternalComplaint, today: date) -> Iterator[tuple[date, Raise]]:
    """What is late, with the day by which it was due."""
    if complaint.returned_at is not None:
        return
    if complaint.planned_at is None:
        yield complaint.plan_due, Raise(Reason.PLAN_LATE, today)
        return
    undone = complaint.actions.filter(done_on=None, due_date__lt=today)
    for row in undone.order_by("due_date", "number"):
        yield row.due_date, Raise(Reason.ACTION_LATE, today, str(row.number))


def _is_due(
    complaint: InternalComplaint,
    known: list[ComplaintEscalation],
    late: Raise,
    *,
    due: date,
    calendar: Calendar,
) -> bool:
    return is_due(
        late,
        due=due,
        alert=alert_of(complaint, known),
        days=complaint.level_days,
        add_working_days=calendar.add_working_days,
    )
