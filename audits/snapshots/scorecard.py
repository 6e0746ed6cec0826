"""The scorecard of providers: figures read once, then put together for whoever is asked.

What the organisation that a provider works for measured comes first, and what the provider shares
of its own sites where nothing was; the two are the same contacts, and are never added. Judged by
our own target, at the place or for the whole, and by that of who measured where we set none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from audits.logic.indicators import (
    Definition,
    Figure,
    Part,
    Standing,
    Terms,
    Unpooled,
    figure,
    stand,
)
from audits.logic.periods import Grain, Period
from audits.logic.scorecard import Criterion, Judged, score, together
from audits.logic.targets import in_force
from audits.measure_enums import TargetKind
from audits.models import PeriodResult, Target
from audits.snapshots.provider_tree import Provider, Spot, spots_of
from audits.snapshots.scorecard_grids import Grid, Grids, Held
from audits.snapshots.scorecard_values import Card, CriterionValue, FrozenScorecard, LineValue
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

MEASURED, SHARED = "measured", "shared"  # by who the provider works for; by the provider itself


@dataclass(frozen=True, slots=True)
class _Own:
    """Figures of one provider alone: its parts, or why they are not put together."""

    parts: tuple[Part, ...]
    unpooled: Unpooled | None
    source: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is for a line, before it is judged."""

    part: Part | Unpooled | None
    sources: frozenset[str]
    measured: int
    expected: int


class Scorecards:
    """Figures of some providers over some periods. Five queries, whatever is asked afterwards."""

    def __init__(
        self, organisation: Organisation, providers: Iterable[Provider], periods: Sequence[Period]
    ) -> None:
        self.organisation = organisation
        self.grids = Grids(organisation)
        everybody = list(chain.from_iterable(one.branch() for one in providers))
        whose = spots_of(everybody)
        grids = [self.grids.on(period.start) for period in periods]
        held = {pk for grid in grids for pk in grid.indicators}
        self.results = _results(held, whose, periods)
        self.targets = _targets(held, {organisation.pk, *whose.values()})

    def grid(self, period: Period) -> Grid:
        """The version that the period is read with."""
        return self.grids.on(period.start)

    def card(self, provider: Provider, period: Period, *, is_branch: bool) -> Card:
        """The scorecard of a provider over a period; with those under it when ``is_branch``."""
        grid = self.grid(period)
        return Card(
            provider=provider.name,
            is_branch=is_branch,
            grain=str(period.grain),
            starts_on=period.start,
            grid=grid.number,
            required=grid.required,
            criteria=tuple(
                self._criterion(criterion, held, grid.required, (provider, period, is_branch))
                for criterion, held in grid.criteria.items()
            ),
        )

    def frozen(self, provider: Provider, period: Period) -> FrozenScorecard:
        """What a review keeps."""
        return FrozenScorecard(
            organisation=self.organisation.name,
            alone=self.card(provider, period, is_branch=False),
            branch=self.card(provider, period, is_branch=True),
            below=tuple(one.name for one in provider.branch() if one is not provider),
        )

    def value(
        self, provider: Provider, indicator: Indicator, period: Period, *, is_branch: bool
    ) -> Fraction | None:
        """The plain value of an indicator, None when there is none."""
        found = self._found(provider, indicator, period, is_branch=is_branch)
        return _figure(indicator, found.part).value

    def _criterion(
        self,
        criterion: Criterion,
        held: Sequence[Held],
        required: int,
        asked: tuple[Provider, Period, bool],
    ) -> CriterionValue:
        lines, judged = [], []
        for one in held:
            value, standing = self._line(one, asked)
            lines.append(value)
            judged.append(Judged(one.line, standing))
        found = score(judged, required=required)
        return CriterionValue(
            criterion=criterion,
            share=found.share,
            held=found.held,
            judged=found.judged,
            total=found.total,
            capped_by=found.capped_by,
            lines=tuple(lines),
        )

    def _line(
        self, held: Held, asked: tuple[Provider, Period, bool]
    ) -> tuple[LineValue, Standing | None]:
        indicator, (provider, period, is_branch) = held.indicator, asked
        found = self._found(provider, indicator, period, is_branch=is_branch)
        shown = _figure(indicator, found.part)
        terms, is_own = self._terms(provider, indicator, period)
        standing = stand(shown, terms) if terms is not None else None
        bounds = shown.interval
        value = LineValue(
            indicator=indicator.pk,
            code=indicator.code,
            name_fr=indicator.name_fr,
            name_en=indicator.name_en,
            unit=indicator.unit,
            weight=held.line.weight,
            is_critical=held.line.is_critical,
            value=shown.value,
            size=shown.size,
            is_exhaustive=shown.is_exhaustive,
            low=_exact(bounds.low) if bounds else None,
            high=_exact(bounds.high) if bounds else None,
            operator=terms.operator if terms else "",
            target=terms.value if terms else None,
            is_own_target=is_own,
            verdict=str(standing.verdict) if standing else "",
            rank=str(standing.rank) if standing else "",
            deciding_size=standing.deciding_size if standing else None,
            source=" ".join(sorted(found.sources)),
            unpooled=str(found.part) if isinstance(found.part, Unpooled) else "",
            measured=found.measured,
            expected=found.expected,
        )
        return value, standing

    def _found(
        self, provider: Provider, indicator: Indicator, period: Period, *, is_branch: bool
    ) -> _Found:
        wanted = list(provider.branch()) if is_branch else [provider]
        seen: set[int] = set()  # a provider may stand in two places of a branch: counted once
        owned = [self._own(one, indicator, period, seen) for one in wanted]
        there = [one for one in owned if one is not None]
        why = next((one.unpooled for one in there if one.unpooled), None)
        parts = [part for one in there for part in one.parts]
        return _Found(
            part=why or together(parts, statistic=indicator.statistic),
            sources=frozenset(one.source for one in there),
            measured=len(there),
            expected=len(wanted),
        )

    def _own(
        self, provider: Provider, indicator: Indicator, period: Period, seen: set[int]
    ) -> _Own | None:
        for source, spots in ((MEASURED, provider.measured), (SHARED, provider.shared)):
            places = [spot.place for spot in spots if spot.place not in seen]
            rows = [self.results.get((place, indicator.pk, period)) for place in places]
            found = [row for row in rows if row is not None]
            if found:
                seen |= set(places)
                why = next((Unpooled(row.unpooled) for row in found if row.unpooled), None)
                return _Own(tuple(row.part for row in found) if not why else (), why, source)
        return None

    def _terms(
        self, provider: Provider, indicator: Indicator, period: Period
    ) -> tuple[Terms | None, bool]:
        """The target, and whether it is ours. None when nobody set one."""
        ours = self.organisation.pk
        own = [spot for spot in provider.spots if spot.organisation == ours]
        line = self._line_of(indicator, own, ours, period)
        if line is not None and line.kind != TargetKind.STOPPED:
            return line.terms, True
        for spots in (provider.measured, provider.shared):
            for whose in dict.fromkeys(s.organisation for s in spots if s.organisation != ours):
                at = [spot for spot in spots if spot.organisation == whose]
                # Several sites of a provider have one target: that of its whole.
                line = self._line_of(indicator, at if len(at) == 1 else [], whose, period)
                if line is not None and line.terms is not None:
                    return line.terms, False
        return None, False

    def _line_of(
        self, indicator: Indicator, spots: Sequence[Spot], whose: int, period: Period
    ) -> Target | None:
        lines = self.targets.get((whose, indicator.pk), {})
        whole = lines.get(None, [])
        for spot in spots:
            if (found := in_force(period.start, lines.get(spot.place, []), [])) is not None:
                return found
        return in_force(period.start, [], whole)


def _results(
    indicators: Iterable[int], whose: Mapping[int, int], periods: Sequence[Period]
) -> dict[tuple[int, int, Period], PeriodResult]:
    rows = PeriodResult.objects.filter(
        indicator__in=indicators,
        place__in=whose,
        grain__in={period.grain for period in periods},
        starts_on__in={period.start for period in periods},
    )
    wanted = set(periods)
    return {
        (row.place_id, row.indicator_id, row.period): row for row in rows if row.period in wanted
    }


Lines = dict[int | None, list[Target]]


def _targets(indicators: Iterable[int], whose: Iterable[int]) -> dict[tuple[int, int], Lines]:
    """Lines in the order of their days by organisation and indicator; None is the whole."""
    rows = Target.objects.filter(organisation__in=whose, indicator__in=indicators)
    found: dict[tuple[int, int], Lines] = defaultdict(lambda: defaultdict(list))
    for row in rows.select_related("place").order_by("starts_on", "pk"):
        place = None if row.place.is_whole else row.place_id
        found[row.organisation_id, row.indicator_id][place].append(row)
    return found


def _figure(indicator: Indicator, part: Part | Unpooled | None) -> Figure:
    if part is None or isinstance(part, Unpooled):
        return Figure(None)
    return figure(Definition(indicator.formula, indicator.statistic), part)


def _exact(bound: float) -> Fraction:
    return Fraction(bound).limit_denominator(10**6)


def last_month(period: Period) -> Period:
    """The last month of a period: where twelve months of history end."""
    return Period(Grain.MONTH, period.end.replace(day=1))
