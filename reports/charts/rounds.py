"""Round charts: the gauge of one score, the radar of the domains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crcaudit.core.formats import percent
from reports.charts import svg

_RADIUS = 120.0
_CENTRE = (340.0, 168.0)
RINGS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))


@dataclass(frozen=True, slots=True)
class Axis:
    """One branch of the radar. Ratios in [0, 1]; None when there is no score, never drawn as 0.

    ``missing`` says why there is no score, "" for "not assessed".
    """

    code: str
    title: str
    now: Fraction | None
    then: Fraction | None = None
    missing: str = ""


def gauge(score: Fraction | None, *, threshold: Fraction | None, caption: str) -> SafeString:
    """A half ring filled up to the score, a tick at the threshold, the figure in the middle."""
    value = percent(score, decimals=1)
    x, y, radius = 110.0, 108.0, 90.0
    parts = [_arc(x, y, radius, 1, svg.TRACK)]
    if score:
        parts.append(_arc(x, y, radius, float(score), svg.ACCENT))
    size = 30 if score is not None else 17
    parts.append(svg.text(x, y - 14, value, size=size, anchor="middle", bold=True))
    parts += [
        svg.text(x, y + 6 + 14 * row, words, size=11, anchor="middle", fill=svg.INK_2)
        for row, words in enumerate(svg.wrap(caption, width=200, size=11, lines=2))
    ]
    desc = f"{caption} {value}"
    if threshold is not None:
        angle = pi * (1 - float(threshold))
        ends = [(x + r * cos(angle), y - r * sin(angle)) for r in (radius - 13, radius + 13)]
        parts.append(svg.mark(*ends[0], *ends[1], svg.THRESHOLD))
        mark = f"{_('threshold')} {percent(threshold, decimals=0)}"
        parts.append(svg.text(x, y + 38, mark, size=11, anchor="middle", fill=svg.THRESHOLD))
        desc = f"{desc}, {mark}"
    return svg.document(220, 152, title=caption, desc=desc, parts=parts)


def radar(axes: Sequence[Axis], *, threshold: Fraction | None) -> SafeString:
    """Domains around a circle: today filled, the diagnosis dashed, the threshold dotted.

    Needs three axes to enclose anything; fewer are drawn as branches. An axis not assessed has
    its words, and the line is open there.
    """
    count = len(axes)
    parts = [_ring(level, count) for level in RINGS]
    parts += [svg.line(*_CENTRE, *_place(i, count, 1.0), svg.LINE) for i in range(count)]
    if threshold is not None and count:
        ring = [_place(i, count, float(threshold)) for i in range(count)]
        parts.append(svg.polyline([*ring, ring[0]], svg.THRESHOLD, width=1.5, dash="2 3"))
    parts += _series([axis.then for axis in axes], svg.INK, dash="5 3", filled=False)
    parts += _series([axis.now for axis in axes], svg.ACCENT, dash="", filled=True)
    parts += [_axis_label(axis, i, count) for i, axis in enumerate(axes)]
    parts.append(_key(axes, threshold))
    desc = "; ".join(_sentence(axis) for axis in axes)
    return svg.document(680, 350, title=_("Profile of the domains"), desc=desc, parts=parts)


def _arc(x: float, y: float, radius: float, share: float, colour: str) -> str:
    angle = pi * (1 - share)
    end = f"{svg.n(x + radius * cos(angle))} {svg.n(y - radius * sin(angle))}"
    return (
        f'<path d="M{svg.n(x - radius)} {svg.n(y)}A{svg.n(radius)} {svg.n(radius)} 0 0 1 {end}"'
        f' fill="none" stroke="{colour}" stroke-width="14"/>'
    )


def _place(index: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * pi * index / count - pi / 2
    return (
        _CENTRE[0] + _RADIUS * share * cos(angle),
        _CENTRE[1] + _RADIUS * share * sin(angle),
    )


def _ring(level: Fraction, count: int) -> str:
    if not count:
        return ""
    places = [_place(i, count, float(level)) for i in range(count)]
    return svg.polyline([*places, places[0]], svg.LINE, width=1)


def _series(values: list[Fraction | None], colour: str, *, dash: str, filled: bool) -> list[str]:
    """A closed shape when every value is known, else the pieces between the gaps."""
    count = len(values)
    known = [
        (index, _place(index, count, float(value)))
        for index, value in enumerate(values)
        if value is not None
    ]
    marks = [svg.dot(*place, 3.2, colour) for _index, place in known]
    if len(known) == count and count:
        places = [place for _index, place in known]
        fill = colour if filled else "none"
        return [svg.polyline([*places, places[0]], colour, dash=dash, fill=fill), *marks]
    pieces = [svg.polyline(piece, colour, dash=dash) for piece in _pieces(known, count)]
    return [*pieces, *marks]


def _pieces(
    known: list[tuple[int, tuple[float, float]]], count: int
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    places = dict(known)
    for index, place in known:
        following = (index + 1) % count
        if following in places and following != index:
            yield place, places[following]


def _axis_label(axis: Axis, index: int, count: int) -> str:
    x, y = _place(index, count, 1.13)
    side = x - _CENTRE[0]
    anchor = "middle" if abs(side) < 20 else ("start" if side > 0 else "end")  # noqa: PLR2004
    width = 250 if anchor == "middle" else 190
    lines = svg.wrap(f"{axis.code} {axis.title}", width=width, size=11, lines=3)
    top = _label_top(y, len(lines), beside=anchor != "middle")
    parts = [
        svg.text(x, top + 13 * row, words, size=11, anchor=anchor, fill=svg.INK_2)
        for row, words in enumerate(lines)
    ]
    parts.append(
        svg.text(x, top + 13 * len(lines), _value(axis), size=12, anchor=anchor, bold=True)
    )
    return "".join(parts)


def _label_top(y: float, lines: int, *, beside: bool) -> float:
    """First baseline: centred beside the circle, upwards above it, downwards below it."""
    if beside:
        return y - 13 * lines / 2 + 4
    return y - 13 * lines if y < _CENTRE[1] else y + 10


def _key(axes: Sequence[Axis], threshold: Fraction | None) -> str:
    entries = [(_("today"), svg.ACCENT, "")]
    if any(axis.then is not None for axis in axes):
        entries.append((_("diagnosis"), svg.INK, "5 3"))
    if threshold is not None:
        words = f"{_('threshold')} {percent(threshold, decimals=0)}"
        entries.append((words, svg.THRESHOLD, "2 3"))
    return "".join(
        svg.line(0, 12 + 18 * row, 26, 12 + 18 * row, colour, width=2, dash=dash)
        + svg.text(33, 16 + 18 * row, words, size=11, fill=svg.INK_2)
        for row, (words, colour, dash) in enumerate(entries)
    )


def _value(axis: Axis) -> str:
    if axis.now is None and axis.missing:
        return axis.missing
    return percent(axis.now, decimals=1)


def _sentence(axis: Axis) -> str:
    words = f"{axis.code} {axis.title} {_value(axis)}"
    if axis.then is None:
        return words
    return f"{words}, {_('diagnosis')} {percent(axis.then, decimals=1)}"
