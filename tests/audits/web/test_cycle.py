"""The cycle of certification of a file on one page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.enums import AuditKind
from audits.logic.cycle import StepState, add_months
from audits.models import Audit, Evidence
from audits.presenters.cycle import cycle_start
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceLinkFactory,
    FindingFactory,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
TARGET = TODAY + timedelta(days=100)


@pytest.fixture
def file(manager):
    file = CertificationFactory(organisation=manager.organisation, target_date=TARGET)
    scheme = file.edition.referential.scheme
    scheme.validity_years, scheme.surveillance_months, scheme.surveillance_count = 3, 12, 2
    scheme.save()
    return file


def held(file, kind, day, *, by):
    """A validated audit that ended that day."""
    audit = running_audit(certification=file, kind=kind, start_date=day)
    fields = {"state": "VALIDATED", "validated_at": "2026-01-01T10:00Z", "validated_by": by}
    Audit.objects.filter(pk=audit.pk).update(**fields)
    return audit


def page(client, file):
    answer = client.get(reverse("audits:cycle", args=[file.key]))
    assert answer.status_code == 200
    return answer


def steps(answer):
    return [
        (line.label, line.step.latest, line.step.state) for line, _due in answer.context["lines"]
    ]


def test_without_a_certificate_the_days_are_an_estimate(client, file):
    answer = page(client, file)

    assert steps(answer) == [
        ("Initial audit", TARGET, StepState.COMING),
        ("Surveillance audit 1", add_months(TARGET, 12), StepState.COMING),
        ("Surveillance audit 2", add_months(TARGET, 24), StepState.COMING),
        ("Renewal audit", add_months(TARGET, 36) - timedelta(days=1), StepState.COMING),
    ]
    assert "are an estimate" in answer.content.decode()


def test_the_initial_audit_under_way_is_what_the_estimate_counts_from(client, file):
    running_audit(
        certification=file,
        kind=AuditKind.INITIAL,
        start_date=TODAY,
        end_date=TODAY + timedelta(days=2),
    )

    label, day, state = steps(page(client, file))[0]

    assert (label, day, state) == (
        "Initial audit",
        TODAY + timedelta(days=2),
        StepState.UNDER_WAY,
    )


def test_the_cycle_counts_from_the_initial_audit_that_was_validated(client, file, manager):
    start = add_months(TODAY, -13)
    initial = held(file, AuditKind.INITIAL, start, by=manager.user)
    diagnosis = running_audit(certification=file, start_date=TODAY)

    answer = page(client, file)

    assert cycle_start(file) == start
    assert [state for _label, _day, state in steps(answer)] == [
        StepState.DONE,
        StepState.LATE,
        StepState.COMING,
        StepState.COMING,
    ]
    assert next(line.audits for line, _due in answer.context["lines"]) == (initial,)
    assert answer.context["others"] == [diagnosis]
    assert answer.context["upcoming"].label == "Surveillance audit 1"
    assert "are an estimate" not in answer.content.decode()


def test_a_renewal_opens_another_cycle(client, file, manager):
    held(file, AuditKind.INITIAL, add_months(TODAY, -40), by=manager.user)
    held(file, AuditKind.RENEWAL, add_months(TODAY, -4), by=manager.user)

    answer = page(client, file)

    assert steps(answer)[0] == ("Renewal audit", add_months(TODAY, -4), StepState.DONE)
    assert cycle_start(file) == add_months(TODAY, -4)


def test_what_the_scheme_does_not_say_is_to_be_set(client, manager):
    file = CertificationFactory(organisation=manager.organisation, target_date=TARGET)

    answer = page(client, file)

    assert steps(answer) == [
        ("Initial audit", TARGET, StepState.COMING),
        ("Renewal audit", None, StepState.UNSET),
    ]
    assert answer.content.decode().count("to be set") >= 6


def test_without_a_day_the_page_says_where_to_set_it(client, manager):
    file = CertificationFactory(organisation=manager.organisation, target_date=None)

    answer = page(client, file)

    assert answer.context["drawing"] is None
    assert "no day for the certification audit" in answer.content.decode()


def test_what_is_due_is_counted_with_its_list(client, file, manager):
    audit = running_audit(certification=file, start_date=TODAY)
    row = audit.assessments.order_by("position").first()
    finding = FindingFactory(assessment=row, due_date=TODAY + timedelta(days=30))
    FindingFactory(assessment=row, due_date=TARGET + timedelta(days=1))
    answered = FindingFactory(assessment=row, due_date=TODAY)
    for action_of, days in ((finding, 10), (answered, 400)):
        CorrectiveActionFactory(finding=action_of, due_date=TODAY + timedelta(days=days))
    FindingFactory(assessment=row, due_date=None)
    link = EvidenceLinkFactory(assessment=row)
    EvidenceLinkFactory(assessment=row)
    Evidence.objects.filter(pk=link.evidence_id).update(valid_until=TARGET)

    counts = page(client, file).context["due_counts"]

    assert [item.count for item in counts] == [1, 1, 1]
    assert all(client.get(item.url).status_code == 200 for item in counts)


def test_the_queries_do_not_grow_with_the_audits(client, file, manager):
    held(file, AuditKind.INITIAL, add_months(TODAY, -13), by=manager.user)
    with counted() as one:
        page(client, file)
    for months in (-12, -6, -2):
        held(file, AuditKind.SURVEILLANCE, add_months(TODAY, months), by=manager.user)

    with counted() as four:
        page(client, file)

    assert len(four) == len(one)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR])
def test_members_read_it(client, file, role):
    client.force_login(MembershipFactory(organisation=file.organisation, role=role).user)

    page(client, file)


def test_an_auditor_has_no_part_in_it(client, file):
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    auditor = UserFactory()
    name_on_team(audit=audit, user=auditor, role="LEAD")
    client.force_login(auditor)

    assert client.get(reverse("audits:cycle", args=[file.key])).status_code == 404
    assert client.get(reverse("audits:certification", args=[file.key])).status_code == 200
