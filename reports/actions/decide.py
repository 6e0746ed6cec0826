"""What people decide about a report: cancel it, start it again, issue it, take it away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from reports import storage
from reports.actions import trace
from reports.actions.jobs import discard_file
from reports.enums import FROZEN_KINDS, ReportState
from reports.models import Report


@transaction.atomic
def cancel_report(*, report_id: int, by: User, at: datetime) -> Report:
    """Stop a report that is not finished. Raises NotAvailableError when it is."""
    report = _locked(report_id)
    if not report.is_pending:
        raise NotAvailableError(_("This report is already finished: there is nothing to cancel."))
    before = {"state": report.state}
    report.state, report.lease_until, report.finished_at = ReportState.CANCELLED, None, at
    report.step = ""
    report.save(update_fields=["state", "lease_until", "finished_at", "step"])
    trace.record(report, trace.CANCELLED, by=by, at=at, before=before)
    transaction.on_commit(discard_file(report))
    return report


@transaction.atomic
def retry_report(*, report_id: int, by: User, at: datetime) -> Report:
    """Put a failed or cancelled report back in the queue, on the same data.

    Raises:
        NotAvailableError: it is waiting or ready already, or its twin is.
    """
    report = _locked(report_id)
    if report.state not in {ReportState.FAILED, ReportState.CANCELLED}:
        raise NotAvailableError(_("This report is already waiting or ready."))
    twins = Report.objects.pending().filter(
        kind=report.kind,
        certification=report.certification_id,
        meeting=report.meeting_id,
        language=report.language,
        snapshot_sha256=report.snapshot_sha256,
    )
    if twins.exists():
        raise NotAvailableError(_("The same report is already being made: open it in the list."))
    before = {"state": report.state, "error": report.error}
    report.state, report.error, report.finished_at = ReportState.QUEUED, "", None
    report.attempt = report.done = report.total = 0
    report.save(update_fields=["state", "error", "finished_at", "attempt", "done", "total"])
    trace.record(report, trace.RETRIED, by=by, at=at, before=before)
    return report


@transaction.atomic
def issue_report(*, report_id: int, by: User, at: datetime) -> Report:
    """Release a finished report: a second person answers for it.

    Raises:
        NotAvailableError: not ready, a draft, issued already, or asked for by the same person;
            or when its audit was reopened since.
    """
    report = _locked(report_id)
    if report.state != ReportState.READY or report.is_draft or report.issued_at is not None:
        raise NotAvailableError(
            _("Only a finished report of a validated audit can be issued, and only once.")
        )
    if report.requested_by_id == by.pk:
        raise NotAvailableError(
            _("You asked for this report yourself: another person has to issue it.")
        )
    if not _tells_what_stands(report):
        raise NotAvailableError(
            _("The audit was reopened since this report was made: ask for it again.")
        )
    report.issued_at, report.issued_by = at, by
    report.save(update_fields=["issued_at", "issued_by"])
    after = {"sha256": report.file_sha256}
    trace.record(report, trace.ISSUED, by=by, at=at, after=after)
    return report


def record_download(*, report: Report, by: User, at: datetime) -> bool:
    """Check the file against its SHA-256 and note who takes it.

    False when the bytes are not those that were finished: that is noted instead, and the file
    must not be sent.
    """
    try:
        seen = storage.fingerprint(storage.full_path(report.file_path)).sha256
    except OSError:
        seen = ""
    intact = seen == report.file_sha256
    action = trace.DOWNLOADED if intact else trace.REFUSED
    with transaction.atomic():
        trace.record(report, action, by=by, at=at, after={"sha256": seen})
    return intact


def _tells_what_stands(report: Report) -> bool:
    """Whether its data are those of the audit as frozen today; what is frozen nowhere stands."""
    audit = report.audit
    if audit is None or report.kind not in FROZEN_KINDS:
        return True
    return not audit.is_open and audit.frozen.get(report.language) == report.snapshot


def _locked(report_id: int) -> Report:
    rows = Report.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=report_id)
