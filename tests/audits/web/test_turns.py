"""The home page says whose turn it is on a finding."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditKind, FindingState, TeamRole
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

DATES = {
    FindingState.PRESENTED: (),
    FindingState.ANSWERED: ("answered_at",),
    FindingState.ACCEPTED: ("answered_at", "accepted_at"),
    FindingState.PROVEN: ("answered_at", "accepted_at", "proven_at"),
}


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


def at(audit, state, **fields):
    dates = dict.fromkeys(DATES[state], timezone.now())
    return FindingFactory(assessment=first_assessment(audit), state=state, **dates, **fields)


def waiting(client, user) -> set[str]:
    client.force_login(user)
    tasks = client.get(reverse("audits:home")).context["tasks"]
    return {task.label for task in tasks}


@pytest.fixture
def every_state(audit):
    for state in DATES:
        at(audit, state, answer_due=date(2030, 1, 1))


@pytest.mark.usefixtures("every_state", "in_english")
def test_each_side_sees_its_own_turn(client, audit):
    manager = manager_of(audit)
    lead = name_on_team(audit=audit, user=UserFactory(language="en"), role=TeamRole.LEAD)
    type(manager.user).objects.filter(pk=manager.user_id).update(language="en")

    assert waiting(client, manager.user) == {"Answer due", "Proof due"}
    lead_owes = {"Answer to judge", "Proof to judge", "Audit to conclude"}
    assert waiting(client, lead.user) == lead_owes


@pytest.mark.usefixtures("every_state")
@pytest.mark.parametrize("role", [TeamRole.AUDITOR, TeamRole.OBSERVER])
def test_who_does_not_judge_is_asked_nothing(client, audit, role):
    member = name_on_team(audit=audit, user=UserFactory(), role=role)

    assert waiting(client, member.user) == set()


def test_an_own_audit_owes_nobody_an_answer(client):
    audit = running_audit()
    at(audit, FindingState.PRESENTED)

    assert waiting(client, manager_of(audit).user) == {"Constat sans action"}
