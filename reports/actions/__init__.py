"""Changes to reports: asking, making, finishing, deciding. The row is the job.

    QUEUED -> BUILDING -> READY, or FAILED, CANCELLED and back to QUEUED

See `docs/adr/0007-report-jobs.md` for the lease, `0008` for snapshots and revisions.
"""

from reports.actions.build import build_report
from reports.actions.closing import close_file, reports_in_the_way
from reports.actions.decide import cancel_report, issue_report, record_download, retry_report
from reports.actions.export import export_workbook
from reports.actions.jobs import (
    claim,
    fail,
    finish,
    next_waiting,
    renew,
    return_to_queue,
    sweep,
)
from reports.actions.reopening import issued_in_the_way, reopen_audit
from reports.actions.request import QuotaError, request_report
from reports.actions.request_pack import request_pack

__all__ = [
    "QuotaError",
    "build_report",
    "cancel_report",
    "claim",
    "close_file",
    "export_workbook",
    "fail",
    "finish",
    "issue_report",
    "issued_in_the_way",
    "next_waiting",
    "record_download",
    "renew",
    "reopen_audit",
    "reports_in_the_way",
    "request_pack",
    "request_report",
    "retry_report",
    "return_to_queue",
    "sweep",
]
