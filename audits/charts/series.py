"""An indicator over time: small beside its value, and whole with bands, limits and intervals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from audits.logic.indicators import FALLING, RISING, Terms

SPARK_WIDTH, SPARK_HEIGHT = 150.0, 40.0
_SPARK_EDGE = 4.0
WIDTH, HEIGHT = 880.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 866.0, 18.0, 248.0
_MOST_LABELS, _TICKS = 9, 5


@dataclass(frozen=True, slots=True)
class Band:
    """Where values meet the target, in their unit; None on a side without bound."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Dot:
    """One period of a series.

    ``value`` is None when there is no figure: the line is then broken. ``low`` and ``high`` are
    the bounds of a sample. ``shape`` is that of the verdict, ``text`` what a reader hears.
    """

    label: str
    value: float | None
    band: Band | None = None
    low: float | None = None
    high: float | None = None
    shape: str = "none"
    stands_out: bool = False
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Natural limits of the series: centre, low and high."""

    centre: float
    low: float
    high: float


def band_of(terms: Terms | None) -> Band | None:
    """Where values meet the target; None without one."""
    if terms is None:
        return None
    value = float(terms.value)
    if terms.operator in RISING:
        return Band(value, None)
    return Band(None, value) if terms.operator in FALLING else Band(value, value)


def spark(values: Sequence[float | None], *, band: Band | None, is_bad: bool) -> SafeString:
    """A line without axes over its target band. Hidden from readers: the value stands beside it."""
    known = [value for value in values if value is not None]
    if not known:
        return SafeString("")
    bounds = [] if band is None else [edge for edge in (band.low, band.high) if edge is not None]
    low, high = min(known + bounds), max(known + bounds)
    span = (high - low) or 1.0
    inner = SPARK_HEIGHT - 2 * _SPARK_EDGE

    def y(value: float) -> float:
        return round(SPARK_HEIGHT - _SPARK_EDGE - inner * (value - low) / span, 1)

    parts = []
    if band is not None:
        top = 0.0 if band.high is None else y(band.high)
        bottom = SPARK_HEIGHT if band.low is None else y(band.low)
        parts.append(
            f'<rect class="spark-band" y="{top}" width="150" height="{max(bottom - top, 1.5)}"/>'
        )
    step = SPARK_WIDTH / max(len(values) - 1, 1)
    for run in _runs(values):
        if len(run) == 1:
            place = run[0]
            x, height = round(place * step, 1), y(values[place])  # type: ignore[arg-type]
            run_points = f"{max(x - 3, 0)},{height} {min(x + 3, 150.0)},{height}"
        else:
            run_points = " ".join(
                f"{round(place * step, 1)},{y(values[place])}"  # type: ignore[arg-type]
                for place in run
            )
        parts.append(f'<polyline points="{run_points}"/>')
    kind = "spark is-bad" if is_bad else "spark"
    return mark_safe(  # noqa: S308 -- numbers of ours alone
        f'<svg class="{kind}" viewBox="0 0 150 40" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def series_chart(
    dots: Sequence[Dot],
    *,
    title: str,
    words: Callable[[float], str],
    limits: Rules | None,
) -> SafeString:
    """Periods from left to right: target band, limits, intervals, line and points.

    ``words`` writes a value on the axis. A table beside the chart says the same in figures.
    """
    scale = _scale(dots, limits)
    slot = (_RIGHT - _LEFT) / max(len(dots), 1)
    places = [_LEFT + slot * (n + 0.5) for n in range(len(dots))]
    parts = [*_grid(scale, words), *_bands(dots, places, slot, scale)]
    if limits is not None:
        parts += _limits(limits, scale)
    parts += _intervals(dots, places, scale)
    parts += _line(dots, places, scale)
    parts += _points(dots, places, scale)
    parts += _labels(dots, places)
    desc = "; ".join(f"{dot.label} {dot.text}" for dot in dots)
    # A picture may hold nothing that is to be reached by keyboard.
    role = "group" if any(dot.url for dot in dots) else "img"
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped where they are written
        f'<svg class="chart series" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="{role}" '
        f'aria-label="{escape(title)}"><desc>{escape(desc)}</desc>{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return _BOTTOM - (_BOTTOM - _TOP) * min(max(share, 0.0), 1.0)


def _scale(dots: Sequence[Dot], limits: Rules | None) -> _Scale:
    found = [v for dot in dots for v in (dot.value, dot.low, dot.high) if v is not None]
    for dot in dots:
        if dot.band is not None:
            found += [edge for edge in (dot.band.low, dot.band.high) if edge is not None]
    if limits is not None:
        found += [limits.low, limits.high]
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    return _Scale(low - room, high + room)


def _grid(scale: _Scale, words: Callable[[float], str]) -> Iterator[str]:
    for n in range(_TICKS):
        value = scale.low + (scale.high - scale.low) * n / (_TICKS - 1)
        y = _n(scale.y(value))
        yield f'<path class="stroke-line" d="M{_n(_LEFT)} {y}H{_n(_RIGHT)}" fill="none"/>'
        yield _text(_LEFT - 8, scale.y(value) + 4, words(value), anchor="end", kind="is-quiet")


def _bands(
    dots: Sequence[Dot], places: Sequence[float], slot: float, scale: _Scale
) -> Iterator[str]:
    for dot, x in zip(dots, places, strict=True):
        if dot.band is None:
            continue
        top = _TOP if dot.band.high is None else scale.y(dot.band.high)
        bottom = _BOTTOM if dot.band.low is None else scale.y(dot.band.low)
        yield (
            f'<rect class="series-band" x="{_n(x - slot / 2)}" y="{_n(top)}" '
            f'width="{_n(slot)}" height="{_n(max(bottom - top, 1.5))}"/>'
        )


def _limits(limits: Rules, scale: _Scale) -> Iterator[str]:
    named = ((limits.low, "4 4"), (limits.centre, "1 4"), (limits.high, "4 4"))
    for value, dash in named:
        y = _n(scale.y(value))
        yield (
            f'<path class="series-limit" d="M{_n(_LEFT)} {y}H{_n(_RIGHT)}" fill="none" '
            f'stroke-dasharray="{dash}"/>'
        )


def _intervals(dots: Sequence[Dot], places: Sequence[float], scale: _Scale) -> Iterator[str]:
    for dot, x in zip(dots, places, strict=True):
        if dot.low is None or dot.high is None:
            continue
        low, high = _n(scale.y(dot.low)), _n(scale.y(dot.high))
        cross = f"M{_n(x - 4)} {low}h8M{_n(x - 4)} {high}h8M{_n(x)} {low}V{high}"
        yield f'<path class="series-interval" d="{cross}" fill="none"/>'


def _line(dots: Sequence[Dot], places: Sequence[float], scale: _Scale) -> Iterator[str]:
    for run in _runs([dot.value for dot in dots]):
        points = " ".join(
            f"{_n(places[n])},{_n(scale.y(value))}"
            for n in run
            if (value := dots[n].value) is not None
        )
        yield f'<polyline class="series-line" points="{points}" fill="none"/>'


def _points(dots: Sequence[Dot], places: Sequence[float], scale: _Scale) -> Iterator[str]:
    for dot, x in zip(dots, places, strict=True):
        if dot.value is None:
            continue
        y = scale.y(dot.value)
        mark = f'<circle class="series-dot is-{dot.shape}" cx="{_n(x)}" cy="{_n(y)}" r="4.5">'
        mark += f"<title>{escape(f'{dot.label} {dot.text}')}</title></circle>"
        if dot.stands_out:
            mark = f'<circle class="series-signal" cx="{_n(x)}" cy="{_n(y)}" r="8.5"/>{mark}'
        yield f'<a href="{escape(dot.url)}">{mark}</a>' if dot.url else mark


def _labels(dots: Sequence[Dot], places: Sequence[float]) -> Iterator[str]:
    every = -(-len(dots) // _MOST_LABELS) or 1
    for n in range(len(dots) - 1, -1, -every):
        yield _text(places[n], _BOTTOM + 20, dots[n].label, anchor="middle")


def _runs(values: Sequence[float | None]) -> Iterable[list[int]]:
    """Places of values that follow each other without a gap."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
