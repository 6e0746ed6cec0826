"""Contacts by reason and channel: typed, corrected, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.contacts.feed import Fed, feed
from audits.logic.periods import Period
from audits.models import ContactReason, ContactVolume, MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError

KIND = "contact_volume"
RECORDED, CORRECTED, REMOVED = "volume.recorded", "volume.corrected", "volume.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeEntry:
    """Contacts as somebody typed them; ``contacts`` is None to take the row away.

    ``version`` is that of the row which was on the screen, None when there was none.
    """

    place: MeasuringPlace
    period: Period
    channel: str
    reason: ContactReason | None
    contacts: int | None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """How many rows changed, and what became of the indicators that are made of them."""

    count: int
    fed: Fed


@transaction.atomic
def record_volumes(
    *, organisation: Organisation, entries: Sequence[VolumeEntry], by: User, at: datetime
) -> Saved:
    """Write what was typed, all of it or nothing, and the measures that are made of it.

    Sent twice, it changes nothing the second time.

    Raises:
        EditConflictError: when somebody changed one of them meanwhile; ``current`` are the rows
            as they are now, by place in ``entries``.
        UserError: when a period is still to come, or a reason is of another organisation.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = _known(entries)
    changes: list[journal.Change] = []
    touched: set[tuple[int, Period]] = set()
    conflicts: dict[int, ContactVolume | None] = {}
    for number, entry in enumerate(entries):
        _require_sound(organisation, entry, at=at)
        row = known.get(_cell(entry))
        if (row.contacts if row else None) == entry.contacts:
            continue
        if (row.version if row else None) != entry.version:
            conflicts[number] = row
            continue
        changes.append(_write(row, entry, by=by, at=at))
        touched.add((entry.place.pk, entry.period))
    if conflicts:
        raise EditConflictError(
            _("Somebody changed these contacts meanwhile. Nothing was overwritten."), conflicts
        )
    if not changes:
        return Saved(0, Fed(0, ()))
    stream = journal.organisation_stream(organisation.key)
    journal.record_many(changes, stream=stream, by=by, at=at)
    return Saved(len(changes), feed(organisation, touched, by=by, at=at))


def _known(entries: Sequence[VolumeEntry]) -> dict[tuple[Any, ...], ContactVolume]:
    rows = ContactVolume.objects.filter(
        place__in={entry.place.pk for entry in entries},
        starts_on__in={entry.period.start for entry in entries},
    )
    return {
        (row.place_id, row.grain, row.starts_on, row.channel, row.reason_id): row
        for row in rows.select_for_update()
    }


def _cell(entry: VolumeEntry) -> tuple[Any, ...]:
    reason = entry.reason.pk if entry.reason else None
    return entry.place.pk, str(entry.period.grain), entry.period.start, entry.channel, reason


def _require_sound(organisation: Organisation, entry: VolumeEntry, *, at: datetime) -> None:
    if entry.period.start > localdate(at):
        raise UserError(_("A period that has not begun cannot be counted yet."))
    if entry.reason is not None and entry.reason.organisation_id != organisation.pk:
        raise UserError(_("Choose a reason of your own list."))


def _write(
    row: ContactVolume | None, entry: VolumeEntry, *, by: User, at: datetime
) -> journal.Change:
    code = entry.reason.code if entry.reason else "-"
    label = f"{entry.place} {entry.period.grain} {entry.period.start} {entry.channel} {code}"
    before = {"contacts": row.contacts} if row else {}
    if entry.contacts is None:
        assert row is not None  # noqa: S101 -- an empty cell without a row is no change
        row.delete()
        return journal.Change(REMOVED, KIND, row.key, label, before=before)
    if row is None:
        row = ContactVolume.objects.create(
            organisation_id=entry.place.organisation_id,
            place=entry.place,
            grain=entry.period.grain,
            starts_on=entry.period.start,
            channel=entry.channel,
            reason=entry.reason,
            contacts=entry.contacts,
            recorded_at=at,
            recorded_by=by,
        )
        return journal.Change(RECORDED, KIND, row.key, label, after={"contacts": row.contacts})
    row.contacts, row.version = entry.contacts, row.version + 1
    row.source, row.recorded_at, row.recorded_by = None, at, by
    row.save(update_fields=["contacts", "version", "source", "recorded_at", "recorded_by"])
    after = {"contacts": row.contacts}
    return journal.Change(CORRECTED, KIND, row.key, label, before=before, after=after)
