"""What the centre costs, by kind and month: typed, corrected, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.contacts.feed import Fed, feed
from audits.actions.contacts.volumes import Saved
from audits.logic.number_text import plain
from audits.logic.periods import Period
from audits.models import ContactCost, MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError

KIND = "contact_cost"
RECORDED, CORRECTED, REMOVED = "cost.recorded", "cost.corrected", "cost.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEntry:
    """Euros as somebody typed them; ``amount`` is None to take the row away.

    ``channel`` is "" for all of them together. ``version`` is that of the row which was on the
    screen, None when there was none.
    """

    place: MeasuringPlace
    month: Period
    channel: str
    kind: str
    amount: Decimal | None
    version: int | None = None


@transaction.atomic
def record_costs(
    *, organisation: Organisation, entries: Sequence[CostEntry], by: User, at: datetime
) -> Saved:
    """Write what was typed, all of it or nothing, and the cost per contact where it is followed.

    Sent twice, it changes nothing the second time.

    Raises:
        EditConflictError: when somebody changed one of them meanwhile; ``current`` are the rows
            as they are now, by place in ``entries``.
        UserError: when a month is still to come, or an amount is below zero.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = _known(entries)
    changes: list[journal.Change] = []
    touched: set[tuple[int, Period]] = set()
    conflicts: dict[int, ContactCost | None] = {}
    for number, entry in enumerate(entries):
        _require_sound(entry, at=at)
        row = known.get((entry.place.pk, entry.month.start, entry.channel, entry.kind))
        if (row.amount if row else None) == entry.amount:
            continue
        if (row.version if row else None) != entry.version:
            conflicts[number] = row
            continue
        changes.append(_write(row, entry, by=by, at=at))
        touched.add((entry.place.pk, entry.month))
    if conflicts:
        raise EditConflictError(
            _("Somebody changed these costs meanwhile. Nothing was overwritten."), conflicts
        )
    if not changes:
        return Saved(0, Fed(0, ()))
    stream = journal.organisation_stream(organisation.key)
    journal.record_many(changes, stream=stream, by=by, at=at)
    return Saved(len(changes), feed(organisation, touched, by=by, at=at))


def _known(entries: Sequence[CostEntry]) -> dict[tuple[Any, ...], ContactCost]:
    rows = ContactCost.objects.filter(
        place__in={entry.place.pk for entry in entries},
        starts_on__in={entry.month.start for entry in entries},
    )
    return {
        (row.place_id, row.starts_on, row.channel, row.kind): row
        for row in rows.select_for_update()
    }


def _require_sound(entry: CostEntry, *, at: datetime) -> None:
    if entry.month.start > localdate(at):
        raise UserError(_("A month that has not begun cannot be paid for yet."))
    if entry.amount is not None and entry.amount < 0:
        raise UserError(_("An amount is not below zero."))


def _write(row: ContactCost | None, entry: CostEntry, *, by: User, at: datetime) -> journal.Change:
    label = f"{entry.place} {entry.month.start} {entry.channel or '-'} {entry.kind}"
    before = {"amount": plain(row.amount)} if row else {}
    if entry.amount is None:
        assert row is not None  # noqa: S101 -- an empty cell without a row is no change
        row.delete()
        return journal.Change(REMOVED, KIND, row.key, label, before=before)
    after = {"amount": plain(entry.amount)}
    if row is None:
        row = ContactCost.objects.create(
            organisation_id=entry.place.organisation_id,
            place=entry.place,
            starts_on=entry.month.start,
            channel=entry.channel,
            kind=entry.kind,
            amount=entry.amount,
            recorded_at=at,
            recorded_by=by,
        )
        return journal.Change(RECORDED, KIND, row.key, label, after=after)
    row.amount, row.version = entry.amount, row.version + 1
    row.recorded_at, row.recorded_by = at, by
    row.save(update_fields=["amount", "version", "recorded_at", "recorded_by"])
    return journal.Change(CORRECTED, KIND, row.key, label, before=before, after=after)
