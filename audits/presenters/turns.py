"""Whose turn it is on a finding: answers and proofs that are owed, or that wait for an opinion."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, FindingState, TeamRole
from audits.models import AuditTeamMember, Finding
from audits.presenters.home import SHOWN, Task, days_text
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with


def turns_of(user: User, *, today: date) -> list[Task]:
    """What each side owes the other, by date: one query.

    A quality manager answers and proves what a third party found; a lead auditor judges.
    """
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    led = AuditTeamMember.objects.giving_access(user).filter(role=TeamRole.LEAD)
    owed = Q(
        state__in=[FindingState.PRESENTED, FindingState.ACCEPTED],
        grade__needs_action=True,
        audit__organisation__in=managed,
    ) & ~Q(audit__kind__in=OWN_AUDITS)
    waits = Q(state__in=[FindingState.ANSWERED, FindingState.PROVEN], audit__in=led.values("audit"))
    rows = (
        Finding.objects.filter(owed | waits, audit__certification__closed_at=None)
        .select_related("assessment", "grade")
        .order_by("answer_due", "due_date", "pk")[:SHOWN]
    )
    return [_task(row, today) for row in rows]


def _task(row: Finding, today: date) -> Task:
    labels = {
        FindingState.PRESENTED: _("Answer due"),
        FindingState.ANSWERED: _("Answer to judge"),
        FindingState.ACCEPTED: _("Proof due"),
        FindingState.PROVEN: _("Proof to judge"),
    }
    due = row.next_due()
    late = due is not None and due < today
    return Task(
        shape="major" if late else "part",
        label=labels[FindingState(row.state)],
        text=f"{row.reference} {row.title}",
        where=row.assessment.code,
        due=due,
        due_text=days_text(due, today) if due else "",
        url=row.get_absolute_url(),
    )
