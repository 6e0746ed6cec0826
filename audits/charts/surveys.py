"""Several groups of people asked over time, and expected marks beside delivered ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 880.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 866.0, 18.0, 248.0
_TICKS, _MOST_LABELS = 5, 12
_WIDE, _ROW, _NAMES, _FOOT = 1200.0, 34.0, 320.0, 30.0  # of the gaps


@dataclass(frozen=True, slots=True)
class Asked:
    """One group at one period: ``slot`` is its place on the axis; bounds are None without."""

    slot: int
    value: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the chart. ``kind`` names its colour and its mark: hot, cold or staff."""

    kind: str
    name: str
    points: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Beside:
    """One theme: each mark is None when there is none."""

    name: str
    expected: float | None
    delivered: float | None
    sector: float | None
    text: str


def groups_chart(
    groups: Sequence[Group],
    labels: Sequence[str],
    *,
    title: str,
    words: Callable[[float], str],
) -> SafeString:
    """Lines over the same periods, with their intervals. A table beside says the same in figures.

    Each group has its own mark: disc, square, triangle.
    """
    scale = _Scale.of(groups)
    step = (_RIGHT - _LEFT) / max(len(labels), 1)
    places = [_LEFT + step * (n + 0.5) for n in range(len(labels))]
    parts = [*_grid(scale, words)]
    # Side by side within a period, so that intervals do not hide one another.
    for shift, group in zip((-7.0, 0.0, 7.0), groups, strict=False):
        parts += _group(group, [place + shift for place in places], scale)
    every = -(-len(labels) // _MOST_LABELS) or 1
    parts += [
        _text(places[n], _BOTTOM + 20, labels[n], anchor="middle")
        for n in range(len(labels) - 1, -1, -every)
    ]
    told = "; ".join(f"{group.name} {point.text}" for group in groups for point in group.points)
    return _picture("survey-chart", WIDTH, HEIGHT, title, told, parts)


def gaps_chart(rows: Sequence[Beside], *, title: str, scale: tuple[float, float]) -> SafeString:
    """Expected and delivered marks of each theme on one line, and the mark of the sector."""
    low, high = scale
    height = _ROW * len(rows) + _FOOT

    def x(value: float) -> float:
        return _NAMES + (_WIDE - 20 - _NAMES) * (value - low) / (high - low)

    parts = []
    ticks = range(round(low), round(high) + 1)
    for tick in ticks:
        parts.append(
            f'<path class="stroke-line" d="M{_n(x(tick))} 0V{_n(height - _FOOT)}" fill="none"/>'
        )
        parts.append(_text(x(tick), height - 10, str(tick), anchor="middle", kind="is-quiet"))
    for place, row in enumerate(rows):
        parts += _beside(row, _ROW * (place + 0.5), x)
    told = "; ".join(f"{row.name} {row.text}" for row in rows)
    return _picture("gap-chart", _WIDE, height, title, told, parts)


def _beside(row: Beside, y: float, x: Callable[[float], float]) -> Iterator[str]:
    yield _text(_NAMES - 14, y + 4, _short(row.name), anchor="end")
    if row.expected is not None and row.delivered is not None:
        kind = "is-behind" if row.expected > row.delivered else "is-ahead"
        yield (
            f'<path class="gap-bar {kind}" d="M{_n(x(row.delivered))} {_n(y)}'
            f'H{_n(x(row.expected))}" fill="none"/>'
        )
    if row.sector is not None:
        yield (f'<path class="gap-sector" d="M{_n(x(row.sector))} {_n(y - 9)}v18" fill="none"/>')
    if row.expected is not None:
        yield (
            f'<path class="gap-expected" d="M{_n(x(row.expected))} {_n(y - 7)}l7 7l-7 7l-7 -7z"/>'
        )
    if row.delivered is not None:
        yield f'<circle class="gap-delivered" cx="{_n(x(row.delivered))}" cy="{_n(y)}" r="6"/>'


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    @classmethod
    def of(cls, groups: Sequence[Group]) -> "_Scale":
        known = [
            value
            for group in groups
            for point in group.points
            for value in (point.value, point.low, point.high)
            if value is not None
        ]
        low, high = (min(known), max(known)) if known else (0.0, 100.0)
        room = (high - low) * 0.08 or 5.0
        return cls(low - room, high + room)

    def y(self, value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low)


def _grid(scale: _Scale, words: Callable[[float], str]) -> Iterator[str]:
    for n in range(_TICKS):
        value = scale.low + (scale.high - scale.low) * n / (_TICKS - 1)
        y = scale.y(value)
        yield f'<path class="stroke-line" d="M{_n(_LEFT)} {_n(y)}H{_n(_RIGHT)}" fill="none"/>'
        yield _text(_LEFT - 8, y + 4, words(value), anchor="end", kind="is-quiet")


def _group(group: Group, places: Sequence[float], scale: _Scale) -> Iterator[str]:
    line = " ".join(f"{_n(places[p.slot])},{_n(scale.y(p.value))}" for p in group.points)
    if len(group.points) > 1:
        yield f'<polyline class="survey-line is-{group.kind}" points="{line}" fill="none"/>'
    for point in group.points:
        x, y = places[point.slot], scale.y(point.value)
        if point.low is not None and point.high is not None:
            low, high = _n(scale.y(point.low)), _n(scale.y(point.high))
            way = f"M{_n(x - 4)} {low}h8M{_n(x - 4)} {high}h8M{_n(x)} {low}V{high}"
            yield f'<path class="series-interval" d="{way}" fill="none"/>'
        told = escape(f"{group.name} {point.text}")
        yield (
            f'<g class="survey-mark is-{group.kind}"><title>{told}</title>'
            f"{_mark(group.kind, x, y)}</g>"
        )


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "hot":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5"/>'
    if kind == "cold":
        return f'<path d="M{_n(x - 5)} {_n(y - 5)}h10v10h-10z"/>'
    return f'<path d="M{_n(x)} {_n(y - 6)}l6 11h-12z"/>'


def _picture(  # noqa: PLR0913, PLR0917 -- what every picture has
    kind: str, width: float, height: float, title: str, told: str, parts: Sequence[str]
) -> SafeString:
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped where they are written
        f'<svg class="chart {kind}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}"><desc>{escape(told)}</desc>{"".join(parts)}</svg>'
    )


_LONGEST = 44


def _short(name: str) -> str:
    """As much of a name as there is room for: the table beside has it whole."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _text(x: float, y: float, words: str, *, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
