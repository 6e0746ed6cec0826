"""E-mails about audits. Plain text, in the language of the person who reads them."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from audits.finding_notices import listed
from audits.models import AuditTeamMember, Certification
from crcaudit.accounts import notifications, outbox
from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.accounts.notifications import first_password, unexpected
from crcaudit.core.formats import date_text


def send_naming(member: AuditTeamMember, *, address: str, by: User) -> bool:
    """What somebody is named on, for how long, and where to declare their independence.

    False when the message could not be sent. ``address`` is that of the site.
    """
    audit, user = member.audit, member.user
    waits = user.state == AccountState.INVITED
    with translation.override(user.language):
        path = reverse("audits:declare-independence", args=[audit.key])
        names = {
            "person": by,
            "role": member.get_role_display(),
            "audit": audit,
            "organisation": audit.organisation.name,
        }
        parts = (
            _("Hello,"),
            _("%(person)s names you “%(role)s” of %(audit)s, %(organisation)s.") % names,
            _access(member),
            *(() if audit.is_open else (_follow_up(),)),
            *(first_password(user, address=address) if waits else ()),
            _("Declare your independence; nothing of the audit is open to you before:")
            + f"\n{urljoin(address, path)}",
            *((unexpected(),) if waits else ()),
        )
        return notifications.send(user, _("You are named on an audit"), parts)


def queue_reminder(
    person: User, *, certification: Certification, lines: Sequence[str], by: User, at: datetime
) -> None:
    """What waits for somebody on a file, written to the outbox."""
    with translation.override(person.language):
        url = urljoin(settings.SITE_ADDRESS, reverse("audits:prepare", args=[certification.key]))
        parts = (
            _("Hello,"),
            _("%(person)s reminds you of what waits for you on “%(file)s”:")
            % {"person": by, "file": certification.title},
            listed(lines),
            _("The whole list:") + f"\n{url}?qui={person.key}",
        )
        subject = _("Before the audit: what waits for you")
        outbox.queue(person, subject=subject, parts=parts, at=at)


def _follow_up() -> str:
    """What is left to do on an audit that ended: only a lead auditor is named on one."""
    return _("The audit is concluded: you judge the answers to its findings until they are closed.")


def _access(member: AuditTeamMember) -> str:
    """The days of the access, in words."""
    days = {"first": date_text(member.opens_on), "last": date_text(member.closes_on)}
    if member.opens_on and member.closes_on:
        return _("The audit is open to you from %(first)s to %(last)s.") % days
    if member.opens_on:
        return _("The audit is open to you from %(first)s.") % days
    if member.closes_on:
        return _("The audit is open to you until %(last)s.") % days
    return _("The audit is open to you until you are taken off it.")
