"""The map of the engagements: one tile each, grouped by domain, with code and shape."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crcaudit.core.verdicts import VERDICTS, shape_svg
from reports.charts import svg

WIDTH = 680.0
PER_LINE = 5
_LEFT, _TILE, _HIGH, _STEP_X, _STEP_Y = 268.0, 76.0, 24.0, 82.0, 29.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One engagement. ``shape`` is a verdict kind; ``href`` a path on this site, or ""."""

    code: str
    shape: str
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class MapRow:
    """One domain and its engagements, in order; may be empty."""

    code: str
    title: str
    tiles: tuple[Tile, ...]


def engagement_map(rows: Sequence[MapRow]) -> SafeString:
    """All engagements at a glance, five to a line, and under them what each shape means."""
    parts, y = [], 0.0
    for row in rows:
        lines = max(-(-len(row.tiles) // PER_LINE), 1)
        height = lines * _STEP_Y + 11
        parts += [
            svg.text(0, y + 22, row.code, bold=True, fill=svg.INK_2),
            svg.label(32, y + 18, row.title, width=_LEFT - 46, size=11),
            *(_tile(tile, index, y + 6) for index, tile in enumerate(row.tiles)),
            svg.line(0, y + height, WIDTH, y + height, svg.LINE),
        ]
        y += height
    counts = Counter(tile.shape for row in rows for tile in row.tiles)
    parts.append(_legend(counts, y + 12))
    desc = "; ".join(
        f"{tile.code} {VERDICTS[tile.shape].label}" for row in rows for tile in row.tiles
    )
    return svg.document(WIDTH, y + 52, title=_("Conformity by engagement"), desc=desc, parts=parts)


def _tile(tile: Tile, index: int, top: float) -> str:
    verdict = VERDICTS[tile.shape]
    x = _LEFT + index % PER_LINE * _STEP_X
    y = top + index // PER_LINE * _STEP_Y
    name = f"{tile.code} {tile.text}".strip()
    drawn = (
        f"<g><title>{escape(svg.clean(f'{name}: {verdict.label}'))}</title>"
        + svg.rect(x, y, _TILE, _HIGH, verdict.wash, radius=4, stroke=_border(tile.shape))
        + svg.text(x + 9, y + 16.2, tile.code, bold=True, fill=verdict.colour)
        + shape_svg(tile.shape, x=x + _TILE - 20, y=y + 6.5, size=11)
        + "</g>"
    )
    # Only a path of this site: a tile never leads elsewhere, nor runs a script.
    if not tile.href.startswith("/") or tile.href.startswith("//"):
        return drawn
    return f'<a href="{escape(svg.clean(tile.href))}">{drawn}</a>'


def _border(shape: str) -> str:
    return svg.LINE if shape == "none" else ""


def _legend(counts: Counter[str], y: float) -> str:
    slot = WIDTH / len(VERDICTS)
    parts = []
    for index, verdict in enumerate(VERDICTS.values()):
        x = slot * index
        parts += [
            shape_svg(verdict.kind, x=x, y=y, size=11),
            svg.text(x + 17, y + 10, str(counts[verdict.kind]), bold=True),
            *(
                svg.text(x + 17, y + 24 + 12 * row, words, size=10, fill=svg.INK_2)
                for row, words in enumerate(
                    svg.wrap(str(verdict.label), width=slot - 24, size=10, lines=2)
                )
            ),
        ]
    return "".join(parts)
