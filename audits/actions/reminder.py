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


@transaction.atomic
def send_reminder(
    *, certification: Certification, person: User, lines: Sequence[str], by: User, at: datetime
) -> None:
    """Give the lines to the outbox, which sends them to the person until they leave.

    Raises:
        NotAvailableError: when the file or the account of the person is closed, or the person
            was reminded today.
    """
    certification = locked_file(certification.pk)
    if certification.closed_at is not None:
        raise NotAvailableError(_("This file is closed: nobody is reminded of it any more."))
    if not person.is_active:
        raise NotAvailableError(
            _("The account of this person is closed: an administrator can open it again.")
        )
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
        after={"person": str(person.key), "count": len(lines)},
    )
    stream = journal.organisation_stream(certification.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
    notifications.queue_reminder(person, certification=certification, lines=lines, by=by, at=at)
