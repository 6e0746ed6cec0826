"""The worker in the serving process: it takes reports without a broker, and sweeps."""

import pytest
from django.utils import timezone

from crcaudit import worker
from crcaudit.celery import app
from reports import orders, tasks
from reports.enums import ReportKind, ReportState
from reports.models import Report
from tests.factories.audits import manager_of, running_audit
from tests.factories.reports import requested_report

pytestmark = [
    pytest.mark.unit,
    pytest.mark.django_db(transaction=True),
    # It is for installations without a broker: beside Redis, a worker of its own does this.
    pytest.mark.any_database,
]

PATIENCE = 30


@pytest.fixture
def embedded(settings):
    """The settings of an installation without a broker."""
    settings.CELERY_EMBEDDED = True
    settings.REPORT_LEASE_SECONDS = 1
    eager, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = eager


@pytest.fixture
def service(embedded):
    service = worker.start()
    yield service
    service.stop(patience=PATIENCE)


def wait_for(report, state, service):
    for _look in range(PATIENCE * 20):
        if Report.objects.get(pk=report.pk).state == state:
            return
        service.stopping.wait(0.05)
    raise AssertionError(f"{Report.objects.get(pk=report.pk).state} is not {state}")


def test_a_report_asked_for_is_made_in_another_thread(own_files, printer, service):
    audit = running_audit()

    report = orders.order_report(
        kind=ReportKind.DIAGNOSIS,
        certification=audit.certification,
        audit=audit,
        language="fr",
        by=manager_of(audit).user,
        at=timezone.now(),
    )

    assert report.state == ReportState.QUEUED
    wait_for(report, ReportState.READY, service)
    assert len(printer.jobs) == 1


def test_a_report_that_waited_before_the_start_is_made(own_files, printer, embedded):
    report = requested_report()

    service = worker.start()

    wait_for(report, ReportState.READY, service)
    service.stop(patience=PATIENCE)
    assert not any(thread.is_alive() for thread in service.threads)


def test_the_worker_goes_on_after_a_report_that_broke_it(own_files, printer, service):
    def breaks(job):
        if len(printer.jobs) == 1:
            raise RuntimeError("bug")

    printer.before = breaks
    report = requested_report()

    wait_for(report, ReportState.READY, service)

    report.refresh_from_db()
    assert report.attempt == 2


def test_a_sweep_that_fails_is_tried_again(own_files, printer, service, monkeypatch):
    sweep, calls = tasks.sweep_reports.run, []

    def fails_once(**_arguments):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("bug")
        sweep()

    monkeypatch.setattr(tasks.sweep_reports, "run", fails_once)
    report = requested_report()

    wait_for(report, ReportState.READY, service)
    assert len(calls) > 1


def test_with_a_broker_nothing_starts_here(settings):
    settings.CELERY_EMBEDDED = False

    assert worker.start() is None
