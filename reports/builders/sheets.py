"""Sheets of a workbook, written row by row.

Every text is written as text: a leading "=" is never a formula. A text that a cell cannot hold
goes on in the row below, and says so.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from crcaudit.core.text import clean_text
from crcaudit.core.worksheets import Cell, Rows, Value, style_of

CELL_CHARS = 32_000  # Excel holds 32,767 and counts some characters twice
# "#": openpyxl takes "#N/A" and its like for errors.
FORMULA_STARTS = ("=", "+", "-", "@", "#", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: same input, same bytes

_SURROGATES = re.compile("[\ud800-\udfff]")
# A text that is written as it is, as nearly all are: no formula, not too long, nothing that
# `clean_text` would change. Latin letters in one piece, usual spaces, punctuation and signs.
_PLAIN = re.compile(
    "(?![-=+@#])[\n -~\u00a0-\u02ff\u2010-\u2027\u202f-\u205e\u20ac\u2200-\u22ff]"
    f"{{0,{CELL_CHARS}}}"
).fullmatch
PLAIN = 0  # the style of a cell without any
EMPTY: Cell = (None, PLAIN)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, what it shows of an item, its width in characters."""

    header: str
    value: Callable[[Any], Value]
    width: int = 16


class Sheet:
    """One sheet of the book, written row by row; its columns have their widths."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column]) -> None:
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        sheet = book.create_sheet(title)
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        sheet.freeze_panes = "B2"
        self._bold = style_of(sheet, font=Font(bold=True))
        self._day = style_of(sheet, number_format="yyyy-mm-dd")
        self._quoted = style_of(sheet, quotePrefix=True)
        self._rows = Rows(sheet)

    def append_bold(self, texts: Sequence[str]) -> None:
        """A row of headings."""
        self._rows.append([(text, self._bold) for text in texts])

    def append(self, values: Sequence[Value]) -> None:
        """One row; a text too long for a cell goes on in the rows below, which say so."""
        row = [self._pieces(value) for value in values]
        for place in range(max(map(len, row), default=1)):
            cells = [pieces[place] if place < len(pieces) else EMPTY for pieces in row]
            if place:
                below = f"{_clean(str(values[0]))[:CELL_CHARS]} ({_('continued')})"
                cells[0] = self._text(below)
            self._rows.append(cells)

    def _pieces(self, value: Value) -> list[Cell]:
        """A value in as many cells as it takes: one below the other."""
        if not isinstance(value, str):
            return [(value, self._day if isinstance(value, date) else PLAIN)]
        if _PLAIN(value):
            return [(value, PLAIN)]
        text = _clean(value)
        starts = range(0, len(text), CELL_CHARS) if text else (0,)
        return [self._text(text[start : start + CELL_CHARS]) for start in starts]

    def _text(self, text: str) -> Cell:
        """A text as text whatever it looks like; the same text comes back on re-import."""
        return (text, self._quoted if text.startswith(FORMULA_STARTS) else PLAIN)


def _clean(text: str) -> str:
    return _SURROGATES.sub("\ufffd", clean_text(text))


class TimelessArchive(zipfile.ZipFile):
    """An archive whose entries all have the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        """One entry with its content."""
        info = zipfile.ZipInfo(zinfo_or_arcname, STAMP)
        info.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """One entry with the content of a file."""
        self.writestr(arcname or filename, Path(filename).read_bytes())
