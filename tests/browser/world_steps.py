"""Steps that the makers of the scratch installation share."""

from datetime import date, datetime

from audits.actions import assessment as ratings
from audits.actions.audit import start_audit
from audits.enums import AuditKind
from audits.models import Assessment, Audit, Certification
from crcaudit.accounts.models import User


def begin(
    file: Certification, kind: AuditKind, by: User, at: datetime, *, start: date | None = None
) -> Audit:
    """An audit of everything at once, from today or another day on."""
    return start_audit(
        certification=file,
        kind=kind,
        is_per_site=False,
        start_date=start or at.date(),
        by=by,
        at=at,
    )


def rows_of(audit: Audit) -> list[Assessment]:
    """The requirements in the order of the grid."""
    return list(audit.assessments.select_related("audit__organisation").order_by("position"))


def rate(row: Assessment, level: str, by: User, at: datetime) -> None:
    ratings.rate(assessment=row, version=row.version, level=level, by=by, at=at)
