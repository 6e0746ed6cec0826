"""A workbook ready to be written: sheets, lines, cells, and which of them are open."""

from dataclasses import dataclass
from datetime import date

from audits.workbook.columns import Column, List
from audits.workbook.stamp import Stamp

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``open_cells`` are the columns that its reader may fill in."""

    cells: dict[str, Cell]
    open_cells: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; what is above and left of ``freeze`` stays in sight."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    freeze: str = "B2"
    has_filter: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The whole workbook. ``lists`` are what its cells are chosen from."""

    stamp: Stamp
    title: str
    sheets: tuple[Sheet, ...]
    lists: dict[List, tuple[str, ...]]
