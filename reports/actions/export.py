"""The workbook of an audit: made at once, from the same values as the documents, and noted."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits import snapshots
from audits.models import Audit
from audits.snapshots import AuditSnapshot
from crcaudit.accounts.models import User
from crcaudit.core import journal

EXPORTED = "audit.exported"


def export_workbook(*, audit: Audit, language: str, by: User, at: datetime) -> bytes:
    """Bytes of the XLSX of an audit as it is, or as it was frozen when validated."""
    # Not at the top: no process needs a builder before it builds.
    from reports.builders.xlsx_audit import build_audit_workbook  # noqa: PLC0415

    content = build_audit_workbook(_snapshot(audit, language, at))
    change = journal.Change(
        EXPORTED,
        "audit",
        audit.key,
        audit.reference,
        after={"format": "xlsx", "language": language},
    )
    stream = journal.organisation_stream(audit.organisation.key)
    with transaction.atomic():
        journal.record(change, stream=stream, by=by, at=at)
    return content


def _snapshot(audit: Audit, language: str, at: datetime) -> AuditSnapshot:
    frozen = audit.frozen.get(language)
    if frozen:
        return snapshots.from_json(AuditSnapshot, frozen)
    return snapshots.audit_snapshot(audit, language=language, on=localdate(at))
