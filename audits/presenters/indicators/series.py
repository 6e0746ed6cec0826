"""One indicator at one place over time, and the measures behind each period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.charts.series import Dot, Rules, band_of, series_chart
from audits.logic.control_chart import Limits, natural_limits, standing_out
from audits.logic.indicators import Figure, Standing, Unpooled, figure, stand
from audits.logic.periods import Grain, Period, last_periods
from audits.models import MeasuringPlace, PeriodResult, Target
from audits.presenters.indicators.scope import Option, Scope
from audits.snapshots.figures import Followed, grain_of
from crcaudit.core.formats import number
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator

LENGTHS = (12, 24, 60)
MOST_NEEDED = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One period of the series, as the table says it."""

    period: Period
    label: str
    value: str
    size: str
    interval: str
    target: str
    shape: str
    verdict: str
    needed: str
    note: str
    url: str
    is_open: bool
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Series:
    """The chart, its table latest first, and what the page says of the whole."""

    chart: SafeString
    rows: Sequence[Row]
    limits: str
    lengths: Sequence[Option]
    latest: Row | None
    has_figures: bool


def followed_of(indicator: Indicator, place: MeasuringPlace) -> Followed:
    """The lines of targets of one indicator for a place. One query."""
    rows = Target.objects.filter(organisation=place.organisation, indicator=indicator)
    lines = list(rows.select_related("place", "created_by").order_by("starts_on"))
    own = [line for line in lines if line.place_id == place.pk]
    whole = [line for line in lines if line.place.is_whole and line.place_id != place.pk]
    return Followed(indicator, own, whole)


def series_of(  # noqa: PLR0913 -- keyword-only but two, one line each
    followed: Followed,
    scope: Scope,
    *,
    path: str,
    length: int,
    chosen: Period | None,
    today: date,
) -> Series:
    """The last ``length`` periods. One query. ``chosen`` is the period that the page opens."""
    grain = grain_of(followed, today)
    periods = last_periods(length, grain=grain, today=today)
    found = _results(followed.indicator, scope, periods)
    points = _begun([_Point.of(period, found.get(period), followed) for period in periods])
    limits = _limits([point for point in points if point.period.is_over(today)])
    signals = _signals(points, limits)
    unit = followed.indicator.unit

    def url(period: Period) -> str:
        kept = {"duree": length, "periode": period.start.isoformat()}
        if scope.place is not None:
            kept["lieu"] = scope.place.pk
        return f"{path}?{urlencode(kept)}#mesures"

    rows = [
        point.row(unit, url=url(point.period), chosen=chosen, stands_out=place in signals)
        for place, point in enumerate(points)
    ]
    dots = [point.dot(row) for point, row in zip(points, rows, strict=True)]
    chart = series_chart(
        dots,
        title=f"{followed.indicator.code} {localized(followed.indicator, 'name')}",
        words=lambda value: wording.value_text(Fraction(value).limit_denominator(10), unit),
        limits=_rules(limits),
    )
    over = [row for row in rows if row.period.is_over(today) and row.value != wording.NOTHING]
    return Series(
        chart=chart,
        rows=tuple(reversed(rows)),
        limits=_limits_text(limits, unit),
        lengths=_lengths(path, length, scope),
        latest=over[-1] if over else None,
        has_figures=any(point.found is not None for point in points),
    )


@dataclass(frozen=True, slots=True)
class _Point:
    """One period with what it says."""

    period: Period
    found: Figure | None
    standing: Standing | None
    target: Target | None
    unpooled: Unpooled | None

    @classmethod
    def of(cls, period: Period, row: PeriodResult | None, followed: Followed) -> "_Point":
        target = followed.line_on(period.start)
        if row is None:
            return cls(period, None, None, target, None)
        if row.unpooled:
            return cls(period, None, None, target, Unpooled(row.unpooled))
        found = figure(followed.definition, row.part)
        terms = target.terms if target else None
        return cls(period, found, stand(found, terms) if terms else None, target, None)

    @property
    def value(self) -> Fraction | None:
        return self.found.value if self.found else None

    def row(self, unit: str, *, url: str, chosen: Period | None, stands_out: bool) -> Row:
        has_target = self.target is not None and self.target.value is not None
        shape, verdict = wording.verdict_of(self.standing, has_target=has_target)
        needed = self.standing.deciding_size if self.standing else None
        return Row(
            period=self.period,
            label=wording.period_text(self.period),
            value=wording.value_text(self.value, unit),
            size=wording.size_text(self.found) if self.found else "",
            interval=wording.interval_text(self.found, unit) if self.found else "",
            target=wording.target_text(self.target, unit),
            shape=shape,
            verdict=verdict,
            needed=_needed(needed),
            note=str(wording.WHY_NOT[self.unpooled]) if self.unpooled else "",
            url=url,
            is_open=self.period == chosen,
            stands_out=stands_out,
        )

    def dot(self, row: Row) -> Dot:
        interval = self.found.interval if self.found else None
        terms = self.target.terms if self.target else None
        return Dot(
            label=wording.period_text(self.period, short=True),
            value=None if self.value is None else float(self.value),
            band=band_of(terms),
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            shape=row.shape,
            stands_out=row.stands_out,
            text=f"{row.value} {row.verdict}".strip(),
            url=row.url,
        )


def _begun(points: list[_Point]) -> list[_Point]:
    """Without the periods before anything was measured or wanted; one at least."""
    first = next((n for n, one in enumerate(points) if one.found or one.target), None)
    return points[-1:] if first is None else points[first:]


def _needed(size: int | None) -> str:
    """What would decide, where the sample leaves the question open."""
    if size is None:
        return ""
    if size > MOST_NEEDED:
        return _("too near the target for a sample to decide")
    return _("a sample of %(n)s would decide") % {"n": number(size)}


def _results(
    indicator: Indicator, scope: Scope, periods: Sequence[Period]
) -> Mapping[Period, PeriodResult]:
    if scope.place is None:
        return {}
    rows = PeriodResult.objects.filter(
        indicator=indicator,
        place=scope.place,
        grain=periods[0].grain,
        starts_on__gte=periods[0].start,
    )
    return {row.period: row for row in rows}


def _limits(points: Sequence[_Point]) -> Limits | None:
    return natural_limits([point.value for point in points])


def _signals(points: Sequence[_Point], limits: Limits | None) -> frozenset[int]:
    if limits is None:
        return frozenset()
    return frozenset(standing_out([point.value for point in points], limits))


def _rules(limits: Limits | None) -> Rules | None:
    if limits is None:
        return None
    return Rules(float(limits.centre), float(limits.low), float(limits.high))


def _limits_text(limits: Limits | None, unit: str) -> str:
    if limits is None:
        return ""
    words = {
        "centre": wording.value_text(limits.centre, unit),
        "low": wording.value_text(limits.low, unit),
        "high": wording.value_text(limits.high, unit),
    }
    return _("Natural limits: %(low)s to %(high)s around %(centre)s.") % words


def _lengths(path: str, length: int, scope: Scope) -> list[Option]:
    kept = {"lieu": scope.place.pk} if scope.place is not None else {}
    return [
        Option(
            _("%(n)s periods") % {"n": n},
            f"{path}?{urlencode({**kept, 'duree': n})}",
            n == length,
        )
        for n in LENGTHS
    ]


def period_asked(text: str, grain: Grain) -> Period | None:
    """The period that an address names by its first day; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Period(grain, day)
