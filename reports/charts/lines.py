"""The score over time, from the diagnosis to today. What is not measured is not drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crcaudit.core.formats import date_text, percent
from reports.charts import svg

WIDTH, HEIGHT = 680.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 650.0, 26.0, 196.0
GRID = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))


@dataclass(frozen=True, slots=True)
class Point:
    """The score at one audit, in [0, 1]; None when nothing was assessed then."""

    label: str
    day: date
    score: Fraction | None


def progress_line(
    points: Sequence[Point], *, threshold: Fraction | None, target: date | None = None
) -> SafeString:
    """Scores in time order against the threshold, and the day they are needed.

    Points not assessed keep their name on the axis, with no mark and no line: nothing is
    guessed between or after the measured ones.
    """
    days = [point.day for point in points] + ([target] if target else [])
    parts = [_grid_line(level) for level in GRID]
    if threshold is not None:
        parts.append(_threshold(threshold))
    if target is not None:
        parts.append(_target(target, days))
    known = [point for point in points if point.score is not None]
    parts.append(svg.polyline([_place(point, days) for point in known], svg.ACCENT, width=2.5))
    parts += [_mark(point, days) for point in points]
    desc = "; ".join(
        f"{point.label} {date_text(point.day)} {percent(point.score, decimals=1)}"
        for point in points
    )
    if threshold is not None:
        desc = f"{desc}; {_('threshold')} {percent(threshold, decimals=0)}"
    return svg.document(WIDTH, HEIGHT, title=_("Score over time"), desc=desc, parts=parts)


def _x(day: date, days: Sequence[date]) -> float:
    span = (max(days) - min(days)).days
    if not span:
        return (_LEFT + _RIGHT) / 2
    # Room on both sides for the words under the first and the last point.
    return _LEFT + 56 + (_RIGHT - _LEFT - 112) * (day - min(days)).days / span


def _y(score: Fraction) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * float(score)


def _place(point: Point, days: Sequence[date]) -> tuple[float, float]:
    return _x(point.day, days), _y(point.score or Fraction(0))


def _grid_line(level: Fraction) -> str:
    y = _y(level)
    words = percent(level, decimals=0)
    return svg.line(_LEFT, y, _RIGHT, y, svg.LINE) + svg.text(
        _LEFT - 8, y + 4, words, size=11, anchor="end", fill=svg.INK_3
    )


def _threshold(threshold: Fraction) -> str:
    y = _y(threshold)
    words = f"{_('threshold')} {percent(threshold, decimals=0)}"
    return svg.line(_LEFT, y, _RIGHT, y, svg.THRESHOLD, width=1.5, dash="5 3") + svg.text(
        _LEFT + 4, y - 5, words, size=11, bold=True, fill=svg.THRESHOLD
    )


def _target(target: date, days: Sequence[date]) -> str:
    x = _x(target, days)
    words = f"{_('target')} {date_text(target, short=True)}"
    return svg.line(x, _TOP - 8, x, _BOTTOM, svg.INK_2, width=1.5, dash="2 3") + svg.text(
        x, _TOP - 13, words, size=11, anchor="middle", fill=svg.INK_2
    )


def _mark(point: Point, days: Sequence[date]) -> str:
    x = _x(point.day, days)
    parts = [
        svg.text(x, _BOTTOM + 18, point.label, size=11, anchor="middle", fill=svg.INK_2),
        svg.text(
            x,
            _BOTTOM + 33,
            date_text(point.day, short=True),
            size=11,
            anchor="middle",
            fill=svg.INK_3,
        ),
    ]
    value = percent(point.score, decimals=1)
    if point.score is None:
        return "".join([*parts, svg.text(x, _BOTTOM + 47, value, size=11, anchor="middle")])
    y = _y(point.score)
    above = y >= _TOP + 40
    parts.append(svg.dot(x, y, 5, svg.ACCENT))
    parts.append(
        svg.text(x, y - 11 if above else y + 20, value, size=13, anchor="middle", bold=True)
    )
    return "".join(parts)
