"""The seven criteria of a provider as bars, with the part that is required."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from django.utils.safestring import SafeString, mark_safe

_WIDTH, _ROW, _TOP, _BOTTOM = 680.0, 34.0, 22.0, 8.0
_LEFT, _RIGHT = 230.0, 600.0
_HEIGHT, _HUNDRED = 14.0, 100


@dataclass(frozen=True, slots=True)
class CriterionBar:
    """One criterion. ``share`` is in [0, 1], None when nothing was judged; ``text`` says it."""

    label: str
    share: Fraction | None
    shape: str
    text: str


def criteria_chart(
    bars: Sequence[CriterionBar], *, required: int, title: str, mark: str
) -> SafeString:
    """Bars from 0 to 100 % and a line at ``required`` percent, which ``mark`` names."""
    height = _TOP + _ROW * len(bars) + _BOTTOM
    words = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    parts = [part for n, bar in enumerate(bars) for part in _bar(bar, _TOP + _ROW * n + _ROW / 2)]
    parts += _mark(required, height - _BOTTOM, mark)
    return mark_safe(  # noqa: S308 -- numbers of ours, and texts escaped
        f'<svg class="chart criteria-chart" viewBox="0 0 {_n(_WIDTH)} {_n(height)}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"<desc>{escape(words)}</desc>{''.join(parts)}</svg>"
    )


def _bar(bar: CriterionBar, y: float) -> Iterator[str]:
    yield (
        f'<text x="{_n(_LEFT - 12)}" y="{_n(y + 4.5)}" text-anchor="end">{escape(bar.label)}</text>'
    )
    yield _rect("criteria-track", _RIGHT - _LEFT, y)
    if bar.share:
        yield _rect(f"fill-{bar.shape}", (_RIGHT - _LEFT) * float(bar.share), y)
    yield (
        f'<text class="is-bold" x="{_n(_RIGHT + 10)}" y="{_n(y + 4.5)}">{escape(bar.text)}</text>'
    )


def _mark(required: int, bottom: float, words: str) -> Iterator[str]:
    x = _LEFT + (_RIGHT - _LEFT) * required / _HUNDRED
    yield (
        f'<path class="stroke-line criteria-mark" d="M{_n(x)} {_n(_TOP - 4)}V{_n(bottom)}" '
        'fill="none"/>'
    )
    yield f'<text x="{_n(x)}" y="{_n(_TOP - 8)}" text-anchor="middle">{escape(words)}</text>'


def _rect(kind: str, width: float, y: float) -> str:
    return (
        f'<rect class="{kind}" x="{_n(_LEFT)}" y="{_n(y - _HEIGHT / 2)}" '
        f'width="{_n(width)}" height="{_n(_HEIGHT)}" rx="2"/>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
