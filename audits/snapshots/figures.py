"""The latest figures of what an organisation follows, at one place: every screen begins here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from audits.logic.indicators import (
    Definition,
    Figure,
    Standing,
    Unpooled,
    figure,
    stand,
)
from audits.logic.periods import Grain, Period, last_periods
from audits.logic.targets import in_force
from audits.measure_enums import TargetKind
from audits.models import MeasuringPlace, PeriodResult, Target
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

_NONE = (0, None)
SHOWN = 13  # periods of a small chart: a year, and the same period of the year before


@dataclass(frozen=True, slots=True)
class Followed:
    """An indicator that is followed, with its lines of targets in the order of their days.

    ``own`` are those of the place, ``whole`` those of the whole, on which it falls back.
    """

    indicator: Indicator
    own: Sequence[Target]
    whole: Sequence[Target]

    def line_on(self, day: date) -> Target | None:
        """The line in force on a day."""
        return in_force(day, self.own, self.whole)

    @property
    def definition(self) -> Definition:
        """What its value is made of."""
        return Definition(self.indicator.formula, self.indicator.statistic)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an indicator stands.

    ``latest`` is the last period that is over and has a figure, None when there is none;
    ``target`` is that of the period. ``values`` are those of the last `SHOWN` periods, the one
    that runs included, None where nothing was measured.
    """

    followed: Followed
    grain: Grain
    latest: Period | None
    target: Target | None
    found: Figure | None
    standing: Standing | None
    unpooled: Unpooled | None
    values: Sequence[float | None]

    @property
    def indicator(self) -> Indicator:
        """The indicator itself."""
        return self.followed.indicator

    @property
    def is_missed(self) -> bool:
        """Whether its plain value is on the wrong side of the target."""
        return self.standing is not None and self.standing.rank != "MET"


def followed_at(
    organisation: Organisation, place: MeasuringPlace, *, today: date
) -> list[Followed]:
    """What is followed at a place today, in the order of the codes. One query."""
    rows = (
        Target.objects.filter(organisation=organisation)
        .filter(Q(place=place) | Q(place__kind="WHOLE"))
        .select_related("indicator")
        .order_by("indicator__code", "starts_on")
    )
    own: dict[int, list[Target]] = defaultdict(list)
    whole: dict[int, list[Target]] = defaultdict(list)
    indicators: dict[int, Indicator] = {}
    for row in rows:
        indicators.setdefault(row.indicator_id, row.indicator)
        (own if row.place_id == place.pk else whole)[row.indicator_id].append(row)
    found = [Followed(one, own[pk], whole[pk]) for pk, one in indicators.items()]
    return [one for one in found if _is_followed(one, today)]


def read_board(organisation: Organisation, place: MeasuringPlace, *, today: date) -> list[Reading]:
    """The latest figures of everything that is followed at a place. Three queries."""
    followed = followed_at(organisation, place, today=today)
    series = _series(organisation, place, followed, today=today)
    latest = _latest(series, today=today)
    rows = PeriodResult.objects.filter(pk__in=[pk for _period, pk in latest.values()])
    parts = {row.indicator_id: row for row in rows}
    shown = {
        grain: last_periods(SHOWN, grain=grain, today=today)
        for grain in {grain_of(one, today) for one in followed}
    }
    return [
        _reading(
            one,
            series.get(one.indicator.pk, {}),
            latest.get(one.indicator.pk),
            parts.get(one.indicator.pk),
            shown=shown[grain_of(one, today)],
            today=today,
        )
        for one in followed
    ]


Series = Mapping[int, Mapping[Period, tuple[int, float | None]]]


def _series(
    organisation: Organisation,
    place: MeasuringPlace,
    followed: Iterable[Followed],
    *,
    today: date,
) -> Series:
    """By indicator and period: number of the result, and its value for drawing."""
    grains = {one.indicator.pk: grain_of(one, today) for one in followed}
    wanted = Q(pk__in=())
    for grain in set(grains.values()):
        first = last_periods(SHOWN, grain=grain, today=today)[0]
        wanted |= Q(grain=grain, starts_on__gte=first.start)
    rows = PeriodResult.objects.filter(wanted, organisation=organisation, place=place)
    found: dict[int, dict[Period, tuple[int, float | None]]] = defaultdict(dict)
    names = ("pk", "indicator_id", "grain", "starts_on", "value")
    for pk, indicator, grain, start, value in rows.values_list(*names):
        if grains.get(indicator) == grain:
            found[indicator][Period(Grain(grain), start)] = (pk, value)
    return found


def _latest(series: Series, *, today: date) -> dict[int, tuple[Period, int]]:
    """Of each indicator the last period that is over, and the number of its result."""
    found = {}
    for indicator, periods in series.items():
        over = [period for period in periods if period.is_over(today)]
        if over:
            latest = max(over)
            found[indicator] = (latest, periods[latest][0])
    return found


def _reading(  # noqa: PLR0913 -- keyword-only but four, one line each
    followed: Followed,
    periods: Mapping[Period, tuple[int, float | None]],
    latest: tuple[Period, int] | None,
    row: PeriodResult | None,
    *,
    shown: Sequence[Period],
    today: date,
) -> Reading:
    values = [periods.get(period, _NONE)[1] for period in shown]
    period = latest[0] if latest else None
    target = followed.line_on(today if period is None else period.start)
    found = None if row is None or row.unpooled else figure(followed.definition, row.part)
    terms = target.terms if target else None
    return Reading(
        followed=followed,
        grain=shown[0].grain,
        latest=period,
        target=target,
        found=found,
        standing=stand(found, terms) if found and terms else None,
        unpooled=Unpooled(row.unpooled) if row and row.unpooled else None,
        values=values,
    )


def grain_of(followed: Followed, today: date) -> Grain:
    """How long a period of the indicator lasts now."""
    line = followed.line_on(today)
    return Grain(line.grain) if line else Grain.MONTH


def _is_followed(one: Followed, today: date) -> bool:
    """Followed by the line in force, or by one that begins with the period that runs."""
    line = one.line_on(today) or next(iter([*one.own, *one.whole]), None)
    return line is not None and line.kind != TargetKind.STOPPED
