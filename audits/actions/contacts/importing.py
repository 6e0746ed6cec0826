"""Contacts of a file: written whole or not at all, and taken back the same way.

Called by `audits.actions.measure_import_writing`, in its transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.contacts.feed import feed
from audits.actions.contacts.reasons import ReasonFields, add_reason
from audits.actions.results import BATCH
from audits.importers.volumes import Expected, VolumeProposal
from audits.logic.periods import Grain, Period
from audits.models import ContactReason, ContactVolume, MeasureImport
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import NotAvailableError
from engagements.logic.search import fold

CHANGED = ("contacts", "version", "source", "recorded_at", "recorded_by")
CODE_LENGTH = 60
LABEL_LENGTH = 120

Cell = tuple[int, Period, str, int | None]


def known_reasons(organisation: Organisation) -> Expected:
    """The list of an organisation, as a file names it. One query."""
    rows = list(ContactReason.objects.filter(organisation=organisation).in_order())
    labels = Counter(fold(row.label) for row in rows)
    names = {fold(row.label): row.pk for row in rows if labels[fold(row.label)] == 1}
    names |= {fold(str(row)): row.pk for row in rows if row.parent is not None}
    return Expected({fold(row.code): row.pk for row in rows}, names, localdate())


@transaction.atomic
def write_contacts(
    imported: MeasureImport, kept: Iterable[Sequence[Any]], *, by: User, at: datetime
) -> tuple[int, list[dict[str, Any]]]:
    """Write the counts that were kept of a file; how many, and what stood in their place before.

    Reasons that the file brings and that somebody wanted in the list are made first.
    """
    proposals = [VolumeProposal.from_json(one) for one in kept]
    cells = _cells(imported.organisation, proposals, by=by, at=at)
    known = {_cell(row): row for row in _rows(imported, cells)}
    new, changed, replaced = [], [], []
    for cell, contacts in cells.items():
        row = known.get(cell)
        if row is None:
            row = _volume(imported, cell)
            new.append(row)
        else:
            replaced.append(_as_json(row))
            row.version += 1
            changed.append(row)
        row.contacts = contacts
        row.source, row.recorded_at, row.recorded_by = imported, at, by
    ContactVolume.objects.bulk_create(new, batch_size=BATCH)
    ContactVolume.objects.bulk_update(changed, CHANGED, batch_size=BATCH)
    feed(imported.organisation, {(place, period) for place, period, *_rest in cells}, by=by, at=at)
    return len(cells), replaced


@transaction.atomic
def take_contacts_back(
    imported: MeasureImport,
    written: int,
    replaced: Iterable[Mapping[str, Any]],
    *,
    by: User,
    at: datetime,
) -> int:
    """Put every count back as it was before, or take it away; how many. Reasons made stay.

    Raises:
        NotAvailableError: when one was corrected since.
    """
    rows = list(ContactVolume.objects.filter(source=imported).select_for_update())
    if len(rows) != written:
        raise NotAvailableError(
            _("Contacts of this file were corrected since: it can no longer be taken back.")
        )
    before = {_kept_cell(kept): kept for kept in replaced}
    created, restored = [], []
    for row in rows:
        kept = before.get(_cell(row))
        if kept is None:
            created.append(row.pk)
            continue
        row.contacts, row.source_id = kept["contacts"], kept["source"]
        row.version, row.recorded_at, row.recorded_by = row.version + 1, at, by
        restored.append(row)
    touched = {(row.place_id, row.period) for row in rows}
    for begin in range(0, len(created), BATCH):
        ContactVolume.objects.filter(pk__in=created[begin : begin + BATCH]).delete()
    ContactVolume.objects.bulk_update(restored, CHANGED, batch_size=BATCH)
    feed(imported.organisation, touched, by=by, at=at)
    return len(rows)


def _cells(
    organisation: Organisation, proposals: Iterable[VolumeProposal], *, by: User, at: datetime
) -> dict[Cell, int]:
    """Contacts by cell, with the numbers of the reasons that had to be made."""
    known = known_reasons(organisation)
    made: dict[tuple[str, str], int] = {}
    found: Counter[Cell] = Counter()
    for one in proposals:
        reason = one.reason
        if one.new:
            name = (fold(one.family), fold(one.new))
            if name not in made:
                # Somebody may have added it to the list since the file was read.
                there = known.find(one.new, one.family)
                made[name] = there or _make(organisation, one, by=by, at=at).pk
            reason = made[name]
        found[one.place, one.period, one.channel, reason] += one.contacts
    return dict(found)


def _make(
    organisation: Organisation, one: VolumeProposal, *, by: User, at: datetime
) -> ContactReason:
    parent = None
    if one.family:
        families = ContactReason.objects.filter(organisation=organisation, parent=None)
        parent = next((row for row in families if fold(row.label) == fold(one.family)), None)
        if parent is None:
            parent = _add(organisation, one.family, None, by=by, at=at)
    return _add(organisation, one.new, parent, by=by, at=at)


def _add(
    organisation: Organisation, text: str, parent: ContactReason | None, *, by: User, at: datetime
) -> ContactReason:
    label = text[:LABEL_LENGTH]
    rows = ContactReason.objects.filter(organisation=organisation)
    taken = set(rows.values_list("code", flat=True))
    base = "-".join("".join(c if c.isalnum() else " " for c in fold(label)).split()).upper()
    base = base[: CODE_LENGTH - 4] or "MOTIF"
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    code = next(one for one in (base, *numbered) if one not in taken)
    fields = ReasonFields(code=code, label=label, parent=parent)
    return add_reason(organisation=organisation, fields=fields, by=by, at=at)


def _rows(imported: MeasureImport, cells: Mapping[Cell, int]) -> Sequence[ContactVolume]:
    rows = ContactVolume.objects.filter(
        organisation=imported.organisation,
        place__in={place for place, *_rest in cells},
        starts_on__in={period.start for _place, period, *_rest in cells},
    )
    return list(rows.select_for_update())


def _volume(imported: MeasureImport, cell: Cell) -> ContactVolume:
    place, period, channel, reason = cell
    return ContactVolume(
        organisation=imported.organisation,
        place_id=place,
        grain=period.grain,
        starts_on=period.start,
        channel=channel,
        reason_id=reason,
    )


def _cell(row: ContactVolume) -> Cell:
    return row.place_id, row.period, row.channel, row.reason_id


def _as_json(row: ContactVolume) -> dict[str, Any]:
    cell = [row.place_id, row.grain, row.starts_on.isoformat(), row.channel, row.reason_id]
    return {"cell": cell, "contacts": row.contacts, "source": row.source_id}


def _kept_cell(kept: Mapping[str, Any]) -> Cell:
    place, grain, start, channel, reason = kept["cell"]
    return place, Period(Grain(grain), date.fromisoformat(start)), channel, reason
