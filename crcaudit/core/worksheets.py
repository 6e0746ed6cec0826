"""Rows of a worksheet, written whole.

openpyxl makes objects of every cell on its way into the file. Here a row is one piece of XML,
which it takes as it is; it still does everything else: styles, widths, panes, lists, the package.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

Value = str | int | float | date | None
Cell = tuple[Value, int]  # a value, and the number of its style; see `style_of`

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # no sheet of ours is wider
_DAY_ZERO = date(1899, 12, 30)  # so that spreadsheets and the calendar agree from March 1900 on


class Rows:
    """The rows of one sheet of a write-only book, from the first one down.

    Made when all that stands above the rows is set: widths, panes, the size of the sheet. Texts
    are written as texts, whatever they look like, and hold nothing that XML cannot.
    """

    def __init__(self, sheet: Any) -> None:
        # Hooks of openpyxl that are not in its manual: a test writes, reads and compares.
        sheet._get_writer()  # noqa: SLF001
        sheet._writer.write_row = _write  # noqa: SLF001
        sheet._values_to_row = _as_it_is  # noqa: SLF001
        self._sheet = sheet
        self._last = 0

    def append(self, cells: Sequence[Cell], *, height: int = 0) -> None:
        """One row; ``height`` is in points, 0 for the usual one, which grows with its texts."""
        self._last += 1
        self._sheet.append([_xml(self._last, cells, height)])


def style_of(sheet: Any, **styles: Any) -> int:
    """Number of a style in the book, made of what openpyxl calls it: ``font``, ``alignment``."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    for name, value in styles.items():
        setattr(cell, name, value)
    number: int = cell.style_id
    return number


def _as_it_is(row: list[str], _number: int) -> list[str]:
    return row


def _write(file: Any, row: list[str], _number: int) -> None:
    from openpyxl.xml.functions import fromstring

    file.write(fromstring(row[0]))


def _xml(number: int, cells: Sequence[Cell], height: int) -> str:
    tall = f' ht="{height}"' if height else ""
    pieces = [f'<row r="{number}"{tall}>']
    for place, (value, style) in enumerate(cells):
        name = f'r="{_LETTERS[place]}{number}" s="{style}"'
        if isinstance(value, str) and value:
            space = "" if value == value.strip() else ' xml:space="preserve"'
            text = f"<is><t{space}>{escape(value)}</t></is>"
            pieces.append(f'<c {name} t="inlineStr">{text}</c>')
        elif value is not None and value != "":
            shown = (value - _DAY_ZERO).days if isinstance(value, date) else value
            pieces.append(f"<c {name}><v>{shown}</v></c>")
        elif style:
            pieces.append(f"<c {name}/>")
    pieces.append("</row>")
    return "".join(pieces)
