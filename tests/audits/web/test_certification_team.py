"""Starting an audit from a certification file, and naming its team."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.closing import close_certification
from audits.actions.team import set_team_member
from audits.enums import AuditKind, AuditState, TeamRole
from audits.models import Audit, AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    naming,
    running_audit,
)
from tests.factories.decisions import conclude, led_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def file(manager):
    row = CertificationFactory(organisation=manager.organisation)
    for name in ("Site de Lyon", "Site de Massy"):
        row.sites.add(SiteFactory(organisation=manager.organisation, name=name))
    return row


@pytest.fixture
def audit(file):
    return running_audit(certification=file, kind=AuditKind.INITIAL)


def start_url(row):
    return reverse("audits:start-audit", args=[row.key])


def team_url(row):
    return reverse("audits:audit-team", args=[row.key])


def start_data(**changes):
    values = {
        "kind": AuditKind.INTERNAL,
        "is_per_site": "0",
        "start_date": "2026-12-01",
        "end_date": "2026-12-03",
        "objectives": "Mesurer l'écart",
        "lead": "",
    }
    return values | changes


def test_the_first_audit_on_offer_is_the_diagnosis(client, manager, file):
    form = client.get(start_url(file)).context["form"]

    assert form["kind"].value() == AuditKind.DIAGNOSIS
    assert form["lead"].value() == manager.user.email


def test_the_diagnosis_is_offered_once(client, manager, file):
    running_audit(certification=file)

    form = client.get(start_url(file)).context["form"]

    assert AuditKind.DIAGNOSIS not in dict(form.fields["kind"].choices)


@pytest.mark.parametrize(("per_site", "rows"), [("0", 4), ("1", 8)])
def test_an_audit_starts_on_the_whole_or_site_by_site(client, manager, file, per_site, rows):
    response = client.post(start_url(file), start_data(is_per_site=per_site))

    audit = Audit.objects.get()
    assert response.headers["Location"] == audit.get_absolute_url()
    assert audit.assessments.count() == rows
    assert (audit.kind, audit.end_date, audit.objectives) == (
        AuditKind.INTERNAL,
        date(2026, 12, 3),
        "Mesurer l'écart",
    )


def test_the_lead_auditor_is_named_at_once(client, manager, file):
    auditor = UserFactory(email="sacha@exemple.test")

    client.post(start_url(file), start_data(kind="INITIAL", lead=" Sacha@Exemple.test "))

    member = AuditTeamMember.objects.get()
    assert (member.user, member.role) == (auditor, TeamRole.LEAD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "PARTY"}, "kind"),
        ({"is_per_site": "9"}, "is_per_site"),
        ({"start_date": ""}, "start_date"),
        ({"start_date": "9999-12-31"}, "start_date"),
        ({"end_date": "2026-11-30"}, "end_date"),
        ({"lead": "pas une adresse"}, "lead"),
        ({"lead": "inconnu@exemple.test"}, "lead"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, manager, file, changes, field):
    response = client.post(start_url(file), start_data(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Mesurer l&#x27;écart" in response.content.decode()
    assert not Audit.objects.exists()


def test_a_member_does_not_lead_an_audit_by_the_certification_body(client, manager, file):
    response = client.post(start_url(file), start_data(kind="INITIAL", lead=manager.user.email))

    assert list(response.context["form"].errors) == ["lead"]
    assert not Audit.objects.exists()


@pytest.mark.parametrize("kind", [AuditKind.DIAGNOSIS, AuditKind.INTERNAL])
def test_the_same_start_sent_twice_starts_one_audit(client, manager, file, kind):
    lead = UserFactory()
    sent = start_data(kind=kind, lead=lead.email)

    responses = [client.post(start_url(file), sent) for _time in range(2)]

    audit = Audit.objects.get()
    assert [r.headers["Location"] for r in responses] == [audit.get_absolute_url()] * 2
    assert [message.to for message in mail.outbox] == [[lead.email]]


def test_a_second_diagnosis_is_not_available(client, manager, file):
    running_audit(certification=file)

    response = client.post(start_url(file), start_data(kind="DIAGNOSIS"))

    assert response.status_code == 409
    assert Audit.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR])
def test_only_the_quality_manager_starts_an_audit(client, manager, file, method, role):
    member = MembershipFactory(organisation=manager.organisation, role=role)
    client.force_login(member.user)

    response = getattr(client, method)(start_url(file), start_data())

    assert response.status_code == 403
    assert not Audit.objects.exists()


def test_an_unknown_kind_in_the_address_is_a_bad_request(client, manager, file):
    assert client.get(start_url(file), {"nature": "PARTY"}).status_code == 400


def test_somebody_with_an_account_joins_the_team(client, manager, audit):
    auditor = UserFactory(email="sacha@exemple.test")

    response = client.post(team_url(audit), naming("sacha@exemple.test"))

    assert response.headers["Location"] == team_url(audit)
    assert list(audit.team.values_list("user", "role")) == [(auditor.pk, "AUDITOR")]


def test_the_lead_is_the_only_one(client, manager, audit):
    first, second = UserFactory(), UserFactory()
    client.post(team_url(audit), naming(first.email, "LEAD"))

    response = client.post(team_url(audit), naming(second.email, "LEAD"))

    assert response.status_code == 409
    assert second.email in response.content.decode()
    assert list(audit.team.values_list("user", "role")) == [(first.pk, "LEAD")]


def test_naming_somebody_again_changes_the_role(client, manager, audit):
    user = UserFactory()
    for role in ("AUDITOR", "OBSERVER"):
        client.post(team_url(audit), naming(user.email, role))

    assert list(audit.team.values_list("user", "role")) == [(user.pk, "OBSERVER")]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "pas une adresse"}, "email"),
        ({"email": "manager"}, "email"),
        ({"role": "BOSS"}, "role"),
        ({"first_name": ""}, "first_name"),
        ({"language": "xx"}, "language"),
    ],
)
def test_who_cannot_be_named_is_refused_with_a_sentence(client, manager, audit, data, field):
    if data.get("email") == "manager":
        data = {"email": manager.user.email}

    response = client.post(team_url(audit), naming("sacha@exemple.test") | data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not audit.team.exists()


def test_a_member_may_observe(client, manager, audit):
    client.post(team_url(audit), naming(manager.user.email, "OBSERVER"))

    assert audit.team.get().role == TeamRole.OBSERVER


def test_taking_somebody_off_ends_their_access_and_is_traced(client, manager, audit):
    user = UserFactory()
    member = named(audit, user, manager)
    client.post(reverse("audits:remove-team-member", args=[audit.key, member.pk]))

    client.force_login(user)

    assert client.get(team_url(audit)).status_code == 404
    entry = JournalEntry.objects.get(action="audit.team_removed")
    assert (entry.actor, entry.before) == (str(manager.user.key), {str(user.key): "AUDITOR"})


def named(audit, user, manager, role=TeamRole.AUDITOR):
    return name_on_team(audit=audit, user=user, role=role, by=manager.user)


def test_a_member_of_another_team_is_not_taken_off_here(client, manager, audit):
    other = running_audit(certification=audit.certification)
    member = named(other, UserFactory(), manager)

    response = client.post(reverse("audits:remove-team-member", args=[audit.key, member.pk]))

    assert response.status_code == 404
    assert other.team.count() == 1


@pytest.mark.parametrize("who", ["contributor", "lead"])
def test_who_sees_the_team_without_managing_it_changes_nothing(client, manager, audit, who):
    if who == "lead":
        user = UserFactory()
        named(audit, user, manager, TeamRole.LEAD)
    else:
        user = MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user
    member = named(audit, UserFactory(), manager)
    remove = reverse("audits:remove-team-member", args=[audit.key, member.pk])
    client.force_login(user)

    page = client.get(team_url(audit))
    posts = [
        client.post(team_url(audit), naming(UserFactory().email)),
        client.post(remove),
    ]

    assert page.status_code == 200
    assert remove not in page.content.decode()
    assert page.context["history"] == []
    assert [response.status_code for response in posts] == [403, 403]
    assert audit.team.filter(pk=member.pk).exists()


def test_nobody_joins_a_validated_audit_but_access_can_be_withdrawn(client, manager, audit):
    member = named(audit, UserFactory(), manager)
    Audit.objects.filter(pk=audit.pk).update(
        state=AuditState.VALIDATED, validated_at=timezone.now(), validated_by=manager.user
    )

    page = client.get(team_url(audit))
    refused = client.post(team_url(audit), naming(manager.user.email, "OBSERVER"))
    withdrawn = client.post(reverse("audits:remove-team-member", args=[audit.key, member.pk]))

    assert not page.context["can_manage"]
    assert (refused.status_code, withdrawn.status_code) == (403, 302)
    assert not audit.team.present().exists()
    client.force_login(member.user)
    assert client.get(team_url(audit)).status_code == 404


@pytest.fixture
def ended(file):
    """A concluded audit with an open finding, to which its lead no longer has access."""
    audit, lead = led_audit(certification=file)
    FindingFactory(assessment=first_assessment(audit))
    conclude(audit, lead)
    AuditTeamMember.objects.update(closes_on=localdate() - timedelta(days=1))
    return AuditTeamMember.objects.get()


def test_access_is_prolonged_after_the_conclusion_so_that_findings_are_closed(client, ended):
    edit = reverse("audits:edit-team-member", args=[ended.audit.key, ended.pk])
    closing = reverse("audits:close-finding", args=[ended.audit.findings.get().key])
    last_day = localdate() + timedelta(days=90)

    team, form = client.get(team_url(ended.audit)), client.get(edit).context["form"]
    answer = client.post(edit, {"role": "OBSERVER", "closes_on": last_day.isoformat()})

    assert f'"{edit}"' in team.content.decode()
    assert list(form.fields) == ["opens_on", "closes_on"]
    assert answer.status_code == 302
    ended.refresh_from_db()
    assert (ended.role, ended.closes_on) == (TeamRole.LEAD, last_day)
    client.force_login(ended.user)
    assert client.get(closing).status_code == 200


def test_nobodys_role_changes_on_a_concluded_audit(ended, manager):
    with pytest.raises(NotAvailableError):
        set_team_member(
            audit=ended.audit,
            user=ended.user,
            role=TeamRole.AUDITOR,
            by=manager.user,
            at=timezone.now(),
        )


def test_nobody_gets_more_days_in_a_closed_file(client, ended, manager):
    file = ended.audit.certification
    close_certification(certification=file, reason="Fini.", by=manager.user, at=timezone.now())
    edit = reverse("audits:edit-team-member", args=[ended.audit.key, ended.pk])

    answers = [client.get(edit), client.post(edit, {"closes_on": "2030-01-01"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert f'"{edit}"' not in client.get(team_url(ended.audit)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_team_of_a_foreign_audit_does_not_exist(client, manager, method):
    foreign = running_audit()

    assert getattr(client, method)(team_url(foreign), {}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_team_takes_the_same_queries_whatever_its_size(client, manager, audit, rows):
    for _row in range(rows):
        named(audit, UserFactory(), manager)

    with counted() as queries:
        response = client.get(team_url(audit))

    assert len(response.context["team"]) == rows
    assert len(queries) == 7


def test_the_start_page_proposes_today(client, manager, file):
    assert client.get(start_url(file)).context["form"]["start_date"].value() == localdate()
