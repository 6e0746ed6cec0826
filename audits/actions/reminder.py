"""Reminders of what waits for somebody: one message a day at most, and a trace of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import notifications
from audits.actions.closing import locked_file
from audits.models import Certification
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry

ACTION = "certification.reminded"


def send_reminder(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    certification: Certification,
    person: User,
    lines: Sequence[str],
    by: User,
    at: datetime,
    address: str,
) -> bool:
    """Send the lines to the person. False when the message could not be sent.

    Raises:
        NotAvailableError: when the file is closed, or the person was reminded today.
    """
    _record(certification, person, count=len(lines), by=by, at=at)
    return notifications.send_reminder(
        person, certification=certification, lines=lines, address=address, by=by
    )


@transaction.atomic
def _record(
    certification: Certification, person: User, *, count: int, by: User, at: datetime
) -> None:
    certification = locked_file(certification.pk)
    if certification.closed_at is not None:
        raise NotAvailableError(_("This file is closed: nobody is reminded of it any more."))
    earlier = JournalEntry.objects.of("certification", certification.key).filter(
        action=ACTION, after__person=str(person.key)
    )
    last = earlier.first()
    if last is not None and localdate(last.at) == localdate(at):
        raise NotAvailableError(_("A reminder went to this person today already."))
    change = journal.Change(
        ACTION,
        "certification",
        certification.key,
        certification.reference,
        after={"person": str(person.key), "count": count},
    )
    stream = journal.organisation_stream(certification.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
