"""The waterfall from one score to another, and the band of scores to come."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html import escape
from textwrap import wrap

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from audits.logic.trajectory import Point
from crcaudit.core.formats import DASH, date_text, percent, points

WIDTH, HEIGHT = 680, 244
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 668.0, 30.0, 206.0
_ROOM = Fraction(1, 10)  # above and below what is drawn
_TICKS = (Fraction(1, 20), Fraction(1, 10), Fraction(1, 5), Fraction(1, 4))
_MOST_LINES = 6
_LINE, _LETTER = 12.0, 7.0  # height of a line of text, and width of a letter, generously
_NEAR = 42.0  # half of what a day takes under the axis


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a waterfall, from ``start`` to ``end``; ``label`` is short, under the bar.

    ``value`` is what is written on it. A total stands on the ground and is no step.
    """

    label: str
    start: Fraction
    end: Fraction
    value: str
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A past score with its name, left of today on a trajectory."""

    label: str
    day: date
    score: Fraction


@dataclass(frozen=True, slots=True)
class _Box:
    """What a bar or a text covers."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Scores between ``low`` and ``high`` on the height of the chart."""

    low: Fraction
    high: Fraction

    def y(self, score: Fraction) -> float:
        share = float((score - self.low) / (self.high - self.low))
        return _BOTTOM - (_BOTTOM - _TOP) * share

    def lines(self) -> list[Fraction]:
        """Round scores inside the scale, few enough to be read."""
        for tick in _TICKS:
            first = -(-self.low // tick)
            found = [tick * n for n in range(int(first), int(self.high // tick) + 1)]
            if len(found) <= _MOST_LINES:
                break
        return found


def waterfall_chart(bars: Sequence[Bar], *, threshold: Fraction | None) -> SafeString:
    """Totals at both ends, steps between them, up or down; the threshold as a dashed line."""
    heights = [height for bar in bars for height in (bar.start, bar.end) if not bar.is_total]
    heights += [bar.end for bar in bars if bar.is_total]
    # From nothing up: a bar that is cut at its foot would make a step look larger.
    scale = _scale_of([Fraction(0), *heights, *([threshold] if threshold is not None else [])])
    slot = (_RIGHT - _LEFT) / max(len(bars), 1)
    line = None if threshold is None else scale.y(threshold)
    parts = [*_grid(scale), *_threshold_line(line)]
    taken: list[_Box] = []
    for place, bar in enumerate(bars):
        x = _LEFT + slot * (place + 0.5)
        box = _box_of(scale, bar, x=x, width=slot * 0.62)
        y = _label_place(box, line, inside=bar.is_total)
        taken += [box, _text_box(x - len(bar.value) * _LETTER / 2, y, bar.value)]
        parts += _bar(bar, box, x=x, y=y)
        parts += _under(bar.label, x=x, width=slot)
        if place + 1 < len(bars):
            y = scale.y(bar.end)
            parts.append(_path(f"M{_n(x)} {_n(y)}h{_n(slot)}", "stroke-line"))
    parts += _threshold_words(line, threshold, taken)
    words = "; ".join(f"{bar.label} {bar.value}" for bar in bars)
    return _document(_("From one score to the other"), words, parts)


def trajectory_chart(
    future: Sequence[Point], *, past: Sequence[Mark], threshold: Fraction | None
) -> SafeString:
    """Past scores, then the band from today to the last day, in steps: nothing is smoothed."""
    scores = [mark.score for mark in past]
    scores += [score for point in future for score in (point.low, point.high)]
    scale = _scale_of([*scores, *([threshold] if threshold is not None else [])])
    first = min([mark.day for mark in past] + [future[0].day])
    span = max((future[-1].day - first).days, 1)

    def x(day: date) -> float:
        return _LEFT + 30 + (_RIGHT - _LEFT - 76) * (day - first).days / span

    low = [(x(point.day), scale.y(point.low)) for point in future]
    high = [(x(point.day), scale.y(point.high)) for point in future]
    band = "M" + "L".join(_pairs([*_stairs(high), *reversed(_stairs(low))])) + "Z"
    today, end = x(future[0].day), x(future[-1].day)
    line = None if threshold is None else scale.y(threshold)
    parts = [*_grid(scale), *_threshold_line(line), *_threshold_words(line, threshold, ())]
    parts.append(f'<path class="chart-band" d="{band}"/>')
    parts.append(_path(f"M{_n(end)} {_TOP - 10}V{_BOTTOM}", "stroke-ink", dash="2 3"))
    middle = [(x(p.day), scale.y(p.middle)) for p in future if p.middle is not None]
    if middle:
        parts.append(_path("M" + "L".join(_pairs(_stairs(middle))), "stroke-accent", dash="5 3"))
    known = [*((x(mark.day), scale.y(mark.score)) for mark in past), low[0]]
    parts.append(_path("M" + "L".join(_pairs(known)), "stroke-accent"))
    parts += [_dot(*place) for place in known]
    parts += _named(past, future, x_of=x, scale=scale)
    # Side by side where the last day is near.
    place, anchor = (today, "middle") if end - today > 2 * _NEAR else (end - _NEAR, "end")
    parts.append(_text(place, _BOTTOM + 20, _("Today"), anchor=anchor))
    parts.append(_text(end, _BOTTOM + 20, date_text(future[-1].day, short=True), anchor="middle"))
    return _document(_("Scores to come"), _sentence(past, future), parts)


def _named(
    past: Sequence[Mark], future: Sequence[Point], *, x_of: Callable[[date], float], scale: _Scale
) -> Iterable[str]:
    for mark in past:
        place = x_of(mark.day)
        yield _text(place, _BOTTOM + 20, mark.label, anchor="middle")
        yield _value(place, scale.y(mark.score), mark.score)
    # To the left of the point: on its right the band may rise at once.
    y = scale.y(future[0].low)
    words = percent(future[0].low, decimals=0)
    yield _text(x_of(future[0].day) - 9, y - 6, words, anchor="end", kind="is-bold")
    last, x = future[-1], x_of(future[-1].day) + 6
    yield _text(x, scale.y(last.high) + 4, percent(last.high, decimals=0))
    if scale.y(last.low) - scale.y(last.high) > 14:  # noqa: PLR2004 -- the height of a line
        yield _text(x, scale.y(last.low) + 4, percent(last.low, decimals=0))


def _sentence(past: Sequence[Mark], future: Sequence[Point]) -> str:
    parts = [f"{mark.label} {percent(mark.score, decimals=0)}" for mark in past]
    for point in (future[0], future[-1]):
        low, high = (percent(score, decimals=0) for score in (point.low, point.high))
        parts.append(f"{date_text(point.day)} {low}" + (f" {DASH} {high}" if low != high else ""))
    return "; ".join(parts)


def _scale_of(scores: Sequence[Fraction]) -> _Scale:
    low, high = min(scores), max(scores)
    room = max((high - low) * _ROOM, Fraction(1, 50))
    return _Scale(max(Fraction(0), low - room), min(Fraction(1), high + room))


def _grid(scale: _Scale) -> Iterable[str]:
    for level in scale.lines():
        y = scale.y(level)
        yield _path(f"M{_LEFT} {_n(y)}H{_RIGHT}", "stroke-line")
        yield _text(_LEFT - 8, y + 4, percent(level, decimals=0), anchor="end", kind="is-quiet")


def _threshold_line(line: float | None) -> Iterable[str]:
    if line is not None:
        yield _path(f"M{_LEFT} {_n(line)}H{_RIGHT}", "stroke-ok", dash="5 3")


def _threshold_words(
    line: float | None, threshold: Fraction | None, taken: Sequence[_Box]
) -> Iterable[str]:
    """On the line, else under it, as far to the left as nothing else stands."""
    if line is None or threshold is None:
        return
    words = f"{_('threshold')} {percent(threshold, decimals=0)}"
    first, last = int(_LEFT + 4), int(_RIGHT - len(words) * _LETTER)
    places = [(x, y) for y in (line - 6, line + _LINE + 3) for x in range(first, last, 10)]
    free = (at for at in places if not any(_text_box(*at, words).meets(one) for one in taken))
    yield _text(*next(free, places[0]), words, kind="chart-threshold")


def _text_box(x: float, y: float, words: str) -> _Box:
    """Of a text that begins at ``x``, on the base line ``y``."""
    return _Box(x, x + len(words) * _LETTER, y - _LINE, y + 2)


def _box_of(scale: _Scale, bar: Bar, *, x: float, width: float) -> _Box:
    ground = scale.low if bar.is_total else bar.start
    top, bottom = sorted((scale.y(ground), scale.y(bar.end)))
    return _Box(x - width / 2, x + width / 2, top, max(bottom, top + 1.5))


def _label_place(box: _Box, line: float | None, *, inside: bool) -> float:
    """Base line of what is written on a bar: above it, unless the threshold runs there."""
    y = box.top - 6
    if line is None or not y - _LINE <= line <= y + 4:
        return y
    return (box.top if inside else box.bottom) + _LINE + 3


def _bar(bar: Bar, box: _Box, *, x: float, y: float) -> Iterable[str]:
    kind = "accent" if bar.is_total else "ok" if bar.end >= bar.start else "minor"
    yield (
        f'<rect class="fill-{kind}" x="{_n(box.left)}" y="{_n(box.top)}" '
        f'width="{_n(box.right - box.left)}" height="{_n(box.bottom - box.top)}" rx="2"/>'
    )
    written = "is-bold" if bar.is_total else ""
    if bar.is_total and y > box.top:
        written = "is-bold is-inside"
    yield _text(x, y, bar.value, anchor="middle", kind=written)


def _under(label: str, *, x: float, width: float) -> Iterable[str]:
    """A label in the width of its bar, over several lines where its words do not fit in one."""
    lines = wrap(label, max(1, int(width / _LETTER)), break_long_words=False)
    for number, words in enumerate(lines):
        yield _text(x, _BOTTOM + 20 + number * _LINE, words, anchor="middle")


def _value(x: float, y: float, score: Fraction) -> str:
    return _text(x, y - 10, percent(score, decimals=0), anchor="middle", kind="is-bold")


def _stairs(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a line that stays level until it steps."""
    found = [places[0]]
    for x, y in places[1:]:
        found += [(x, found[-1][1]), (x, y)]
    return found


def _pairs(places: Iterable[tuple[float, float]]) -> list[str]:
    return [f"{_n(x)} {_n(y)}" for x, y in places]


def _dot(x: float, y: float) -> str:
    return f'<circle class="fill-accent" cx="{_n(x)}" cy="{_n(y)}" r="4.5"/>'


def _path(way: str, kind: str, *, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    width = 1 if kind == "stroke-line" else 2
    return f'<path class="{kind}" d="{way}" fill="none" stroke-width="{width}"{dashes}/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _document(title: str, words: str, parts: Iterable[str]) -> SafeString:
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped above
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><desc>{escape(words)}</desc>{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def signed(value: Fraction) -> str:
    """A step as it is written on its bar: "+4,5"."""
    return points(value, signed=True).split("\u00a0")[0]
