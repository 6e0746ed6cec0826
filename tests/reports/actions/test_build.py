"""Making a report: once, whoever delivers it and how often; every failure explained."""

import errno
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation
from django.utils.timezone import localdate
from django.utils.translation import gettext

from audits.actions.team import remove_team_member
from audits.enums import AuditKind, TeamRole
from audits.models import AuditTeamMember
from crcaudit.accounts.models import User
from reports import actions, storage
from reports.builders import run
from reports.builders.meta import ReportRenderError
from reports.enums import ReportState
from reports.models import Report
from tests.factories.accounts import UserFactory
from tests.factories.audits import name_on_team, running_audit
from tests.factories.reports import (
    building_report,
    requested_report,
    silent_report,
    validated_audit,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def built(report):
    actions.build_report(report_id=report.pk)
    report.refresh_from_db()
    return report


def files():
    return sorted(path for path in storage.root().rglob("*") if path.is_file())


def test_a_waiting_report_is_made(printer):
    report = built(requested_report())

    assert (report.state, report.attempt, report.page_count) == (ReportState.READY, 1, 2)
    assert files() == [storage.full_path(report.file_path)]


def test_the_document_is_made_of_the_frozen_data_and_says_who_and_when(printer):
    report = built(requested_report(language="en"))

    (job,) = printer.jobs
    assert (job.document, job.snapshot) == ("DIAGNOSIS", report.snapshot)
    assert job.meta.reference == report.reference
    assert job.meta.revision == "1.0"
    assert job.meta.language == "en"
    assert job.meta.created_on == timezone.localdate(report.requested_at)
    assert job.meta.prepared_by == str(report.requested_by)
    assert job.meta.confidentiality == "Restricted distribution"
    assert job.meta.snapshot_sha256 == report.snapshot_sha256
    assert job.meta.is_draft is True


def test_a_report_made_again_from_its_row_has_the_same_bytes(printer):
    report = silent_report(audit=validated_audit())
    first = built(report).file_sha256
    lost, kept = printer.jobs[0], storage.full_path(report.file_path).read_bytes()

    printer(lost, lambda *_args: None, lambda: False)

    assert lost.output.read_bytes() == kept
    assert storage.fingerprint(lost.output).sha256 == first


def test_a_report_delivered_five_times_is_one_file(printer):
    report = requested_report()

    for _delivery in range(5):
        actions.build_report(report_id=report.pk)

    report.refresh_from_db()
    assert len(printer.jobs) == 1
    assert (report.state, report.attempt) == (ReportState.READY, 1)
    assert len(files()) == 1


def test_a_delivery_while_another_worker_makes_it_does_nothing(printer):
    report = building_report()

    built(report)

    assert printer.jobs == []
    assert report.state == ReportState.BUILDING


def test_a_report_whose_worker_died_is_taken_over(printer):
    report = built(silent_report())

    assert (report.state, report.attempt) == (ReportState.READY, 2)


def test_a_worker_that_lost_its_report_leaves_it_to_the_other(printer):
    report = requested_report()

    def taken_over(_job):
        Report.objects.filter(pk=report.pk).update(attempt=2)

    printer.before = taken_over
    built(report)

    assert (report.state, report.attempt) == (ReportState.BUILDING, 2)
    assert files() == []


def test_a_report_cancelled_while_it_is_made_leaves_no_file(printer):
    report = requested_report()

    def cancelled(_job):
        actions.cancel_report(report_id=report.pk, by=report.requested_by, at=timezone.now())

    printer.before = cancelled
    built(report)

    assert report.state == ReportState.CANCELLED
    assert files() == []


def test_a_document_that_cannot_be_made_fails_at_once_with_its_reason(printer):
    def too_long(_job):
        raise ReportRenderError("Le document est trop long : choisissez moins de sites.")

    printer.before = too_long
    report = built(requested_report())

    assert (report.state, report.attempt) == (ReportState.FAILED, 1)
    assert report.error == "Le document est trop long : choisissez moins de sites."
    assert files() == []


def test_a_child_that_is_killed_is_tried_again_and_its_end_is_the_cause(printer, settings):
    settings.REPORT_MAX_ATTEMPTS = 2

    def killed(_job):
        raise run.RenderBrokenError("Le document demande trop de mémoire.")

    printer.before = killed
    report = requested_report()

    for expected in (ReportState.QUEUED, ReportState.FAILED):
        with pytest.raises(run.RenderBrokenError):
            built(report)
        report.refresh_from_db()
        assert report.state == expected

    assert report.error == "Le document demande trop de mémoire."


def test_an_unexpected_error_is_tried_three_times_then_explained(printer):
    def breaks(_job):
        raise RuntimeError("bug")

    printer.before = breaks
    report = requested_report()

    for attempt in (1, 2, 3):
        with pytest.raises(RuntimeError):
            built(report)
        report.refresh_from_db()
        expected = ReportState.FAILED if attempt == 3 else ReportState.QUEUED
        assert (report.state, report.attempt) == (expected, attempt)

    assert "bug" not in report.error
    assert report.error != ""
    assert len(printer.jobs) == 3
    built(report)
    assert len(printer.jobs) == 3


def test_a_full_disk_is_named_as_the_cause(printer, settings):
    settings.REPORT_MAX_ATTEMPTS = 1

    def full(_job):
        raise OSError(errno.ENOSPC, "No space left on device")

    printer.before = full
    report = requested_report()
    with pytest.raises(OSError, match="No space"):
        built(report)

    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    with translation.override(report.requested_by.language):
        assert report.error == actions.build._cause(OSError(errno.ENOSPC, ""))
    assert files() == []


def test_the_cause_is_in_the_language_of_who_asked(printer, settings):
    settings.REPORT_MAX_ATTEMPTS = 1

    def breaks(_job):
        raise RuntimeError

    printer.before = breaks
    report = requested_report()
    report.requested_by.language = "en"
    report.requested_by.save()
    with pytest.raises(RuntimeError):
        built(report)

    report.refresh_from_db()
    assert report.error.startswith("An unexpected error")


@pytest.mark.parametrize("loss", ["role", "account", "team", "days", "independence"])
def test_rights_withdrawn_while_the_job_waited_are_found(printer, loss):
    audit = running_audit(kind=AuditKind.INITIAL)
    lead = name_on_team(audit=audit, user=UserFactory(language="fr"), role=TeamRole.LEAD)
    report = requested_report(audit=audit, by=None if loss == "role" else lead.user)
    if loss == "role":
        report.requested_by.memberships.update(is_active=False)
    elif loss == "account":
        User.objects.filter(pk=lead.user.pk).update(is_active=False)
    elif loss == "team":
        remove_team_member(member=lead, by=audit.started_by, at=timezone.now())
    else:
        past = localdate() - timedelta(days=1)
        change = {"closes_on": past} if loss == "days" else {"declared_at": None}
        AuditTeamMember.objects.filter(pk=lead.pk).update(**change)

    built(report)

    assert printer.jobs == []
    assert report.state == ReportState.FAILED
    with translation.override(report.requested_by.language):
        assert report.error == gettext(
            "The person who asked for this report no longer has the right to it."
        )
    assert files() == []


@pytest.mark.django_db(transaction=True)
def test_five_workers_at_once_make_one_report(printer):
    report = requested_report()
    start = threading.Barrier(5)

    def deliver():
        try:
            start.wait()
            actions.build_report(report_id=report.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    report.refresh_from_db()
    assert (report.state, report.attempt) == (ReportState.READY, 1)
    assert len(printer.jobs) == 1
    assert len(files()) == 1
