"""Orders of reports: the request and the job that it starts, in one call."""

from datetime import datetime
from functools import partial

from django.db import transaction

from audits.models import Audit, Certification, CommitteeMeeting
from crcaudit.accounts.models import User
from reports import actions
from reports.enums import ReportKind, ReportState
from reports.models import Report


@transaction.atomic
def order_report(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    kind: ReportKind,
    certification: Certification,
    audit: Audit | None,
    language: str,
    by: User,
    at: datetime,
) -> Report:
    """Record the request, and start the job once that is saved. Raises as `request_report`."""
    report = actions.request_report(
        kind=kind, certification=certification, audit=audit, language=language, by=by, at=at
    )
    _send_after_commit(report)
    return report


@transaction.atomic
def order_pack(*, meeting: CommitteeMeeting, language: str, by: User, at: datetime) -> Report:
    """As `order_report`, for the pack of a committee. Raises as `request_pack`."""
    report = actions.request_pack(meeting=meeting, language=language, by=by, at=at)
    _send_after_commit(report)
    return report


@transaction.atomic
def order_retry(*, report_id: int, by: User, at: datetime) -> Report:
    """Put a report back in the queue and start it. Raises as `retry_report`."""
    report = actions.retry_report(report_id=report_id, by=by, at=at)
    _send_after_commit(report)
    return report


def _send_after_commit(report: Report) -> None:
    if report.state == ReportState.QUEUED:
        transaction.on_commit(partial(_send, report.pk))


def _send(report_id: int) -> None:
    # Not at the top: Celery would be a third of the start of a process that may never send a job.
    from reports.tasks import send  # noqa: PLC0415

    send(report_id)
