"""The organisation's own list of contact reasons: written, changed, no longer used."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audits.models import ContactReason
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError

KIND = "contact_reason"
ADDED, CHANGED = "reason.added", "reason.changed"
_NAMES = ("code", "label", "is_active", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonFields:
    """What people fill in. ``position`` None puts a new one last. ``parent`` is a family."""

    code: str
    label: str
    parent: ContactReason | None = None
    is_active: bool = True
    position: int | None = None


@transaction.atomic
def add_reason(
    *, organisation: Organisation, fields: ReasonFields, by: User, at: datetime
) -> ContactReason:
    """A new family or reason. The same form twice is one.

    Raises:
        UserError: when the code is taken, or the parent is no family of the organisation.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_family(organisation, fields.parent, row=None)
    known = ContactReason.objects.filter(organisation=organisation, code=fields.code).first()
    if known is not None:
        if (known.label, known.parent_id) == (fields.label, _pk(fields.parent)):
            return known
        raise _taken(fields.code)
    row = ContactReason.objects.create(
        organisation=organisation,
        parent=fields.parent,
        code=fields.code,
        label=fields.label,
        is_active=fields.is_active,
        position=_position(organisation, fields),
    )
    _record(row, ADDED, before={}, by=by, at=at)
    return row


@transaction.atomic
def change_reason(
    *, reason: ContactReason, version: int, fields: ReasonFields, by: User, at: datetime
) -> ContactReason:
    """Change what a reason is called, where it stands, whether it is in use.

    Raises:
        EditConflictError: when somebody changed it meanwhile.
        UserError: when the code is taken, or the parent is no family of the organisation.
    """
    rows = ContactReason.objects.select_for_update(of=("self",)).select_related("organisation")
    row = rows.get(pk=reason.pk)
    before = as_json(row)
    after = {
        "code": fields.code,
        "label": fields.label,
        "is_active": fields.is_active,
        "position": row.position if fields.position is None else fields.position,
        "family": fields.parent.code if fields.parent else "",
    }
    if before == after:
        return row
    if row.version != version:
        raise EditConflictError(
            _("Somebody changed this reason meanwhile. Nothing was overwritten."), row
        )
    _require_family(row.organisation, fields.parent, row=row)
    others = ContactReason.objects.filter(organisation=row.organisation, code=fields.code)
    if others.exclude(pk=row.pk).exists():
        raise _taken(fields.code)
    for name in _NAMES:
        setattr(row, name, after[name])
    row.parent, row.version = fields.parent, row.version + 1
    row.save(update_fields=[*_NAMES, "parent", "version"])
    _record(row, CHANGED, before=before, by=by, at=at)
    return row


def as_json(row: ContactReason) -> dict[str, Any]:
    """As the journal keeps it."""
    kept: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    return kept | {"family": row.parent.code if row.parent else ""}


def _require_family(
    organisation: Organisation, parent: ContactReason | None, *, row: ContactReason | None
) -> None:
    if parent is None:
        return
    if parent.organisation_id != organisation.pk or parent.parent_id is not None:
        raise UserError(_("Choose a family of your list: there are two levels, no more."))
    if row is not None and (parent.pk == row.pk or row.reasons.exists()):
        raise UserError(
            _("This family holds reasons: move them first, then it may become a reason itself.")
        )


def _position(organisation: Organisation, fields: ReasonFields) -> int:
    if fields.position is not None:
        return fields.position
    rows = ContactReason.objects.filter(organisation=organisation, parent=fields.parent)
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _taken(code: str) -> UserError:
    return UserError(_("The code %(code)s is taken: choose another one.") % {"code": code})


def _pk(row: ContactReason | None) -> int | None:
    return None if row is None else row.pk


def _record(
    row: ContactReason, action: str, *, before: dict[str, Any], by: User, at: datetime
) -> None:
    change = journal.Change(action, KIND, row.key, str(row), before=before, after=as_json(row))
    stream = journal.organisation_stream(row.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
