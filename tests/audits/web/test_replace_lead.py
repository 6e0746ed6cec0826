"""The quality manager names who judges the findings of a concluded audit from now on."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.closing import close_certification
from audits.actions.team import remove_team_member
from audits.enums import FindingState, TeamRole
from audits.models import Audit, Finding
from crcaudit.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.audits import CertificationFactory, FindingFactory, first_assessment, naming
from tests.factories.decisions import followed_up_audit, led_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def lead(manager):
    """Of a concluded audit with a finding to judge; their days are over."""
    file = CertificationFactory(organisation=manager.organisation)
    _audit, lead = followed_up_audit(certification=file)
    lead.closes_on = localdate() - timedelta(days=1)
    lead.save(update_fields=["closes_on"])
    return lead


@pytest.fixture
def audit(lead):
    return lead.audit


def replace_url(audit):
    return reverse("audits:replace-lead", args=[audit.key])


def team_url(audit):
    return reverse("audits:audit-team", args=[audit.key])


def sent(email, **changes):
    return naming(email) | changes


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_from_the_team_to_the_judgement_of_the_finding(client, audit, lead):
    """Named, told, declared: then the finding is judged, and the former lead sees nothing."""
    last = (localdate() + timedelta(days=60)).isoformat()
    closing = reverse("audits:close-finding", args=[audit.findings.get().key])

    team = client.get(team_url(audit))
    page = client.get(replace_url(audit))
    answer = client.post(replace_url(audit), sent("nouvelle@exemple.test", closes_on=last))

    assert f'href="{replace_url(audit)}"' in team.content.decode()
    assert f"{lead.user} has no access any more" in text_of(page)
    assert "1 finding of this audit is not closed" in text_of(page)
    assert "role" not in page.context["form"].fields
    assert answer.headers["Location"] == team_url(audit)
    new = User.objects.get(email="nouvelle@exemple.test")
    (message,) = mail.outbox
    assert (message.to, "/mot-de-passe/nouveau/" in message.body) == ([new.email], True)
    assert "until they are closed" in message.body

    client.force_login(new)
    before = client.get(closing)
    declare = reverse("audits:declare-independence", args=[audit.key])
    client.post(declare, {"is_independent": "on", "links": ""})

    assert (before.status_code, client.get(closing).status_code) == (404, 200)
    client.force_login(lead.user)
    assert client.get(closing).status_code == 404


def test_the_team_shows_who_led_the_audit_and_who_follows_it_up(client, audit, lead):
    client.post(replace_url(audit), sent("nouvelle@exemple.test"))

    shown = text_of(client.get(team_url(audit)))

    assert shown.count("left the team on") == 1
    assert shown.count("after the end of the audit</span>") == 1
    assert "Lead auditor replaced after the end of the audit" in shown


def test_what_the_new_lead_may_do_is_what_a_lead_may_do_after_the_conclusion(client, audit):
    new = UserFactory()
    client.post(replace_url(audit), sent(new.email))
    audit.team.leading().update(declared_at=timezone.now())
    client.force_login(new)

    team = client.get(team_url(audit))
    changes = [
        client.post(replace_url(audit), sent(UserFactory().email)),
        client.post(team_url(audit), sent(UserFactory().email)),
        client.post(
            reverse("audits:rate", args=[audit.key, first_assessment(audit).pk]), {"level": "A"}
        ),
    ]

    assert team.status_code == 200
    assert replace_url(audit) not in team.content.decode()
    assert [answer.status_code for answer in changes] == [403, 403, 403]


def test_days_in_the_wrong_order_are_refused_and_nothing_is_lost(client, audit, lead):
    first = localdate() + timedelta(days=1)
    data = sent("sacha@exemple.test", opens_on=first.isoformat(), closes_on=str(localdate()))

    answer = client.post(replace_url(audit), data)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["closes_on"])
    assert "sacha@exemple.test" in answer.content.decode()
    assert audit.team.get() == lead


def test_a_member_of_the_audited_organisation_is_refused_beside_the_address(
    client, manager, audit, lead
):
    answer = client.post(replace_url(audit), sent(manager.user.email))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert audit.team.get() == lead


def test_whoever_leads_already_is_told_to_get_more_days(client, audit, lead):
    answer = client.post(replace_url(audit), sent(lead.user.email))

    assert answer.status_code == 409
    assert "change the days of their access" in text_of(answer)


def test_a_double_click_names_once(client, audit):
    answers = [client.post(replace_url(audit), sent("n@exemple.test")) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert audit.team.filter(role=TeamRole.LEAD).count() == 2
    assert len(mail.outbox) == 1


def test_without_any_lead_left_the_team_asks_for_one(client, manager, audit, lead):
    remove_team_member(member=lead, by=manager.user, at=timezone.now())

    team, page = client.get(team_url(audit)), client.get(replace_url(audit))

    assert "nobody leads the audit any more: name who does" in text_of(team)
    assert "has no access any more" not in text_of(page)


def test_once_every_finding_is_closed_nobody_is_named(client, audit, lead):
    finding = audit.findings.get()
    finding.close(by=lead.user, at=timezone.now(), comment="Vu")

    team = client.get(team_url(audit))
    answers = [client.get(replace_url(audit)), client.post(replace_url(audit), sent("n@e.test"))]

    assert replace_url(audit) not in team.content.decode()
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Every finding of this audit is closed" in text_of(answers[0])


def test_in_an_audit_under_way_the_lead_is_named_with_the_team(client, manager):
    file = CertificationFactory(organisation=manager.organisation)
    audit = led_audit(certification=file)[0]
    FindingFactory(assessment=first_assessment(audit), state=FindingState.PRESENTED)

    answer = client.get(replace_url(audit))

    assert answer.status_code == 409
    assert replace_url(audit) not in client.get(team_url(audit)).content.decode()


def test_in_a_closed_file_nobody_is_named(client, manager, audit):
    file = audit.certification
    close_certification(certification=file, reason="Fini.", by=manager.user, at=timezone.now())

    answers = [client.get(replace_url(audit)), client.post(replace_url(audit), sent("n@e.test"))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert replace_url(audit) not in client.get(team_url(audit)).content.decode()


def test_an_audit_of_somebody_else_does_not_exist(client, manager):
    foreign = followed_up_audit()[0]

    assert client.get(replace_url(foreign)).status_code == 404
    assert client.post(replace_url(foreign), sent("n@e.test")).status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_pages_take_the_same_queries_whatever_was_replaced(client, audit, more):
    for number in range(more):
        client.post(replace_url(audit), sent(f"n{number}@exemple.test"))

    with counted() as of_team:
        client.get(team_url(audit))
    with counted() as of_page:
        client.get(replace_url(audit))

    assert (len(of_team), len(of_page)) == (8, 7)
    assert Audit.objects.get(pk=audit.pk).frozen == audit.frozen
    assert Finding.objects.get().state == FindingState.PRESENTED
