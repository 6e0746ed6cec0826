"""An issued report keeps its audit closed; what was reopened is not issued as it was."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.enums import AuditKind
from audits.models import Audit
from crcaudit.core.exceptions import NotAvailableError
from reports import actions
from reports.enums import ReportKind
from reports.models import Report
from tests.factories.accounts import UserFactory
from tests.factories.decisions import conclude, led_audit
from tests.factories.reports import ready_report

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

BACK = {"state": "IN_PROGRESS", "validated_at": None, "validated_by": None, "frozen": {}}


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


@pytest.fixture
def concluded():
    audit, lead = led_audit(kind=AuditKind.INITIAL)
    return conclude(audit, lead).audit, lead


def reopen(audit, by):
    return actions.reopen_audit(audit=audit, reason="Erreur", by=by, at=timezone.now())


def issue(report):
    return actions.issue_report(report_id=report.pk, by=UserFactory(), at=timezone.now())


def test_an_issued_report_keeps_its_audit_as_it_is(concluded):
    audit, lead = concluded
    report = issue(ready_report(audit=audit))

    with pytest.raises(NotAvailableError, match=report.reference):
        reopen(audit, lead)
    audit.conclusions.update(
        withdrawn_at=timezone.now(), withdrawn_by=lead, withdrawn_reason="Erreur"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.filter(pk=audit.pk).update(**BACK)


def test_an_issued_plan_does_not(concluded):
    audit, lead = concluded
    report = ready_report(audit=audit)
    Report.objects.filter(pk=report.pk).update(
        kind=ReportKind.AUDIT_PLAN, issued_at=timezone.now(), issued_by=UserFactory()
    )

    assert reopen(audit, lead).is_open


def test_a_report_made_before_the_audit_was_reopened_is_never_issued(concluded):
    audit, lead = concluded
    report = ready_report(audit=audit)
    reopen(audit, lead)

    with pytest.raises(NotAvailableError):
        issue(report)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(issued_at=timezone.now(), issued_by=lead)

    conclude(audit, lead, summary="Tout est conforme, pièces retrouvées.")
    with pytest.raises(NotAvailableError):
        issue(report)
    assert issue(ready_report(audit=Audit.objects.get(pk=audit.pk))).issued_at is not None
