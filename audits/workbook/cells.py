"""The cells of a sheet that came back, row by row, as openpyxl reads them.

openpyxl makes a dozen objects of a text that stands in its cell, as all of ours do; these are read
from the XML itself. Everything else is openpyxl's: shared texts, numbers, days, formulas, errors.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from audits.workbook.columns import LETTERS

MOST_ROWS = 20_000  # as many as the gate lets through
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXT, _DIGITS = f"{_SPACE}t", "0123456789"
_PLACES = {letter: place for place, letter in enumerate(LETTERS, start=1)}

# What stands in a cell, and what it is: "s" a text, "n" a number, "d" a day, "b" yes or no,
# "f" a formula, "e" an error.
Typed = tuple[Any, str]


def rows_of(
    book: Any, title: str, names: Mapping[str, str], *, start: int = 1
) -> Iterator[tuple[int, dict[str, Typed]]]:
    """Numbers and cells of the rows, of the columns in ``names`` alone: letter to name.

    Rows and cells without anything in them may be left out.
    """
    from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    sheet = book[title]
    # Hooks of openpyxl that its manual does not have; tests read what it would read.
    with sheet._get_source() as source:  # noqa: SLF001
        parser: Any = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        cells = _Cells(parser, names)
        parser.parse_cell = cells.read
        for _event, element in iterparse(source):
            if element.tag == ROW_TAG:
                number, found = parser.parse_row(element)
                if number > MOST_ROWS:
                    return
                if number >= start:
                    yield number, {name: value for name, value in found if name}
                element.clear()
            elif element.tag == DATA_TAG:
                return


class _Cells:
    """Reads one cell after the other: its name, "" for one that nobody asks for, and its value."""

    def __init__(self, parser: Any, names: Mapping[str, str]) -> None:
        self._parser, self._names, self._usual = parser, names, parser.parse_cell

    def read(self, element: Any) -> tuple[str, Typed]:
        letter = element.get("r", "").rstrip(_DIGITS)
        name = self._names.get(letter, "")
        if letter in _PLACES and (not name or element.get("t") == "inlineStr"):
            self._parser.col_counter = _PLACES[letter]
            if not name:
                return "", (None, "n")
            if (text := _one_text(element)) is not None:
                return name, (text, "s")
        found = self._usual(element)
        column = found["column"]
        letter = LETTERS[column - 1] if column <= len(LETTERS) else ""
        value = found["value"]
        return self._names.get(letter, "") if value is not None else "", (value, found["data_type"])


def _one_text(element: Any) -> str | None:
    """The text of a cell that holds it itself, in one piece; None for any other cell."""
    if len(element) != 1 or len(element[0]) != 1 or element[0][0].tag != _TEXT:
        return None
    return element[0][0].text or ""
