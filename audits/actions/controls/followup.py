"""What is late is said, first to who does it, then to whom the line names: once for each step."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits import control_notices as notices
from audits.actions.controls.journal import record_control
from audits.control_calendars import Lateness
from audits.control_enums import ReminderStep
from audits.control_people import Members, members_of
from audits.finding_notices import Due
from audits.logic.control_lateness import steps_due
from audits.models import Certification, ControlOccurrence, ControlReminder
from crcaudit.accounts.models import User

ACTIONS = {
    ReminderStep.REMINDED: "control.reminded",
    ReminderStep.ESCALATED: "control.escalated",
}
RELATED = (
    "line__requirement",
    "line__escalate_to",
    "line__plan__certification__organisation",
    "site",
    "owner",
)

Told = dict[tuple[User, ReminderStep], list[tuple[ControlOccurrence, int]]]


def follow_up(*, at: datetime) -> None:
    """Remind and escalate in every open file. Asked again, it does nothing more."""
    rows = ControlOccurrence.objects.late_on(localdate(at))
    files = rows.values_list("line__plan__certification", flat=True)
    for pk in sorted(set(files)):
        _follow_up(pk, at=at)


@transaction.atomic
def _follow_up(file_id: int, *, at: datetime) -> None:
    """One file: its row is the lock, so that two rounds at once tell nobody twice."""
    file = Certification.objects.select_for_update(of=("self",)).get(pk=file_id)
    today = localdate(at)
    rows = (
        ControlOccurrence.objects.late_on(today)
        .filter(line__plan__certification=file)
        .select_related(*RELATED)
        .prefetch_related("reminders")
        .order_by("due_date", "pk")
    )
    lateness = Lateness([file.pk], today=today)
    members = members_of([file.organisation_id])
    told: Told = defaultdict(list)
    for row in rows:
        _tell(row, lateness.of(row), members, told, at=at)
    for (person, step), late in told.items():
        is_escalated = step == ReminderStep.ESCALATED
        notices.late(person, late, is_escalated=is_escalated, at=at)


def _tell(row: ControlOccurrence, late: int, members: Members, told: Told, *, at: datetime) -> None:
    """The steps that the control calls for and that were not taken; a trace of each."""
    taken = {reminder.step for reminder in row.reminders.all()}
    for step in steps_due(late, escalate_after=row.line.escalate_after):
        people = _people(row, ReminderStep(step), members)
        if step in taken or not people:
            continue
        ControlReminder.objects.bulk_create(
            ControlReminder(occurrence=row, step=step, person=person, days_late=late, sent_at=at)
            for person in people
        )
        after = {"days_late": late, "told": [str(person) for person in people]}
        record_control(ACTIONS[ReminderStep(step)], row, after=after, by=None, at=at)
        for person in people:
            told[person, ReminderStep(step)].append((row, late))


def _people(row: ControlOccurrence, step: ReminderStep, members: Members) -> Sequence[User]:
    organisation = row.line.plan.certification.organisation_id
    if step == ReminderStep.REMINDED:
        return members.doing(row, organisation)
    return members.escalated_to(row.line, organisation)


def controls_due(until: date) -> Iterator[tuple[User, Due]]:
    """Controls late or due by the day, for who is to do them."""
    rows = (
        ControlOccurrence.objects.planned()
        .filter(due_date__lte=until)
        .select_related(*RELATED)
        .order_by("due_date", "pk")
    )
    found = list(rows)
    members = members_of({row.line.plan.certification.organisation_id for row in found})
    for row in found:
        organisation = row.line.plan.certification.organisation_id
        for person in members.doing(row, organisation):
            yield person, Due(notices.control_text(row), row.due_date)
