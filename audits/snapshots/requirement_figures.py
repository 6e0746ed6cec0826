"""What was measured of the requirements of an audit, and the ratings that it proposes.

The measures are those of the site where a requirement is rated site by site, else of the sites and
providers of the file: the whole of the organisation when it measures no other place, their figures
put together when it does. Always over the last period that is closed on the day of the audit.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from audits.logic import result_verdict
from audits.logic.indicators import (
    Definition,
    Figure,
    Part,
    Standing,
    Unpooled,
    figure,
    pool,
    stand,
)
from audits.logic.periods import Grain, Period, last_periods
from audits.logic.result_verdict import Level, Proposal
from audits.logic.targets import in_force
from audits.models import Assessment, Audit, MeasuringPlace, PeriodResult, Target
from audits.snapshots.figures import SHOWN
from engagements.models import Indicator, RequirementIndicator


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of a requirement over its last closed period, None when nothing was measured.

    ``asked`` is what the edition states; ``target`` the line in force when the period began, else
    on the day. ``values`` are those of the last `SHOWN` closed periods, None where nothing was
    measured. ``places`` are the numbers of the places that the figure is of.
    """

    asked: RequirementIndicator
    grain: Grain
    target: Target | None
    period: Period | None
    part: Part | None
    found: Figure | None
    standing: Standing | None
    unpooled: Unpooled | None
    values: Sequence[float | None]
    places: tuple[int, ...]

    @property
    def indicator(self) -> Indicator:
        """The indicator itself."""
        return self.asked.indicator


def audit_day(audit: Audit, today: date) -> date:
    """The day on which closed periods are counted: the last of the audit, never one to come."""
    return min(today, audit.end_date or today)


def is_of_result(asked: Iterable[RequirementIndicator]) -> bool:
    """Whether the edition states a target for an indicator of the requirement."""
    return any(row.operator for row in asked)


def measured_of(
    audit: Audit, rows: Collection[Assessment], *, day: date
) -> dict[int, tuple[Measured, ...]]:
    """Indicators of these requirements of one audit, by number of the assessment.

    5 queries whatever the numbers; one when the edition measures none of them. Requirements
    without an indicator are not in it.
    """
    asked: dict[int, list[RequirementIndicator]] = defaultdict(list)
    links = RequirementIndicator.objects.filter(
        requirement__in={row.requirement_id for row in rows}
    ).select_related("indicator")
    for link in links.order_by("requirement", "position"):
        asked[link.requirement_id].append(link)
    if not asked:
        return {}
    reader = _Reader(audit, [link for found in asked.values() for link in found], day)
    return {
        row.pk: tuple(reader.measured(link, row.site_id) for link in asked[row.requirement_id])
        for row in rows
        if row.requirement_id in asked
    }


class _Reader:
    """Reads the figures of some indicators once. Lives for one call."""

    def __init__(self, audit: Audit, links: Sequence[RequirementIndicator], day: date) -> None:
        self.day = day
        indicators = {link.indicator_id for link in links}
        places = _places(audit)
        self.whole = next((place.pk for place in places if place.is_whole), None)
        self.sites = {place.site_id: place.pk for place in places if place.site_id is not None}
        self.of_file = _of_file(places, self.whole)
        self.lines: dict[tuple[int, int | None], list[Target]] = defaultdict(list)
        wanted = Target.objects.filter(organisation=audit.organisation_id, indicator__in=indicators)
        for line in wanted.order_by("starts_on", "pk"):
            self.lines[line.indicator_id, line.place_id].append(line)
        self.results = self._results(audit, indicators)

    def measured(self, link: RequirementIndicator, site: int | None) -> Measured:
        """One indicator, at a site or for the whole file."""
        indicator, own = link.indicator, self._own(site)
        places = self.of_file if site is None else ((own,) if own is not None else ())
        grain = self._grain(indicator.pk, own)
        periods = self._periods(grain)
        found = {
            period: self.results[indicator.pk, period]
            for period in periods
            if (indicator.pk, period) in self.results
        }
        pooled = {
            period: part
            for period, rows in found.items()
            if (part := _together(indicator, [rows[pk] for pk in places if pk in rows])) is not None
        }
        latest = max(pooled, default=None)
        part = pooled[latest] if latest is not None else None
        target = self._line(indicator.pk, own, self.day if latest is None else latest.start)
        terms = target.terms if target else None
        definition = Definition(indicator.formula, indicator.statistic)
        value = figure(definition, part) if isinstance(part, Part) else None
        return Measured(
            asked=link,
            grain=grain,
            target=target,
            period=latest,
            part=part if isinstance(part, Part) else None,
            found=value,
            standing=stand(value, terms) if value and terms else None,
            unpooled=part if isinstance(part, Unpooled) else None,
            values=[_value(definition, pooled.get(period)) for period in periods],
            places=tuple(places),
        )

    def _own(self, site: int | None) -> int | None:
        """The place whose targets hold: that of the site, or the whole."""
        return self.whole if site is None else self.sites.get(site)

    def _line(self, indicator: int, place: int | None, day: date) -> Target | None:
        own = self.lines.get((indicator, place), [])
        whole = self.lines.get((indicator, self.whole), [])
        return in_force(day, own, whole)

    def _grain(self, indicator: int, place: int | None) -> Grain:
        line = self._line(indicator, place, self.day)
        return Grain(line.grain) if line else Grain.MONTH

    def _periods(self, grain: Grain) -> list[Period]:
        """The last ones that are closed, oldest first."""
        return last_periods(SHOWN + 1, grain=grain, today=self.day)[:-1]

    def _results(
        self, audit: Audit, indicators: Collection[int]
    ) -> dict[tuple[int, Period], dict[int, PeriodResult]]:
        """Of each indicator and period, the results by number of the place."""
        grains = {Grain(line.grain) for lines in self.lines.values() for line in lines}
        wanted = Q(pk__in=())
        for grain in {Grain.MONTH, *grains}:
            periods = self._periods(grain)
            days = (periods[0].start, periods[-1].start)
            wanted |= Q(grain=grain, starts_on__range=days)
        rows = PeriodResult.objects.filter(
            wanted,
            organisation=audit.organisation_id,
            indicator__in=indicators,
            place__in={*self.of_file, *self.sites.values()},
        )
        found: dict[tuple[int, Period], dict[int, PeriodResult]] = defaultdict(dict)
        for row in rows:
            found[row.indicator_id, row.period][row.place_id] = row
        return found


def _places(audit: Audit) -> list[MeasuringPlace]:
    """Places of the organisation, each told whether it is of the file: one query."""
    file = audit.certification_id
    inside = MeasuringPlace.objects.filter(
        Q(site__certifications=file) | Q(subcontractor__certification=file), pk=OuterRef("pk")
    )
    rows = MeasuringPlace.objects.filter(organisation=audit.organisation_id)
    return list(rows.annotate(in_file=Exists(inside)).order_by("pk"))


def _of_file(places: Iterable[MeasuringPlace], whole: int | None) -> tuple[int, ...]:
    """The whole when no place is outside the file, else the places of the file."""
    parts = [place for place in places if not place.is_whole]
    inside = tuple(place.pk for place in parts if place.in_file)  # type: ignore[attr-defined]
    if inside and len(inside) < len(parts):
        return inside
    return (whole,) if whole is not None else ()


def _together(indicator: Indicator, rows: Sequence[PeriodResult]) -> Part | Unpooled | None:
    if not rows:
        return None
    for row in rows:
        if row.unpooled:
            return Unpooled(row.unpooled)
    return pool([row.part for row in rows], statistic=indicator.statistic)


def _value(definition: Definition, part: Part | Unpooled | None) -> float | None:
    value = figure(definition, part).value if isinstance(part, Part) else None
    return None if value is None else float(value)


def proposal_of(audit: Audit, measured: Sequence[Measured]) -> Proposal | None:
    """What they propose on the audit's own scale; None when the requirement is of means."""
    if not is_of_result(one.asked for one in measured):
        return None
    said = [
        result_verdict.said_of(
            one.indicator.code, one.standing, one.target.terms if one.target else None
        )
        for one in measured
    ]
    scale = [
        Level(row["code"], row["points"], row["is_conform"])
        for row in audit.scale
        if not row["is_excluded"]
    ]
    return result_verdict.propose(said, scale)
