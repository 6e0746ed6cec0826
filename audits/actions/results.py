"""Results of periods, kept in step with the measures in the transaction that writes them.

Within a longer period the measures of a place are taken from one grain, the longest that it was
measured in, so that nothing counts twice. The whole is what was measured for the whole, where
something was; else its places put together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction

from audits.logic.indicators import Definition, Part, Unpooled, figure, pool
from audits.logic.periods import GRAINS, Grain, Period
from audits.measure_enums import PlaceKind
from audits.models import Measurement, MeasuringPlace, PeriodResult
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

BATCH = 500
UPDATED = ("inputs", "is_exhaustive", "convention", "distribution", "value", "count", "unpooled")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One result: of an indicator at a place over a period. Both by their number."""

    indicator: int
    place: int
    period: Period


Parts = dict[Cell, list[Part]]


def refresh_results(organisation: Organisation, measured: Iterable[Cell]) -> None:
    """Compute again every result that depends on these measures, written, changed or gone.

    Nothing else of the organisation is read or written. Runs in the transaction of the change.
    """
    asked = {cell for one in measured for cell in _above(one)}
    if asked:
        _Refresh(organisation, asked).run()


@transaction.atomic
def rebuild_results(organisation: Organisation) -> int:
    """Compute every result of the organisation again; how many there are."""
    PeriodResult.objects.filter(organisation=organisation).delete()
    rows = Measurement.objects.filter(organisation=organisation)
    cells = [
        Cell(indicator, place, Period(Grain(grain), start))
        for indicator, place, grain, start in rows.values_list(
            "indicator", "place", "grain", "starts_on"
        )
    ]
    refresh_results(organisation, cells)
    return PeriodResult.objects.filter(organisation=organisation).count()


def _above(cell: Cell) -> Iterator[Cell]:
    for period in cell.period.larger():
        yield Cell(cell.indicator, cell.place, period)


class _Refresh:
    """One run over the results that are asked for."""

    def __init__(self, organisation: Organisation, asked: set[Cell]) -> None:
        self.organisation = organisation
        self.asked = asked
        self.indicators = Indicator.objects.in_bulk({cell.indicator for cell in asked})
        places = MeasuringPlace.objects.filter(organisation=organisation)
        kinds = dict(places.values_list("pk", "kind"))
        self.whole = next((pk for pk, kind in kinds.items() if kind == PlaceKind.WHOLE), None)

    def run(self) -> None:
        measured = self._measures()
        own = {cell: _of_one_grain(found) for cell, found in measured.items()}
        of_places = {cell: parts for cell, parts in own.items() if cell.place != self.whole}
        results = {cell: self._pooled(cell, parts) for cell, parts in of_places.items()}
        if self.whole is not None:
            results |= self._of_whole(own, results)
        self._write(results)

    def _range(self) -> tuple[date, date]:
        """Days on which a measure of the asked years may begin: a week may begin before."""
        years = [cell.period for cell in self.asked if cell.period.grain is Grain.YEAR]
        return min(y.start for y in years) - timedelta(days=6), max(y.end for y in years)

    def _measures(self) -> dict[Cell, dict[Grain, list[Part]]]:
        """Parts of each asked cell, and of the same cells at the other places, by grain."""
        wanted = defaultdict(set)
        for cell in self.asked:
            wanted[cell.indicator].add(cell.period)
        rows = Measurement.objects.filter(
            organisation=self.organisation, indicator__in=wanted, starts_on__range=self._range()
        )
        found: dict[Cell, dict[Grain, list[Part]]] = defaultdict(lambda: defaultdict(list))
        for row in rows.order_by("pk"):
            for period in row.period.larger():
                if period in wanted[row.indicator_id]:
                    cell = Cell(row.indicator_id, row.place_id, period)
                    found[cell][Grain(row.grain)].append(row.part)
        return found

    def _of_whole(
        self, own: Mapping[Cell, list[Part]], results: Mapping[Cell, "_Result"]
    ) -> dict[Cell, "_Result"]:
        """Results of the whole for every asked period."""
        by_period: dict[tuple[int, Period], list[_Result]] = defaultdict(list)
        for cell, result in results.items():
            by_period[cell.indicator, cell.period].append(result)
        found = {}
        for indicator, period in {(cell.indicator, cell.period) for cell in self.asked}:
            cell = Cell(indicator, self.whole or 0, period)
            if cell in own:
                found[cell] = self._pooled(cell, own[cell])
            elif parts := by_period.get((indicator, period)):
                found[cell] = self._together(cell, parts)
        return found

    def _together(self, cell: Cell, results: list["_Result"]) -> "_Result":
        """Places put together; one of them that is not makes the whole so."""
        count = sum(result.count for result in results)
        for result in results:
            if isinstance(result.part, Unpooled):
                return _Result(result.part, count)
        parts = [result.part for result in results if isinstance(result.part, Part)]
        return _Result(pool(parts, statistic=self.indicators[cell.indicator].statistic), count)

    def _pooled(self, cell: Cell, parts: list[Part]) -> "_Result":
        statistic = self.indicators[cell.indicator].statistic
        return _Result(pool(parts, statistic=statistic), len(parts))

    def _write(self, results: Mapping[Cell, "_Result"]) -> None:
        """Every asked cell as computed; those with nothing behind them any more are gone."""
        touched = self.asked | {
            Cell(cell.indicator, self.whole or 0, cell.period) for cell in self.asked
        }
        rows = [self._row(cell, results[cell]) for cell in sorted(touched & results.keys())]
        PeriodResult.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["indicator", "place", "grain", "starts_on"],
            update_fields=UPDATED,
        )
        self._delete(touched - results.keys())

    def _delete(self, gone: set[Cell]) -> None:
        if not gone:
            return
        rows = PeriodResult.objects.filter(
            organisation=self.organisation,
            indicator__in={cell.indicator for cell in gone},
            starts_on__range=self._range(),
        )
        found = rows.values_list("pk", "indicator", "place", "grain", "starts_on")
        dead = [
            pk
            for pk, indicator, place, grain, start in found
            if Cell(indicator, place, Period(Grain(grain), start)) in gone
        ]
        for begin in range(0, len(dead), BATCH):
            PeriodResult.objects.filter(pk__in=dead[begin : begin + BATCH]).delete()

    def _row(self, cell: Cell, result: "_Result") -> PeriodResult:
        indicator = self.indicators[cell.indicator]
        value = None
        if isinstance(result.part, Part):
            found = figure(Definition(indicator.formula, indicator.statistic), result.part)
            value = None if found.value is None else float(found.value)
        return PeriodResult(
            organisation=self.organisation,
            indicator=indicator,
            place_id=cell.place,
            grain=cell.period.grain,
            starts_on=cell.period.start,
            value=value,
            count=result.count,
            **_columns(result.part),
        )


@dataclass(frozen=True, slots=True)
class _Result:
    """What a cell holds, and how many measures are behind it."""

    part: Part | Unpooled
    count: int


def _of_one_grain(found: Mapping[Grain, list[Part]]) -> list[Part]:
    """The parts of the longest grain that there is."""
    return found[max(found, key=GRAINS.index)]


def _columns(part: Part | Unpooled) -> dict[str, Any]:
    if isinstance(part, Unpooled):
        return {"unpooled": part.value}
    return {
        "inputs": {key: written(value) for key, value in part.inputs.items()},
        "is_exhaustive": part.is_exhaustive,
        "convention": dict(part.convention),
        "distribution": {str(key): count for key, count in part.distribution.items()},
    }


def written(value: Fraction) -> str:
    """A sum of decimal numbers, written out exactly: "12.5", "300"."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = f"{abs(value * 10**scale).numerator:0{scale + 1}}"
    text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return f"-{text}" if value < 0 else text
