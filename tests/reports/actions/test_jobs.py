"""The life of a job on its row: the state table, the lease, taking over, the sweep."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from reports import actions, storage
from reports.actions.jobs import held
from reports.enums import REPORT_FLOW, ReportState
from reports.models import Report
from tests.factories.audits import manager_of, running_audit
from tests.factories.reports import (
    DOCUMENT,
    building_report,
    cancelled_report,
    failed_report,
    ready_report,
    requested_report,
    silent_report,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

NOW = timezone.now()
STATES = {
    ReportState.QUEUED: requested_report,
    ReportState.BUILDING: building_report,
    ReportState.READY: ready_report,
    ReportState.FAILED: failed_report,
    ReportState.CANCELLED: cancelled_report,
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def part_of(report, content=DOCUMENT):
    part = storage.new_part(report.key, report.attempt)
    part.write_bytes(content)
    return part


def finish(report):
    return actions.finish(report, part=part_of(report), pages=2, at=timezone.now())


def cancel(report):
    return actions.cancel_report(report_id=report.pk, by=report.requested_by, at=timezone.now())


def retry(report):
    return actions.retry_report(report_id=report.pk, by=report.requested_by, at=timezone.now())


# What each step makes of a report in each state; a missing pair leaves it as it is.
STEPS = {
    "claim": (
        lambda report: actions.claim(report_id=report.pk, at=timezone.now()),
        {ReportState.QUEUED: ReportState.BUILDING},
    ),
    "finish": (finish, {ReportState.BUILDING: ReportState.READY}),
    "fail": (
        lambda report: actions.fail(report, cause="Trop long.", at=timezone.now()),
        {ReportState.BUILDING: ReportState.FAILED},
    ),
    "return": (
        lambda report: actions.return_to_queue(report, cause="-", at=timezone.now()),
        {ReportState.BUILDING: ReportState.QUEUED},
    ),
    "cancel": (
        cancel,
        {
            ReportState.QUEUED: ReportState.CANCELLED,
            ReportState.BUILDING: ReportState.CANCELLED,
        },
    ),
    "retry": (
        retry,
        {
            ReportState.FAILED: ReportState.QUEUED,
            ReportState.CANCELLED: ReportState.QUEUED,
        },
    ),
}


@pytest.fixture
def two_running():
    """Two reports of one person being made, and a third that waits."""
    audits = [running_audit() for _ in range(3)]
    asker = manager_of(audits[0]).user
    running = [building_report(audit=audit, by=asker) for audit in audits[:2]]
    return running, requested_report(audit=audits[2], by=asker)


def claimed(report):
    return actions.claim(report_id=report.pk, at=timezone.now())


def test_one_person_has_two_reports_made_at_a_time(two_running):
    _running, third = two_running

    assert claimed(third) is None
    third.refresh_from_db()
    assert (third.state, third.attempt) == (ReportState.QUEUED, 0)


def test_the_third_is_taken_once_one_of_them_is_finished(two_running):
    (first, _second), third = two_running
    assert finish(first)

    assert actions.next_waiting(first.pk) == third.pk
    assert claimed(third) is not None


def test_a_report_whose_holder_died_takes_nobody_s_place(two_running):
    (first, _second), third = two_running
    Report.objects.filter(pk=first.pk).update(lease_until=NOW - timedelta(hours=1))

    assert claimed(third) is not None


def test_the_reports_of_one_person_hold_up_nobody_else(two_running):
    assert claimed(requested_report()) is not None


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_each_step_moves_a_report_as_the_table_says_and_no_further(state, step):
    do, moves = STEPS[step]
    report = STATES[state]()

    try:
        do(report)
    except NotAvailableError:
        assert state not in moves

    report.refresh_from_db()
    assert report.state == moves.get(state, state)


def test_the_table_of_steps_is_the_flow_of_the_application():
    moves = {(source, target) for _do, table in STEPS.values() for source, target in table.items()}
    # Only a report that was attempted is given up; the flow leaves the door open.
    unused = {(ReportState.QUEUED, ReportState.FAILED)}

    assert moves | unused == set(REPORT_FLOW.transitions)


def test_a_claim_holds_the_report_for_the_lease(settings):
    settings.REPORT_LEASE_SECONDS = 30
    report = requested_report()

    held_report = actions.claim(report_id=report.pk, at=NOW)

    assert held_report.state == ReportState.BUILDING
    assert held_report.attempt == 1
    assert held_report.lease_until == NOW + timedelta(seconds=30)


def test_of_two_claims_one_wins():
    report = requested_report()

    first = actions.claim(report_id=report.pk, at=NOW)
    second = actions.claim(report_id=report.pk, at=NOW)

    assert first is not None
    assert second is None


def test_a_claim_during_the_lease_gets_nothing_and_after_it_takes_over():
    report = actions.claim(report_id=requested_report().pk, at=NOW)

    during = actions.claim(report_id=report.pk, at=report.lease_until)
    after = actions.claim(report_id=report.pk, at=report.lease_until + timedelta(microseconds=1))

    assert during is None
    assert (after.pk, after.attempt) == (report.pk, 2)


def test_a_claim_of_a_report_that_does_not_exist_gets_nothing():
    assert actions.claim(report_id=0, at=NOW) is None


def test_news_renew_the_lease_and_show_progress():
    report = building_report()
    later = report.lease_until

    kept = actions.renew(report, at=later, done=12, total=40, step="Mise en page")

    report.refresh_from_db()
    assert kept is True
    assert (report.done, report.total, report.step) == (12, 40, "Mise en page")
    assert report.lease_until > later
    assert report.percent == 30


def test_who_lost_the_lease_can_neither_renew_nor_finish_nor_fail():
    lost = silent_report()
    holder = actions.claim(report_id=lost.pk, at=timezone.now())

    assert actions.renew(lost, at=NOW, done=1, total=2, step="") is False
    assert finish(lost) is False
    assert actions.fail(lost, cause="-", at=NOW) is False
    assert held(holder).exists()


def test_a_finished_report_has_its_file_and_its_fingerprint():
    report = building_report()

    assert finish(report) is True

    report.refresh_from_db()
    path = storage.full_path(report.file_path)
    assert path.read_bytes() == DOCUMENT
    assert report.file_sha256 == storage.fingerprint(path).sha256
    assert (report.file_size, report.page_count) == (len(DOCUMENT), 2)
    assert report.percent == 100
    assert storage.parts() == []


def test_a_file_that_cannot_be_named_leaves_the_report_unfinished(monkeypatch):
    report = building_report()

    def full_disk(_part, _relative):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "publish", full_disk)
    with pytest.raises(OSError, match="No space"):
        finish(report)

    report.refresh_from_db()
    assert (report.state, report.file_path) == (ReportState.BUILDING, "")


def test_the_last_attempt_gives_up_with_its_cause(settings):
    settings.REPORT_MAX_ATTEMPTS = 2
    report = building_report()
    assert actions.return_to_queue(report, cause="Arrêt.", at=NOW) is True
    report = actions.claim(report_id=report.pk, at=NOW)

    assert actions.return_to_queue(report, cause="Arrêt.", at=NOW) is False

    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.FAILED, "Arrêt.")
    assert actions.claim(report_id=report.pk, at=NOW) is None


def test_a_report_started_again_has_all_its_attempts(settings):
    settings.REPORT_MAX_ATTEMPTS = 1
    report = building_report()
    actions.return_to_queue(report, cause="Arrêt.", at=NOW)

    retry(report)

    assert actions.claim(report_id=report.pk, at=timezone.now()).attempt == 1


def test_a_twin_that_waits_bars_starting_again():
    failed = failed_report()
    twin = Report.objects.get(pk=failed.pk)
    twin.pk, twin.key, twin.revision = None, uuid.uuid4(), 2
    twin.state, twin.error = ReportState.QUEUED, ""
    twin.save(force_insert=True)

    with pytest.raises(NotAvailableError):
        retry(failed)


def test_the_sweep_sends_what_waits_oldest_first():
    reports = [requested_report() for _ in range(3)]
    Report.objects.filter(pk=reports[2].pk).update(requested_at=NOW - timedelta(days=1))
    building_report()
    ready_report()

    sent = actions.sweep(at=timezone.now())

    assert sent == [reports[2].pk, reports[0].pk, reports[1].pk]


def test_the_sweep_requeues_a_report_whose_worker_died():
    report = silent_report()

    sent = actions.sweep(at=timezone.now())

    report.refresh_from_db()
    assert sent == [report.pk]
    assert (report.state, report.lease_until) == (ReportState.QUEUED, None)


def test_the_sweep_gives_up_a_report_that_killed_every_worker(settings):
    settings.REPORT_MAX_ATTEMPTS = 1
    report = silent_report()

    assert actions.sweep(at=timezone.now()) == []

    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert report.error != ""


def test_the_sweep_removes_orphan_parts_and_keeps_those_in_use():
    building, dead = building_report(), silent_report()
    kept, orphan = part_of(building), part_of(dead)
    stray = storage.new_part(uuid.uuid4(), 1)
    stray.touch()

    actions.sweep(at=timezone.now())

    assert storage.parts() == [kept]
    assert not orphan.exists()


def test_the_sweep_writes_nothing_when_nothing_is_to_mend(django_assert_num_queries):
    building_report()
    requested_report()

    with django_assert_num_queries(3) as captured:
        actions.sweep(at=timezone.now())

    assert all(query["sql"].startswith("SELECT") for query in captured)


def test_cancelling_removes_what_a_broken_attempt_had_already_named():
    report = building_report()
    path = storage.relative_path(report.organisation.key, report.key)
    storage.publish(part_of(report), path)

    with transaction.atomic():
        cancel(report)

    assert report.file_path == ""
    # The test's own transaction holds back what follows a commit.
    actions.jobs.discard_file(report)()
    assert not storage.full_path(path).exists()


def test_each_end_is_written_to_the_journal():
    report = building_report()
    finish(report)
    failed = failed_report()

    assert _actions_of(report) == ["report.finished", "report.requested"]
    assert _actions_of(failed) == ["report.failed", "report.requested"]


def _actions_of(report):
    rows = JournalEntry.objects.of("report", report.key)
    return [row.action for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        {"state": ReportState.QUEUED},
        {"file_sha256": "0" * 64},
        {"file_path": "ailleurs.pdf"},
        {"snapshot": "{}"},
        {"revision": 9},
    ],
)
def test_the_database_refuses_to_change_a_finished_report(change):
    report = ready_report()

    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)


def test_the_database_refuses_to_remove_a_finished_report():
    report = ready_report()

    with pytest.raises(IntegrityError), transaction.atomic():
        report.delete()
