"""Accounts: opened by somebody else, by invitation; closed, and never deleted.

The journal names people by their key: neither a name nor an address is in it, so that both can
be erased.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crcaudit.accounts import notifications
from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFields:
    """Who an account is for. The address is the login and never changes."""

    email: str
    first_name: str
    last_name: str
    language: str = "fr"

    @property
    def columns(self) -> dict[str, str]:
        """What may change later on."""
        names = ("first_name", "last_name", "language")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def set_language(*, user: User, language: str) -> None:
    """Keep the language of the person's screens. A preference, not a fact: not in the journal."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def find_or_open(
    *, person: PersonFields, is_administrator: bool = False, by: User | None, at: datetime
) -> tuple[User, bool]:
    """The account with this address, and whether it is new; a new one waits for its password."""
    email = person.email.lower()
    account, created = User.objects.get_or_create(
        email__iexact=email,
        defaults={
            "email": email,
            **person.columns,
            "password": User.unusable_password(),
            "is_staff": is_administrator,
            "is_superuser": is_administrator,
            "date_joined": at,
            "invited_at": at,
        },
    )
    if created:
        after = {"administrator": is_administrator, "language": person.language}
        record(account, "account.opened", after=after, by=by, at=at)
    return account, created


def open_account(
    *, person: PersonFields, by: User, at: datetime, address: str
) -> tuple[User, bool]:
    """A new account, and whether its invitation could be sent. ``address`` is that of the site.

    Raises:
        UserError: when the address has an account.
    """
    account, created = find_or_open(person=person, by=by, at=at)
    if not created:
        raise UserError(_("This address already has an account."))
    return account, notifications.send_invitation(account, address=address, by=by)


@transaction.atomic
def edit_account(*, account: User, person: PersonFields, by: User, at: datetime) -> User:
    """Correct the name or the language; the address of ``person`` is not looked at."""
    account = _locked(account)
    changed = {
        name: value for name, value in person.columns.items() if getattr(account, name) != value
    }
    if not changed:
        return account
    for name, value in changed.items():
        setattr(account, name, value)
    account.save(update_fields=list(changed))
    record(account, "account.edited", after={"fields": sorted(changed)}, by=by, at=at)
    return account


def send_invitation(*, account: User, by: User, at: datetime, address: str) -> bool:
    """A new link to choose a password; the ones before it are worth nothing any more.

    False when the message could not be sent.

    Raises:
        NotAvailableError: when the person has chosen a password, or the account is closed.
    """
    account = _renew_invitation(account, by=by, at=at)
    return notifications.send_invitation(account, address=address, by=by)


@transaction.atomic
def close_account(*, account: User, reason: str, by: User, at: datetime) -> User:
    """Shut a person out: sessions, links and password end with this transaction.

    Raises:
        NotAvailableError: when it is closed, or is that of the last administrator.
    """
    # All of them, in one order: two administrators who close each other come one after the other.
    rows = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    others = [user for user in rows.order_by("pk") if user.pk != account.pk]
    account = _locked(account)
    if not account.is_active:
        raise NotAvailableError(_("This step is not available: the account is already closed."))
    if account.is_superuser and not any(user.has_usable_password() for user in others):
        raise NotAvailableError(
            _(
                "This is the last administrator who can sign in: open the account of another "
                "one first."
            )
        )
    account.close()
    record(account, "account.closed", reason=reason, by=by, at=at)
    return account


def reopen_account(*, account: User, by: User, at: datetime, address: str) -> bool:
    """Let a person in again, with a new link to choose a password; roles are as they were.

    False when the message could not be sent.

    Raises:
        NotAvailableError: when the account is not closed.
    """
    account = _reopen(account, by=by, at=at)
    return notifications.send_invitation(account, address=address, by=by)


def record(  # noqa: PLR0913 -- keyword-only, one line each
    account: User,
    action: str,
    *,
    after: dict[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One row of the journal of the site about an account."""
    change = journal.Change(action, KIND, account.key, after=after or {}, reason=reason)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)


@transaction.atomic
def _renew_invitation(account: User, *, by: User, at: datetime) -> User:
    account = _locked(account)
    if account.state != AccountState.INVITED:
        raise NotAvailableError(
            _("This step is not available: only somebody who has no password yet is invited.")
        )
    account.invite(at=at)
    record(account, "account.invited", by=by, at=at)
    return account


@transaction.atomic
def _reopen(account: User, *, by: User, at: datetime) -> User:
    account = _locked(account)
    if account.is_active:
        raise NotAvailableError(_("This step is not available: the account is not closed."))
    account.reopen(at=at)
    record(account, "account.reopened", by=by, at=at)
    return account


def _locked(account: User) -> User:
    return User.objects.select_for_update().get(pk=account.pk)
