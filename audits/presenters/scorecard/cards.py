"""One scorecard in words: criteria and lines, live or as a review keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.charts.criteria import CriterionBar, criteria_chart
from audits.logic.scorecard import Criterion
from audits.presenters.scorecard import words
from audits.snapshots.scorecard_values import Card, CriterionValue, LineValue
from crcaudit.core.formats import NO_BREAK
from crcaudit.core.templatetags.crc import localized


@dataclass(frozen=True, slots=True)
class Trend:
    """How an indicator went: a small line, and words against the period before."""

    spark: SafeString
    text: str


NO_TREND = Trend(SafeString(""), "")


@dataclass(frozen=True, slots=True)
class LineView:
    """One indicator as the table says it. ``url`` is "" where there is no series to open."""

    code: str
    name: str
    weight: int
    is_critical: bool
    has_figure: bool
    value: str
    size: str
    interval: str
    target: str
    is_own_target: bool
    shape: str
    verdict: str
    needed: int | None
    source: str
    places: str
    trend: Trend
    url: str


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion. ``under`` are the codes that are proven under their target."""

    criterion: Criterion
    label: str
    shape: str
    word: str
    share: str
    counted: str
    capped_by: str
    under: Sequence[str]
    lines: Sequence[LineView]

    @property
    def measured(self) -> Sequence[LineView]:
        """The lines that have something to show."""
        return [line for line in self.lines if line.has_figure]

    @property
    def missing(self) -> Sequence[LineView]:
        """Those without a figure, which count for nothing."""
        return [line for line in self.lines if not line.has_figure]


@dataclass(frozen=True, slots=True)
class CardView:
    """A scorecard: the chart, and every criterion."""

    chart: SafeString
    criteria: Sequence[CriterionView]
    grid: str
    required: str


def card_view(
    card: Card,
    *,
    trend: Callable[[LineValue], Trend] = lambda _line: NO_TREND,
    url: Callable[[LineValue], str] = lambda _line: "",
) -> CardView:
    """The scorecard in words; ``trend`` and ``url`` are given where there is a live series."""
    required = f"{card.required}{NO_BREAK}%"
    bars = [
        CriterionBar(
            label=words.criterion_label(one.criterion),
            share=one.share,
            shape=words.SHAPES[one.held],
            text=words.share_text(one) or words.held_text(one),
        )
        for one in card.criteria
    ]
    title = _("%(provider)s on the seven criteria") % {"provider": card.provider}
    return CardView(
        chart=criteria_chart(bars, required=card.required, title=title, mark=required),
        criteria=[criterion_view(one, trend, url) for one in card.criteria],
        grid=grid_text(card.grid),
        required=required,
    )


def criterion_view(
    found: CriterionValue,
    trend: Callable[[LineValue], Trend] = lambda _line: NO_TREND,
    url: Callable[[LineValue], str] = lambda _line: "",
) -> CriterionView:
    """One criterion in words."""
    return CriterionView(
        criterion=found.criterion,
        label=words.criterion_label(found.criterion),
        shape=words.SHAPES[found.held],
        word=words.held_text(found),
        share=words.share_text(found),
        counted=words.counted_text(found),
        capped_by=", ".join(found.capped_by),
        under=[line.code for line in found.lines if words.is_under(line)],
        lines=[line_view(line, trend(line), url(line)) for line in found.lines],
    )


def line_view(line: LineValue, trend: Trend = NO_TREND, url: str = "") -> LineView:
    """One indicator in words."""
    shape, verdict = words.verdict_of(line)
    found = words.figure_of(line)
    places = ""
    if line.expected > 1 and line.measured:
        places = _("%(n)s of %(of)s providers") % {"n": line.measured, "of": line.expected}
    return LineView(
        code=line.code,
        name=localized(line, "name"),
        weight=line.weight,
        is_critical=line.is_critical,
        has_figure=line.value is not None or bool(line.unpooled),
        value=wording.value_text(line.value, line.unit),
        size=wording.size_text(found),
        interval=wording.interval_text(found, line.unit),
        target=words.target_text(line),
        is_own_target=line.is_own_target,
        shape=shape,
        verdict=verdict,
        needed=line.deciding_size,
        source=str(words.SOURCES.get(line.source, "")),
        places=places,
        trend=trend,
        url=url,
    )


def grid_text(number: int) -> str:
    """Which version of the grid it was read with."""
    return _("version %(n)s of the grid") % {"n": number} if number else _("ready grid")
