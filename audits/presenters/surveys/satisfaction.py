"""Satisfaction hot and cold, NPS, effort and response, employees beside customers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.charts.series import band_of, spark
from audits.charts.surveys import Asked, Group, groups_chart
from audits.logic.indicators import Figure
from audits.logic.periods import Grain, Period, period_of
from audits.logic.surveys import (
    CUSTOMERS,
    EFFORT,
    PROMOTERS,
    RESPONSE,
    RESPONSE_STAFF,
    SATISFACTION_COLD,
    SATISFACTION_HOT,
    SATISFACTION_STAFF,
    WAVES,
    Answers,
    Feed,
    Kind,
    part_of,
    together,
    waves_of_year,
)
from audits.models import MeasuringPlace
from audits.presenters.indicators.scope import Scope
from audits.presenters.surveys.words import (
    NAMES,
    FigureText,
    Verdict,
    figure_of,
    figure_text,
    series_urls,
    verdict_of,
)
from audits.snapshots.figures import Followed, followed_at
from audits.snapshots.surveys import Said, Surveys, read_surveys
from audits.survey_enums import SHORT_KINDS, WaveKind
from crcaudit.core.formats import number

MONTHS_SHOWN, YEAR = 24, 12
_CUSTOMER = (SATISFACTION_HOT, SATISFACTION_COLD)
_SYMMETRY = (*_CUSTOMER, SATISFACTION_STAFF)
_OTHERS = (PROMOTERS, EFFORT, RESPONSE, RESPONSE_STAFF)
_COLUMNS = (*_SYMMETRY, PROMOTERS, EFFORT, RESPONSE)
_LINES = {SATISFACTION_HOT: "hot", SATISFACTION_COLD: "cold", SATISFACTION_STAFF: "staff"}


@dataclass(frozen=True, slots=True)
class Point:
    """An indicator over one period: the waves of one kind that asked, together."""

    period: Period
    kind: Kind
    found: Figure


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator at its latest period; ``when`` is "" while nothing was asked."""

    code: str
    name: str
    text: FigureText
    when: str
    kind: str
    verdict: Verdict
    spark: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class WaveLine:
    """One wave at the place of the screen. ``url`` opens it."""

    reference: str
    url: str
    kind: str
    period: str
    channel: str
    answered: str
    cells: Sequence[FigureText]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place over the last twelve months, counts of its waves put together."""

    name: str
    is_whole: bool
    url: str
    cells: Sequence[FigureText]


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The whole screen. ``chart`` is "" before anybody was asked about satisfaction."""

    customers: Sequence[Card]
    staff: Sequence[Card]
    others: Sequence[Card]
    waves: str
    waves_code: str
    waves_verdict: Verdict
    waves_url: str
    chart: SafeString
    legend: Sequence[tuple[str, str]]
    lines: Sequence[WaveLine]
    places: Sequence[PlaceLine]
    columns: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever asked here."""
        return not self.lines


def satisfaction(scope: Scope, place: MeasuringPlace, *, path: str, today: date) -> Satisfaction:
    """The screen about one place of a scope. Four queries."""
    month = period_of(today, Grain.MONTH)
    found = read_surveys(
        scope.organisation, scope.places, since=month.after(1 - MONTHS_SHOWN).start
    )
    said = found.at(place)
    followed = {
        one.indicator.code: one for one in followed_at(scope.organisation, place, today=today)
    }
    urls = series_urls(scope.organisation, place)
    points = {feed.code: points_of(feed, said) for feed in (*_SYMMETRY, *_OTHERS)}

    def cards(feeds: Iterable[Feed]) -> list[Card]:
        return [_card(feed, points[feed.code], followed, urls) for feed in feeds]

    count = waves_of_year((one.period.start for one in said if one.kind in CUSTOMERS), today)
    line = followed[WAVES].line_on(today) if WAVES in followed else None
    return Satisfaction(
        customers=cards(_CUSTOMER),
        staff=cards([SATISFACTION_STAFF]),
        others=cards(_OTHERS),
        waves=number(count),
        waves_code=WAVES,
        waves_verdict=verdict_of(Figure(Fraction(count)), line, WAVES),
        waves_url=urls.get(WAVES, ""),
        chart=_chart({feed: points[feed.code] for feed in _SYMMETRY}),
        legend=[(kind, str(NAMES[feed.code])) for feed, kind in _LINES.items()],
        lines=[_wave_line(one) for one in reversed(said)],
        places=list(_places(scope, found, path=path, since=month.after(1 - YEAR).start)),
        columns=[str(NAMES[feed.code]) for feed in _COLUMNS],
    )


def points_of(feed: Feed, said: Iterable[Said]) -> list[Point]:
    """An indicator period by period, oldest first; periods that did not ask are left out."""
    by_period: dict[Period, list[Said]] = {}
    for one in said:
        by_period.setdefault(one.period, []).append(one)
    ordered = sorted(by_period, key=lambda period: (period.start, period.end))
    found = (_point(feed, period, by_period[period]) for period in ordered)
    return [point for point in found if point is not None]


def _point(feed: Feed, period: Period, said: Sequence[Said]) -> Point | None:
    for kind in feed.kinds:
        used = _asked_of(feed, kind, said)
        if used and (found := figure_of(feed, together(used))) is not None:
            return Point(period, kind, found)
    return None


def _asked_of(feed: Feed, kind: Kind, said: Iterable[Said]) -> list[Answers]:
    """Answers of one kind of wave that are behind an indicator.

    Of a period in which the whole was asked as such, nothing else makes the whole, as in
    `audits.actions.results`.
    """
    used = [one for one in said if one.kind is kind and part_of(feed, one.answers) is not None]
    whole = {one.period for one in used if one.is_own}
    return [one.answers for one in used if one.is_own or one.period not in whole]


def _card(
    feed: Feed,
    points: Sequence[Point],
    followed: Mapping[str, Followed],
    urls: Mapping[str, str],
) -> Card:
    latest = points[-1] if points else None
    one = followed.get(feed.code)
    target = one.line_on(latest.period.start) if one and latest else None
    verdict = verdict_of(latest.found if latest else None, target, feed.code)
    values = [None if p.found.value is None else float(p.found.value) for p in points]
    kind = ""
    if latest is not None and len(feed.kinds) > 1:
        kind = str(SHORT_KINDS[WaveKind(latest.kind)])
    return Card(
        code=feed.code,
        name=str(NAMES[feed.code]),
        text=figure_text(latest.found if latest else None, feed.code),
        when=wording.period_text(latest.period) if latest else "",
        kind=kind,
        verdict=verdict,
        spark=spark(
            values,
            band=band_of(target.terms if target else None),
            is_bad=verdict.shape in {"minor", "major"},
        ),
        url=urls.get(feed.code, ""),
    )


def _chart(points: Mapping[Feed, Sequence[Point]]) -> SafeString:
    periods = sorted(
        {point.period for found in points.values() for point in found},
        key=lambda period: (period.start, period.end),
    )
    if not periods:
        return SafeString("")
    slots = {period: place for place, period in enumerate(periods)}
    groups = [
        Group(_LINES[feed], str(NAMES[feed.code]), list(_asked(feed, found, slots)))
        for feed, found in points.items()
    ]
    return groups_chart(
        groups,
        [wording.period_text(period, short=True) for period in periods],
        title=_("Satisfaction of customers and employees over time"),
        words=lambda value: wording.value_text(round(value), "%"),
    )


def _asked(feed: Feed, points: Sequence[Point], slots: Mapping[Period, int]) -> Iterator[Asked]:
    for point in points:
        if point.found.value is None:
            continue
        interval = point.found.interval
        text = figure_text(point.found, feed.code)
        yield Asked(
            slot=slots[point.period],
            value=float(point.found.value),
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            text=f"{wording.period_text(point.period, short=True)} {text.value} {text.size}",
        )


def _wave_line(one: Said) -> WaveLine:
    wave, answers = one.wave, one.answers
    satisfied = next(feed for feed in _SYMMETRY if one.kind in feed.kinds)
    response = RESPONSE_STAFF if one.kind is Kind.STAFF else RESPONSE
    feeds = (response, satisfied, PROMOTERS, EFFORT)
    return WaveLine(
        reference=wave.reference,
        url=wave.get_absolute_url(),
        kind=str(SHORT_KINDS[WaveKind(wave.kind)]),
        period=wording.period_text(wave.period),
        channel=wave.get_channel_display() if wave.channel else "",
        answered=number(max((answers.size(question) for question in wave.questions), default=0)),
        cells=[figure_text(figure_of(feed, answers), feed.code) for feed in feeds],
    )


def _places(scope: Scope, found: Surveys, *, path: str, since: date) -> Iterator[PlaceLine]:
    for place in scope.places:
        said = [one for one in found.at(place) if one.period.start >= since]
        yield PlaceLine(
            name=place.name,
            is_whole=place.is_whole,
            url=f"{path}?lieu={place.pk}",
            cells=[figure_text(_over(feed, said), feed.code) for feed in _COLUMNS],
        )


def _over(feed: Feed, said: Sequence[Said]) -> Figure | None:
    """All waves of one kind put together; the kind is the first that asked."""
    for kind in feed.kinds:
        used = _asked_of(feed, kind, said)
        if used:
            return figure_of(feed, together(used))
    return None
