"""Decisions of the committee among what a person has to do."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from audits.models import CommitteeDecision
from audits.presenters.home import SHOWN, SOON_DAYS, Task
from audits.presenters.nearness import days_text
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with


def committee_tasks_of(user: User, *, today: date) -> list[Task]:
    """Decisions given to the person, late or due within a month: one query, none for others."""
    members = organisations_with(user, *READERS)
    if not members:
        return []
    rows = (
        CommitteeDecision.objects.to_do()
        .filter(
            owner=user,
            meeting__organisation__in=members,
            due_date__lte=today + timedelta(days=SOON_DAYS),
        )
        .select_related("meeting")
        .defer("meeting__frozen")
        .order_by("due_date", "pk")
    )
    return [_task(row, today) for row in rows[:SHOWN]]


def _task(row: CommitteeDecision, today: date) -> Task:
    is_late = row.is_late(today)
    return Task(
        shape="major" if is_late else "part",
        label=_("Decision late") if is_late else _("Decision of the committee"),
        text=row.text,
        where=row.meeting.reference,
        due=row.due_date,
        due_text=days_text(row.due_date, today),
        url=row.get_absolute_url(),
    )
