"""A file is not closed while one of its reports is being made."""

import pytest
from django.utils import timezone

from audits.models import Certification
from crcaudit.core.exceptions import NotAvailableError
from reports import actions
from reports.enums import ReportKind
from tests.factories.accounts import UserFactory
from tests.factories.reports import requested_report, validated_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def close(file):
    actions.close_file(
        certification=file, reason="Certificat obtenu", by=UserFactory(), at=timezone.now()
    )


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_report_that_waits_or_is_being_made_keeps_its_file_open(is_taken):
    audit = validated_audit()
    report = requested_report(audit=audit)
    if is_taken:
        actions.claim(report_id=report.pk, at=timezone.now())

    with pytest.raises(NotAvailableError, match=report.reference):
        close(audit.certification)

    assert Certification.objects.get().closed_at is None


def test_a_report_that_was_cancelled_does_not():
    audit = validated_audit()
    report = requested_report(audit=audit)
    actions.cancel_report(report_id=report.pk, by=report.requested_by, at=timezone.now())

    close(audit.certification)

    assert Certification.objects.get().closed_at is not None


def test_a_report_of_another_file_does_not_either():
    audit = validated_audit()
    requested_report()

    close(audit.certification)

    audit.certification.refresh_from_db()
    assert audit.certification.closed_at is not None


def test_the_reports_of_a_closed_file_can_still_be_made():
    audit = validated_audit()
    close(audit.certification)

    report = actions.request_report(
        kind=ReportKind.DIAGNOSIS,
        certification=audit.certification,
        audit=audit,
        language="fr",
        by=UserFactory(),
        at=timezone.now(),
    )

    assert report.is_pending
