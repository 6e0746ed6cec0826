"""Reports, by the action that asks for one, and brought to each state of the job."""

from datetime import timedelta

from django.utils import timezone

from audits.actions.assessment import rate
from audits.actions.audit import validate_audit
from audits.models import Audit
from crcaudit.accounts.models import User
from reports import actions, storage
from reports.enums import ReportKind
from reports.models import Report
from tests.factories.audits import manager_of, running_audit

DOCUMENT = b"%PDF-1.7 a document of two pages\n%%EOF\n"


def requested_report(
    *, audit: Audit | None = None, by: User | None = None, language: str = "fr"
) -> Report:
    """A report on a diagnosis, waiting; asked for by a quality manager of the organisation."""
    audit = audit or running_audit()
    return actions.request_report(
        kind=ReportKind.DIAGNOSIS if audit.is_diagnosis else ReportKind.AUDIT,
        certification=audit.certification,
        audit=audit,
        language=language,
        by=by or manager_of(audit).user,
        at=timezone.now(),
    )


def building_report(**fields: object) -> Report:
    """A report that a worker holds."""
    return actions.claim(report_id=requested_report(**fields).pk, at=timezone.now())


def silent_report(**fields: object) -> Report:
    """A report whose worker has given no news for an hour."""
    report = building_report(**fields)
    past = timezone.now() - timedelta(hours=1)
    Report.objects.filter(pk=report.pk).update(lease_until=past)
    return report


def ready_report(*, content: bytes = DOCUMENT, **fields: object) -> Report:
    """A finished report with its file."""
    report = building_report(**fields)
    part = storage.new_part(report.key, report.attempt)
    part.write_bytes(content)
    assert actions.finish(report, part=part, pages=2, at=timezone.now())
    report.refresh_from_db()
    return report


def final_report(**fields: object) -> Report:
    """A finished report of a validated audit: not a draft."""
    return ready_report(audit=validated_audit(), **fields)


def failed_report(**fields: object) -> Report:
    """A report that was given up."""
    report = building_report(**fields)
    actions.fail(report, cause="Le texte est trop long.", at=timezone.now())
    report.refresh_from_db()
    return report


def cancelled_report(**fields: object) -> Report:
    """A report that was cancelled while it waited."""
    report = requested_report(**fields)
    return actions.cancel_report(report_id=report.pk, by=report.requested_by, at=timezone.now())


def validated_audit(**fields: object) -> Audit:
    """A diagnosis of which every requirement was given a level, validated."""
    audit = running_audit(**fields)
    rate_everything(audit)
    return validate_audit(audit=audit, by=audit.started_by, at=timezone.now())


def rate_everything(audit: Audit) -> None:
    """Give "C" to every requirement."""
    for row in audit.assessments.select_related("audit__organisation").order_by("position"):
        rate(assessment=row, version=row.version, level="C", by=audit.started_by, at=timezone.now())
