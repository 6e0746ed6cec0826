"""What people decide: issuing by a second person, downloads that are checked and noted."""

import pytest
from django.utils import timezone

from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from reports import actions, storage
from reports.models import Report
from tests.factories.accounts import MembershipFactory
from tests.factories.reports import final_report, ready_report, requested_report

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def director_of(report):
    return MembershipFactory(organisation=report.organisation, role=Role.DIRECTOR).user


def last_action(report):
    return JournalEntry.objects.of("report", report.key).first()


def test_a_report_is_issued_by_another_person():
    report = final_report()
    director = director_of(report)

    actions.issue_report(report_id=report.pk, by=director, at=timezone.now())

    report.refresh_from_db()
    assert report.issued_by == director
    assert report.issued_at is not None
    assert last_action(report).action == "report.issued"


def test_nobody_issues_a_report_they_asked_for():
    report = final_report()

    with pytest.raises(NotAvailableError):
        actions.issue_report(report_id=report.pk, by=report.requested_by, at=timezone.now())

    report.refresh_from_db()
    assert report.issued_at is None


def test_a_report_is_issued_once():
    report = final_report()
    actions.issue_report(report_id=report.pk, by=director_of(report), at=timezone.now())
    issued_at = Report.objects.get(pk=report.pk).issued_at

    with pytest.raises(NotAvailableError):
        actions.issue_report(report_id=report.pk, by=director_of(report), at=timezone.now())

    assert Report.objects.get(pk=report.pk).issued_at == issued_at


@pytest.mark.parametrize("state", [requested_report, ready_report])
def test_neither_an_unfinished_report_nor_a_draft_is_issued(state):
    report = state()

    with pytest.raises(NotAvailableError):
        actions.issue_report(report_id=report.pk, by=director_of(report), at=timezone.now())


def test_a_download_is_noted_with_who_took_it():
    report = ready_report()
    reader = director_of(report)

    intact = actions.record_download(report=report, by=reader, at=timezone.now())

    entry = last_action(report)
    assert intact is True
    assert (entry.action, entry.actor) == ("report.downloaded", str(reader.key))


def test_one_bit_flipped_is_found_and_noted():
    report = ready_report()
    path = storage.full_path(report.file_path)
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(content)

    intact = actions.record_download(report=report, by=report.requested_by, at=timezone.now())

    assert intact is False
    assert last_action(report).action == "report.damaged"


def test_a_file_that_is_gone_is_noted_too():
    report = ready_report()
    storage.full_path(report.file_path).unlink()

    intact = actions.record_download(report=report, by=report.requested_by, at=timezone.now())

    assert intact is False
    assert last_action(report).action == "report.damaged"
