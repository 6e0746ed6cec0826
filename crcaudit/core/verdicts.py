"""The six verdicts: shape, word and colour, in one place for screens, charts and documents.

A colour never stands alone: the shape says the same thing in grey print. Shapes are drawn in a
10 x 10 box with ``currentColor``; colours are those of ``tokens.css`` in the light scheme, which
is what charts in documents use.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

BOX = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict. ``colour`` and ``wash`` are hexadecimal; ``shape`` is trusted SVG."""

    kind: str
    label: str | Promise
    shape: str
    colour: str
    wash: str


VERDICTS = {
    verdict.kind: verdict
    for verdict in (
        Verdict(
            "ok",
            _("Conform"),
            '<circle cx="5" cy="5" r="4.5" fill="currentColor"/>',
            "#1b7a4b",
            "#e4f4ea",
        ),
        Verdict(
            "part",
            _("Partially conform"),
            '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor"/>'
            '<path d="M5 1a4 4 0 0 1 0 8z" fill="currentColor"/>',
            "#8a6100",
            "#fdf2d6",
        ),
        Verdict(
            "minor",
            _("Minor nonconformity"),
            '<path d="M5 1l4.5 8h-9z" fill="none" stroke="currentColor" stroke-width="1.3"/>',
            "#b2470f",
            "#fde9dd",
        ),
        Verdict(
            "major",
            _("Major nonconformity"),
            '<path d="M5 .7l4.8 8.6H.2z" fill="currentColor"/>',
            "#ac1f2d",
            "#fbe4e6",
        ),
        Verdict(
            "na",
            _("Not applicable"),
            '<path d="M1 5h8" stroke="currentColor" stroke-width="1.6"/>',
            "#5b6a82",
            "#eef1f6",
        ),
        Verdict(
            "none",
            _("Not assessed"),
            '<circle cx="5" cy="5" r="4" fill="none" stroke="currentColor"'
            ' stroke-dasharray="2 1.6"/>',
            "#5b6a82",
            "#ffffff",
        ),
    )
}


def shape_svg(kind: str, *, x: float = 0, y: float = 0, size: float = BOX) -> SafeString:
    """The shape of a verdict as an SVG group, its top left corner at (x, y), ``size`` wide.

    For charts: the group takes its colour from ``color``, set to the verdict's own.
    Raises ``KeyError`` for an unknown kind.
    """
    verdict = VERDICTS[kind]
    place = f"translate({x:g} {y:g}) scale({size / BOX:g})"
    return mark_safe(  # noqa: S308 - constants and formatted numbers only
        f'<g transform="{place}" color="{verdict.colour}">{verdict.shape}</g>'
    )
