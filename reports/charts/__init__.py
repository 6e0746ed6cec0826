"""Charts: plain values to an SVG text, the same picture on screen and in documents.

Each has a title, a description that says its figures in words, and labels in text; a verdict is
a shape before it is a colour; a value that was not assessed reads so and is never drawn as zero.
Inline on screen (``{{ chart }}``), and ``data_uri(chart)`` as the source of an image in a PDF.
"""

from django.utils.safestring import SafeString

from crcaudit.core.verdicts import VERDICTS, shape_svg
from reports.charts import svg
from reports.charts.bars import BarRow, Share, domain_bars, rating_distribution, score_bar
from reports.charts.lines import Point, progress_line
from reports.charts.rounds import Axis, gauge, radar
from reports.charts.svg import data_uri
from reports.charts.tiles import MapRow, Tile, engagement_map

__all__ = [
    "Axis",
    "BarRow",
    "MapRow",
    "Point",
    "Share",
    "Tile",
    "data_uri",
    "domain_bars",
    "engagement_map",
    "gauge",
    "progress_line",
    "radar",
    "rating_distribution",
    "score_bar",
    "verdict_symbol",
]


def verdict_symbol(kind: str) -> SafeString:
    """The shape of one verdict alone, 10 by 10. ``KeyError`` for an unknown kind."""
    words = str(VERDICTS[kind].label)
    return svg.document(10, 10, title=words, desc=words, parts=[shape_svg(kind)])
