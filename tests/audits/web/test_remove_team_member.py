"""Taking somebody off the team: what they lose is said first, then it is done, once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.team import remove_team_member
from audits.enums import AuditKind, TeamRole
from audits.models import AuditPlan, AuditTeamMember, FormerTeamMember, PlanSlot
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import CertificationFactory, name_on_team, running_audit
from tests.factories.decisions import followed_up_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def audit(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return running_audit(certification=file, kind=AuditKind.INITIAL)


@pytest.fixture
def member(audit):
    return name_on_team(
        audit=audit,
        user=UserFactory(),
        role=TeamRole.AUDITOR,
        closes_on=localdate() + timedelta(days=30),
    )


def remove_url(member):
    return reverse("audits:remove-team-member", args=[member.audit.key, member.pk])


def team_url(audit):
    return reverse("audits:audit-team", args=[audit.key])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_team_leads_to_a_page_that_says_what_is_lost_and_removes_nothing(client, member):
    now = timezone.now()
    plan = AuditPlan.objects.create(
        audit=member.audit, created_at=now, created_by=member.user, changed_at=now
    )
    for hour in range(2):
        slot = PlanSlot.objects.create(
            plan=plan, starts_at=now, ends_at=now + timedelta(hours=hour + 1), title="Écoutes"
        )
        slot.auditors.add(member)

    team, page = client.get(team_url(member.audit)), client.get(remove_url(member))

    assert f'href="{remove_url(member)}"' in team.content.decode()
    assert page.status_code == 200
    assert "They lose their days of access at once" in text_of(page)
    assert "They leave 2 sessions of the audit plan" in text_of(page)
    assert "What they wrote stays, under their name" in text_of(page)
    assert "still to be judged" not in text_of(page)
    assert AuditTeamMember.objects.filter(pk=member.pk).exists()


def test_what_a_member_of_the_organisation_keeps_is_said(client, manager, audit):
    member = name_on_team(audit=audit, user=manager.user, role=TeamRole.OBSERVER)

    assert "they keep what is open to them there" in text_of(client.get(remove_url(member)))


def test_confirming_ends_the_access(client, member):
    answer = client.post(remove_url(member))

    assert answer.headers["Location"] == team_url(member.audit)
    assert not member.audit.team.exists()
    client.force_login(member.user)
    assert client.get(team_url(member.audit)).status_code == 404


def test_a_double_click_removes_once_and_lands_on_the_team(client, member):
    answers = [client.post(remove_url(member), follow=True) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert f"{member.user} is no longer on the team" in text_of(answers[1])
    assert FormerTeamMember.objects.count() == 1
    assert JournalEntry.objects.filter(action="audit.team_removed").count() == 1


def test_an_old_link_to_the_page_says_who_is_no_longer_on_the_team(client, manager, member):
    remove_team_member(member=member, by=manager.user, at=timezone.now())

    answer = client.get(remove_url(member))

    assert answer.status_code == 409
    assert str(member.user) in text_of(answer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_number_of_another_team_is_nobody_here(client, manager, audit, method):
    other = running_audit(certification=audit.certification)
    member = name_on_team(audit=other, user=UserFactory(), role=TeamRole.AUDITOR)
    left = name_on_team(audit=other, user=UserFactory(), role=TeamRole.OBSERVER)
    remove_team_member(member=left, by=manager.user, at=timezone.now())

    for pk in (member.pk, left.pk, 10**9):
        url = reverse("audits:remove-team-member", args=[audit.key, pk])
        assert getattr(client, method)(url).status_code == 404
    assert other.team.count() == 1


@pytest.fixture
def lead(manager):
    """Of a concluded audit with a finding to judge."""
    file = CertificationFactory(organisation=manager.organisation)
    return followed_up_audit(certification=file)[1]


def test_before_a_lead_leaves_the_findings_to_judge_are_named(client, lead):
    page = client.get(remove_url(lead))

    assert "without a lead auditor nobody may" in text_of(page)
    assert reverse("audits:replace-lead", args=[lead.audit.key]) in page.content.decode()


def test_a_concluded_audit_keeps_who_leaves_and_says_since_when(client, lead):
    answers = [client.post(remove_url(lead), follow=True) for _time in range(2)]
    old = client.get(remove_url(lead))

    lead.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "left the team on" in text_of(answers[0])
    assert f'"{remove_url(lead)}"' not in answers[0].content.decode()
    assert (lead.left_at is None, lead.slots.count()) == (False, 1)
    assert old.status_code == 409
    assert JournalEntry.objects.filter(action="audit.team_removed").count() == 1
    client.force_login(lead.user)
    assert client.get(team_url(lead.audit)).status_code == 404


def test_who_left_is_not_edited(client, manager, lead):
    remove_team_member(member=lead, by=manager.user, at=timezone.now())
    edit = reverse("audits:edit-team-member", args=[lead.audit.key, lead.pk])

    answers = [client.get(edit), client.post(edit, {"closes_on": "2030-01-01"})]

    assert [answer.status_code for answer in answers] == [409, 409]
    lead.refresh_from_db()
    assert lead.closes_on is None


@pytest.mark.parametrize("others", [0, 2])
def test_the_page_takes_the_same_queries_whatever_the_team(client, audit, member, others):
    for _row in range(others):
        name_on_team(audit=audit, user=UserFactory(), role=TeamRole.AUDITOR)

    with counted() as queries:
        client.get(remove_url(member))

    assert len(queries) == 7
