"""Who has which role in which organisation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crcaudit.accounts import notifications
from crcaudit.accounts.actions.account import PersonFields, find_or_open
from crcaudit.accounts.enums import AccountState, Role
from crcaudit.accounts.models import Membership, Organisation, Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND = "membership"


@transaction.atomic
def add_member(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    organisation: Organisation,
    user: User,
    role: Role,
    site: Site | None = None,
    by: User | None,
    at: datetime,
) -> Membership:
    """Give a person a role, or the same role again. The same role twice is one membership.

    A site manager has one site: another one takes its place.

    Raises:
        UserError: when the site belongs to another organisation.
    """
    membership, _is_changed = _give(
        organisation=organisation, user=user, role=role, site=site, by=by, at=at
    )
    return membership


def invite_member(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    organisation: Organisation,
    person: PersonFields,
    role: Role,
    site: Site | None = None,
    by: User,
    at: datetime,
    address: str,
) -> bool:
    """Give a role to whoever has this address, with a new account where there is none.

    The person is told by e-mail: with a link to choose a password, or else that the role is
    theirs. Nothing tells the caller which of the two it was. False when a message could not be
    sent. ``address`` is that of the site.

    Raises:
        UserError: as `add_member`.
    """
    with transaction.atomic():
        account, _is_new = find_or_open(person=person, by=by, at=at)
        _membership, is_changed = _give(
            organisation=organisation, user=account, role=role, site=site, by=by, at=at
        )
    if not is_changed or account.state == AccountState.CLOSED:
        return True
    waits = account.state == AccountState.INVITED
    tell = notifications.send_invitation if waits else notifications.send_role
    return tell(account, address=address, by=by, organisation=organisation, role=role)


@transaction.atomic
def end_membership(*, membership: Membership, reason: str, by: User, at: datetime) -> None:
    """Take a role back: what it opened is closed from the next request on.

    Raises:
        NotAvailableError: when it has ended already, or is one's own last role of quality manager.
    """
    rows = Membership.objects.select_for_update(of=("self",))
    membership = rows.select_related("organisation", "user").get(pk=membership.pk)
    if not membership.is_active:
        raise NotAvailableError(_("This step is not available: this role has ended already."))
    if _is_own_last(membership, by):
        raise NotAvailableError(
            _(
                "This is your last role of quality manager: give the role to somebody else, "
                "who will then end yours."
            )
        )
    membership.end()
    before: dict[str, object] = {"role": membership.role}
    _record(membership, "membership.ended", before=before, reason=reason, by=by, at=at)


def _give(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    organisation: Organisation,
    user: User,
    role: Role,
    site: Site | None,
    by: User | None,
    at: datetime,
) -> tuple[Membership, bool]:
    """The membership, and whether anything of it is new."""
    if site is not None and site.organisation_id != organisation.pk:
        raise UserError(_("Choose a site of this organisation."))
    membership, created = Membership.objects.select_for_update().get_or_create(
        organisation=organisation, user=user, role=role, defaults={"site": site}
    )
    if not created:
        if membership.is_active and membership.site_id == (site.pk if site else None):
            return membership, False
        membership.renew(site=site)
    after: dict[str, object] = {"role": role} | ({"site": site.name} if site else {})
    _record(membership, "membership.added", after=after, by=by, at=at)
    return membership, True


def _is_own_last(membership: Membership, by: User) -> bool:
    if membership.user_id != by.pk or membership.role != Role.QUALITY_MANAGER:
        return False
    others = by.memberships.active().filter(role=Role.QUALITY_MANAGER).exclude(pk=membership.pk)
    return not others.exists()


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    membership: Membership,
    action: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    change = journal.Change(
        action,
        KIND,
        membership.pk,
        str(membership.user.key),
        before=before or {},
        after=after or {},
        reason=reason,
    )
    stream = journal.organisation_stream(membership.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
