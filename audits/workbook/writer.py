"""The workbook as bytes. Every text is a text: a leading "=" is never a formula."""

import io
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from audits.workbook import layout
from audits.workbook.book import Book, Cell, Line, Sheet
from audits.workbook.columns import LETTERS, LOOSE, Column, Format, List
from audits.workbook.stamp import seal
from crcaudit.core import worksheets
from crcaudit.core.worksheets import Rows, style_of

A4 = 9
LINE_HEIGHT, MAX_HEIGHT = 15, 405  # points; Excel holds 409
# Columns of the hidden sheet: the signed pieces stand in the first one.
LISTS = dict(zip(List, LETTERS[1:], strict=False))
_TINT = "FFF6D6"


def write_book(book: Book) -> bytes:
    """Bytes of the XLSX, in the language that is active."""
    from openpyxl import Workbook
    from openpyxl.workbook.protection import WorkbookProtection

    made = Workbook(write_only=True)
    made.properties.creator = "CRC Audit"
    made.properties.title = book.title
    made.security = WorkbookProtection(lockStructure=True)
    styles: _Styles | None = None
    for sheet in book.sheets:
        target = made.create_sheet(sheet.title)
        styles = styles or _Styles(target)
        _write_sheet(target, sheet, book, styles)
    _write_hidden(made.create_sheet(layout.HIDDEN), book)
    raw = io.BytesIO()
    made.save(raw)
    return raw.getvalue()


class _Styles:
    """The number of each style: made once, in all its kinds, for every sheet."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill, Protection

        wrap = {"alignment": Alignment(wrap_text=True, vertical="top")}
        tint = {"protection": Protection(locked=False), "fill": PatternFill("solid", fgColor=_TINT)}
        self._head = style_of(sheet, font=Font(bold=True), **wrap)
        self._shut = style_of(sheet, **wrap)
        self._shut_quoted = style_of(sheet, quotePrefix=True, **wrap)
        self._shut_day = style_of(sheet, number_format=Format.DAY.value, **wrap)
        self._open = {
            kind: style_of(sheet, number_format=kind.value, **tint, **wrap) for kind in Format
        }
        text = Format.TEXT.value
        self._open_quoted = style_of(sheet, number_format=text, quotePrefix=True, **tint, **wrap)

    def head(self, text: str) -> worksheets.Cell:
        """A heading."""
        return text, self._head

    def cell(self, value: Cell, column: Column, *, is_open: bool) -> worksheets.Cell:
        """A text, a number or a day; an open cell stays open when it is empty."""
        if value is None or value == "":
            return None, self._open[column.format] if is_open else 0
        if not isinstance(value, str):
            shut = self._shut_day if isinstance(value, date) else self._shut
            return value, self._open[column.format] if is_open else shut
        if layout.is_plain(value):
            return value, self._open[column.format] if is_open else self._shut
        text = layout.protect_text(value)
        if not text.startswith(layout.FORMULA_STARTS):
            return text, self._open[column.format] if is_open else self._shut
        return text, self._open_quoted if is_open else self._shut_quoted


def _write_sheet(target: Any, sheet: Sheet, book: Book, styles: _Styles) -> None:
    last = max(len(sheet.lines), 1) + layout.HEAD_ROW
    _prepare(target, sheet, last)
    for validation in _validations(sheet, book, last):
        target.data_validations.append(validation)
    rows = Rows(target)
    rows.append([styles.head(column.header) for column in sheet.columns])
    for line in sheet.lines:
        cells = [
            styles.cell(line.cells.get(column.name), column, is_open=column.name in line.open_cells)
            for column in sheet.columns
        ]
        rows.append(cells, height=_height(line, sheet))


def _prepare(target: Any, sheet: Sheet, last: int) -> None:
    """What a sheet is before its first row: widths, frozen head, protection, landscape."""
    from openpyxl.worksheet.properties import PageSetupProperties

    area = f"A{layout.HEAD_ROW}:{LETTERS[len(sheet.columns) - 1]}{last}"
    for letter, column in zip(LETTERS, sheet.columns, strict=False):
        target.column_dimensions[letter].width = column.width
        target.column_dimensions[letter].hidden = column.is_hidden
    target.freeze_panes = sheet.freeze
    if sheet.has_filter:
        target.auto_filter.ref = area
    _say_size(target, area)
    target.page_setup.orientation = "landscape"
    target.page_setup.paperSize = A4
    target.page_setup.fitToHeight = 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    protection = target.protection
    protection.sheet = True
    # False is "not locked": reading comfort is nobody's secret.
    protection.formatColumns = protection.formatRows = protection.autoFilter = False


def _say_size(target: Any, area: str) -> None:
    """A hook of openpyxl: the size at the head of a sheet, without which readers look for it."""
    target.calculate_dimension = lambda: area


def _height(line: Line, sheet: Sheet) -> int:
    """How high a row is to show its texts: a spreadsheet only measures them once they change.

    0 for the usual height; without "customHeight", so that it still grows.
    """
    lines = 1
    for column in sheet.columns:
        value = line.cells.get(column.name) if column.wraps else None
        if isinstance(value, str) and len(value) + value.count("\n") > column.width:
            parts = value.split("\n")
            lines = max(lines, sum(1 + len(part) // column.width for part in parts))
    return min(lines * LINE_HEIGHT, MAX_HEIGHT) if lines > 1 else 0


def _validations(sheet: Sheet, book: Book, last: int) -> Iterator[Any]:
    """The lists to choose from, and how long a text may be, said by the spreadsheet itself."""
    opened = frozenset().union(*(line.open_cells for line in sheet.lines))
    for letter, column in zip(LETTERS, sheet.columns, strict=False):
        validation = _list(column, book) if column.choices else _length(column)
        if validation is not None and column.name in opened:
            validation.add(f"{letter}{layout.FIRST_ROW}:{letter}{last}")
            yield validation


def _list(column: Column, book: Book) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not column.choices or not book.lists.get(column.choices):
        return None
    letter, count = LISTS[column.choices], len(book.lists[column.choices])
    return DataValidation(
        type="list",
        formula1=f"'{layout.HIDDEN}'!${letter}$1:${letter}${count}",
        errorTitle=_("Not in the list"),
        error=_("Choose a value of the list, or empty the cell."),
        showErrorMessage=column.choices not in LOOSE,
        allow_blank=True,
    )


def _length(column: Column) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    if not column.limit:
        return None
    return DataValidation(
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(column.limit),
        errorTitle=_("Text too long"),
        error=_("At most %(limit)d characters.") % {"limit": column.limit},
        showErrorMessage=True,
        allow_blank=True,
    )


def _write_hidden(target: Any, book: Book) -> None:
    """The hidden sheet: signed pieces on the left, the lists beside them."""
    target.sheet_state = "veryHidden"
    target.protection.sheet = True
    columns = [seal(book.stamp), *(book.lists.get(name, ()) for name in List)]
    _say_size(target, f"A1:{LETTERS[len(List)]}{max(map(len, columns))}")
    rows = Rows(target)
    for values in zip_longest(*columns):
        rows.append([(value and layout.protect_text(value), 0) for value in values])
