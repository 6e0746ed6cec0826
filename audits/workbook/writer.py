"""The workbook as bytes. Every text is a text: a leading "=" is never a formula.

Rows are written as they are read, so that one styled cell of each kind serves them all.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audits.workbook import layout
from audits.workbook.collect import Book, Cell, Line, ReadSheet, RequirementSheet
from audits.workbook.layout import Name
from audits.workbook.stamp import Stamp, seal
from crcaudit.core.forms import MAX_REASON
from crcaudit.core.text import MAX_TEXT

LISTS, STAMPS = "B", "A"
A4 = 9
LINE_HEIGHT, MAX_HEIGHT = 15, 405  # points; Excel holds 409
TALL = (Name.SECTION, Name.TEXT, Name.REASON, Name.COMMENT)
_TINT = "FFF6D6"


def write_book(book: Book) -> bytes:
    """Bytes of the XLSX, in the language that is active."""
    from openpyxl import Workbook
    from openpyxl.workbook.protection import WorkbookProtection

    made = Workbook(write_only=True)
    made.properties.creator = "CRC Audit"
    made.properties.title = book.title
    made.security = WorkbookProtection(lockStructure=True)
    styles = _Styles(made.create_sheet(book.guide.title))
    _write_table(made.worksheets[0], book.guide, styles)
    for sheet in book.requirements:
        _write_requirements(made.create_sheet(sheet.title), sheet, book, styles)
    for table in book.tables:
        _write_table(made.create_sheet(table.title), table, styles)
    _write_stamp(made.create_sheet(layout.HIDDEN), book)
    raw = io.BytesIO()
    made.save(raw)
    return raw.getvalue()


class _Styles:
    """One cell of each kind, filled again and again."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill, Protection

        self._wrap = Alignment(wrap_text=True, vertical="top")
        self._head = WriteOnlyCell(sheet)
        self._head.font = Font(bold=True)
        self._head.alignment = self._wrap
        self._kinds: dict[tuple[bool, bool], Any] = {}
        for is_open in (False, True):
            for is_quoted in (False, True):
                cell = WriteOnlyCell(sheet)
                cell.alignment = self._wrap
                if is_open:
                    cell.protection = Protection(locked=False)
                    cell.fill = PatternFill("solid", fgColor=_TINT)
                    cell.number_format = "@"  # what is typed stays a text, such as "1/2"
                cell.quotePrefix = is_quoted
                self._kinds[is_open, is_quoted] = cell
        self._day = WriteOnlyCell(sheet)
        self._day.alignment = self._wrap
        self._day.number_format = "dd/mm/yyyy"

    def head(self, text: str) -> Any:
        """A heading."""
        return _filled(self._head, text)

    def cell(self, value: Cell, *, is_open: bool = False) -> Any:
        """A text, a number or a day; an open cell stays open when it is empty."""
        if isinstance(value, str) and value:
            if layout.is_plain(value):
                cell = self._kinds[is_open, False]
                # Past openpyxl's own look at each text, as this one was looked at just now.
                cell._value, cell.data_type = value, "s"  # noqa: SLF001
                return cell
            text = layout.protect_text(value)
            return _filled(self._kinds[is_open, text.startswith(layout.FORMULA_STARTS)], text)
        if isinstance(value, date):
            self._day.value = value
            return self._day
        cell = self._kinds[is_open, False]
        cell.value = None if value == "" else value
        return cell


def _filled(cell: Any, text: str) -> Any:
    cell.value = text or None
    if text:
        cell.data_type = "s"
    return cell


def _placed(cells: Iterator[Any], row: int) -> Iterator[Any]:
    for column, cell in enumerate(cells, start=1):
        cell.column, cell.row = column, row
        yield cell


def _heighten(sheet: Any, row: int, cells: Iterable[tuple[Cell, int]]) -> None:
    """How high a row is to show its texts: a spreadsheet only measures them once they change.

    Attributes of the row as they are written; without "customHeight", so that it still grows.
    """
    lines = 1
    for value, width in cells:
        if isinstance(value, str) and len(value) + value.count("\n") > width:
            parts = value.split("\n")
            lines = max(lines, sum(1 + len(part) // width for part in parts))
    if lines > 1:
        sheet.row_dimensions[row] = {"ht": str(min(lines * LINE_HEIGHT, MAX_HEIGHT))}


def _prepare(sheet: Any, widths: list[int], rows: int, freeze: str) -> None:
    """What a sheet is before its first row: widths, frozen head, protection, landscape."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = freeze
    # Both are openpyxl's own hooks, seldom used: a size at the head of a sheet, without which
    # readers go through it twice; and rows that are all cells, taken as they come.
    sheet.calculate_dimension = lambda: f"A1:{get_column_letter(len(widths))}{rows}"
    sheet._values_to_row = _placed  # noqa: SLF001
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    protection = sheet.protection
    protection.sheet = True
    # False is "not locked": reading comfort is nobody's secret.
    protection.formatColumns = protection.formatRows = protection.autoFilter = False


def _write_table(sheet: Any, table: ReadSheet, styles: _Styles) -> None:
    _prepare(sheet, [width for _header, width in table.headers], len(table.rows) + 1, "B2")
    sheet.append(styles.head(header) for header, _width in table.headers)
    widths = [width for _header, width in table.headers]
    for number, row in enumerate(table.rows, start=layout.FIRST_ROW):
        _heighten(sheet, number, zip(row, widths, strict=True))
        sheet.append(styles.cell(value) for value in _whole(row))


def _whole(row: tuple[Cell, ...]) -> Iterator[Cell]:
    """A text of the read-only tables that no cell holds is cut, and says so by its last sign."""
    for value in row:
        is_long = isinstance(value, str) and not layout.fits(layout.protect_text(value))
        yield layout.cut_text(value) if is_long and isinstance(value, str) else value


def _write_requirements(sheet: Any, content: RequirementSheet, book: Book, styles: _Styles) -> None:
    names = layout.columns(per_site=book.stamp.per_site)
    last = max(len(content.lines), 1) + layout.HEAD_ROW
    _prepare(sheet, [layout.WIDTHS[name] for name in names], last, "C2")
    sheet.column_dimensions["A"].hidden = True
    end = layout.letter_of(names[-1], per_site=book.stamp.per_site)
    sheet.auto_filter.ref = f"A{layout.HEAD_ROW}:{end}{last}"
    for validation in _validations(book, last):
        sheet.data_validations.append(validation)
    heads = layout.headers()
    sheet.append(styles.head(heads[name]) for name in names)
    for number, line in enumerate(content.lines, start=layout.FIRST_ROW):
        _heighten(sheet, number, ((line.cells[name], layout.WIDTHS[name]) for name in TALL))
        sheet.append(_cells(line, names, styles))


def _cells(line: Line, names: tuple[Name, ...], styles: _Styles) -> Iterator[Any]:
    for name in names:
        yield styles.cell(line.cells[name], is_open=name in line.open_cells)


def _validations(book: Book, last: int) -> Iterator[Any]:
    """The list of levels, and how long a text may be, said by the spreadsheet itself."""
    from openpyxl.worksheet.datavalidation import DataValidation

    count = len(book.levels)
    rating = DataValidation(
        type="list",
        formula1=f"'{layout.HIDDEN}'!${LISTS}$1:${LISTS}${count}",
        errorTitle=_("Level unknown"),
        error=_("Choose a level of the list, or empty the cell."),
        showErrorMessage=True,
        allow_blank=True,
    )
    yield _over(rating, Name.RATING, book.stamp, last)
    for name, limit in ((Name.REASON, MAX_REASON), (Name.COMMENT, MAX_TEXT)):
        length = DataValidation(
            type="textLength",
            operator="lessThanOrEqual",
            formula1=str(limit),
            errorTitle=_("Text too long"),
            error=_("At most %(limit)d characters.") % {"limit": limit},
            showErrorMessage=True,
            allow_blank=True,
        )
        yield _over(length, name, book.stamp, last)


def _over(validation: Any, name: Name, stamp: Stamp, last: int) -> Any:
    letter = layout.letter_of(name, per_site=stamp.per_site)
    validation.add(f"{letter}{layout.FIRST_ROW}:{letter}{last}")
    return validation


def _write_stamp(sheet: Any, book: Book) -> None:
    """The hidden sheet: signed pieces on the left, the levels of the list beside them."""
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    pieces = seal(book.stamp)
    for number in range(max(len(pieces), len(book.levels))):
        sheet.append(
            [
                pieces[number] if number < len(pieces) else None,
                book.levels[number] if number < len(book.levels) else None,
            ]
        )
