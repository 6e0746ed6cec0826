"""The same of WeasyPrint for less time: its sheet for our elements only, each object written once.

Neither is an option of WeasyPrint 70: one is a method that its own tests replace, the other a
use of ``finisher``. Should a later release do without the method, documents stay the same and
take a tenth longer; ``tests/reports/builders/test_weasy.py`` compares both ways.
"""

import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from reports.builders import assets

LEVEL = 6  # of compression: half the time of pydyf's 9, files 2 to 4 % larger


def parse(html: str, fetcher: Any) -> Any:
    """A `weasyprint.HTML` of our own markup: elements that `base.css` knows, and no other."""
    return _html_class()(string=html, url_fetcher=fetcher)


@cache
def _html_class() -> Any:
    from weasyprint import CSS, HTML

    sheet = CSS(string=assets.content(assets.BASE_SHEET).decode())

    class OurHtml(HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, *_args: object, **_kwargs: object) -> list[Any]:
            return [sheet]

    return OurHtml


def finish(_document: object, pdf: Any) -> None:
    """The ``finisher`` of every document.

    WeasyPrint 70 lists each embedded file twice in ``/AF``. pydyf writes each object to hash
    the document and once more to store it.
    """
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    pdf.objects[:] = [item if item.free == "f" else _written(item) for item in pdf.objects]


@dataclass(slots=True)
class _Written:
    """An object of a PDF with its bytes; pydyf sets ``offset``."""

    number: int
    generation: int
    compressible: bool
    data: bytes
    offset: int = 0
    free: str = "n"

    @property
    def indirect(self) -> bytes:
        """The object as it stands in the file."""
        return b"%d %d obj\n%b\nendobj" % (self.number, self.generation, self.data)


def _written(item: Any) -> _Written:
    if getattr(item, "compress", False):
        _compress(item)
    return _Written(item.number, item.generation, item.compressible, item.data)


def _compress(stream: Any) -> None:
    """Do what pydyf would do while writing."""
    stream.compress = False
    content = stream.data.partition(b">>\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [zlib.compress(content, LEVEL)]
    stream.extra["Filter"] = "/FlateDecode"
