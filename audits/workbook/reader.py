"""A workbook that came back: its stamp, and what stands in the cells to fill in.

Only for files that passed the gate. Nothing here knows what is in the database.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from audits.workbook import layout
from audits.workbook.layout import Name
from audits.workbook.problems import Problems, quoted
from audits.workbook.stamp import BadStampError, RowStamp, SheetStamp, Stamp, unseal
from crcaudit.core.files import FileRefusedError, Refusal

_MOST_ROWS = 20_000  # as many as the gate lets through
_DIGITS = 18
_COLUMNS = 12  # of the sheets that are only read, and two more
# What every row of the two sheets that are only read starts with.
_REFERENCE = re.compile(r"(?:F|ACT)-\d+")
READ = (Name.KEY, Name.CODE, Name.TEXT, *layout.ENTRY)


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement as it came back: where it stands, and its cells as texts."""

    sheet: str
    row: int
    taken: RowStamp
    cells: dict[Name, str]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook of a file. Raises FileRefusedError when it cannot be read."""
    from openpyxl import load_workbook

    try:
        with path.open("rb") as stream:
            book = load_workbook(stream, read_only=True, keep_links=False)
            yield book
            book.close()
    except (FileRefusedError, BadStampError):
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise FileRefusedError(Refusal.DAMAGED) from error


def read_stamp(book: Any) -> Stamp | None:
    """What the hidden sheet says; None when the workbook has none, so is not one of ours.

    Raises:
        BadStampError: when it was changed.
    """
    if layout.HIDDEN not in book.sheetnames:
        return None
    sheet = book[layout.HIDDEN]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=1, values_only=True)
    return unseal(str(row[0]) for row in rows if row and row[0])


def read_entries(book: Any, stamp: Stamp, problems: Problems) -> list[Entry]:
    """Every requirement of the stamp, in the order of the sheets; what is wrong is added."""
    entries: list[Entry] = []
    for sheet in stamp.sheets:
        if sheet.title not in book.sheetnames:
            problems.add(
                _("This sheet is missing: it was removed or renamed. Put it back as it was."),
                sheet=sheet.title,
            )
            continue
        entries += _Sheet(book[sheet.title], sheet, stamp, problems).entries()
    return entries


def check_tables(book: Any, stamp: Stamp, problems: Problems) -> None:
    """Say which rows were added to the findings and to the actions: they would be lost."""
    with override(stamp.language):
        titles = (_("Findings"), _("Actions"))
    for title in titles:
        if title not in book.sheetnames:
            continue  # nothing can be written there
        book[title].reset_dimensions()
        rows = book[title].iter_rows(
            min_row=layout.FIRST_ROW, max_row=_MOST_ROWS, max_col=_COLUMNS, values_only=True
        )
        for place, values in enumerate(rows, start=layout.FIRST_ROW):
            is_ours = values and _REFERENCE.fullmatch(str(values[0]).strip())
            if not is_ours and any(value not in (None, "") for value in values):
                text = _(
                    "Findings and actions are written in the application: write this one there, "
                    "then remove this row."
                )
                problems.add(text, sheet=title, row=place, column="A")


class _Sheet:
    """One sheet of requirements, read row by row."""

    def __init__(self, source: Any, sheet: SheetStamp, stamp: Stamp, problems: Problems) -> None:
        self._source, self._sheet, self._problems = source, sheet, problems
        self._names = layout.columns(per_site=stamp.per_site)
        self._letters = {
            name: layout.letter_of(name, per_site=stamp.per_site) for name in self._names
        }
        self._left = {row.pk: row for row in sheet.rows}
        self._known = set(self._left)

    def entries(self) -> Iterator[Entry]:
        """Its requirements; then what is missing is said."""
        self._source.reset_dimensions()
        rows = self._source.iter_rows(
            min_row=layout.FIRST_ROW, max_row=_MOST_ROWS, max_col=len(self._names)
        )
        for place, cells in enumerate(rows, start=layout.FIRST_ROW):
            values = dict(zip(self._names, cells, strict=False))
            if any(cell.value is not None for cell in cells):
                entry = self._entry(place, values)
                if entry is not None:
                    yield entry
        if self._left:
            self._say_missing()

    def _entry(self, place: int, values: dict[Name, Any]) -> Entry | None:
        cells = dict.fromkeys(READ, "")
        for name, cell in values.items():
            if cell.value is not None and name in READ:
                cells[name] = self._text(name, place, cell)
        key = cells[Name.KEY]
        if not any(cells[name] for name in (Name.KEY, Name.CODE, *layout.ENTRY)):
            return None
        is_number = key.isascii() and key.isdecimal() and len(key) <= _DIGITS
        taken = self._left.pop(int(key), None) if is_number else None
        if taken is not None:
            return Entry(self._sheet.title, place, taken, cells)
        if is_number and int(key) in self._known:
            text = _("This requirement stands here twice: keep one row of it.")
        else:
            text = _("This row was not in the workbook when it was taken away: remove it.")
        self._problems.add(text, sheet=self._sheet.title, row=place, column="A")
        return None

    def _text(self, name: Name, place: int, cell: Any) -> str:
        """What a person reads in the cell."""
        value = cell.value
        if cell.data_type in {"f", "e"}:
            text = (
                _("This cell holds a formula: write its result instead.")
                if cell.data_type == "f"
                else _("This cell holds an error (%(value)s): write a text instead.")
                % {"value": quoted(str(value))}
            )
            letter = self._letters[name]
            self._problems.add(text, sheet=self._sheet.title, row=place, column=letter)
            return ""
        return layout.restore_text(_shown(value))

    def _say_missing(self) -> None:
        count = len(self._left)
        text = ngettext(
            "%(count)d row of this sheet is missing: take the workbook away again, or put it back.",
            "%(count)d rows of this sheet are missing: take the workbook away again, "
            "or put them back.",
            count,
        )
        self._problems.add(text % {"count": count}, sheet=self._sheet.title)


def _shown(value: Any) -> str:
    """A value that a spreadsheet made of what was typed, as it was typed."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime) and value.time() != time.min:
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    return str(value)
