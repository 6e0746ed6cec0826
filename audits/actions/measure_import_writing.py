"""The measures of a file: written whole or not at all, and taken back the same way."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.alert import evaluate
from audits.actions.contacts.importing import take_contacts_back, write_contacts
from audits.actions.measure_import import locked, record
from audits.actions.results import BATCH, Cell, refresh_results
from audits.importers.proposal import Proposal
from audits.logic.periods import Grain, Period
from audits.measure_enums import ImportKind, MeasureImportState, MeasureOrigin
from audits.models import MeasureImport, Measurement, MeasuringPlace
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError, UserError
from engagements.models import Indicator

APPLIED, UNDONE = "figures.applied", "figures.undone"
WRITTEN = ("inputs", "is_exhaustive", "convention", "distribution", "note", "source")
CHANGED = (*WRITTEN, "origin", "version", "recorded_at", "recorded_by")
_STATE = MeasureImportState


class RowsLeftOutError(UserError):
    """Rows that cannot be read would be left out, and nobody said that they may."""


@transaction.atomic
def apply_import(
    *, imported: MeasureImport, without_faulty: bool, by: User, at: datetime
) -> MeasureImport:
    """Write every measure of the file, in the place of those that stand there.

    ``without_faulty`` says that calls which cannot be read, or are of no known site, may be left
    out; how many is kept in the journal. A second click changes nothing more.

    Raises:
        RowsLeftOutError: when some would be left out and nobody said that they may.
        NotAvailableError: when it is not read, or measures could not be.
    """
    imported = locked(imported)
    if imported.state == _STATE.APPLIED:
        return imported
    if imported.state != _STATE.READ or imported.kind == ImportKind.ANSWERS:
        raise NotAvailableError(_("This step is not available: open the file again."))
    left_out = _require_complete(imported, without_faulty=without_faulty)
    if not imported.proposed:
        raise NotAvailableError(_("This file holds no measure to write."))
    if imported.kind == ImportKind.VOLUMES:
        written, replaced = write_contacts(imported, imported.proposed, by=by, at=at)
    else:
        written, replaced = _write_measures(imported, by=by, at=at)
        _write_contacts_of_calls(imported, by=by, at=at)
    imported.apply(written=written, replaced=replaced, by=by, at=at)
    after = {
        "sha256": imported.sha256,
        "measures": written,
        "replaced": len(replaced),
        "left_out": left_out,
    }
    record(imported, APPLIED, after=after, by=by, at=at)
    return imported


@transaction.atomic
def undo_import(*, imported: MeasureImport, by: User, at: datetime) -> MeasureImport:
    """Put every measure back as it was before, or take it away; all of them or none.

    A second click changes nothing more.

    Raises:
        NotAvailableError: when one was corrected since, or nothing was written.
    """
    imported = locked(imported)
    if imported.state == _STATE.UNDONE:
        return imported
    if imported.state != _STATE.APPLIED or imported.kind == ImportKind.ANSWERS:
        raise NotAvailableError(_("This step is not available: nothing was written."))
    if imported.kind == ImportKind.VOLUMES:
        kept, replaced = imported.written, imported.replaced
        count = take_contacts_back(imported, kept, replaced, by=by, at=at)
    else:
        count = _take_measures_back(imported, by=by, at=at)
        _take_contacts_of_calls_back(imported, by=by, at=at)
    imported.undo(at=at)
    after = {"sha256": imported.sha256, "measures": count}
    record(imported, UNDONE, after=after, by=by, at=at)
    return imported


def _write_measures(
    imported: MeasureImport, *, by: User, at: datetime
) -> tuple[int, list[dict[str, Any]]]:
    """How many were written, and what stood in the place of each before."""
    proposals = [Proposal.from_json(kept) for kept in imported.proposed]
    cells, replaced = _write(imported, proposals, by=by, at=at)
    refresh_results(imported.organisation, cells)
    evaluate(imported.organisation, cells=cells, at=at)
    return len(proposals), replaced


def _write_contacts_of_calls(imported: MeasureImport, *, by: User, at: datetime) -> None:
    """What calls say of reasons and channels, kept with the facts of the file."""
    contacts = imported.facts.get("contacts", [])
    if contacts:
        count, replaced = write_contacts(imported, contacts, by=by, at=at)
        more = {"contacts": [], "contacts_written": count, "contacts_replaced": replaced}
        imported.facts = imported.facts | more
        imported.save(update_fields=["facts"])


def _take_contacts_of_calls_back(imported: MeasureImport, *, by: User, at: datetime) -> None:
    count = imported.facts.get("contacts_written", 0)
    if count:
        replaced = imported.facts["contacts_replaced"]
        take_contacts_back(imported, count, replaced, by=by, at=at)


def _take_measures_back(imported: MeasureImport, *, by: User, at: datetime) -> int:
    rows = list(Measurement.objects.filter(source=imported).select_for_update())
    if len(rows) != imported.written:
        raise NotAvailableError(
            _("Measures of this file were corrected since: it can no longer be taken back.")
        )
    cells = [_cell(row) for row in rows]
    _put_back(rows, imported.replaced, by=by, at=at)
    refresh_results(imported.organisation, cells)
    evaluate(imported.organisation, cells=cells, at=at)
    return len(rows)


def _require_complete(imported: MeasureImport, *, without_faulty: bool) -> int:
    """How many rows are left out."""
    left_out: int = imported.problem_count + sum(imported.facts.get("unplaced", {}).values())
    if not left_out:
        return 0
    if imported.kind != ImportKind.CALLS:
        raise NotAvailableError(_("Nothing was written: correct the file, then send it again."))
    if not without_faulty:
        raise RowsLeftOutError(
            _("Say that the calls which cannot be read may be left out, or correct the file.")
        )
    return left_out


def _write(
    imported: MeasureImport, proposals: Sequence[Proposal], *, by: User, at: datetime
) -> tuple[list[Cell], list[dict[str, Any]]]:
    """The cells that changed, and what stood in the place of the measures before."""
    indicators = _indicators(imported, proposals)
    places = MeasuringPlace.objects.filter(organisation=imported.organisation).in_bulk()
    known = _known(imported, proposals, indicators)
    new, changed, replaced, cells = [], [], [], []
    for proposal in proposals:
        indicator = indicators[proposal.indicator]
        cell = Cell(indicator.pk, proposal.place, proposal.period)
        cells.append(cell)
        row = known.get(cell)
        if row is None:
            row = Measurement(
                organisation=imported.organisation,
                indicator=indicator,
                place=places[proposal.place],
                grain=proposal.period.grain,
                starts_on=proposal.period.start,
            )
            new.append(row)
        else:
            replaced.append(_as_json(row))
            row.version += 1
            changed.append(row)
        row.inputs, row.is_exhaustive = dict(proposal.inputs), proposal.is_exhaustive
        row.convention, row.distribution = dict(proposal.convention), dict(proposal.distribution)
        row.note, row.source, row.recorded_at, row.recorded_by = "", imported, at, by
        row.origin = MeasureOrigin.ENTERED
    Measurement.objects.bulk_create(new, batch_size=BATCH)
    Measurement.objects.bulk_update(changed, CHANGED, batch_size=BATCH)
    return cells, replaced


def _indicators(imported: MeasureImport, proposals: Iterable[Proposal]) -> dict[str, Indicator]:
    """By code; one's own before that of the catalogue, though no code is ever both."""
    codes = {proposal.indicator for proposal in proposals}
    rows = Indicator.objects.offered_to(imported.organisation).filter(code__in=codes)
    return {row.code: row for row in rows.order_by("organisation")}


def _known(
    imported: MeasureImport, proposals: Sequence[Proposal], indicators: dict[str, Indicator]
) -> dict[Cell, Measurement]:
    starts = [proposal.period.start for proposal in proposals]
    rows = Measurement.objects.filter(
        organisation=imported.organisation,
        indicator__in=list(indicators.values()),
        starts_on__range=(min(starts), max(starts)),
    )
    return {_cell(row): row for row in rows.select_for_update()}


def _put_back(
    rows: Iterable[Measurement], replaced: Iterable[dict[str, Any]], *, by: User, at: datetime
) -> None:
    before = {_kept_cell(kept): kept for kept in replaced}
    created, restored = [], []
    for row in rows:
        kept = before.get(_cell(row))
        if kept is None:
            created.append(row.pk)
            continue
        row.inputs, row.is_exhaustive = kept["inputs"], kept["is_exhaustive"]
        row.convention, row.distribution = kept["convention"], kept["distribution"]
        row.note, row.source_id = kept["note"], kept["source"]
        row.origin = kept.get("origin", MeasureOrigin.ENTERED)
        row.version, row.recorded_at = row.version + 1, at
        row.recorded_by = None if row.is_counted else by
        restored.append(row)
    for begin in range(0, len(created), BATCH):
        Measurement.objects.filter(pk__in=created[begin : begin + BATCH]).delete()
    Measurement.objects.bulk_update(restored, CHANGED, batch_size=BATCH)


def _as_json(row: Measurement) -> dict[str, Any]:
    return {
        "cell": [row.indicator_id, row.place_id, row.grain, row.starts_on.isoformat()],
        "inputs": row.inputs,
        "is_exhaustive": row.is_exhaustive,
        "convention": row.convention,
        "distribution": row.distribution,
        "note": row.note,
        "source": row.source_id,
        "origin": row.origin,
    }


def _kept_cell(kept: dict[str, Any]) -> Cell:
    indicator, place, grain, start = kept["cell"]
    return Cell(indicator, place, Period(Grain(grain), date.fromisoformat(start)))


def _cell(row: Measurement) -> Cell:
    return Cell(row.indicator_id, row.place_id, row.period)
