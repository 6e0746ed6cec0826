"""Measures: typed, corrected, taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.alert import evaluate
from audits.actions.results import Cell, refresh_results
from audits.logic.number_text import plain
from audits.logic.periods import Period
from audits.measure_enums import MeasureOrigin
from audits.models import Measurement, MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError
from engagements.models import Indicator

KIND = "measurement"
RECORDED, CORRECTED, REMOVED = (
    "measurement.recorded",
    "measurement.corrected",
    "measurement.removed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One measure as somebody typed it.

    ``inputs`` has a number for each input of the formula; empty takes the measure away.
    ``distribution`` counts the units by whole value, empty when it is not known. ``version`` is
    that of the measure which was on the screen, None when there was none. ``origin`` says what
    the product counted it from, ENTERED when somebody gives it.
    """

    indicator: Indicator
    place: MeasuringPlace
    period: Period
    inputs: Mapping[str, Decimal]
    is_exhaustive: bool = True
    convention: Mapping[str, object] = field(default_factory=dict)
    distribution: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    version: int | None = None
    origin: str = MeasureOrigin.ENTERED


@transaction.atomic
def record_measures(
    *, organisation: Organisation, entries: Sequence[Entry], by: User | None, at: datetime
) -> int:
    """Write what was typed, all of it or nothing; how many measures changed.

    Sent twice, it changes nothing the second time. ``by`` is None for what the product counted.

    Raises:
        EditConflictError: when somebody changed one of the measures meanwhile; ``current`` are
            the measures as they are now, by place in ``entries``.
        UserError: when a period is still to come, or an input is missing.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    known = _known(organisation, entries)
    changes: list[journal.Change] = []
    touched: list[Cell] = []
    conflicts: dict[int, Measurement | None] = {}
    for place, entry in enumerate(entries):
        _require_sound(entry, at=at)
        row = known.get(_key(entry))
        if _is_same(row, entry):
            continue
        if (row.version if row else None) != entry.version:
            conflicts[place] = row
            continue
        changes.append(_write(row, entry, organisation, by=by, at=at))
        touched.append(Cell(entry.indicator.pk, entry.place.pk, entry.period))
    if conflicts:
        raise EditConflictError(
            _("Somebody changed these measures meanwhile. Nothing was overwritten."), conflicts
        )
    if changes:
        stream = journal.organisation_stream(organisation.key)
        journal.record_many(changes, stream=stream, by=by, at=at)
        refresh_results(organisation, touched)
        evaluate(organisation, cells=touched, at=at)
    return len(changes)


def _known(
    organisation: Organisation, entries: Sequence[Entry]
) -> dict[tuple[Any, ...], Measurement]:
    if not entries:
        return {}
    starts = [entry.period.start for entry in entries]
    rows = Measurement.objects.filter(
        organisation=organisation,
        indicator__in={entry.indicator.pk for entry in entries},
        place__in={entry.place.pk for entry in entries},
        starts_on__range=(min(starts), max(starts)),
    )
    return {(row.indicator_id, row.place_id, row.grain, row.starts_on): row for row in rows}


def _key(entry: Entry) -> tuple[Any, ...]:
    return entry.indicator.pk, entry.place.pk, str(entry.period.grain), entry.period.start


def _require_sound(entry: Entry, *, at: datetime) -> None:
    if entry.period.start > localdate(at):
        raise UserError(_("A period that has not begun cannot be measured yet."))
    keys = {item.key for item in entry.indicator.inputs.all()}
    if entry.inputs and entry.inputs.keys() != keys:
        raise UserError(
            _("%(indicator)s: give every figure of the formula, or none.")
            % {"indicator": entry.indicator.code}
        )


def _is_same(row: Measurement | None, entry: Entry) -> bool:
    if row is None:
        return not entry.inputs
    same = bool(entry.inputs) and _values(entry) == _values_of(row)
    return same and (not entry.distribution or dict(entry.distribution) == row.distribution)


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "inputs": {key: plain(value) for key, value in entry.inputs.items()},
        "is_exhaustive": entry.is_exhaustive,
        "convention": dict(entry.convention),
        "note": entry.note,
    }


def _values_of(row: Measurement) -> dict[str, Any]:
    return {
        "inputs": {key: plain(Decimal(value)) for key, value in row.inputs.items()},
        "is_exhaustive": row.is_exhaustive,
        "convention": row.convention,
        "note": row.note,
    }


def _write(
    row: Measurement | None,
    entry: Entry,
    organisation: Organisation,
    *,
    by: User | None,
    at: datetime,
) -> journal.Change:
    before = _values_of(row) if row else {}
    label = f"{entry.indicator.code} {entry.period.grain} {entry.period.start}"
    if row is not None and not entry.inputs:
        row.delete()
        return journal.Change(REMOVED, KIND, row.key, label, before=before)
    # A distribution is of the figures it came with, not of those typed over them.
    written = {
        **_values(entry),
        "distribution": dict(entry.distribution),
        "origin": entry.origin,
        "recorded_at": at,
        "recorded_by": by,
        "source": None,
    }
    after = _values(entry)
    if row is None:
        row = Measurement.objects.create(
            organisation=organisation,
            indicator=entry.indicator,
            place=entry.place,
            grain=entry.period.grain,
            starts_on=entry.period.start,
            **written,
        )
        return journal.Change(RECORDED, KIND, row.key, label, after=after)
    row.version += 1
    for name, value in written.items():
        setattr(row, name, value)
    row.save(update_fields=[*written, "version"])
    return journal.Change(CORRECTED, KIND, row.key, label, before=before, after=after)
