"""What people are told of feedback on reasons: written to the outbox in the step's transaction."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from audits.models import ReasonFeedback
from crcaudit.accounts import outbox
from crcaudit.accounts.models import User


def sent(row: ReasonFeedback, *, at: datetime) -> None:
    """Who answers for the process, unless they sent it themselves."""
    if row.addressee.pk == row.sent_by_id:
        return
    person: User = row.addressee
    with translation.override(person.language):
        subject = _("Customers' reasons say something of a process")
        line = _("%(person)s writes to you about “%(reason)s”: %(process)s.") % {
            "person": row.sent_by,
            "reason": row.reason,
            "process": row.process,
        }
        _queue(person, subject, line, row, at=at)


def answered(row: ReasonFeedback, *, at: datetime) -> None:
    """Who sent it, unless they answered themselves."""
    person: User = row.sent_by
    if person.pk == row.answered_by_id:
        return
    with translation.override(person.language):
        subject = _("Your feedback on a reason is answered")
        line = _("%(person)s answered about “%(reason)s”.") % {
            "person": row.answered_by,
            "reason": row.reason,
        }
        _queue(person, subject, line, row, at=at)


def _queue(person: User, subject: str, line: str, row: ReasonFeedback, *, at: datetime) -> None:
    url = urljoin(settings.SITE_ADDRESS, row.get_absolute_url())
    outbox.queue(person, subject=subject, parts=(_("Hello,"), line, url), at=at)
