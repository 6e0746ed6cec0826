"""What the findings and the actions of a workbook share: rows that are there, room for new ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from audits.models import CorrectiveAction, Finding
from audits.workbook import layout
from audits.workbook.book import Cell, Line, Sheet
from audits.workbook.columns import REFERENCE, Column, List
from audits.workbook.stamp import TableRowStamp, TableStamp

READ_ONLY = gettext_lazy("They are here to be read.")
ROOM = 60  # rows for new findings, and as many for new actions


@dataclass(frozen=True, slots=True)
class Row:
    """A finding or an action: by column, what its cell stands for and what stands in it."""

    row: Finding | CorrectiveAction
    cells: dict[str, tuple[str, Cell]]
    open_cells: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One of the two sheets, its part of the hidden one, and what the guide says of it."""

    sheet: Sheet
    stamp: TableStamp
    lists: dict[List, tuple[str, ...]]
    about: str


def text(value: str) -> tuple[str, Cell]:
    """A text, cut where a cell cannot hold all of it."""
    return value, layout.held(value)


def table(  # noqa: PLR0913 -- one line each
    title: str,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    room: Sequence[Line],
    *,
    lists: dict[List, tuple[str, ...]],
    about: str,
) -> Table:
    """The rows, then the room; a text that is cut is shut."""
    lines, stamps = [], []
    names = tuple(column.name for column in columns if column.name != REFERENCE)
    for item in rows:
        cut = {name for name, (value, _cell) in item.cells.items() if layout.is_cut(value)}
        cells = {name: cell for name, (_value, cell) in item.cells.items()}
        reference = item.row.reference
        lines.append(Line({REFERENCE: reference, **cells}, item.open_cells - cut))
        taken = {name: (v, layout.read_back(cell)) for name, (v, cell) in item.cells.items()}
        stamps.append(TableRowStamp(reference, item.row.pk, item.row.version, taken))
    return Table(
        Sheet(title, columns, (*lines, *room)),
        TableStamp(title, names, tuple(stamps)),
        lists,
        about,
    )


def room_for(label: str, open_cells: Iterable[str]) -> list[Line]:
    """Rows in which new ones are written, numbered so that others can name them."""
    opened = frozenset(open_cells)
    return [Line({REFERENCE: f"{label}{number}"}, opened) for number in range(1, ROOM + 1)]
