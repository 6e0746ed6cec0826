"""Asking for a report: frozen data, one job per request, revisions, quota."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits import snapshots
from audits.actions.assessment import rate
from audits.enums import AuditKind
from audits.snapshots import AuditSnapshot, ControlPlanSnapshot
from crcaudit.core.exceptions import UserError
from crcaudit.core.models import JournalEntry
from reports import actions
from reports.enums import ReportKind, ReportState
from reports.models import Report
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import (
    CertificationFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.reports import (
    building_report,
    cancelled_report,
    failed_report,
    ready_report,
    requested_report,
    validated_audit,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def change_a_rating(audit):
    row = first_assessment(audit)
    rate(assessment=row, version=row.version, level="NC", by=audit.started_by, at=timezone.now())


def plan_of(certification, by, language="fr"):
    return actions.request_report(
        kind=ReportKind.CONTROL_PLAN,
        certification=certification,
        audit=None,
        language=language,
        by=by,
        at=timezone.now(),
    )


def test_a_report_of_a_running_audit_is_a_draft_of_its_data():
    audit = running_audit()

    report = requested_report(audit=audit)

    frozen = snapshots.from_json(AuditSnapshot, report.snapshot)
    assert (report.state, report.is_draft) == (ReportState.QUEUED, True)
    assert (report.reference, report.revision) == (audit.reference, 1)
    assert report.snapshot_sha256 == snapshots.digest(report.snapshot)
    assert (frozen.reference, frozen.is_draft) == (audit.reference, True)
    assert report.rule_version == audit.gap_rule


def test_a_report_of_a_validated_audit_is_made_of_what_was_frozen_then():
    audit = validated_audit()

    report = requested_report(audit=audit)

    assert report.snapshot == audit.frozen["fr"]
    assert report.is_draft is False


def test_the_document_is_titled_in_its_own_language():
    audit = running_audit()

    report = requested_report(audit=audit, language="en")

    assert report.title == "Initial diagnosis report"
    assert json.loads(report.snapshot)["language"] == "en"


def test_a_validated_audit_without_the_language_says_so():
    audit = validated_audit()
    audit.frozen = {"fr": audit.frozen["fr"]}

    with pytest.raises(UserError):
        requested_report(audit=audit, language="en")

    assert Report.objects.count() == 0


@pytest.mark.parametrize("state", [requested_report, building_report, ready_report])
def test_the_same_request_again_is_the_same_report(state):
    audit = running_audit()
    first = state(audit=audit)

    second = requested_report(audit=audit)

    assert second.pk == first.pk
    assert Report.objects.count() == 1


def test_the_same_request_by_another_person_is_the_same_report():
    audit = running_audit()
    first = requested_report(audit=audit, by=manager_of(audit).user)

    second = requested_report(audit=audit, by=manager_of(audit).user)

    assert second.pk == first.pk
    assert second.requested_by == first.requested_by


def test_changed_data_make_the_next_revision():
    audit = running_audit()
    first = ready_report(audit=audit)
    change_a_rating(audit)

    second = requested_report(audit=audit)

    assert (first.revision, second.revision) == (1, 2)
    assert second.snapshot_sha256 != first.snapshot_sha256


def test_data_changed_back_find_the_report_that_still_waits():
    audit = running_audit()
    first = requested_report(audit=audit)
    row = first_assessment(audit)
    rate(assessment=row, version=row.version, level="NC", by=audit.started_by, at=timezone.now())
    second = requested_report(audit=audit)
    row.refresh_from_db()
    rate(assessment=row, version=row.version, level="", by=audit.started_by, at=timezone.now())

    third = requested_report(audit=audit)

    assert second.pk != first.pk
    assert third.pk == first.pk


def test_another_layout_makes_the_next_revision(monkeypatch):
    audit = validated_audit()
    first = ready_report(audit=audit)
    monkeypatch.setitem(actions.request.TEMPLATE_VERSIONS, ReportKind.DIAGNOSIS, "diagnosis_v2")

    second = requested_report(audit=audit)

    assert (second.revision, second.template_version) == (2, "diagnosis_v2")
    assert first.template_version != second.template_version


@pytest.mark.parametrize("state", [failed_report, cancelled_report])
def test_a_report_that_was_never_made_is_queued_again_under_its_own_number(state):
    audit = running_audit()
    first = state(audit=audit)
    asker = manager_of(audit).user

    second = requested_report(audit=audit, by=asker)

    assert second.pk == first.pk
    assert (second.state, second.error, second.attempt) == (ReportState.QUEUED, "", 0)
    assert second.requested_by == asker


def test_each_language_has_its_own_revisions():
    audit = running_audit()

    french, english = requested_report(audit=audit), requested_report(audit=audit, language="en")

    assert (french.revision, english.revision) == (1, 1)
    assert french.pk != english.pk


def test_two_audits_of_one_file_do_not_share_reports():
    certification = CertificationFactory()
    internal = running_audit(certification=certification, kind=AuditKind.INTERNAL)
    mock = running_audit(certification=certification, kind=AuditKind.MOCK)

    first, second = requested_report(audit=internal), requested_report(audit=mock)

    assert first.kind == second.kind == ReportKind.AUDIT
    assert first.pk != second.pk


def test_a_control_plan_has_the_reference_of_its_file():
    certification = CertificationFactory()
    manager = MembershipFactory(organisation=certification.organisation).user

    report = plan_of(certification, manager)

    frozen = snapshots.from_json(ControlPlanSnapshot, report.snapshot)
    assert report.reference == f"PMCI-{certification.reference}"
    assert report.audit is None
    assert frozen.certification == certification.reference


def test_a_control_plan_asked_for_twice_is_one_report():
    certification = CertificationFactory()
    manager = MembershipFactory(organisation=certification.organisation).user

    first, second = plan_of(certification, manager), plan_of(certification, manager)

    assert first.pk == second.pk


def test_a_person_with_too_many_waiting_reports_is_told_to_wait(settings):
    settings.REPORT_MAX_WAITING_PER_USER = 2
    audits = [running_audit() for _ in range(3)]
    asker = manager_of(audits[0]).user
    for audit in audits[:2]:
        requested_report(audit=audit, by=asker)

    with pytest.raises(actions.QuotaError, match="2"):
        requested_report(audit=audits[2], by=asker)

    assert Report.objects.count() == 2


def test_the_quota_counts_neither_finished_reports_nor_those_of_others(settings):
    settings.REPORT_MAX_WAITING_PER_USER = 1
    audits = [running_audit() for _ in range(3)]
    asker = manager_of(audits[0]).user
    ready_report(audit=audits[0], by=asker)
    requested_report(audit=audits[1], by=manager_of(audits[1]).user)

    report = requested_report(audit=audits[2], by=asker)

    assert report.requested_by == asker


def test_asking_again_for_what_waits_is_never_refused(settings):
    settings.REPORT_MAX_WAITING_PER_USER = 1
    audit = running_audit()
    asker = manager_of(audit).user
    first = requested_report(audit=audit, by=asker)

    assert requested_report(audit=audit, by=asker).pk == first.pk


def test_the_request_leaves_one_row_in_the_journal():
    report = requested_report()

    entry = JournalEntry.objects.of("report", report.key).get()
    assert entry.action == "report.requested"
    assert entry.actor == str(report.requested_by.key)
    assert entry.after["snapshot_sha256"] == report.snapshot_sha256


def test_the_database_refuses_a_second_waiting_report_on_the_same_data():
    report = requested_report()
    twin = Report.objects.get(pk=report.pk)
    twin.pk, twin.key, twin.revision = None, "00000000-0000-4000-8000-000000000000", 2

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
