"""Reasons by weight, and channels side by side over months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 880.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 828.0, 18.0, 256.0
_ENDS = 720.0  # of the bars of the mix: names of channels stand to the right
_VITAL, _STEP = 0.8, 14.0
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MOST_BARS = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason: its share and that of all bars up to it, from 0 to 1. ``text`` is heard."""

    label: str
    share: float
    together: float
    is_vital: bool
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One month: the share of each channel from 0 to 1; empty when nothing was counted."""

    label: str
    shares: Sequence[float]
    text: str


def pareto_chart(bars: Sequence[Bar], *, title: str) -> SafeString:
    """Bars from the heaviest on, numbered as in the table beside, and what they make together."""
    slot = (_RIGHT - _LEFT) / max(len(bars), 1)
    places = [_LEFT + slot * (n + 0.5) for n in range(len(bars))]
    parts = [*_grid()]
    for bar, x in zip(bars, places, strict=True):
        width = min(slot * 0.7, 48.0)
        kind = "pareto-bar is-vital" if bar.is_vital else "pareto-bar"
        top = _y(bar.share)
        parts.append(
            f'<rect class="{kind}" x="{_n(x - width / 2)}" y="{_n(top)}" width="{_n(width)}" '
            f'height="{_n(max(_BOTTOM - top, 1.0))}"><title>{escape(bar.text)}</title></rect>'
        )
        parts.append(_text(x, _BOTTOM + 18, bar.label, anchor="middle"))
    vital = _n(_y(_VITAL))
    parts.append(
        f'<path class="pareto-limit" d="M{_n(_LEFT)} {vital}H{_n(_RIGHT)}" fill="none" '
        'stroke-dasharray="6 4"/>'
    )
    points = " ".join(
        f"{_n(x)},{_n(_y(bar.together))}" for bar, x in zip(bars, places, strict=True)
    )
    parts.append(f'<polyline class="series-line" points="{points}" fill="none"/>')
    parts += [
        f'<circle class="series-dot" cx="{_n(x)}" cy="{_n(_y(bar.together))}" r="3.5"/>'
        for bar, x in zip(bars, places, strict=True)
    ]
    desc = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    return _svg(title, desc, parts)


def mix_chart(columns: Sequence[Column], names: Sequence[str], *, title: str) -> SafeString:
    """One stack of channels for each month, the first channel at the foot; names at the right."""
    slot = (_ENDS - _LEFT) / max(len(columns), 1)
    parts = [*_grid(right=_ENDS)]
    for n, column in enumerate(columns):
        x, foot = _LEFT + slot * (n + 0.5), 0.0
        width = min(slot * 0.72, 44.0)
        for place, share in enumerate(column.shares):
            top = _y(foot + share)
            if share:
                parts.append(
                    f'<rect class="mix-{place}" x="{_n(x - width / 2)}" y="{_n(top)}" '
                    f'width="{_n(width)}" height="{_n(_y(foot) - top)}"/>'
                )
            foot += share
        parts.append(_text(x, _BOTTOM + 18, column.label, anchor="middle", kind="is-quiet"))
    shown = next((column.shares for column in reversed(columns) if column.shares), ())
    parts += _names(shown, names)
    desc = "; ".join(f"{column.label} {column.text}" for column in columns)
    return _svg(title, desc, parts)


def _names(shares: Sequence[float], names: Sequence[str]) -> Iterator[str]:
    """Each beside its part of the last stack; pushed up where two would overlap."""
    foot, last = 0.0, _BOTTOM + _STEP
    for place, (share, name) in enumerate(zip(shares, names, strict=False)):
        y = min(_y(foot + share / 2) + 4, last - _STEP)
        foot, last = foot + share, y
        if not share:
            last = y + _STEP
            continue
        at = f'x="{_n(_ENDS + 8)}" y="{_n(y - 9)}"'
        yield f'<rect class="mix-{place}" {at} width="10" height="10"/>'
        yield _text(_ENDS + 24, y, name)


def _grid(right: float = _RIGHT) -> Iterator[str]:
    for share in _TICKS:
        y = _n(_y(share))
        yield f'<path class="stroke-line" d="M{_n(_LEFT)} {y}H{_n(right)}" fill="none"/>'
        yield _text(_LEFT - 8, _y(share) + 4, f"{share * 100:.0f} %", anchor="end", kind="is-quiet")


def _svg(title: str, desc: str, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped where they are written
        f'<svg class="chart series" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(title)}"><desc>{escape(desc)}</desc>{"".join(parts)}</svg>'
    )


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(share, 0.0), 1.0)


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
