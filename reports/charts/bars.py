"""Scores as horizontal bars: by domain, one alone, and how ratings are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crcaudit.core.formats import percent
from crcaudit.core.verdicts import VERDICTS, shape_svg
from reports.charts import svg

WIDTH = 680.0
_LABEL, _BAR, _ROW = 262.0, 324.0, 34.0
_ROOM_FOR_SHAPE = 22


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar. Ratios in [0, 1]; None when there is no score, or no such mark.

    ``missing`` says why there is no score, "" for "not assessed".
    """

    code: str
    title: str
    score: Fraction | None
    baseline: Fraction | None = None
    threshold: Fraction | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many requirements have one level; ``shape`` is a verdict kind."""

    shape: str
    label: str
    count: int


def domain_bars(rows: Sequence[BarRow], *, decimals: int = 1) -> SafeString:
    """One bar per domain, in order, with the score at the diagnosis and the threshold as marks."""
    height = 30 + _ROW * len(rows)
    parts = [_legend(rows)]
    for index, row in enumerate(rows):
        middle = 30 + _ROW * index + _ROW / 2
        value = _value(row, decimals)
        parts += [
            svg.text(0, middle + 4.2, row.code, bold=True, fill=svg.INK_2),
            svg.label(30, middle, row.title, width=_LABEL - 40, size=11),
            _bar(row, _LABEL, middle, _BAR),
            svg.text(WIDTH, middle + 4.2, value, anchor="end", bold=row.score is not None),
        ]
    desc = "; ".join(_sentence(row, decimals) for row in rows)
    return svg.document(WIDTH, height, title=_("Conformity by domain"), desc=desc, parts=parts)


def score_bar(
    score: Fraction | None,
    *,
    threshold: Fraction | None = None,
    baseline: Fraction | None = None,
    width: float = 200,
) -> SafeString:
    """One bar without text, for a table cell that shows the figure beside it."""
    row = BarRow("", "", score, baseline, threshold)
    desc = _sentence(row, 1)
    parts = [_bar(row, 0, 8, width)]
    return svg.document(width, 16, title=percent(score, decimals=1), desc=desc, parts=parts)


def rating_distribution(shares: Sequence[Share]) -> SafeString:
    """How many requirements have each level: one stacked bar, then shape, word and count.

    Zero counts are listed too. With nothing to count the bar stays empty.
    """
    total = sum(share.count for share in shares)
    parts = [svg.rect(0, 0, WIDTH, 26, svg.TRACK, radius=4)]
    x = 0.0
    for share in shares:
        width = WIDTH * share.count / total if total else 0
        if width:
            parts.append(_segment(share, x, width))
        x += width
    slot = WIDTH / max(len(shares), 1)
    for index, share in enumerate(shares):
        left = slot * index
        parts += [
            shape_svg(share.shape, x=left, y=40, size=11),
            svg.text(left + 17, 50, str(share.count), bold=True),
            *(
                svg.text(left + 17, 65 + 13 * row, words, size=11, fill=svg.INK_2)
                for row, words in enumerate(
                    svg.wrap(share.label, width=slot - 22, size=11, lines=2)
                )
            ),
        ]
    desc = "; ".join(f"{share.label} {share.count}" for share in shares)
    return svg.document(
        WIDTH, 84, title=_("How the requirements are rated"), desc=desc, parts=parts
    )


def _segment(share: Share, x: float, width: float) -> str:
    verdict = VERDICTS[share.shape]
    inside = svg.rect(x + 0.75, 0.5, max(width - 1.5, 0.5), 25, verdict.wash, stroke=verdict.colour)
    if width < _ROOM_FOR_SHAPE:  # no room for the shape: the list below says it
        return inside
    return inside + shape_svg(share.shape, x=x + width / 2 - 5.5, y=7.5, size=11)


def _bar(row: BarRow, left: float, middle: float, width: float) -> str:
    parts = [svg.rect(left, middle - 4, width, 8, svg.TRACK, radius=2)]
    if row.score is not None and row.score > 0:
        parts.append(svg.rect(left, middle - 4, width * float(row.score), 8, svg.ACCENT, radius=2))
    if row.threshold is not None:
        x = left + width * float(row.threshold)
        parts.append(svg.mark(x, middle - 8, x, middle + 8, svg.THRESHOLD, dash="2 2"))
    if row.baseline is not None:
        x = left + width * float(row.baseline)
        parts.append(svg.mark(x, middle - 8, x, middle + 8, svg.INK))
    return "".join(parts)


def _legend(rows: Sequence[BarRow]) -> str:
    x, parts = _LABEL, []
    if any(row.baseline is not None for row in rows):
        parts += [
            svg.line(x + 1, 4, x + 1, 16, svg.INK, width=2),
            svg.text(x + 7, 14, _("diagnosis"), size=11, fill=svg.INK_2),
        ]
        x += 86
    parts += [
        svg.rect(x, 6, 16, 8, svg.ACCENT, radius=2),
        svg.text(x + 21, 14, _("score"), size=11, fill=svg.INK_2),
    ]
    x += 76
    if any(row.threshold is not None for row in rows):
        parts += [
            svg.line(x, 3, x, 17, svg.THRESHOLD, width=2, dash="2 2"),
            svg.text(x + 6, 14, _("threshold"), size=11, fill=svg.INK_2),
        ]
    return "".join(parts)


def _value(row: BarRow, decimals: int) -> str:
    if row.score is None and row.missing:
        return row.missing
    return percent(row.score, decimals=decimals)


def _sentence(row: BarRow, decimals: int) -> str:
    facts = [f"{row.code} {row.title} {_value(row, decimals)}".strip()]
    if row.baseline is not None:
        facts.append(f"{_('diagnosis')} {percent(row.baseline, decimals=decimals)}")
    if row.threshold is not None:
        facts.append(f"{_('threshold')} {percent(row.threshold, decimals=decimals)}")
    return ", ".join(facts)
