"""The barometer: expected, delivered and the sector theme by theme, gaps first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audits.charts.surveys import Beside, gaps_chart
from audits.logic.barometer import (
    SCALE,
    Gap,
    GapVerdict,
    Mark,
    Standing,
    ranked,
    standing_of,
    summed,
)
from audits.models import Barometer, MeasuringPlace, SectorMark, ServiceTheme, ThemeCount
from audits.presenters.indicators.scope import Scope
from audits.survey_enums import Aspect
from crcaudit.core.formats import DASH, number
from engagements import words

Counts = Mapping[int, Mapping[tuple[int, str], Mapping[int, int]]]  # place; theme and aspect; mark
VERDICTS = {
    GapVerdict.BEHIND: ("minor", pgettext_lazy("barometer", "Behind what is expected")),
    GapVerdict.AHEAD: ("ok", pgettext_lazy("barometer", "Beyond what is expected")),
    GapVerdict.NOT_PROVEN: ("part", gettext_lazy("Not proven")),
    GapVerdict.NONE: ("none", gettext_lazy("No figure")),
}
SINCE = {
    GapVerdict.BEHIND: ("ok", pgettext_lazy("barometer", "better")),
    GapVerdict.AHEAD: ("minor", pgettext_lazy("barometer", "worse")),
    GapVerdict.NOT_PROVEN: ("part", pgettext_lazy("barometer", "not proven")),
}


@dataclass(frozen=True, slots=True)
class MarkText:
    """A mark as printed."""

    value: str
    size: str
    interval: str


@dataclass(frozen=True, slots=True)
class PlaceGap:
    """A theme at another place: expected and delivered, and the gap."""

    place: str
    marks: str
    gap: str
    shape: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme at the place of the screen. ``since`` and ``sector`` are "" where nothing is."""

    rank: int | None
    label: str
    stage: str
    expected: MarkText
    delivered: MarkText
    gap: str
    gap_interval: str
    shape: str
    verdict: str
    sector: str
    sector_source: str
    before: str
    since: str
    since_shape: str
    since_verdict: str
    gaps: Sequence["PlaceGap"]


@dataclass(frozen=True, slots=True)
class BarometerView:
    """The whole screen; ``previous`` is the year before that is compared with, None without."""

    rows: Sequence[ThemeRow]
    chart: SafeString
    previous: int | None
    has_sector: bool
    places: Sequence[MeasuringPlace]
    has_answers: bool


def barometer_view(
    scope: Scope, place: MeasuringPlace, barometer: Barometer, previous: Barometer | None
) -> BarometerView:
    """A barometer at one place, and its gaps at the others. Four queries at most."""
    counts = _counts(barometer, scope.places)
    before = _counts(previous, scope.places) if previous else {}
    sector = {row.theme_id: row for row in barometer.sector_marks.all()}
    themes = list(ServiceTheme.objects.filter(organisation=scope.organisation))
    asked = {theme for of_place in counts.values() for theme, _aspect in of_place}
    themes = [one for one in themes if one.pk in asked or one.is_active]
    here = {one.pk: standing_at(counts, place, one.pk) for one in themes}
    by_pk = {one.pk: one for one in themes}
    places = [one for one in scope.places if not one.is_whole]
    order = ranked(here)
    rows = []
    for number_, pk in enumerate(order, start=1):
        rows.append(
            _row(
                by_pk[pk],
                here[pk],
                rank=number_ if here[pk].gap.value is not None else None,
                sector=sector.get(pk),
                before=standing_at(before, place, pk) if previous else None,
                places=[(one.name, standing_at(counts, one, pk)) for one in places],
                change=_change(counts, before, place, pk) if previous else None,
            )
        )
    return BarometerView(
        rows=rows,
        chart=_chart(order, by_pk, here, sector),
        previous=previous.year if previous else None,
        has_sector=bool(sector),
        places=places,
        has_answers=any(here[pk].expected.size or here[pk].delivered.size for pk in order),
    )


def standing_at(counts: Counts, place: MeasuringPlace, theme: int) -> Standing:
    """A theme at a place; the whole is its own answers where it has some, else its places'."""
    return standing_of(
        answers_at(counts, place, theme, Aspect.EXPECTED),
        answers_at(counts, place, theme, Aspect.DELIVERED),
    )


def answers_at(
    counts: Counts, place: MeasuringPlace, theme: int, aspect: Aspect
) -> Mapping[int, int]:
    """Answers by mark of a place or of the whole."""
    key = (theme, str(aspect))
    own = counts.get(place.pk, {}).get(key, {})
    if own or not place.is_whole:
        return own
    return summed(of_place[key] for of_place in counts.values() if key in of_place)


def _counts(barometer: Barometer, places: Iterable[MeasuringPlace]) -> Counts:
    """Answers at these places; at every place with the whole, which is made of them."""
    found = list(places)
    rows = ThemeCount.objects.filter(barometer=barometer)
    if not any(place.is_whole for place in found):
        rows = rows.filter(place__in=found)
    counts: dict[int, dict[tuple[int, str], dict[int, int]]] = {}
    names = ("place", "theme", "aspect", "mark", "count")
    for place, theme, aspect, mark, count in rows.values_list(*names):
        counts.setdefault(place, {}).setdefault((theme, aspect), {})[mark] = count
    return counts


def _change(counts: Counts, before: Counts, place: MeasuringPlace, theme: int) -> Gap:
    """What is delivered now less what was the year before."""
    now, then = (answers_at(one, place, theme, Aspect.DELIVERED) for one in (counts, before))
    return standing_of(now, then).gap


def _row(  # noqa: PLR0913 -- keyword-only but two, one line each
    theme: ServiceTheme,
    here: Standing,
    *,
    rank: int | None,
    sector: SectorMark | None,
    before: Standing | None,
    places: Sequence[tuple[str, Standing]],
    change: Gap | None,
) -> ThemeRow:
    shape, verdict = VERDICTS[here.gap.verdict]
    since_shape, since_verdict = "", ""
    if change is not None and change.value is not None:
        since_shape, since_words = SINCE[change.verdict]
        since_verdict = str(since_words)
    return ThemeRow(
        rank=rank,
        label=theme.label,
        stage=words.word(words.STAGES, theme.journey_stage) if theme.journey_stage else "",
        expected=_mark(here.expected),
        delivered=_mark(here.delivered),
        gap=_signed(here.gap.value),
        gap_interval=_interval(here.gap),
        shape=shape,
        verdict=str(verdict),
        sector=_sector(sector),
        sector_source=f"{sector.source}, {sector.year}" if sector else "",
        before=_signed(before.gap.value) if before else "",
        since=_signed(change.value) if change else "",
        since_shape=since_shape,
        since_verdict=since_verdict,
        gaps=[_place_gap(name, one) for name, one in places],
    )


def _place_gap(name: str, one: Standing) -> PlaceGap:
    shape, verdict = VERDICTS[one.gap.verdict]
    marks = f"{_plain(one.expected.value)} / {_plain(one.delivered.value)}"
    return PlaceGap(name, marks, _signed(one.gap.value), shape, str(verdict))


def _mark(mark: Mark) -> MarkText:
    if mark.value is None:
        return MarkText(DASH, "", "")
    interval = ""
    if mark.interval is not None:
        bounds = {"low": _plain(mark.interval.low), "high": _plain(mark.interval.high)}
        interval = _("%(low)s to %(high)s") % bounds
    return MarkText(_plain(mark.value), _("n = %(n)s") % {"n": number(mark.size)}, interval)


def _interval(gap: Gap) -> str:
    if gap.interval is None:
        return ""
    bounds = {"low": _signed(gap.interval.low), "high": _signed(gap.interval.high)}
    return _("%(low)s to %(high)s") % bounds


def _sector(mark: SectorMark | None) -> str:
    if mark is None:
        return ""
    asked, got = (_plain(value) for value in (mark.expected, mark.delivered))
    return f"{asked} / {got}"


def _plain(value: Fraction | Decimal | float | None) -> str:
    return DASH if value is None else number(Fraction(value), decimals=1)


def _signed(value: Fraction | float | None) -> str:
    if value is None:
        return DASH
    text = number(abs(Fraction(value)), decimals=1)
    if not any(digit in text for digit in "123456789"):
        return text
    return f"+{text}" if value > 0 else f"\u2212{text}"


def _chart(
    order: Sequence[int],
    themes: Mapping[int, ServiceTheme],
    here: Mapping[int, Standing],
    sector: Mapping[int, SectorMark],
) -> SafeString:
    rows = [_beside(themes[pk], here[pk], sector.get(pk)) for pk in order]
    rows = [row for row in rows if row.expected is not None or row.delivered is not None]
    if not rows:
        return SafeString("")
    known = [
        value
        for row in rows
        for value in (row.expected, row.delivered, row.sector)
        if value is not None
    ]
    low = max(SCALE[0], floor(min(known) - 0.25))
    high = min(SCALE[-1], ceil(max(known) + 0.25))
    title = _("Expected and delivered, theme by theme, out of 10")
    return gaps_chart(rows, title=title, scale=(low, high))


def _beside(theme: ServiceTheme, one: Standing, mark: SectorMark | None) -> Beside:
    def plain(value: Fraction | Decimal | None) -> float | None:
        return None if value is None else float(value)

    told = {
        "expected": _plain(one.expected.value),
        "delivered": _plain(one.delivered.value),
        "gap": _signed(one.gap.value),
    }
    return Beside(
        name=theme.label,
        expected=plain(one.expected.value),
        delivered=plain(one.delivered.value),
        sector=plain(mark.delivered) if mark else None,
        text=_("expected %(expected)s, delivered %(delivered)s, gap %(gap)s") % told,
    )
