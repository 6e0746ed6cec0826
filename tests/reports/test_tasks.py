"""Jobs start after the commit, do nothing twice, and wait when the broker is away."""

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from crcaudit import worker
from reports import actions, orders, tasks
from reports.enums import ReportKind, ReportState
from reports.models import Report
from tests.factories.audits import CertificationFactory, manager_of, running_audit
from tests.factories.reports import (
    failed_report,
    ready_report,
    requested_report,
    silent_report,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def order(audit, **changes):
    fields = {
        "kind": ReportKind.DIAGNOSIS,
        "certification": audit.certification,
        "audit": audit,
        "language": "fr",
        "by": manager_of(audit).user,
        "at": timezone.now(),
    }
    return orders.order_report(**fields | changes)


def state_of(report):
    return Report.objects.get(pk=report.pk).state


def test_nothing_starts_before_the_request_is_saved(printer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        report = order(running_audit())

    assert state_of(report) == ReportState.QUEUED
    assert printer.jobs == []
    for callback in callbacks:
        callback()
    assert state_of(report) == ReportState.READY


def test_a_request_that_is_rolled_back_starts_nothing(
    printer, settings, django_capture_on_commit_callbacks
):
    settings.REPORT_MAX_WAITING_PER_USER = 0

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(actions.QuotaError):
        order(running_audit())

    assert printer.jobs == []


def test_two_orders_of_the_same_report_are_one_document(
    printer, django_capture_on_commit_callbacks
):
    audit = running_audit()

    with django_capture_on_commit_callbacks(execute=True):
        first, second = order(audit), order(audit)

    assert first.pk == second.pk
    assert len(printer.jobs) == 1


def test_the_end_of_a_report_starts_the_next_one_of_the_same_person(printer):
    first, other = requested_report(), requested_report()
    file = CertificationFactory(organisation=first.organisation)
    audit = running_audit(certification=file)
    following = requested_report(audit=audit, by=first.requested_by)

    tasks.build_report.delay(report_id=first.pk)

    assert [state_of(row) for row in (first, following, other)] == [
        ReportState.READY,
        ReportState.READY,
        ReportState.QUEUED,
    ]


def test_an_order_for_a_finished_report_starts_nothing(printer, django_capture_on_commit_callbacks):
    audit = running_audit()
    ready = ready_report(audit=audit)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        report = order(audit)

    assert report.pk == ready.pk
    assert callbacks == []


def test_a_broker_that_is_away_leaves_the_report_waiting(
    monkeypatch, django_capture_on_commit_callbacks
):
    def no_broker(**_options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.build_report, "apply_async", no_broker)

    with django_capture_on_commit_callbacks(execute=True):
        report = order(running_audit())

    assert state_of(report) == ReportState.QUEUED


def test_the_sweep_sends_what_no_broker_took(printer):
    report = requested_report()

    tasks.sweep_reports()

    assert state_of(report) == ReportState.READY


def test_the_sweep_makes_what_a_dead_worker_left(printer):
    report = silent_report()

    tasks.sweep_reports()

    report.refresh_from_db()
    assert (report.state, report.attempt) == (ReportState.READY, 2)


def test_a_failed_report_started_again_is_made_after_the_commit(
    printer, django_capture_on_commit_callbacks
):
    report = failed_report()

    with django_capture_on_commit_callbacks(execute=True):
        orders.order_retry(report_id=report.pk, by=report.requested_by, at=timezone.now())

    assert state_of(report) == ReportState.READY


def test_an_older_worker_survives_an_argument_it_does_not_know(printer):
    report = requested_report()

    tasks.build_report.delay(report_id=report.pk, priority="high")

    assert state_of(report) == ReportState.READY


def test_the_swept_task_is_the_one_in_the_schedule_and_in_the_embedded_worker(settings):
    scheduled = {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}

    assert tasks.sweep_reports.name in scheduled
    assert tasks.sweep_reports.name in worker.SWEEPS
