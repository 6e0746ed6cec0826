"""The screens of audit programmes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.enums import AuditKind
from audits.models import Audit, AuditProgramme, ProgrammeLine
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


@pytest.fixture
def programme(client, file):
    answer = client.post(reverse("audits:write-programme"), body(file))
    assert answer.status_code == 302
    return AuditProgramme.objects.get()


def body(file, **changes):
    usual = {
        "key": uuid4(),
        "organisation": file.organisation.pk,
        "title": "Audits de l'année",
        "starts_on": (TODAY - timedelta(days=100)).isoformat(),
        "ends_on": (TODAY + timedelta(days=200)).isoformat(),
        "objectives": "Garder le certificat",
        "risk_1": "Auditeur absent",
        "treatment_1": "Un suppléant",
    }
    return usual | changes


def plan(client, programme, file, *, days=10, kind="INTERNAL"):
    answer = client.post(
        reverse("audits:add-line", args=[programme.key]),
        {
            "certification": file.pk,
            "kind": kind,
            "planned_date": (TODAY + timedelta(days=days)).isoformat(),
        },
    )
    assert answer.status_code == 302
    return ProgrammeLine.objects.latest("pk")


def page(client, programme):
    answer = client.get(programme.get_absolute_url())
    assert answer.status_code == 200
    return answer


def move(client, programme, to):
    return client.post(reverse("audits:move-programme", args=[programme.key]), {"to": to})


def direct(client, programme):
    role = {"organisation": programme.organisation, "role": Role.DIRECTOR}
    client.force_login(MembershipFactory(**role, user__language="en").user)


def test_a_programme_is_written_with_its_risks(client, programme):
    shown = page(client, programme).content.decode()

    for text in ("Auditeur absent", "Un suppléant", "Garder le certificat", "Nothing planned yet"):
        assert text in shown
    form = client.get(reverse("audits:edit-programme", args=[programme.key])).context["form"]
    assert form["risk_0"].value() == "Auditeur absent"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2001-01-01"}, "ends_on"),
        ({"title": ""}, "title"),
        ({"treatment_2": "Sans risque"}, "risk_2"),
    ],
)
def test_what_cannot_be_is_given_back(client, file, changes, field):
    answer = client.post(reverse("audits:write-programme"), body(file, **changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Garder le certificat" in answer.content.decode()


def test_a_conflict_loses_nothing(client, programme, file):
    place = reverse("audits:edit-programme", args=[programme.key])
    assert client.post(place, body(file, version=1, title="Un")).status_code == 302

    refused = client.post(place, body(file, version=1, title="Deux"))
    version = refused.context["form"]["version"].value()
    again = client.post(place, body(file, version=version, title="Deux"))

    assert (refused.status_code, again.status_code) == (409, 302)
    assert AuditProgramme.objects.get().title == "Deux"


def test_where_each_audit_stands(client, programme, file, manager):
    for days, kind in ((-5, "MOCK"), (5, "MOCK"), (-20, "INTERNAL"), (-60, "DIAGNOSIS")):
        plan(client, programme, file, days=days, kind=kind)
    for kind in (AuditKind.INTERNAL, AuditKind.DIAGNOSIS):
        audit = running_audit(certification=file, kind=kind)
        line = ProgrammeLine.objects.get(kind=kind)
        place = reverse("audits:join-audit", args=[programme.key, line.pk])
        assert client.post(place, {"audit": audit.pk}).status_code == 302
    Audit.objects.filter(kind=AuditKind.DIAGNOSIS).update(
        state="VALIDATED", validated_at="2026-01-01T10:00Z", validated_by=manager.user
    )

    context = page(client, programme).context

    assert [(item.line.kind, item.state) for item in context["lines"]] == [
        ("DIAGNOSIS", "Held"),
        ("INTERNAL", "In progress"),
        ("MOCK", "Late"),
        ("MOCK", "Planned"),
    ]
    assert (context["held"], context["late"]) == (1, 1)


def test_the_direction_approves_what_the_quality_manager_wrote(client, programme, file):
    plan(client, programme, file)
    assert move(client, programme, "APPROVED").status_code == 403
    direct(client, programme)
    assert page(client, programme).context["can_approve"] is True

    assert move(client, programme, "APPROVED").status_code == 302

    assert AuditProgramme.objects.get().state == "APPROVED"
    assert move(client, programme, "DRAFT").status_code == 403
    assert move(client, programme, "APPROVED").status_code == 409


def test_a_programme_of_nothing_is_not_approved(client, programme):
    direct(client, programme)

    assert page(client, programme).context["can_approve"] is True
    assert "Approve the programme" not in page(client, programme).content.decode()
    assert move(client, programme, "APPROVED").status_code == 409


def test_a_step_that_does_not_exist_is_refused(client, programme):
    assert move(client, programme, "ELSEWHERE").status_code == 409


def test_only_audits_that_fit_are_on_offer(client, programme, file):
    line = plan(client, programme, file)
    fits = running_audit(certification=file, kind=AuditKind.INTERNAL)
    running_audit(certification=file, kind=AuditKind.MOCK)

    place = reverse("audits:join-audit", args=[programme.key, line.pk])
    form = client.get(place).context["form"]

    assert list(form.fields["audit"].queryset) == [fits]


def test_a_line_is_changed_and_taken_out(client, programme, file):
    line = plan(client, programme, file)
    place = reverse("audits:edit-line", args=[programme.key, line.pk])
    changed = {
        "certification": file.pk,
        "kind": "MOCK",
        "planned_date": TODAY.isoformat(),
        "lead": "Cabinet",
    }
    assert client.post(place, changed).status_code == 302
    assert "Cabinet" in page(client, programme).content.decode()

    client.post(reverse("audits:remove-line", args=[programme.key, line.pk]))

    assert not ProgrammeLine.objects.exists()


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.CLIENT])
def test_the_others_know_of_no_programme(client, programme, role):
    member = MembershipFactory(organisation=programme.organisation, role=role)
    client.force_login(member.user)

    assert client.get(programme.get_absolute_url()).status_code == 404
    assert client.get(reverse("audits:programmes")).context["page"].paginator.count == 0


def test_the_queries_do_not_grow(client, programme, file):
    plan(client, programme, file)
    with counted() as one:
        page(client, programme)
        client.get(reverse("audits:programmes"))
    for days in (20, 30, 40):
        plan(client, programme, file, days=days)

    with counted() as four:
        page(client, programme)
        client.get(reverse("audits:programmes"))

    assert len(four) == len(one)
