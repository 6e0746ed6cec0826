"""The home page says what an audit under way asks of its team, and in which order."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions import plan as plans
from audits.cycle_enums import AuditMethod, SlotKind
from audits.enums import AuditKind, FindingState, ReviewVerdict, TeamRole
from audits.presenters.team_tasks import team_tasks_of
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    CorrectiveActionFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def audit(today):
    audit = running_audit(kind=AuditKind.INITIAL, end_date=today + timedelta(days=20))
    row = first_assessment(audit)
    EvidenceLinkFactory.create_batch(2, assessment=row)
    EvidenceLinkFactory(assessment=row, review=ReviewVerdict.ACCEPTED, reviews=1)
    EvidenceLinkFactory(assessment=row, unlinked_at=timezone.now(), unlinked_by=UserFactory())
    FindingFactory(assessment=row, draft=True)
    FindingFactory(assessment=row)
    return audit


def named(audit, role):
    return name_on_team(audit=audit, user=UserFactory(language="en"), role=role)


def plan_slot(audit, member, day, **changes):
    start = datetime.combine(day, time(9, 30), tzinfo=PARIS)
    usual = {
        "kind": SlotKind.SESSION,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "title": "Listening",
        "method": AuditMethod.ON_SITE,
        "auditors": [member],
    }
    fields = plans.SlotFields(**usual | changes)
    plans.add_slot(key=uuid4(), audit=audit, fields=fields, by=member.user, at=timezone.now())


def home(client, user):
    client.force_login(user)
    return client.get(reverse("audits:home")).context["tasks"]


@pytest.mark.usefixtures("in_english")
def test_the_team_is_told_of_evidence_to_review_and_the_lead_of_drafts(audit, today):
    running = running_audit(kind=AuditKind.INITIAL)
    EvidenceLinkFactory(assessment=first_assessment(running))
    lead, auditor, observer = (
        named(audit, role).user for role in (TeamRole.LEAD, TeamRole.AUDITOR, TeamRole.OBSERVER)
    )

    told = {
        user: [(task.label, task.text.split(" · ")[0]) for task in team_tasks_of(user, today=today)]
        for user in (lead, auditor, observer)
    }

    pieces = ("Evidence to review", "2 pieces of evidence")
    assert told[lead] == [pieces, ("Findings to present", "1 draft")]
    assert told[auditor] == [pieces]
    assert told[observer] == []


@pytest.mark.usefixtures("in_english")
def test_sessions_of_two_weeks_are_those_of_the_person(today):
    audit = running_audit(kind=AuditKind.INITIAL)
    own, other = named(audit, TeamRole.AUDITOR), named(audit, TeamRole.AUDITOR)
    plan_slot(audit, own, today + timedelta(days=1))
    plan_slot(audit, own, today + timedelta(days=1), kind=SlotKind.BREAK, title="Lunch")
    plan_slot(audit, own, today - timedelta(days=1), title="Yesterday")
    plan_slot(audit, own, today + timedelta(days=15), title="Later")
    plan_slot(audit, other, today + timedelta(days=1), title="Of somebody else")

    (task,) = team_tasks_of(own.user, today=today)

    assert (task.label, task.text, task.due_text) == (
        "Audit session",
        "Listening",
        "tomorrow, 09:30",
    )
    assert task.url == reverse("audits:plan", args=[audit.key])


def test_what_is_late_comes_first_then_what_waits_then_the_days_to_come(client, audit, today):
    manager = manager_of(audit).user
    finding = audit.findings.exclude(state=FindingState.DRAFT).get()
    for days in (4, -3):
        CorrectiveActionFactory(
            finding=finding, owner=manager, due_date=today + timedelta(days=days)
        )
    type(finding).objects.filter(pk=finding.pk).update(answer_due=today + timedelta(days=2))

    assert [task.due for task in home(client, manager)] == [
        today + timedelta(days=days) for days in (-3, 2, 4)
    ]

    lead = named(audit, TeamRole.LEAD)
    plan_slot(audit, lead, today + timedelta(days=1))

    assert [task.due for task in home(client, lead.user)] == [
        None, None, today + timedelta(days=1),
    ]  # fmt: skip


def test_who_is_on_no_team_costs_one_query(today):
    user = UserFactory()

    with counted() as statements:
        assert team_tasks_of(user, today=today) == []

    assert len(statements) == 1
