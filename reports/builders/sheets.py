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
Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, what it shows of an item, its width in characters."""

    header: str
    value: Callable[[Any], Value]
    width: int = 16


class Sheet:
    """One sheet of the book, written row by row; its columns have their widths."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self.sheet = book.create_sheet(title)
        for number, column in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = column.width
        self.sheet.freeze_panes = "B2"
        self.new_cell = WriteOnlyCell
        self.bold = WriteOnlyCell(self.sheet)
        self.bold.font = Font(bold=True)

    def append_bold(self, texts: Sequence[str]) -> None:
        """A row of headings. A row is written as it is read, so one styled cell serves for all."""
        self.sheet.append(self._filled(self.bold, text) for text in texts)

    def append(self, values: Sequence[Value]) -> None:
        """One row; a text too long for a cell goes on in the rows below, which say so."""
        row = [
            value if not isinstance(value, str) or (value and _PLAIN(value)) else self._cell(value)
            for value in values
        ]
        if tuple in map(type, row):
            self._append_long(f"{_clean(str(values[0]))[:CELL_CHARS]} ({_('continued')})", row)
        else:
            self.sheet.append(row)

    def _append_long(self, name_below: str, row: Sequence[Any]) -> None:
        columns = [cell if isinstance(cell, tuple) else (cell,) for cell in row]
        for place in range(max(map(len, columns))):
            cells = [pieces[place] if place < len(pieces) else None for pieces in columns]
            if place:
                cells[0] = self._cell(name_below)
            self.sheet.append(cells)

    def _cell(self, text: str) -> Any:
        """A text as text whatever it looks like; the same text comes back on re-import.

        None for an empty one, a tuple of cells for one that a cell cannot hold.
        """
        text = _clean(text)
        if len(text) > CELL_CHARS:
            starts = range(0, len(text), CELL_CHARS)
            return tuple(self._cell(text[start : start + CELL_CHARS]) for start in starts)
        if not text.startswith(FORMULA_STARTS):
            return text or None
        cell = self._filled(self.new_cell(self.sheet), text)
        cell.quotePrefix = True
        return cell

    @staticmethod
    def _filled(cell: Any, text: str) -> Any:
        cell.value = text
        cell.data_type = "s"
        return cell


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
