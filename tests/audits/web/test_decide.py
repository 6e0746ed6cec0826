"""The certification body reads what is concluded, decides, and everybody reads the certificate."""

from datetime import date, timedelta
from html import escape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.enums import AuditKind, TeamRole
from audits.models import (
    Assessment,
    Audit,
    AuditTeamMember,
    Certificate,
    Certification,
    Decision,
    Evidence,
    Finding,
)
from audits.presenters.decision import state_on
from crcaudit.accounts.enums import OrganisationKind, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
    shared,
)
from tests.factories.decisions import (
    certified_file,
    conclude,
    decide,
    decision_maker_of,
    led_audit,
)
from tests.factories.engagements import published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]

GRANTED = {
    "decision": "GRANTED",
    "reason": "Lu en comité",
    "certificate_number": "2026-114",
    "consult": "www.exemple.test/referentiel",
}


def today(**more):
    last = localdate() + timedelta(days=1000)
    return GRANTED | {"effective_on": localdate(), "expires_on": last} | more


@pytest.fixture
def audit():
    return led_audit()[0]


@pytest.fixture
def maker(audit):
    return decision_maker_of(audit.certification)


def url(audit):
    return reverse("audits:decide-on-audit", args=[audit.key])


def certificate_url(file):
    return reverse("audits:certificate", args=[file.key])


def finish(audit):
    return conclude(audit, audit.team.get(role="LEAD").user)


def seen_by(user):
    """How many of each thing the person may know of."""
    models = (Certification, Audit, Assessment, Finding, Evidence)
    return [model.objects.visible_to(user).count() for model in models]


def test_nothing_is_open_before_the_conclusion_and_nothing_of_own_audits_ever(audit, maker):
    file = audit.certification
    running_audit(certification=file, kind=AuditKind.INTERNAL)
    light = file.edition.referential.scheme.grades.get(code="PS")
    FindingFactory(assessment=first_assessment(audit), grade=light)
    EvidenceLinkFactory(assessment=first_assessment(audit))

    assert seen_by(maker) == [0, 0, 0, 0, 0]
    finish(audit)
    assert seen_by(maker) == [1, 1, audit.assessments.count(), 1, 1]


def test_who_decides_reads_the_concluded_audit_and_changes_nothing(client, audit, maker):
    link = EvidenceLinkFactory(assessment=first_assessment(audit))
    finish(audit)
    client.force_login(maker)

    for name in ("grid", "conclusion", "review", "plan", "samples"):
        assert client.get(reverse(f"audits:{name}", args=[audit.key])).status_code == 200
    assert client.get(reverse("audits:evidence", args=[link.evidence.key])).status_code == 200
    assert client.get(audit.certification.get_absolute_url()).status_code == 200
    assert client.get(reverse("audits:cycle", args=[audit.certification.key])).status_code == 404


def test_a_grant_asks_for_what_the_certificate_needs(client, audit, maker):
    finish(audit)
    client.force_login(maker)

    answer = client.post(url(audit), today(certificate_number="", consult=""))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Indiquez le numéro du certificat." in text
    assert "Dites comment consulter ou obtenir le référentiel." in text
    assert "Lu en comité" in text
    assert not Decision.objects.exists()


def test_the_decision_maker_grants_and_the_certificate_is_read_on_both_sides(client, audit, maker):
    finish(audit)
    client.force_login(maker)

    answer = client.post(url(audit), today(), follow=True)

    file = audit.certification
    assert answer.redirect_chain == [(certificate_url(file), 302)]
    for user in (maker, manager_of(audit).user):
        client.force_login(user)
        text = client.get(certificate_url(file)).content.decode()
        for said in ("2026-114", file.scope, file.body.name, file.edition.title_fr, "En vigueur"):
            assert escape(said) in text
        assert "www.exemple.test/referentiel" in text
        assert "Lu en comité" in text
        assert "<img" not in text.partition("<main")[2]


def test_the_notice_of_a_reconstruction_stands_on_the_certificate(client):
    edition = published_edition(is_reconstruction=True, notice_fr="Exigences reconstituées.")
    audit, lead = led_audit(certification=CertificationFactory(edition=edition))
    conclude(audit, lead)
    maker = decision_maker_of(audit.certification)
    decide(audit, maker)
    client.force_login(maker)

    shown = client.get(certificate_url(audit.certification)).content.decode()

    assert "Exigences reconstituées." in shown


def test_an_open_major_is_named_and_the_grant_refused(client, audit, maker):
    found = FindingFactory(assessment=first_assessment(audit))
    finish(audit)
    client.force_login(maker)

    page = client.get(url(audit)).content.decode()
    answer = client.post(url(audit), today())

    assert found.title in page
    assert answer.status_code == 409
    assert found.title in answer.content.decode()
    assert client.post(url(audit), today(decision="REFUSED")).status_code == 302


def test_a_follow_up_says_what_it_asks_for(client, audit, maker):
    finish(audit)
    client.force_login(maker)

    refused = client.post(url(audit), today(decision="GRANTED_WITH_FOLLOW_UP"))
    taken = client.post(
        url(audit), today(decision="GRANTED_WITH_FOLLOW_UP", conditions="Revoir dans six mois")
    )

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert Decision.objects.get().conditions == "Revoir dans six mois"


def test_a_second_decision_is_a_step_that_does_not_exist(client, audit, maker):
    finish(audit)
    decide(audit, maker, "REFUSED")
    client.force_login(maker)

    assert client.get(url(audit)).status_code == 409
    assert client.post(url(audit), today()).status_code == 409


def test_the_certificate_is_suspended_and_restored(client):
    file, maker = certified_file()
    page = reverse("audits:decide-on-certificate", args=[file.key])
    client.force_login(maker)
    body = {"reason": "Suivi non tenu", "effective_on": localdate()}

    assert client.post(page, body | {"decision": "RESTORED"}).status_code == 422
    assert client.post(page, body | {"decision": "SUSPENDED"}).status_code == 302
    assert "Suspendu" in client.get(certificate_url(file)).content.decode()
    assert client.post(page, body | {"decision": "WITHDRAWN"}).status_code == 302
    assert client.get(page).status_code == 409


def test_a_client_reads_the_certificate_and_not_what_was_said(client):
    file, _maker = certified_file()
    empty = led_audit()[0].certification
    client_side = OrganisationFactory(kind=OrganisationKind.CLIENT)
    user = MembershipFactory(organisation=client_side, role=Role.CLIENT).user
    for one in (file, empty):
        shared(one, client=client_side)
    client.force_login(user)

    text = client.get(certificate_url(file)).content.decode()

    assert Certificate.objects.get().number in text
    assert Decision.objects.get().reason not in text
    assert certificate_url(file) in client.get(reverse("audits:home")).content.decode()
    assert client.get(certificate_url(empty)).status_code == 404
    assert client.get(file.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", TeamRole)
def test_who_is_named_on_an_audit_of_the_file_reads_the_certificate_alone(client, role):
    file, _maker = certified_file()
    empty = led_audit()[0].certification
    user = UserFactory()
    for one in (file, empty):
        follow_up = running_audit(certification=one, kind=AuditKind.SURVEILLANCE)
        name_on_team(audit=follow_up, user=user, role=role)
    client.force_login(user)

    text = client.get(certificate_url(file)).content.decode()

    assert Certificate.objects.get().number in text
    assert Decision.objects.get().reason not in text
    assert file.get_absolute_url() in text
    assert certificate_url(file) in client.get(file.get_absolute_url()).content.decode()
    assert certificate_url(empty) not in client.get(empty.get_absolute_url()).content.decode()
    assert client.get(certificate_url(empty)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"opens_on": date(2999, 1, 1)},
        {"closes_on": date(2020, 1, 1)},
        {"declared_at": None},
    ],
)
def test_the_certificate_is_open_to_a_team_on_its_days_and_once_it_declared(client, change):
    file, _maker = certified_file()
    follow_up = running_audit(certification=file, kind=AuditKind.SURVEILLANCE)
    member = name_on_team(audit=follow_up, user=UserFactory(), role=TeamRole.LEAD)
    AuditTeamMember.objects.filter(pk=member.pk).update(**change)
    client.force_login(member.user)

    assert client.get(certificate_url(file)).status_code == 404


def test_a_stranger_knows_of_no_certificate(client):
    file, _maker = certified_file()
    client.force_login(MembershipFactory().user)

    assert client.get(certificate_url(file)).status_code == 404


def test_a_decision_counts_from_its_day_on():
    certified_file()
    rows = list(Decision.objects.all())

    assert state_on(rows, localdate()) == "CERTIFIED"
    assert state_on(rows, localdate() - timedelta(days=1)) == "NONE"


def test_home_says_whose_turn_it_is(client, audit, maker):
    lead, manager = audit.team.get(role="LEAD").user, manager_of(audit).user

    def labels(user):
        client.force_login(user)
        return [task.label for task in client.get(reverse("audits:home")).context["tasks"]]

    assert "Audit à conclure" in labels(lead)
    finish(audit)
    assert "Audit à conclure" not in labels(lead)
    assert labels(maker) == ["Décision à prendre"]
    decide(audit, maker)
    assert labels(maker) == []
    assert labels(manager) == ["Décision"]


def test_home_of_who_decides_lists_what_their_body_decided_and_nothing_of_another(client):
    file, maker = certified_file()
    certified_file()
    refused, lead = led_audit(
        certification=CertificationFactory(organisation=file.organisation, body=file.body)
    )
    conclude(refused, lead)
    decide(refused, maker, "REFUSED")
    renewal, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
    conclude(renewal, lead)
    decide(renewal, maker, number="C-2029")
    client.force_login(maker)

    shown = client.get(reverse("audits:home"))

    last = file.certificates.get(number="C-2029")
    assert [(row.name, row.state, row.until) for row in shown.context["decided"]] == [
        ("C-2029", "En vigueur", last.expires_on),
        (refused.certification.reference, "Certificat refusé", None),
    ]
    for one in (file, refused.certification):
        assert f'href="{certificate_url(one)}"' in shown.content.decode()
        assert client.get(certificate_url(one)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_home_of_who_decides_takes_the_same_queries_whatever_there_is(
    client, count, django_assert_num_queries
):
    file, maker = certified_file()
    for _number in range(count - 1):
        other, lead = led_audit(
            certification=CertificationFactory(organisation=file.organisation, body=file.body)
        )
        conclude(other, lead)
        decide(other, maker)
    client.force_login(maker)

    with django_assert_num_queries(13):
        client.get(reverse("audits:home"))


def test_the_cycle_counts_from_the_certificate(client):
    file, _maker = certified_file()
    manager = MembershipFactory(organisation=file.organisation).user
    client.force_login(manager)

    cycle = client.get(reverse("audits:cycle", args=[file.key])).context["cycle"]

    made = Certificate.objects.get()
    assert (cycle.start, cycle.term) == (made.valid_from, made.expires_on)


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries_whatever_there_is(
    client, count, django_assert_num_queries
):
    file, maker = certified_file()
    for number in range(count):
        renewal, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
        conclude(renewal, lead, at=timezone.now())
        if number < count - 1:
            decide(renewal, maker)
    client.force_login(maker)
    with django_assert_num_queries(10):
        client.get(certificate_url(file))
    with django_assert_num_queries(12):
        client.get(url(renewal))
