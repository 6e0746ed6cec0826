"""The subcontractors of a certification file, at several levels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from audits.actions.closing import locked_file, require_open_file
from audits.models import Certification, FileShare, MeasuringPlace, Subcontractor
from audits.sharing_enums import MOST_LEVELS
from crcaudit.accounts.models import Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "certification"  # they are part of the history of their file
ADDED, EDITED, REMOVED = (
    "certification.subcontractor_added",
    "certification.subcontractor_edited",
    "certification.subcontractor_removed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcontractorFields:
    """What people fill in. ``channels`` are codes of `audits.enums.Channel`."""

    name: str
    activity: str
    contact_role: str = ""
    channels: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    parent: Subcontractor | None = None
    shared_file: Certification | None = None


@transaction.atomic
def add_subcontractor(
    *, key: UUID, certification: Certification, fields: SubcontractorFields, by: User, at: datetime
) -> Subcontractor:
    """Add one to a file. ``key`` is drawn when the form is shown: sent twice, it is one.

    Raises:
        NotAvailableError: when the file is closed, or the form was sent with other contents.
        UserError: when the file lists that name already, the place in the levels is not
            possible, or the file named was not shared with the organisation.
    """
    certification = locked_file(certification.pk)
    require_open_file(certification)
    sent = as_json(fields)
    known = Subcontractor.objects.filter(key=key).first()
    if known is not None:
        _require_same_form(known, certification, sent, by)
        return known
    _require_room(certification, fields, None)
    row = Subcontractor.objects.create(
        key=key, certification=certification, created_at=at, created_by=by, **_columns(fields)
    )
    row.sites.set(fields.sites)
    _record(ADDED, row, before={}, after=sent, by=by, at=at)
    return row


@transaction.atomic
def edit_subcontractor(
    *, row: Subcontractor, version: int, fields: SubcontractorFields, by: User, at: datetime
) -> Subcontractor:
    """Change one; ``version`` is that which the person was shown.

    Raises:
        EditConflictError: when somebody changed it meanwhile.
        NotAvailableError: when the file is closed, or it was removed.
        UserError: as `add_subcontractor`.
    """
    row = _locked_row(row)
    old, new = as_json(fields_of(row)), as_json(fields)
    if old == new:
        return row
    if row.version != version:
        raise EditConflictError(
            _("Somebody changed this subcontractor meanwhile. Nothing was overwritten."), row
        )
    _require_room(row.certification, fields, row)
    columns = _columns(fields) | {"version": row.version + 1}
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    row.sites.set(fields.sites)
    changed = [name for name in new if old[name] != new[name]]
    before, after = ({name: side[name] for name in changed} for side in (old, new))
    _record(EDITED, row, before=before, after=after, by=by, at=at)
    return row


@transaction.atomic
def remove_subcontractor(*, row: Subcontractor, by: User, at: datetime) -> None:
    """Take one out of the file; the journal keeps what it said.

    Raises:
        NotAvailableError: when the file is closed, it is gone, others work for it, or figures of
            it are kept.
    """
    row = _locked_row(row)
    if row.children.exists():
        raise NotAvailableError(
            _("Other subcontractors work for this one: move or remove them first.")
        )
    try:
        MeasuringPlace.objects.filter(subcontractor=row).delete()
    except ProtectedError as error:
        raise NotAvailableError(
            _("Figures of this subcontractor are kept: it stays in the file.")
        ) from error
    _record(REMOVED, row, before=as_json(fields_of(row)), after={}, by=by, at=at)
    row.sites.clear()
    row.delete()


def fields_of(row: Subcontractor) -> SubcontractorFields:
    """The present values, sites in order of name."""
    return SubcontractorFields(
        name=row.name,
        activity=row.activity,
        contact_role=row.contact_role,
        channels=tuple(row.channels),
        sites=tuple(row.sites.order_by("name", "pk")),
        parent=row.parent,
        shared_file=row.shared_file,
    )


def as_json(fields: SubcontractorFields) -> dict[str, Any]:
    """Values as the journal keeps them: sites and parent by name, the file by reference."""
    return {
        "subcontractor": fields.name,
        "activity": fields.activity,
        "contact_role": fields.contact_role,
        "channels": sorted(fields.channels),
        "sites": sorted(site.name for site in fields.sites),
        "parent": fields.parent.name if fields.parent else "",
        "shared_file": fields.shared_file.reference if fields.shared_file else "",
    }


def level_of(row: Subcontractor | None, rows: Iterable[Subcontractor]) -> int:
    """Level below the organisation of the file: 1 for who works for it, 0 for None."""
    parents = {other.pk: other.parent_id for other in rows}
    level, pk = 0, row.pk if row else None
    while pk is not None and level <= len(parents):
        level, pk = level + 1, parents.get(pk)
    return level


def _columns(fields: SubcontractorFields) -> dict[str, Any]:
    names = ("name", "activity", "contact_role", "parent", "shared_file")
    return {name: getattr(fields, name) for name in names} | {"channels": list(fields.channels)}


def _require_same_form(
    known: Subcontractor, certification: Certification, sent: dict[str, Any], by: User
) -> None:
    """As `audits.actions.once`, from the row: its journal is that of the file."""
    same_place = (known.certification_id, known.created_by_id) == (certification.pk, by.pk)
    if not same_place or as_json(fields_of(known)) != sent:
        raise NotAvailableError(
            _(
                "This form was already sent once, with another text. "
                "Nothing was lost: send it again to record it as a new one."
            )
        )


def _require_room(
    certification: Certification, fields: SubcontractorFields, own: Subcontractor | None
) -> None:
    rows = list(certification.subcontracting.all())
    if any(row.name == fields.name and row != own for row in rows):
        raise UserError(_("This file already lists a subcontractor with this name."))
    below = _below(own, rows) if own else {}
    if fields.parent is not None:
        if fields.parent.certification_id != certification.pk:
            raise UserError(_("Choose a subcontractor of this file."))
        if own is not None and fields.parent.pk in below:
            raise UserError(_("A subcontractor cannot work for itself, even through others."))
    if level_of(fields.parent, rows) + 1 + max(below.values(), default=0) > MOST_LEVELS:
        raise UserError(
            _("A file lists %(n)s levels of subcontractors at most.") % {"n": MOST_LEVELS}
        )
    _require_shared(certification, fields, own)


def _require_shared(
    certification: Certification, fields: SubcontractorFields, own: Subcontractor | None
) -> None:
    file = fields.shared_file
    if file is None or (own is not None and own.shared_file_id == file.pk):
        return
    shares = FileShare.objects.in_force().filter(client=certification.organisation_id)
    if not shares.filter(certification=file).exists():
        raise UserError(_("This file is not shared with your organisation any more."))


def _below(own: Subcontractor, rows: list[Subcontractor]) -> dict[int, int]:
    """How many levels below ``own`` it and those that work for it are, by primary key."""
    found = {own.pk: 0}
    grows = True
    while grows:
        new = {row.pk: found[row.parent_id] + 1 for row in rows if row.parent_id in found}
        grows = not new.keys() <= found.keys()
        found = new | {own.pk: 0}
    return found


def _locked_row(row: Subcontractor) -> Subcontractor:
    certification = locked_file(row.certification_id)
    require_open_file(certification)
    rows = Subcontractor.objects.select_related("parent", "shared_file")
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise NotAvailableError(_("This subcontractor is no longer in the file."))
    found.certification = certification
    return found


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    row: Subcontractor,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    file = row.certification
    stream = journal.organisation_stream(file.organisation.key)
    change = journal.Change(action, KIND, file.key, row.name, before=before, after=after)
    journal.record(change, stream=stream, by=by, at=at)
