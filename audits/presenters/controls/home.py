"""Controls among what a person has to do: theirs this week, late ones that came to them."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.control_calendars import Lateness
from audits.control_enums import PlanState, ReminderStep
from audits.control_notices import late_text
from audits.models import ControlOccurrence, ControlPlan
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, memberships_of, organisations_with

WEEK = timedelta(days=7)


def controls_of(user: User, *, today: date) -> list[Task]:
    """Late ones and those of the next seven days, oldest first: one query, three with a late one.

    None for who is no member.

    Those of the person; those of nobody by name on the site that they manage; those that were
    escalated to them.
    """
    member = organisations_with(user, *READERS)
    if not member:
        return []
    mine = Q(owner=user)
    for row in memberships_of(user):
        if row.role == Role.SITE_MANAGER:
            mine |= Q(owner=None, site=row.site_id)
    escalated = Q(reminders__person=user, reminders__step=ReminderStep.ESCALATED)
    rows = (
        ControlOccurrence.objects.planned()
        .filter(
            Q(mine, due_date__lte=today + WEEK) | escalated,
            line__plan__certification__organisation__in=member,
        )
        .select_related("line__requirement", "line__plan", "site")
        .distinct()
        .order_by("due_date", "pk")[:SHOWN]
    )
    found = list(rows)
    late = {row.line.plan.certification_id for row in found if row.due_date < today}
    lateness = Lateness(late, today=today) if late else None
    return [_task(row, user, today, lateness) for row in found]


def plans_to_approve(user: User) -> Iterator[Task]:
    """Versions that wait for a director: one query for directors, else none."""
    directed = organisations_with(user, Role.DIRECTOR)
    if not directed:
        return
    rows = ControlPlan.objects.filter(
        state=PlanState.DRAFT,
        submitted_at__isnull=False,
        certification__organisation__in=directed,
        certification__closed_at=None,
    ).exclude(submitted_by=user)
    for row in rows.select_related("certification").order_by("submitted_at", "pk"):
        yield Task(
            shape="part",
            label=_("Control plan to approve"),
            text=_("Version %(n)s of the internal control plan") % {"n": row.number},
            where=row.certification.reference,
            due=None,
            due_text="",
            url=reverse("audits:control-draft", args=[row.certification.key]),
        )


def _task(row: ControlOccurrence, user: User, today: date, lateness: Lateness | None) -> Task:
    """Late by working days of the site, as everywhere of controls."""
    is_late = row.due_date < today
    days = lateness.of(row) if lateness is not None else 0
    is_others = row.owner_id is not None and row.owner_id != user.pk
    label = _("Control late") if is_late else _("Control to do")
    if is_late and is_others:
        label = _("Late control that came to you")
    place = f" ({row.site.name})" if row.site is not None else ""
    return Task(
        shape="major" if is_late else "none",
        label=label,
        text=f"{row.line.control_point}{place}",
        where=row.line.requirement.code,
        due=row.due_date,
        due_text=late_text(days) if days else days_text(row.due_date, today),
        url=row.get_absolute_url(),
    )
