"""The home page says whose turn it is."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditKind, FindingState, ReviewVerdict, TeamRole
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.factories.decisions import conclude, led_audit

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


def evidence_on(audit, pieces, **fields):
    """So many pieces on the first requirement, all of them in one state."""
    for _piece in range(pieces):
        EvidenceLinkFactory(assessment=first_assessment(audit), **fields)


def said(client, user) -> list[tuple[str, str, str]]:
    """Label, text and address of what waits, in order."""
    client.force_login(user)
    tasks = client.get(reverse("audits:home")).context["tasks"]
    return [(task.label, task.text.partition(" · ")[0], task.url) for task in tasks]


@pytest.mark.usefixtures("in_english")
def test_a_lead_auditor_reviews_presents_concludes_then_judges(client, audit):
    lead = name_on_team(audit=audit, user=UserFactory(language="en"), role=TeamRole.LEAD)
    at(audit, FindingState.ANSWERED)
    for _draft in range(2):
        FindingFactory(assessment=first_assessment(audit), draft=True)
    evidence_on(audit, 3)
    evidence_on(audit, 1, review=ReviewVerdict.ACCEPTED, reviews=1)
    evidence_on(audit, 1, unlinked_at=timezone.now(), unlinked_by=lead.user)
    EvidenceLinkFactory(assessment=first_assessment(running_audit(kind=AuditKind.INITIAL)))

    shown = said(client, lead.user)

    review = reverse("audits:review", args=[audit.key])
    assert shown[0] == ("Evidence to review", "3 pieces of evidence", f"{review}?filtre=a-revoir")
    present = reverse("audits:present-findings", args=[audit.key])
    assert shown[1] == ("Findings to present", "2 drafts", present)
    assert [label for label, _text, _url in shown[2:]] == ["Audit to conclude", "Answer to judge"]


@pytest.mark.usefixtures("in_english")
def test_an_auditor_reviews_and_an_observer_only_reads(client, audit):
    FindingFactory(assessment=first_assessment(audit), draft=True)
    evidence_on(audit, 1)

    for role, labels in ((TeamRole.AUDITOR, {"Evidence to review"}), (TeamRole.OBSERVER, set())):
        member = name_on_team(audit=audit, user=UserFactory(language="en"), role=role)
        assert waiting(client, member.user) == labels
    assert waiting(client, manager_of(audit).user) == set()


def test_nothing_of_an_audit_that_is_over_is_left_to_do(client):
    audit, lead = led_audit()
    evidence_on(audit, 1)
    conclude(audit, lead)

    assert waiting(client, lead) == set()


@pytest.mark.parametrize("number", [1, 3])
def test_home_of_a_lead_auditor_takes_the_same_queries_for_any_number_of_audits(
    client, number, django_assert_num_queries
):
    lead = UserFactory()
    for _audit in range(number):
        audit = running_audit(kind=AuditKind.INITIAL)
        name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
        evidence_on(audit, number)
        FindingFactory(assessment=first_assessment(audit), draft=True)
    client.force_login(lead)

    with django_assert_num_queries(11):
        client.get(reverse("audits:home"))
