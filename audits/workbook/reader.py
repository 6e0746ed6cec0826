"""A workbook that came back: its stamp, and what stands in the cells to fill in.

Only for files that passed the gate. Nothing here knows what is in the database.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models.workbook import Kind
from audits.workbook import layout
from audits.workbook.cells import Typed, rows_of
from audits.workbook.columns import (
    ENTRY,
    NEW_ACTION,
    NEW_FINDING,
    REFERENCE,
    Column,
    Name,
    action_columns,
    finding_columns,
    letters_of,
    requirement_columns,
)
from audits.workbook.problems import Problems, quoted
from audits.workbook.stamp import (
    BadStampError,
    RowStamp,
    Stamp,
    TableRowStamp,
    TableStamp,
    unseal,
)
from crcaudit.core.files import FileRefusedError, Refusal

READ = (Name.KEY, Name.CODE, Name.TEXT, *ENTRY)
NEW = {Kind.FINDING: NEW_FINDING, Kind.ACTION: NEW_ACTION}
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement as it came back: where it stands, and its cells as texts."""

    sheet: str
    row: int
    taken: RowStamp
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One finding or action as it came back; ``taken`` is None for a new one."""

    kind: Kind
    sheet: str
    row: int
    label: str
    taken: TableRowStamp | None
    cells: dict[str, str]


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
    rows = (cells for _number, cells in rows_of(book, layout.HIDDEN, {"A": "piece"}))
    pieces = takewhile(lambda cells: "piece" in cells, rows)
    return unseal(str(cells["piece"][0]) for cells in pieces)


def read_requirements(book: Any, stamp: Stamp, problems: Problems) -> Iterator[Entry]:
    """Every requirement of the stamp, in the order of the sheets; what is wrong is added."""
    columns = requirement_columns(per_site=stamp.per_site)
    for content in stamp.sheets:
        known = {str(row.pk): row for row in content.rows}
        sheet = _Sheet(book, content.title, columns, known, problems, names=READ)
        for place, cells in sheet.rows():
            if any(cells[name] for name in (Name.KEY, Name.CODE, *ENTRY)):
                taken = sheet.take(place, cells[Name.KEY])
                if taken is not None:
                    yield Entry(content.title, place, taken, cells)
        sheet.say_missing()


def read_tables(book: Any, stamp: Stamp, problems: Problems) -> Iterator[TableEntry]:
    """The findings and the actions of the stamp, and those that were added below them."""
    yield from _table(book, Kind.FINDING, stamp.findings, finding_columns(), problems)
    yield from _table(book, Kind.ACTION, stamp.actions, action_columns(), problems)


def _table(
    book: Any,
    kind: Kind,
    content: TableStamp,
    columns: tuple[Column, ...],
    problems: Problems,
) -> Iterator[TableEntry]:
    known = {row.reference: row for row in content.rows}
    sheet = _Sheet(book, content.title, columns, known, problems)
    is_new = re.compile(rf"(?:{NEW[kind]}\d+)?").fullmatch
    for place, cells in sheet.rows():
        label = cells[REFERENCE].strip()
        if not is_new(label):
            taken = sheet.take(place, label)
            if taken is not None:
                yield TableEntry(kind, content.title, place, label, taken, cells)
        elif any(text for name, text in cells.items() if name != REFERENCE) and sheet.once(
            place, label
        ):
            yield TableEntry(kind, content.title, place, label, None, cells)
    sheet.say_missing()


class _Sheet(Generic[Taken]):
    """One sheet, read row by row; ``known`` are its rows as they were taken away, by their key."""

    def __init__(  # noqa: PLR0913 -- one line each
        self,
        book: Any,
        title: str,
        columns: tuple[Column, ...],
        known: Mapping[str, Taken],
        problems: Problems,
        *,
        names: tuple[str, ...] = (),
    ) -> None:
        self._book, self._title, self._problems = book, title, problems
        self._letters = letters_of(columns)
        self._names = names or tuple(self._letters)
        self._known: Mapping[str, Taken] = known
        self._left: dict[str, Taken] = dict(known)
        self._seen: set[str] = set()
        self._is_there = title in book.sheetnames

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Its rows, each cell a text, "" for an empty one."""
        if not self._is_there:
            return
        names = {letter: name for name, letter in self._letters.items() if name in self._names}
        for place, found in rows_of(self._book, self._title, names, start=layout.FIRST_ROW):
            cells = dict.fromkeys(self._names, "")
            for name, typed in found.items():
                cells[name] = self._text(name, place, typed)
            yield place, cells

    def take(self, place: int, key: str) -> Taken | None:
        """The row as it was taken away; None for one that is not, or stands here twice."""
        taken = self._left.pop(key, None)
        if taken is None and key not in self._known:
            text = _("This row was not in the workbook when it was taken away: remove it.")
            self._say(text, place)
        elif taken is None:
            self._say(_("This row stands here twice: keep one of them."), place)
        return taken

    def once(self, place: int, label: str) -> bool:
        """Whether no other row has this label; those without one are told apart anyway."""
        if label and label in self._seen:
            self._say(_("This row stands here twice: keep one of them."), place)
            return False
        self._seen.add(label)
        return True

    def say_missing(self) -> None:
        """Say which of its rows, or that the whole of it, is gone."""
        if not self._is_there:
            text = _("This sheet is missing: it was removed or renamed. Put it back as it was.")
            self._problems.add(text, sheet=self._title)
        elif self._left:
            count = len(self._left)
            text = ngettext(
                "%(count)d row of this sheet is missing: take the workbook away again, "
                "or put it back.",
                "%(count)d rows of this sheet are missing: take the workbook away again, "
                "or put them back.",
                count,
            )
            self._problems.add(text % {"count": count}, sheet=self._title)

    def _text(self, name: str, place: int, typed: Typed) -> str:
        """What a person reads in the cell."""
        value, kind = typed
        if kind not in {"f", "e"}:
            return layout.shown(value)
        text = (
            _("This cell holds a formula: write its result instead.")
            if kind == "f"
            else _("This cell holds an error (%(value)s): write a text instead.")
            % {"value": quoted(str(value))}
        )
        self._say(text, place, self._letters[name])
        return ""

    def _say(self, text: str, place: int, letter: str = "A") -> None:
        self._problems.add(text, sheet=self._title, row=place, column=letter)
