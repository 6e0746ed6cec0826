"""The journal rows of reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crcaudit.accounts.models import User
from crcaudit.core import journal
from reports.models import Report

KIND = "report"
REQUESTED = "report.requested"
FINISHED = "report.finished"
FAILED = "report.failed"
CANCELLED = "report.cancelled"
RETRIED = "report.retried"
ISSUED = "report.issued"
DOWNLOADED = "report.downloaded"
REFUSED = "report.damaged"


def record(  # noqa: PLR0913 -- keyword-only, one line each
    report: Report,
    action: str,
    *,
    by: User | None,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One row about a report, in the transaction of the change. ``by`` None is the worker."""
    change = journal.Change(
        action, KIND, report.key, str(report), before=before or {}, after=after or {}, reason=reason
    )
    stream = journal.organisation_stream(report.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
