"""Concluding a third party's audit on screen, and opening it again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions.finding_steps import take_position
from audits.enums import AuditeePosition, AuditState
from audits.models import AuditConclusion
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import FindingFactory, first_assessment, manager_of, name_on_team
from tests.factories.decisions import conclude, led_audit

pytestmark = [pytest.mark.web, pytest.mark.django_db]

WRITTEN = {"summary": "Les engagements sont tenus", "recommendation": "GRANT"}


@pytest.fixture
def audit():
    return led_audit()[0]


@pytest.fixture
def lead(client, audit):
    user = audit.team.get(role="LEAD").user
    client.force_login(user)
    return user


def url(audit, name="audits:conclude-audit"):
    return reverse(name, args=[audit.key])


def test_what_stands_in_the_way_is_listed_with_where_it_is_settled(client, audit, lead):
    FindingFactory(assessment=first_assessment(audit), draft=True)

    page = client.get(url(audit))
    answer = client.post(url(audit), WRITTEN | {"accepted": ["NO_CLOSING_MEETING"]})

    text = page.content.decode()
    assert "1 constat est un brouillon et n’a pas été présenté" in text
    assert reverse("audits:present-findings", args=[audit.key]) in text
    assert reverse("audits:plan", args=[audit.key]) in text
    assert "<textarea" not in text
    assert answer.status_code == 409
    assert "Les engagements sont tenus" in answer.content.decode()
    assert not AuditConclusion.objects.exists()


def test_what_is_missing_is_ticked_or_the_form_comes_back_with_its_texts(client, audit, lead):
    answer = client.post(url(audit), WRITTEN)

    assert answer.status_code == 422
    assert "Les engagements sont tenus" in answer.content.decode()
    assert "aucune réunion de clôture n’est enregistrée" in answer.content.decode()


def test_the_lead_concludes_and_reads_what_was_concluded(client, audit, lead):
    answer = client.post(url(audit), WRITTEN | {"accepted": ["NO_CLOSING_MEETING"]}, follow=True)

    audit.refresh_from_db()
    text = answer.content.decode()
    assert audit.state == AuditState.VALIDATED
    assert answer.redirect_chain == [(url(audit, "audits:conclusion"), 302)]
    assert "Les engagements sont tenus" in text
    assert "aucune réunion de clôture n’est enregistrée" in text
    assert "Accorder" in text


def test_disagreements_are_shown_with_their_reason(client, audit, lead):
    take_position(
        finding=FindingFactory(assessment=first_assessment(audit)),
        position=AuditeePosition.RESERVED,
        comment="L’écart ne porte que sur un site",
        by=manager_of(audit).user,
        at=timezone.now(),
    )

    shown = client.get(url(audit)).content.decode()

    assert "L’écart ne porte que sur un site" in shown


def test_the_grid_offers_each_step_to_whom_it_belongs(client, audit, lead):
    manager = manager_of(audit).user

    assert url(audit) in client.get(audit.get_absolute_url()).content.decode()
    conclude(audit, lead)
    audit.refresh_from_db()
    shown = client.get(audit.get_absolute_url()).content.decode()
    assert url(audit) not in shown
    assert url(audit, "reopen-audit") in shown
    client.force_login(manager)
    shown = client.get(audit.get_absolute_url()).content.decode()
    assert url(audit, "audits:conclusion") in shown
    assert url(audit, "reopen-audit") not in shown


def test_reopening_asks_why_and_keeps_what_was_concluded(client, audit, lead):
    conclude(audit, lead, summary="Tout est conforme")
    page = url(audit, "reopen-audit")

    assert client.post(page, {"reason": ""}).status_code == 422
    answer = client.post(page, {"reason": "Une pièce a été retrouvée"})

    audit.refresh_from_db()
    assert (answer.status_code, audit.state) == (302, AuditState.IN_PROGRESS)
    shown = client.get(url(audit, "audits:conclusion")).content.decode()
    assert "Une pièce a été retrouvée" in shown
    assert "Tout est conforme" in shown


def test_nobody_concludes_or_reopens_twice(client, audit, lead):
    assert client.post(url(audit, "reopen-audit"), {"reason": "Erreur"}).status_code == 409
    conclude(audit, lead)
    assert client.get(url(audit)).status_code == 409


@pytest.mark.parametrize("role", ["AUDITOR", "OBSERVER"])
def test_an_auditor_reads_and_the_lead_concludes(client, audit, role):
    user = UserFactory()
    name_on_team(audit=audit, user=user, role=role)
    client.force_login(user)

    assert client.get(url(audit)).status_code == 403
    assert client.get(url(audit, "audits:conclusion")).status_code == 200
    assert client.post(url(audit, "reopen-audit"), {"reason": "Erreur"}).status_code == 403


def test_a_stranger_knows_of_nothing(client, audit):
    client.force_login(MembershipFactory().user)

    for name in ("audits:conclude-audit", "audits:conclusion", "reopen-audit"):
        assert client.get(url(audit, name)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries_whatever_there_is(
    client, audit, lead, count, django_assert_num_queries
):
    for _each in range(count):
        found = FindingFactory(assessment=first_assessment(audit))
        take_position(
            finding=found,
            position=AuditeePosition.DISPUTED,
            comment="Non",
            by=manager_of(audit).user,
            at=timezone.now(),
        )
    with django_assert_num_queries(11):
        client.get(url(audit))
    for _each in range(count):
        conclude(audit, lead)
        client.post(url(audit, "reopen-audit"), {"reason": "Erreur"})
    conclude(audit, lead)
    client.get("/compte/")  # the message of the last step is shown
    with django_assert_num_queries(7):
        client.get(url(audit, "audits:conclusion"))
