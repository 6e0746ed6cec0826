"""What waits for a person in internal complaints, and how many are open."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from audits.alert_enums import ComplaintState
from audits.alert_people import DIRECTION, QUALITY
from audits.models import InternalComplaint
from audits.presenters.alerts import level_text, name_of
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with


def open_count(user: User) -> int:
    """How many complaints of their organisations the person sees open; no query for others."""
    members = organisations_with(user, *READERS)
    if not members:
        return 0
    rows = InternalComplaint.objects.not_closed().filter(organisation__in=members)
    return (rows & InternalComplaint.objects.visible_to(user)).count()


def alert_tasks_of(user: User, *, today: date) -> list[Task]:
    """What waits for the person in internal complaints, by date: two queries.

    Plans to write and actions of theirs; for managers and directors, what came up to their level
    and what may be closed.
    """
    members = organisations_with(user, *READERS)
    if not members:
        return []
    return [*_complaint_tasks(user, members, today), *_action_tasks(user, members, today)]


def _complaint_tasks(user: User, members: list[int], today: date) -> list[Task]:
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    directed = organisations_with(user, Role.DIRECTOR)
    closing = Q(state=ComplaintState.RETURNED, organisation__in={*managed, *directed})
    closing &= ~Q(owner=user) | Q(owner=None)
    owed = Q(state=ComplaintState.OPEN) & (
        Q(owner=user)
        | Q(level__gte=QUALITY, organisation__in=managed)
        | Q(level__gte=DIRECTION, organisation__in=directed)
    )
    up = Q(state__in=[ComplaintState.PLANNED, ComplaintState.IN_PROGRESS], level=DIRECTION)
    rows = InternalComplaint.objects.filter(organisation__in=members)
    rows = rows.filter(closing | owed | (up & Q(organisation__in=directed)))
    rows = rows.select_related("indicator", "place__site", "place__subcontractor")
    return [_complaint_task(row, today) for row in rows.order_by("plan_due", "pk")[:SHOWN]]


def _complaint_task(row: InternalComplaint, today: date) -> Task:
    is_owed = row.state == ComplaintState.OPEN
    late = is_owed and row.plan_due < today
    label = _("Plan late") if late else _("Plan to write")
    if row.state == ComplaintState.RETURNED:
        label = _("Complaint to close")
    elif not is_owed:
        label = level_text(row)
    return Task(
        shape="major" if late or row.level == DIRECTION else "part",
        label=label,
        text=f"{name_of(row)} · {row.place.name}",
        where=row.reference,
        due=row.plan_due if is_owed else None,
        due_text=days_text(row.plan_due, today) if is_owed else "",
        url=row.get_absolute_url(),
    )


def _action_tasks(user: User, members: list[int], today: date) -> list[Task]:
    rows = (
        user.complaint_actions.filter(
            done_on=None, complaint__organisation__in=members, complaint__closed_at=None
        )
        .select_related("complaint__indicator")
        .order_by("due_date", "pk")
    )
    return [
        Task(
            shape="major" if row.is_late(today) else "part",
            label=_("Action late") if row.is_late(today) else _("Action"),
            text=row.title,
            where=row.complaint.reference,
            due=row.due_date,
            due_text=days_text(row.due_date, today),
            url=row.complaint.get_absolute_url(),
        )
        for row in rows[:SHOWN]
    ]
