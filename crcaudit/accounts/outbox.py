"""The outbox: an e-mail is a row of the transaction that it tells of, and is sent until it leaves.

A request never waits for a mail server, a change that is taken back tells nobody, and a server
that is away for an afternoon loses nothing.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db.models import F

from crcaudit.accounts.models import QueuedMessage, User

logger = logging.getLogger(__name__)

# A worker that dies with a message in hand holds it for this long.
HELD = timedelta(minutes=5)
# After the first attempt and each following one; then it is given up, a day and a half later.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440))
AT_ONCE = 50
ERROR_SHOWN = 300
CLOSED = "The account is closed."  # for whoever reads the table; nobody is shown it


def queue(
    recipient: User, *, subject: str, parts: Sequence[str], at: datetime, once: str = ""
) -> None:
    """Write a message of several paragraphs; it leaves after the transaction.

    Somebody whose account is closed gets none, nor what waits when it is closed. ``once``: see
    `QueuedMessage`.
    """
    if not recipient.is_active:
        return
    row = QueuedMessage(
        recipient=recipient,
        once=once,
        subject=subject,
        body="\n\n".join(parts) + "\n",
        queued_at=at,
        next_try_at=at,
    )
    QueuedMessage.objects.bulk_create([row], ignore_conflicts=bool(once))


def deliver(*, at: datetime) -> int:
    """Send what is due, oldest first, `AT_ONCE` at most. Returns how many left."""
    due = QueuedMessage.objects.filter(next_try_at__lte=at).order_by("next_try_at", "pk")
    return sum(_deliver(row, at=at) for row in due.select_related("recipient")[:AT_ONCE])


def _deliver(row: QueuedMessage, *, at: datetime) -> bool:
    # Taken by whoever moves it first: two workers do not send it twice.
    mine = QueuedMessage.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
    if not row.recipient.is_active:
        mine.update(next_try_at=None, last_error=CLOSED)
        return False
    if not mine.update(next_try_at=at + HELD, attempts=F("attempts") + 1):
        return False
    row.attempts += 1
    try:
        send_mail(row.subject, row.body, None, [row.recipient.email])
    except (OSError, SMTPException) as error:
        _failed(row, error, at=at)
        return False
    _over(row, sent_at=at, next_try_at=None, last_error="")
    return True


def _failed(row: QueuedMessage, error: Exception, *, at: datetime) -> None:
    wait = WAITS[row.attempts - 1] if row.attempts <= len(WAITS) else None
    logger.warning(
        "Message %d could not be sent (attempt %d): %s", row.pk, row.attempts, type(error).__name__
    )
    _over(
        row,
        next_try_at=at + wait if wait is not None else None,
        last_error=str(error)[:ERROR_SHOWN],
    )


def _over(row: QueuedMessage, **values: object) -> None:
    QueuedMessage.objects.filter(pk=row.pk).update(**values)
