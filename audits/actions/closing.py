"""Closing a certification file for good, and opening it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.enums import AuditState, CertificationState
from audits.models import Certification
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.formats import date_text

KIND = "certification"
CLOSED, REOPENED = "certification.closed", "certification.reopened"


@transaction.atomic
def close_certification(
    *, certification: Certification, reason: str, by: User, at: datetime
) -> Certification:
    """Close a file: from here on nothing of it changes, in the database too.

    `reports.actions.close_file` asks first whether a report is being made.

    Raises:
        NotAvailableError: when it is closed already, or an audit of it is in progress.
    """
    certification = locked_file(certification.pk)
    if certification.closed_at is not None:
        raise NotAvailableError(_("This step is not available: the file is already closed."))
    missing = closing_obstacles(certification)
    if missing:
        raise NotAvailableError(" ".join(missing))
    certification.close(by=by, at=at, reason=reason)
    _record(certification, CLOSED, before=CertificationState.OPEN, reason=reason, by=by, at=at)
    return certification


@transaction.atomic
def reopen_certification(
    *, certification: Certification, reason: str, by: User, at: datetime
) -> Certification:
    """Open a closed file again; who closed it, when and why stays in the journal.

    Raises:
        NotAvailableError: when it is open.
    """
    certification = locked_file(certification.pk)
    if certification.closed_at is None:
        raise NotAvailableError(_("This step is not available: the file is open."))
    certification.reopen()
    _record(certification, REOPENED, before=CertificationState.CLOSED, reason=reason, by=by, at=at)
    return certification


def closing_obstacles(certification: Certification) -> list[str]:
    """What stands in the way of closing, one sentence each; empty when nothing does."""
    running = certification.audits.filter(state=AuditState.IN_PROGRESS)
    references = list(running.order_by("start_date", "pk").values_list("reference", flat=True))
    if not references:
        return []
    sentence = ngettext(
        "The audit %(references)s is in progress: validate it before closing the file.",
        "The audits %(references)s are in progress: validate them before closing the file.",
        len(references),
    )
    return [sentence % {"references": ", ".join(references)}]


def require_open_file(certification: Certification) -> None:
    """Raise NotAvailableError, with the day of the closure, when the file is closed."""
    if certification.closed_at is not None:
        raise NotAvailableError(
            _(
                "The certification file %(reference)s was closed on %(day)s: nothing of it changes "
                "any more. Its quality manager can reopen it."
            )
            % {
                "reference": certification.reference,
                "day": date_text(certification.closed_at, short=True),
            }
        )


def locked_file(pk: int, *related: str) -> Certification:
    """The file as it is now, held until the end of the transaction, with its organisation.

    ``related`` is what else is read with it.
    """
    rows = Certification.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", *related).get(pk=pk)


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    row: Certification,
    action: str,
    *,
    before: CertificationState,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(
        action,
        KIND,
        row.key,
        row.reference,
        before={"state": before},
        after={"state": row.state},
        reason=reason,
    )
    stream = journal.organisation_stream(row.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
