"""Style rules made from code: the verdicts' shapes and the watermark of a draft."""

from functools import cache

from django.utils.translation import gettext as _

from crcaudit.core.verdicts import VERDICTS
from reports import charts
from reports.charts import svg

# The shapes as characters of our own font (tests/reports/verdict_font.py draws it): documents
# print hundreds of them, and as text they are also read aloud, copied and searched.
SYMBOLS = {"ok": "●", "part": "◐", "minor": "△", "major": "▲", "na": "–", "none": "◌"}  # noqa: RUF001


def marked(kind: str, words: str) -> str:
    """The shape of a verdict, then the words; the style class is ``s-<kind>``."""
    return f"{SYMBOLS[kind]}\u00a0{words}"


@cache
def verdict_css() -> str:
    """Two classes per verdict.

    ``.s-<kind>`` is for a text made by ``marked``, ``.b-<kind>`` puts a bar on the left.
    """
    return "".join(
        f'.s-{verdict.kind}{{font-family:"CRC Verdicts","Source Sans 3";color:{verdict.colour}}}'
        f".b-{verdict.kind}{{border-left:.9mm solid {verdict.colour}}}"
        for verdict in VERDICTS.values()
    )


def watermark_css() -> str:
    """The word of a draft across every page, behind the text."""
    word = _("DRAFT")
    mark = (
        '<g transform="translate(250 250) rotate(-52)">'
        + svg.text(0, 34, word, size=104, anchor="middle", fill="#eceff4", bold=True)
        + "</g>"
    )
    picture = svg.document(500, 500, title=word, desc=word, parts=[mark])
    address = charts.data_uri(picture)
    return f'@page{{background:url("{address}") center/170mm no-repeat}}'
