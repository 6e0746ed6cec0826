"""The beginning of a table or a text, as plain values that a template escapes.

Only for files that passed the gate. Rows and characters are bounded, and what is left out is said.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from crcaudit.core import formats
from crcaudit.core.files.refusals import FileRefusedError, Refusal

MAX_ROWS = 200
MAX_COLUMNS = 60
MAX_CELL = 500
_MAX_CHARACTERS = 512 * 1024
_MAX_LINES = 1000
_DELIMITERS = ";,\t|"
_WHOLE = 10**15
_MAX_PLACES = 10
# As people and exports write them: sign, groups of three, decimals, a unit.
_NUMBER = re.compile(r"[-+\u2212]?\d[\d\s.,'\u2019]{0,30}[%\u20ac]?")


@dataclass(frozen=True, slots=True)
class TablePreview:
    """First rows of a table, every row of the same width, cells as text.

    ``sheets`` holds the names of a workbook's sheets in order, empty for CSV; ``sheet`` is the
    place of the one shown. ``is_cut`` says that rows, columns or long cells were left out.
    """

    rows: tuple[tuple[str, ...], ...]
    is_cut: bool
    sheets: tuple[str, ...] = ()
    sheet: int = 0

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers and nothing else below their first row."""
        width = len(self.rows[0]) if self.rows else 0
        columns = ([row[place].strip() for row in self.rows[1:]] for place in range(width))
        filled = (list(filter(None, column)) for column in columns)
        return tuple(bool(cells) and all(map(_NUMBER.fullmatch, cells)) for cells in filled)


def read_text(path: Path, encoding: str) -> tuple[str, bool]:
    """First lines of a text, and whether more follows."""
    text, is_cut = _start(path, encoding)
    lines = text.splitlines()
    return "\n".join(lines[:_MAX_LINES]), is_cut or len(lines) > _MAX_LINES


def read_csv(path: Path, encoding: str) -> TablePreview:
    """First rows of a CSV file; the delimiter is the one its first lines use most."""
    text, is_cut = _start(path, encoding)
    sample = text[:4096]
    delimiter = max(_DELIMITERS, key=sample.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    return _table(_until_broken(reader), is_cut=is_cut)


def read_workbook(path: Path, sheet: int = 0) -> TablePreview:
    """First rows of one sheet, values as last computed; an unknown sheet number shows the first.

    Raises FileRefusedError when the workbook cannot be read.
    """
    from openpyxl import load_workbook  # 1.7 s: not at start

    try:
        with path.open("rb") as stream:  # stored files have no extension to go by
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            names = tuple(item.title for item in book.worksheets)
            shown = sheet if 0 <= sheet < len(names) else 0
            book.worksheets[shown].reset_dimensions()
            rows = ([_shown(cell) for cell in row] for row in book.worksheets[shown].iter_rows())
            table = _table(rows, is_cut=False)
            book.close()
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise FileRefusedError(Refusal.DAMAGED) from error
    return TablePreview(table.rows, table.is_cut, names, shown)


def _start(path: Path, encoding: str) -> tuple[str, bool]:
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        text = stream.read(_MAX_CHARACTERS + 1)
    return text[:_MAX_CHARACTERS], len(text) > _MAX_CHARACTERS


def _until_broken(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """Rows until one that no CSV reader can read, which ends the preview but not the file."""
    try:
        yield from reader
    except csv.Error:
        return


def _table(rows: Iterable[list[str]], *, is_cut: bool) -> TablePreview:
    first = [list(row) for row in islice(rows, MAX_ROWS + 1)]
    kept = first[:MAX_ROWS]
    while kept and not any(kept[-1]):
        kept.pop()
    width = max((len(row) for row in kept), default=0)
    long_cells = any(len(cell) > MAX_CELL for row in kept for cell in row)
    columns = min(width, MAX_COLUMNS)
    filled = (tuple(_short(cell) for cell in (row + [""] * columns)[:columns]) for row in kept)
    cut = is_cut or len(first) > MAX_ROWS or width > MAX_COLUMNS or long_cells
    return TablePreview(tuple(filled), cut)


def _short(cell: str) -> str:
    return cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]}…"


def _shown(cell: Any) -> str:
    """A cell as its workbook would show it: percentages, dates and numbers of the language."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _number(value: float, pattern: str) -> str:
    exact = Decimal(f"{value:.12g}")
    if "%" in pattern:
        places = len(pattern.partition(".")[2].partition("%")[0])
        return f"{formats.number(exact * 100, decimals=places)}{formats.NO_BREAK}%"
    places = -int(exact.as_tuple().exponent)
    if abs(exact) >= _WHOLE or places > _MAX_PLACES:
        return str(value)
    return formats.number(exact, decimals=max(places, 0))
