"""The end of a certification file: nothing of it changes any more, until it is opened again."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audits.actions import corrective_action, finding
from audits.actions.assessment import rate
from audits.actions.audit import validate_audit
from audits.actions.certification import start_next_audit
from audits.actions.closing import close_certification, closing_obstacles, reopen_certification
from audits.enums import ActionState, AuditKind
from audits.models import Audit, Certification
from audits.permissions import (
    can_close_finding,
    can_edit_action,
    can_plan_action,
    can_reopen_finding,
)
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def close(row, **changes):
    arguments = {"reason": "Projet abandonné", "by": UserFactory(), "at": AT}
    return close_certification(certification=row, **arguments | changes)


def validated(audit):
    first = first_assessment(audit)
    rate(assessment=first, version=first.version, level="C", by=audit.started_by, at=AT)
    return validate_audit(audit=audit, by=audit.started_by, at=AT)


@pytest.fixture
def file_with_work():
    """A file whose diagnosis is validated, with an open finding and its action."""
    audit = running_audit()
    light = audit.certification.edition.referential.scheme.grades.get(code="PS")
    found = FindingFactory(assessment=first_assessment(audit), grade=light)
    CorrectiveActionFactory(finding=found)
    validated(audit)
    return audit.certification


def test_a_file_is_closed_with_who_when_and_why():
    row, by = CertificationFactory(), UserFactory()

    close(row, by=by, reason="Certificat obtenu")

    row.refresh_from_db()
    assert (row.state, row.closed_at, row.closed_by) == ("CLOSED", AT, by)
    assert row.closed_reason == "Certificat obtenu"
    entry = JournalEntry.objects.get(action="certification.closed")
    assert (entry.before, entry.after) == ({"state": "OPEN"}, {"state": "CLOSED"})
    assert (entry.reason, entry.actor) == ("Certificat obtenu", str(by.key))


def test_an_audit_in_progress_keeps_the_file_open_and_is_named():
    first = running_audit()
    running_audit(certification=first.certification, kind=AuditKind.MOCK)

    with pytest.raises(NotAvailableError, match=f"{first.reference}, AB-2026-03"):
        close(first.certification)

    assert len(closing_obstacles(first.certification)) == 1
    assert Certification.objects.get().closed_at is None
    assert not JournalEntry.objects.filter(action="certification.closed").exists()


def test_a_validated_audit_does_not():
    audit = running_audit()
    validated(audit)

    close(audit.certification)

    assert Certification.objects.get().state == "CLOSED"


def test_a_file_is_closed_once_and_opened_once():
    row = CertificationFactory()
    with pytest.raises(NotAvailableError):
        reopen_certification(certification=row, reason="Erreur", by=UserFactory(), at=AT)
    close(row)
    with pytest.raises(NotAvailableError):
        close(row)

    assert JournalEntry.objects.count() == 1


def test_a_file_that_is_opened_again_keeps_the_trace_of_its_closing():
    row, by = CertificationFactory(), UserFactory()
    close(row, reason="Projet abandonné")

    reopen_certification(certification=row, reason="Clos par erreur", by=by, at=AT)

    row.refresh_from_db()
    assert (row.state, row.closed_at, row.closed_by) == ("OPEN", None, None)
    assert row.closed_reason == ""
    traced = JournalEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(traced) == [
        ("certification.closed", "Projet abandonné"),
        ("certification.reopened", "Clos par erreur"),
    ]


def test_no_audit_starts_in_a_closed_file():
    row = CertificationFactory()
    close(row)

    with pytest.raises(NotAvailableError, match=row.reference):
        start_next_audit(
            certification=row,
            kind=AuditKind.INTERNAL,
            is_per_site=False,
            objectives="",
            start_date=date(2026, 12, 1),
            end_date=None,
            lead=None,
            by=row.opened_by,
            at=AT,
        )

    assert not Audit.objects.exists()


def steps(found, action, by):
    """Every step of a finding and its action that validation of the audit leaves open."""
    fields = corrective_action.ActionFields(title="Autre", owner=action.owner, due_date=AT.date())
    common = {"by": by, "at": AT}
    return {
        "close": lambda: finding.close_finding(
            finding=found, version=found.version, comment="Vu", **common
        ),
        "plan": lambda: corrective_action.plan_action(
            key=uuid4(), finding=found, fields=fields, **common
        ),
        "edit": lambda: corrective_action.edit_action(
            action=action, version=action.version, fields=fields, **common
        ),
        "move": lambda: corrective_action.move_action(
            action=action, version=action.version, to=ActionState.DONE, outcome="", **common
        ),
    }


@pytest.mark.parametrize("step", ["close", "plan", "edit", "move"])
def test_findings_and_actions_of_a_closed_file_stay_as_they_are(file_with_work, step):
    found = file_with_work.audits.get().findings.get()
    action = found.actions.get()
    before = JournalEntry.objects.count()
    close(file_with_work)

    with pytest.raises(NotAvailableError, match=file_with_work.reference):
        steps(found, action, UserFactory())[step]()

    assert JournalEntry.objects.count() == before + 1


def test_a_closed_finding_is_not_opened_again_in_a_closed_file(file_with_work):
    found = file_with_work.audits.get().findings.get()
    found.actions.update(state="CANCELLED")
    found = finding.close_finding(
        finding=found, version=found.version, comment="Vu", by=UserFactory(), at=AT
    )
    close(file_with_work)

    with pytest.raises(NotAvailableError, match=file_with_work.reference):
        finding.reopen_finding(
            finding=found, version=found.version, reason="Encore", by=UserFactory(), at=AT
        )


def test_no_step_is_offered_in_a_closed_file_and_all_are_again_afterwards(file_with_work):
    found = file_with_work.audits.get().findings.get()
    manager = manager_of(found.audit).user

    def offered():
        fresh = type(found).objects.select_related("audit__certification").get(pk=found.pk)
        action = fresh.actions.select_related("finding__audit__certification").get()
        return (
            can_close_finding(manager, fresh),
            can_plan_action(manager, fresh),
            can_edit_action(manager, action),
        )

    assert offered() == (True, True, True)
    row = close(file_with_work)
    assert offered() == (False, False, False)
    assert not can_reopen_finding(manager, found)
    reopen_certification(certification=row, reason="Erreur", by=manager, at=AT)
    assert offered() == (True, True, True)


FROZEN = [
    "UPDATE audits_certification SET title = 'x' WHERE id = {file}",
    "UPDATE audits_certification SET closed_reason = 'x' WHERE id = {file}",
    "UPDATE audits_certification SET target_date = NULL WHERE id = {file}",
    "DELETE FROM audits_certification_sites WHERE certification_id = {file}",
    "INSERT INTO audits_certification_sites (certification_id, site_id) VALUES ({file}, {site})",
    "UPDATE audits_finding SET version = version + 1 WHERE audit_id = {audit}",
    "UPDATE audits_correctiveaction SET title = 'x'",
    "DELETE FROM audits_correctiveaction",
]


@pytest.mark.parametrize("statement", FROZEN)
def test_the_database_refuses_any_change_of_a_closed_file(file_with_work, statement):
    file_with_work.sites.add(SiteFactory(organisation=file_with_work.organisation))
    other = SiteFactory(organisation=file_with_work.organisation)
    audit = file_with_work.audits.get()
    close(file_with_work)
    sql = statement.format(file=file_with_work.pk, audit=audit.pk, site=other.pk)

    with (
        pytest.raises(DatabaseError, match="A closed certification file cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_database_lets_no_audit_into_a_closed_file_and_keeps_the_file():
    row = CertificationFactory()
    closed = close(row)
    row.closed_at = None  # as somebody who read the file before sees it
    with pytest.raises(DatabaseError, match="closed certification file"), transaction.atomic():
        running_audit(certification=row)
    with pytest.raises(DatabaseError, match="closed certification file"), transaction.atomic():
        closed.delete()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "CLOSED"},
        {"state": "CLOSED", "closed_at": AT},
        {"state": "CLOSED", "closed_at": AT, "closed_reason": "Fin"},
        {"closed_at": AT},
        {"closed_reason": "Fin"},
    ],
)
def test_a_file_is_closed_if_and_only_if_it_says_when_by_whom_and_why(fields):
    row = CertificationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Certification.objects.filter(pk=row.pk).update(**fields)


def test_a_file_without_a_reason_is_not_closed():
    row = CertificationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        row.close(by=UserFactory(), at=timezone.now(), reason="")


def test_a_quality_manager_of_another_organisation_is_nobody_here(file_with_work):
    stranger = MembershipFactory().user
    found = file_with_work.audits.get().findings.get()

    assert not can_plan_action(stranger, found)
