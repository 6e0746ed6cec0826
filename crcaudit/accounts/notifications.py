"""E-mails about accounts. Plain text, in the language of the person who reads them.

Nothing that the sender typed about the person is in them, so that they carry nobody's message.
"""

import logging
from smtplib import SMTPException
from urllib.parse import urljoin

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User

logger = logging.getLogger(__name__)
DAY = 24 * 60 * 60


def password_link(account: User, *, address: str) -> str:
    """A link to choose a password: works once, and for ``PASSWORD_RESET_TIMEOUT`` seconds.

    Django's own token: it dies with the password that it was made for.
    """
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(account),
            "key": default_token_generator.make_token(account),
        },
    )
    return urljoin(address, path)


def send_invitation(
    account: User,
    *,
    address: str,
    by: User | None,
    organisation: Organisation | None = None,
    role: Role | None = None,
) -> bool:
    """The link to choose a first password. False when the message could not be sent."""
    with translation.override(account.language):
        opening = _opening(by, organisation, role)
        parts = (_("Hello,"), opening, *first_password(account, address=address), unexpected())
        return send(account, _("Your access to CRC Audit"), parts)


def first_password(account: User, *, address: str) -> tuple[str, ...]:
    """Paragraphs for somebody who has no password yet, in the active language."""
    days = settings.PASSWORD_RESET_TIMEOUT // DAY
    return (
        ngettext(
            "Choose your password with this link, which works once and for %(days)d day:",
            "Choose your password with this link, which works once and for %(days)d days:",
            days,
        )
        % {"days": days}
        + f"\n{password_link(account, address=address)}",
        _("After that, ask for a new link here:")
        + f"\n{urljoin(address, reverse('account_reset_password'))}",
    )


def unexpected() -> str:
    """The last paragraph of a message with a link to choose a password, in the active language."""
    return _("You did not expect this message? Leave it: without a password, nobody can sign in.")


def send_role(
    account: User, *, address: str, by: User, organisation: Organisation, role: Role
) -> bool:
    """A role given to somebody who has an account. False when the message could not be sent."""
    with translation.override(account.language):
        parts = (
            _("Hello,"),
            _("%(person)s gives you the role “%(role)s” in %(organisation)s.")
            % {"person": by, "role": role.label, "organisation": organisation.name},
            _("Sign in with your usual password:")
            + f"\n{urljoin(address, reverse('account_login'))}",
        )
        return send(account, _("You have a new role in CRC Audit"), parts)


def _opening(by: User | None, organisation: Organisation | None, role: Role | None) -> str:
    if by is None or organisation is None or role is None:
        return _("An account of CRC Audit is opened for you.")
    return _(
        "%(person)s opens an account of CRC Audit for you, with the role “%(role)s” in "
        "%(organisation)s."
    ) % {"person": by, "role": role.label, "organisation": organisation.name}


def send(account: User, subject: str, parts: tuple[str, ...]) -> bool:
    """One message of several paragraphs. False when it could not be sent."""
    try:
        send_mail(subject, "\n\n".join(parts) + "\n", None, [account.email])
    except (OSError, SMTPException):
        # The account is there all the same: whoever opened it is told, and sends again.
        logger.exception("An e-mail about the account %s could not be sent", account.key)
        return False
    return True
