"""Opening a frozen audit again, unless a report of it was issued."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits import decision_notices as notices
from audits.actions import freezing
from audits.models import Audit
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from reports.enums import ReportKind
from reports.models import Report


@transaction.atomic
def reopen_audit(*, audit: Audit, reason: str, by: User, at: datetime) -> Audit:
    """Open the audit again and tell both sides; see `audits.actions.freezing.reopen_audit`.

    Raises:
        NotAvailableError: when a report of it was issued, and as there.
    """
    # Locked, so that a report which is issued at this moment is issued first or not at all.
    issued = issued_in_the_way(audit, lock=True)
    if issued:
        raise NotAvailableError(issued)
    audit = freezing.reopen_audit(audit=audit, reason=reason, by=by, at=at)
    notices.reopened(audit, reason=reason, by=by, at=at)
    return audit


def issued_in_the_way(audit: Audit, *, lock: bool = False) -> str:
    """What is said once a report was issued, "" while none was. Its plan tells of no finding."""
    rows = Report.objects.filter(audit=audit).exclude(kind=ReportKind.AUDIT_PLAN)
    rows = rows.only("reference", "revision", "issued_at").order_by("pk")
    found = rows.select_for_update() if lock else rows
    issued = [str(row) for row in found if row.issued_at is not None]
    if not issued:
        return ""
    return _("This step is not available: the report %(references)s was issued.") % {
        "references": ", ".join(issued)
    }
