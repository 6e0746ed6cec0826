"""Whose turn it is: what one side owes the other on evidence, on requests and on findings."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, FindingState, TeamRole
from audits.models import (
    Assessment,
    AuditTeamMember,
    EvidenceRequest,
    Finding,
)
from audits.models.lateness import owed_by_column
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from audits.request_enums import RequestState
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import memberships_of, organisations_with

TEXT_SHOWN = 140


def requests_of(user: User, *, today: date) -> list[Task]:
    """Requests to answer, and answers to examine, by date: one query.

    Those who may answer: quality managers, contributors for what is given to them, managers for
    their site. Those who examine: lead auditors and auditors, and in the organisation's own
    audits its quality managers. Nobody has to answer or to judge themselves.
    """
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    given = organisations_with(user, Role.CONTRIBUTOR)
    mine = Q(assigned_to=user, audit__organisation__in=given)
    for row in memberships_of(user):
        if row.role == Role.SITE_MANAGER and row.site_id is not None:
            mine |= Q(site=row.site_id, audit__organisation=row.organisation_id)
    concerned = EvidenceRequest.assessments.through.objects.filter(
        evidencerequest=OuterRef("pk"), assessment__in=Assessment.objects.filter(mine)
    )
    roles = AuditTeamMember.objects.giving_access(user).exclude(role=TeamRole.OBSERVER)
    theirs = Q(audit__organisation__in=managed) | Q(Exists(concerned))
    owed = Q(state=RequestState.ASKED) & ~Q(asked_by=user) & theirs
    waits = Q(state=RequestState.ANSWERED) & ~Q(answered_by=user)
    waits &= Q(audit__in=roles.values("audit")) | Q(
        audit__organisation__in=managed, audit__kind__in=OWN_AUDITS
    )
    rows = EvidenceRequest.objects.under_way().filter(owed | waits).select_related("audit")
    found = rows.defer("audit__frozen").order_by("due_date", "pk")[:SHOWN]
    return [_request_task(row, today) for row in found]


def _request_task(row: EvidenceRequest, today: date) -> Task:
    is_owed = row.state == RequestState.ASKED
    late = row.is_late(today)
    return Task(
        shape="major" if late else "part",
        label=_("Evidence asked for") if is_owed else _("Answer to examine"),
        text=Truncator(f"{row.reference} {' '.join(row.text.split())}").chars(TEXT_SHOWN),
        where=row.audit.reference,
        due=row.due_date if is_owed else None,
        due_text=days_text(row.due_date, today) if is_owed else "",
        url=row.get_absolute_url(),
    )


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
        .annotate(owed=owed_by_column())
        .select_related("assessment", "grade")
        .order_by(F("owed").asc(nulls_last=True), "pk")[:SHOWN]
    )
    return [_task(row, today) for row in rows]


def _task(row: Finding, today: date) -> Task:
    labels = {
        FindingState.PRESENTED: _("Answer due"),
        FindingState.ANSWERED: _("Answer to judge"),
        FindingState.ACCEPTED: _("Proof due"),
        FindingState.PROVEN: _("Proof to judge"),
    }
    is_owed = row.state in {FindingState.PRESENTED, FindingState.ACCEPTED}
    due = row.next_due() if is_owed else None
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
