"""Sharing a certification file with a client organisation, and taking that back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.closing import locked_file, require_open_file
from audits.models import Certification, FileShare
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND, CLIENT_KIND = "certification", "share"
SHARED, CHANGED, REVOKED = (
    "certification.shared",
    "certification.share_changed",
    "certification.share_revoked",
)
# The same steps in the journal of the client organisation.
RECEIVED = {SHARED: "share.received", CHANGED: "share.changed", REVOKED: "share.ended"}


@dataclass(frozen=True, slots=True)
class ShareFields:
    """What is opened, and its last day, None for no end."""

    level: ShareLevel
    last_day: date | None = None


@transaction.atomic
def share_file(
    *,
    certification: Certification,
    client: Organisation,
    fields: ShareFields,
    by: User,
    at: datetime,
) -> FileShare:
    """Open a file to a client organisation. The same share twice is one.

    A share that is past its last day is taken back first: it opens nothing, but stands.

    Raises:
        NotAvailableError: when the file is closed, or is shared with that organisation in
            another way.
        UserError: when the organisation is that of the file, or the last day has passed.
    """
    # The file is the lock: two requests about its shares come one after the other.
    certification = locked_file(certification.pk)
    require_open_file(certification)
    if client.pk == certification.organisation_id:
        raise UserError(_("This is the code of your own organisation: ask your client for theirs."))
    _require_day(fields, at)
    standing = certification.shares.filter(client=client, revoked_at=None).first()
    if standing is not None and standing.is_in_force(localdate(at)):
        if _fields_of(standing) == fields:
            return standing
        raise NotAvailableError(
            _("This file is already shared with %(client)s: change that share instead.")
            % {"client": client.name}
        )
    if standing is not None:
        standing.revoke(by=by, at=at, reason=_("Past its last day"))
    share = _grant(certification, client, fields, by=by, at=at)
    _record(SHARED, share, before={}, after=_as_json(fields), by=by, at=at)
    return share


@transaction.atomic
def change_share(*, share: FileShare, fields: ShareFields, by: User, at: datetime) -> FileShare:
    """Open more or less, or until another day: the share is taken back and another one given.

    Raises:
        NotAvailableError: when it was taken back, or the file is closed.
        UserError: when the last day has passed.
    """
    share = _locked_share(share)
    require_open_file(share.certification)
    _require_standing(share)
    _require_day(fields, at)
    old = _fields_of(share)
    if old == fields:
        return share
    share.revoke(by=by, at=at, reason=_("Replaced by another share"))
    new = _grant(share.certification, share.client, fields, by=by, at=at)
    _record(CHANGED, new, before=_as_json(old), after=_as_json(fields), by=by, at=at)
    return new


@transaction.atomic
def revoke_share(*, share: FileShare, reason: str, by: User, at: datetime) -> FileShare:
    """Take a share back, of a closed file too. Raises NotAvailableError when it already is."""
    share = _locked_share(share)
    _require_standing(share)
    share.revoke(by=by, at=at, reason=reason)
    _record(REVOKED, share, before=_as_json(_fields_of(share)), after={}, by=by, at=at)
    return share


def _grant(
    certification: Certification,
    client: Organisation,
    fields: ShareFields,
    *,
    by: User,
    at: datetime,
) -> FileShare:
    return FileShare.objects.create(
        certification=certification,
        client=client,
        level=fields.level,
        last_day=fields.last_day,
        granted_at=at,
        granted_by=by,
    )


def _locked_share(share: FileShare) -> FileShare:
    certification = locked_file(share.certification_id)
    found = FileShare.objects.select_related("client").get(pk=share.pk)
    found.certification = certification
    return found


def _require_standing(share: FileShare) -> None:
    if share.revoked_at is not None:
        raise NotAvailableError(_("This share was already taken back: it opens nothing any more."))


def _require_day(fields: ShareFields, at: datetime) -> None:
    if fields.last_day is not None and fields.last_day < localdate(at):
        raise UserError(_("This last day has passed: choose today or a later day."))


def _fields_of(share: FileShare) -> ShareFields:
    return ShareFields(ShareLevel(share.level), share.last_day)


def _as_json(fields: ShareFields) -> dict[str, Any]:
    last = fields.last_day.isoformat() if fields.last_day else ""
    return {"share_level": str(fields.level), "last_day": last}


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    share: FileShare,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    """One row on each side: whoever gives and whoever receives can both show it."""
    file, client = share.certification, share.client
    reason = share.revoked_reason if action == REVOKED else ""
    with_client = {"client": client.name}
    given = journal.Change(
        action, KIND, file.key, file.reference, before, after | with_client, reason=reason
    )
    journal.record(given, stream=journal.organisation_stream(file.organisation.key), by=by, at=at)
    label = f"{file.organisation.name} {file.reference}"
    received = journal.Change(
        RECEIVED[action], CLIENT_KIND, file.key, label, before, after, reason=reason
    )
    journal.record(received, stream=journal.organisation_stream(client.key), by=by, at=at)
