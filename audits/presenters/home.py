"""What a person has to do, in order, with dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, AuditState
from audits.models import Assessment, Audit, AuditTeamMember, CorrectiveAction, Finding
from audits.presenters.nearness import days_text
from audits.presenters.progress import count_seen
from audits.snapshots.common import in_language
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with

SOON_DAYS = 30
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do on the home page. ``due`` is None for what waits now, by no set day."""

    shape: str
    label: str
    text: str
    where: str
    due: date | None
    due_text: str
    url: str


def tasks_of(user: User, *, today: date) -> list[Task]:
    """What the person has to do, by date: actions, then requirements given to them.

    A quality manager also sees the late actions of everybody: somebody has to chase them.
    What was left with somebody who left the organisation is no longer theirs to see, and what was
    left open in a closed file is nobody's to do.
    """
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    member = organisations_with(user, *READERS)
    soon = today + timedelta(days=SOON_DAYS)
    own = Q(owner=user, organisation__in=member, due_date__lte=soon)
    actions = (
        CorrectiveAction.objects.pending()
        .filter(own | Q(organisation__in=managed, due_date__lt=today))
        .filter(finding__audit__certification__closed_at=None)
        .select_related("finding__assessment", "owner")
        .order_by("due_date", "pk")[:SHOWN]
    )
    given = (
        Assessment.objects.in_open_audits()
        .filter(assigned_to=user, evidence_count=0, audit__organisation__in=member)
        .select_related("audit__certification")
        .order_by(F("due_date").asc(nulls_last=True), "audit", "position")[:SHOWN]
    )
    tasks = [_action_task(row, today) for row in actions]
    return tasks + [_evidence_task(row, today) for row in given]


def _action_task(row: CorrectiveAction, today: date) -> Task:
    late = row.due_date < today
    return Task(
        shape="major" if late else "part",
        label=_("Action late") if late else _("Action"),
        text=f"{row.reference} {row.title} · {row.owner}",
        where=row.finding.assessment.code,
        due=row.due_date,
        due_text=days_text(row.due_date, today),
        url=row.get_absolute_url(),
    )


def _evidence_task(row: Assessment, today: date) -> Task:
    late = row.due_date is not None and row.due_date < today
    return Task(
        shape="major" if late else "none",
        label=_("Evidence late") if late else _("Evidence to bring"),
        text=str(in_language(row, "text", get_language() or "fr")),
        where=row.code,
        due=row.due_date,
        due_text=days_text(row.due_date, today) if row.due_date else "",
        url=row.get_absolute_url(),
    )


def declarations_due(user: User) -> list[Task]:
    """Audits that wait for the person's declaration of independence, before their days too."""
    rows = (
        AuditTeamMember.objects.named_not_over(user)
        .filter(declared_at=None)
        .select_related("audit__organisation")
        .defer("audit__frozen")
        .order_by("audit__start_date", "pk")
    )
    return [
        Task(
            shape="part",
            label=_("Independence to declare"),
            text=f"{row.audit.get_kind_display()} · {row.audit.organisation.name}",
            where=row.audit.reference,
            due=None,
            due_text="",
            url=reverse("audits:declare-independence", args=[row.audit.key]),
        )
        for row in rows
    ]


def open_audits(user: User) -> list[Audit]:
    """Running audits the person sees, newest first, with their file and how far they are.

    ``settled`` of ``total`` requirements are rated or do not apply, as their grid counts them.
    """
    rows = Audit.objects.visible_to(user).filter(state=AuditState.IN_PROGRESS).defer("frozen")
    audits = list(
        rows.select_related("certification", "organisation")
        .annotate(
            settled=Sum(F("rollups__examined") + F("rollups__not_applicable"), default=0),
            total=Sum("rollups__total", default=0),
        )
        .order_by("-started_at", "-pk")
    )
    whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    # The others may see a part only, and it is small.
    count_seen([audit for audit in audits if audit.organisation_id not in whole], user)
    return audits


def unanswered(user: User, *, today: date) -> list[Task]:
    """Open findings of open files that need an action and have none, on what a manager sees.

    Of the organisation's own audits: what a third party found waits for an answer, see `turns`.
    """
    if not organisations_with(user, Role.QUALITY_MANAGER):
        return []
    rows = Finding.objects.visible_to(user).unanswered()
    rows = rows.filter(audit__certification__closed_at=None, audit__kind__in=OWN_AUDITS)
    rows = rows.select_related("grade", "assessment").order_by("due_date", "pk")
    return [
        Task(
            shape=row.grade.shape,
            label=_("Finding without action"),
            text=f"{row.reference} {row.title}",
            where=row.assessment.code,
            due=row.due_date,
            due_text=days_text(row.due_date, today) if row.due_date else "",
            url=row.get_absolute_url(),
        )
        for row in rows[:SHOWN]
    ]


def in_order(tasks: Iterable[Task], *, today: date) -> list[Task]:
    """By day, the latest first; what has no day waits for the person today."""
    return sorted(tasks, key=lambda task: task.due or today)
