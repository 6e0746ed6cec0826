"""Closed periods of indicators with how they stand, as the rules of alerts take them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from audits.logic.alerts import Reading, Status
from audits.logic.indicators import Definition, Figure, Part, Terms, figure, stand
from audits.logic.periods import Grain, Period, period_of
from audits.logic.statistics import TargetVerdict
from audits.logic.targets import in_force
from audits.measure_enums import PlaceKind, TargetKind
from audits.models import MeasuringPlace, PeriodResult, Target
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

# Periods without a figure, or that decide nothing, beyond those that a rule looks at.
SLACK = 6
_COLUMNS = ("indicator", "place", "starts_on", "inputs", "is_exhaustive")
_STATUSES = {
    TargetVerdict.PROVEN: Status.MET,
    TargetVerdict.MISSED: Status.MISSED,
    TargetVerdict.NOT_PROVEN: Status.NOT_PROVEN,
}


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """An indicator at a place, both by their number."""

    indicator: int
    place: int


@dataclass(frozen=True, slots=True)
class Line:
    """What `in_force` needs of a target."""

    starts_on: date
    grain: Grain
    kind: str
    terms: Terms | None


def readings_of(  # noqa: PLR0913 -- keyword-only, one line each
    organisation: Organisation,
    *,
    today: date,
    reach: int,
    indicators: Collection[int] | None = None,
    places: Collection[int] | None = None,
    also: Iterable[Series] = (),
) -> dict[Series, tuple[Reading, ...]]:
    """The last ``reach`` closed periods of each series with a target, oldest first, gaps filled.

    Of these indicators and places; None for all of the organisation. A series without any result
    is not in it, but for those named in ``also``. Three queries, and one for each length of
    period; the first one alone when nobody set a target.
    """
    targets = _targets(organisation, indicators)
    if not targets:
        return {}
    return _Reader(organisation, targets, places, today, reach).read(also)


Targets = Mapping[Series, list[Line]]


def _targets(organisation: Organisation, indicators: Collection[int] | None) -> Targets:
    rows = Target.objects.filter(organisation=organisation)
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    found: dict[Series, list[Line]] = defaultdict(list)
    for row in rows.order_by("starts_on", "pk"):
        line = Line(row.starts_on, Grain(row.grain), row.kind, row.terms)
        found[Series(row.indicator_id, row.place_id)].append(line)
    return found


class _Reader:
    """One run over the results of an organisation."""

    def __init__(
        self,
        organisation: Organisation,
        targets: Targets,
        places: Collection[int] | None,
        today: date,
        reach: int,
    ) -> None:
        self.organisation, self.targets, self.places = organisation, targets, places
        self.today, self.reach = today, reach
        wholes = MeasuringPlace.objects.filter(organisation=organisation, kind=PlaceKind.WHOLE)
        self.whole = wholes.values_list("pk", flat=True).first() or 0
        self.indicators = {series.indicator for series in targets}
        rows = Indicator.objects.filter(pk__in=self.indicators)
        self.definitions = {
            pk: Definition(formula, statistic)
            for pk, formula, statistic in rows.values_list("pk", "formula", "statistic")
        }

    def read(self, also: Iterable[Series]) -> dict[Series, tuple[Reading, ...]]:
        found: dict[Series, tuple[Reading, ...]] = {}
        for grain in sorted({line.grain for lines in self.targets.values() for line in lines}):
            periods = self._periods(grain)
            results = self._results(grain, periods)
            for series, parts in results.items():
                if self._grain_of(series) is grain:
                    found[series] = tuple(self._readings(series, periods, parts))
        for series in also:
            grain_wanted = self._grain_of(series)
            if series not in found and grain_wanted is not None:
                found[series] = tuple(self._readings(series, self._periods(grain_wanted), {}))
        return found

    def _periods(self, grain: Grain) -> list[Period]:
        """Closed ones, oldest first."""
        running = period_of(self.today, grain)
        return [running.after(back) for back in range(-self.reach, 0)]

    def _results(self, grain: Grain, periods: Sequence[Period]) -> dict[Series, dict[date, Part]]:
        rows = PeriodResult.objects.filter(
            organisation=self.organisation,
            grain=grain,
            starts_on__range=(periods[0].start, periods[-1].start),
            unpooled="",
        )
        if self.places is not None:
            rows = rows.filter(place__in=self.places, indicator__in=self.indicators)
        found: dict[Series, dict[date, Part]] = defaultdict(dict)
        for indicator, place, start, inputs, is_exhaustive in rows.values_list(*_COLUMNS):
            if indicator in self.indicators:
                found[Series(indicator, place)][start] = _part(inputs, is_exhaustive=is_exhaustive)
        return found

    def _grain_of(self, series: Series) -> Grain | None:
        """Of the target in force today; None when nothing is wanted."""
        line = self._line(series, self.today)
        return line.grain if line is not None and line.kind == TargetKind.TARGET else None

    def _line(self, series: Series, day: date) -> Line | None:
        own = self.targets.get(series, ())
        whole = self.targets.get(Series(series.indicator, self.whole), ())
        return in_force(day, own, whole)

    def _readings(
        self, series: Series, periods: Sequence[Period], parts: Mapping[date, Part]
    ) -> Iterator[Reading]:
        definition = self.definitions[series.indicator]
        for period in periods:
            part = parts.get(period.start)
            found = Figure(None) if part is None else figure(definition, part)
            line = self._line(series, period.start)
            yield _reading(period, found, line.terms if line else None)


def _part(inputs: Mapping[str, Any], *, is_exhaustive: bool) -> Part:
    values = {key: Fraction(value) for key, value in inputs.items()}
    return Part(values, is_exhaustive)


def _reading(period: Period, found: Figure, terms: Terms | None) -> Reading:
    standing = stand(found, terms) if terms is not None else None
    return Reading(
        period=period,
        status=_STATUSES[standing.verdict] if standing else Status.NO_FIGURE,
        value=found.value,
        is_sample=not found.is_exhaustive,
        operator=terms.operator if terms else "",
        target=terms.value if terms else None,
    )
