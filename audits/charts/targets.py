"""The figures behind a complaint, against the band in which their target is met."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from audits.logic.indicators import FALLING, RISING
from crcaudit.core.formats import DASH

WIDTH, HEIGHT = 680, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 666.0, 28.0, 176.0
_ROOM = 0.2  # of the range, above and below
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One period. ``value`` and ``target`` are None when there is none; ``text`` is the value."""

    label: str
    value: float | None
    target: float | None
    operator: str
    text: str
    is_missed: bool


def target_chart(points: Sequence[Point], *, title: str) -> SafeString:
    """A line that breaks where nothing was measured; missed points are red triangles."""
    scale = _Scale.of(points)
    slot = (_RIGHT - _LEFT) / max(len(points), 1)
    places = [_LEFT + slot * (n + 0.5) for n in range(len(points))]
    parts = [
        *_bands(points, scale, slot),
        _path(f"M{_n(_LEFT)} {_n(_BOTTOM)}H{_n(_RIGHT)}", "stroke-line", width=1),
        *_lines(points, places, scale),
        *_marks(points, places, scale),
        *_labels(points, places),
    ]
    words = "; ".join(f"{point.label} {point.text or DASH}" for point in points)
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><desc>{escape(words)}</desc>{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> "_Scale":
        known = [x for point in points for x in (point.value, point.target) if x is not None]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        room = (high - low) * _ROOM or max(abs(high) * _ROOM, 1.0)
        return cls(low - room, high + room)

    def y(self, value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low)


def _bands(points: Sequence[Point], scale: _Scale, slot: float) -> Iterator[str]:
    """Where the target is met, period by period: it may have changed."""
    for place, point in enumerate(points):
        if point.target is None:
            continue
        y = scale.y(point.target)
        top, bottom = y - 1, y + 1
        if point.operator in RISING:
            top = _TOP
        elif point.operator in FALLING:
            bottom = _BOTTOM
        yield (
            f'<rect class="chart-good" x="{_n(_LEFT + slot * place)}" y="{_n(top)}" '
            f'width="{_n(slot)}" height="{_n(bottom - top)}"/>'
        )


def _lines(points: Sequence[Point], places: Sequence[float], scale: _Scale) -> Iterator[str]:
    run: list[str] = []
    for point, x in zip(points, places, strict=True):
        if point.value is not None:
            run.append(f"{_n(x)} {_n(scale.y(point.value))}")
            continue
        if len(run) > 1:
            yield _path("M" + "L".join(run), "stroke-accent")
        run = []
    if len(run) > 1:
        yield _path("M" + "L".join(run), "stroke-accent")


def _marks(points: Sequence[Point], places: Sequence[float], scale: _Scale) -> Iterator[str]:
    last = max((n for n, point in enumerate(points) if point.value is not None), default=-1)
    for number, (point, x) in enumerate(zip(points, places, strict=True)):
        if point.value is None:
            continue
        y = scale.y(point.value)
        if point.is_missed:
            yield f'<path class="fill-major" d="M{_n(x)} {_n(y - 6)}l6 10h-12z"/>'
        else:
            yield f'<circle class="fill-accent" cx="{_n(x)}" cy="{_n(y)}" r="4.5"/>'
        if number == last or point.is_missed:
            # On the side to which a missed figure went: the line comes from the other one.
            is_low = point.is_missed and point.operator in RISING
            yield _text(x, y + 20 if is_low else y - 12, point.text, kind="is-bold")


def _labels(points: Sequence[Point], places: Sequence[float]) -> Iterable[str]:
    """Under the axis, few enough to be read; always the last one."""
    step = -(-len(points) // _MOST_LABELS) or 1
    for number, (point, x) in enumerate(zip(points, places, strict=True)):
        if (len(points) - 1 - number) % step == 0:
            yield _text(x, _BOTTOM + 20, point.label)


def chart_title(name: str) -> str:
    """What the drawing is called for who does not see it."""
    return _("%(name)s, period by period, against its target") % {"name": name}


def _path(way: str, kind: str, *, width: int = 2) -> str:
    return f'<path class="{kind}" d="{way}" fill="none" stroke-width="{width}"/>'


def _text(x: float, y: float, words: str, *, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{_n(x)}" y="{_n(y)}" text-anchor="middle">{escape(words)}</text>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
