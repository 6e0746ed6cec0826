"""Opening a frozen audit again, unless a report of it was issued."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits import decision_notices as notices
from audits.actions import audit as audits
from audits.models import Audit
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from reports.enums import ReportKind
from reports.models import Report


@transaction.atomic
def reopen_audit(*, audit: Audit, reason: str, by: User, at: datetime) -> Audit:
    """Open the audit again and tell both sides; see `audits.actions.audit.reopen_audit`.

    Raises:
        NotAvailableError: when a report of it was issued, and as there.
    """
    # Locked, so that a report which is issued at this moment is issued first or not at all. The
    # plan of the audit tells nothing of what was found.
    rows = Report.objects.filter(audit=audit).exclude(kind=ReportKind.AUDIT_PLAN)
    rows = rows.only("reference", "revision", "issued_at").order_by("pk")
    issued = [str(row) for row in rows.select_for_update() if row.issued_at is not None]
    if issued:
        raise NotAvailableError(
            _("This step is not available: the report %(references)s was issued.")
            % {"references": ", ".join(issued)}
        )
    audit = audits.reopen_audit(audit=audit, reason=reason, by=by, at=at)
    notices.reopened(audit, reason=reason, by=by, at=at)
    return audit
