"""Closing a certification file, unless one of its reports is being made."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from audits.actions.closing import close_certification
from audits.models import Certification
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from reports.models import Report


@transaction.atomic
def close_file(*, certification: Certification, reason: str, by: User, at: datetime) -> None:
    """Close the file for good; see `audits.actions.closing.close_certification`.

    Raises:
        NotAvailableError: when a report of it waits or is being made, and as there.
    """
    # As `request_report` does: neither sees half of the other.
    Certification.objects.select_for_update().get(pk=certification.pk)
    waiting = reports_in_the_way(certification)
    if waiting:
        raise NotAvailableError(waiting)
    close_certification(certification=certification, reason=reason, by=by, at=at)


def reports_in_the_way(certification: Certification) -> str:
    """What is said while reports of the file are being made, "" when none is."""
    rows = Report.objects.pending().filter(certification=certification)
    references = [
        str(row) for row in rows.order_by("requested_at", "pk").only("reference", "revision")
    ]
    sentence = ngettext(
        "The report %(references)s is being made: wait until it is ready, or cancel it.",
        "The reports %(references)s are being made: wait until they are ready, or cancel them.",
        len(references),
    )
    return sentence % {"references": ", ".join(references)} if references else ""
