"""Figures of a pack: each indicator that is followed at a place, and why it moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from audits.logic.alerts import Status
from audits.logic.committee import Point, Track, missed_run, movement
from audits.logic.indicators import Definition, Figure, Part, Standing, figure, stand
from audits.logic.periods import GRAINS, Grain, Period, period_of
from audits.logic.statistics import TargetVerdict
from audits.logic.targets import in_force
from audits.measure_enums import PlaceKind, TargetKind
from audits.models import InternalComplaint, MeasuringPlace, PeriodResult, Target
from audits.snapshots.committee.values import FigureLine
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

REACH = 13  # closed periods: a year and the month before it, enough for natural limits
_STATUSES = {
    TargetVerdict.PROVEN: Status.MET,
    TargetVerdict.MISSED: Status.MISSED,
    TargetVerdict.NOT_PROVEN: Status.NOT_PROVEN,
}
_COLUMNS = ("indicator", "place", "starts_on", "inputs", "is_exhaustive", "unpooled")
Key = tuple[int, int]  # numbers of an indicator and of a place
Lines = Mapping[Key, list[Target]]


@dataclass(frozen=True, slots=True)
class _Found:
    """One closed period: its figure, how it stands, why places were not put together."""

    figure: Figure
    standing: Standing | None
    unpooled: str = ""

    @property
    def point(self) -> Point:
        status = _STATUSES[self.standing.verdict] if self.standing else Status.NO_FIGURE
        return Point(status, self.figure.value, self.figure.interval)


def figure_lines(
    organisation: Organisation,
    places: Sequence[MeasuringPlace],
    period: Period,
    complaints: Sequence[InternalComplaint],
) -> tuple[FigureLine, ...]:
    """Every indicator followed at each place, by code: three queries, one more for each grain."""
    reader = _Reader(organisation, places, period)
    references = {(row.indicator_id, row.place_id): row.reference for row in complaints}
    found = [reader.line(key, references.get(key, "")) for key in reader.followed()]
    return tuple(sorted(found, key=lambda line: (line.place, line.code)))


class _Reader:
    def __init__(
        self, organisation: Organisation, places: Sequence[MeasuringPlace], period: Period
    ) -> None:
        self.organisation, self.period = organisation, period
        self.places = [place.pk for place in places]
        self.whole, self.targets = self._targets()
        wanted = {indicator for indicator, _place in self.targets}
        self.indicators = Indicator.objects.in_bulk(wanted)
        self.grains = self._grains()
        self.results = self._results()

    def followed(self) -> list[Key]:
        """What is followed when the period of the pack ends."""
        return list(self.grains)

    def line(self, key: Key, complaint: str) -> FigureLine:
        row = self.indicators[key[0]]
        periods = self._periods(self.grains[key])
        found = [self._found(key, one) for one in periods]
        last, before = found[-1], found[-2]
        terms = self._terms(key, periods[-1].start)
        points = tuple(one.point for one in found)
        track = Track(
            key=(row.code, str(key[1])),
            points=points,
            operator=terms.operator if terms else "",
            target=terms.value if terms else None,
        )
        is_new = periods[-1].end >= self.period.start
        move = movement(track) if is_new else None
        interval = last.figure.interval
        return FigureLine(
            place=key[1],
            indicator=row.pk,
            code=row.code,
            name_fr=row.name_fr,
            name_en=row.name_en,
            unit=row.unit,
            grain=str(periods[-1].grain),
            start=periods[-1].start,
            is_new=is_new,
            value=last.figure.value,
            previous=before.figure.value,
            low=_rounded(interval.low) if interval else None,
            high=_rounded(interval.high) if interval else None,
            size=last.figure.size,
            is_exhaustive=last.figure.is_exhaustive,
            operator=track.operator,
            target=track.target,
            status=str(points[-1].status),
            previous_status=str(points[-2].status),
            rank=str(last.standing.rank) if last.standing else "",
            missed=missed_run(points),
            causes=tuple(str(cause) for cause in move.causes) if move else (),
            sense=str(move.sense) if move else "",
            unpooled=last.unpooled,
            complaint=complaint,
            series=tuple(one.figure.value for one in found),
        )

    def _targets(self) -> tuple[int, Lines]:
        rows = Target.objects.filter(
            Q(place__in=self.places) | Q(place__kind=PlaceKind.WHOLE),
            organisation=self.organisation,
        ).select_related("place")
        found: dict[Key, list[Target]] = defaultdict(list)
        whole = 0
        for row in rows.order_by("starts_on", "pk"):
            found[row.indicator_id, row.place_id].append(row)
            whole = row.place_id if row.place.is_whole else whole
        return whole, found

    def _line(self, key: Key, day: date) -> Target | None:
        return in_force(day, self.targets.get(key, ()), self.targets.get((key[0], self.whole), ()))

    def _terms(self, key: Key, day: date) -> Any:
        line = self._line(key, day)
        return line.terms if line else None

    def _grains(self) -> dict[Key, Grain]:
        """How long the periods shown last: those of the target, never shorter than the pack's."""
        found = {}
        for indicator in self.indicators:
            for place in self.places:
                line = self._line((indicator, place), self.period.end)
                if line is not None and line.kind != TargetKind.STOPPED:
                    longest = max(Grain(line.grain), self.period.grain, key=GRAINS.index)
                    found[indicator, place] = longest
        return found

    def _periods(self, grain: Grain) -> list[Period]:
        """The last closed ones when the period of the pack ends, oldest first."""
        last = period_of(self.period.end, grain)
        if last.end > self.period.end:
            last = last.after(-1)
        return [last.after(back) for back in range(1 - REACH, 1)]

    def _results(self) -> dict[tuple[Key, Grain, date], tuple[Part, str]]:
        found = {}
        for grain in sorted(set(self.grains.values()), key=GRAINS.index):
            keys = [key for key, one in self.grains.items() if one is grain]
            periods = self._periods(grain)
            rows = PeriodResult.objects.filter(
                organisation=self.organisation,
                grain=grain,
                place__in=self.places,
                indicator__in={indicator for indicator, _place in keys},
                starts_on__range=(periods[0].start, periods[-1].start),
            )
            for indicator, place, start, inputs, exhaustive, unpooled in rows.values_list(
                *_COLUMNS
            ):
                part = Part({key: Fraction(one) for key, one in inputs.items()}, exhaustive)
                found[(indicator, place), grain, start] = part, unpooled
        return found

    def _found(self, key: Key, period: Period) -> _Found:
        part, unpooled = self.results.get((key, period.grain, period.start), (None, ""))
        if part is None or unpooled:
            return _Found(Figure(None), None, unpooled)
        row = self.indicators[key[0]]
        measured = figure(Definition(row.formula, row.statistic), part)
        terms = self._terms(key, period.start)
        return _Found(measured, stand(measured, terms) if terms else None)


def _rounded(value: float) -> Fraction:
    return Fraction(round(value * 10**6), 10**6)
