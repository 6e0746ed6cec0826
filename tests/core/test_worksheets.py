"""Rows written whole: openpyxl reads what it would have written itself."""

import io
from datetime import date

import openpyxl
import pytest
from openpyxl.styles import Font

from crcaudit.core.worksheets import Rows, style_of

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

TEXTS = (
    *("=1+1", "#N/A", "a & b < c > d ]]>", "\"é\" 'œ'", " deux  espaces ", "a\nb\n", "😀"),
    *("&amp;", "<c/>", "0012", "TRUE"),
)


def written(rows, *, height=0):
    """The sheet, as openpyxl reads it; the first cell of each row is in bold."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Feuille")
    sheet.column_dimensions["A"].width = 33
    bold = style_of(sheet, font=Font(bold=True))
    target = Rows(sheet)
    for row in rows:
        target.append(
            [(value, 0 if place else bold) for place, value in enumerate(row)], height=height
        )
    raw = io.BytesIO()
    book.save(raw)
    return openpyxl.load_workbook(raw)["Feuille"]


def test_a_text_is_a_text_and_comes_back_as_it_was():
    (cells,) = written([TEXTS])

    assert tuple(cell.value for cell in cells) == TEXTS
    assert {cell.data_type for cell in cells} == {"s"}


def test_numbers_are_numbers_and_days_are_days():
    (cells,) = written([(12, 12.5, 0, -3.25, date(2026, 3, 4), date(1950, 1, 1))])

    values = [cell.value for cell in cells]
    assert values[:4] == [12, 12.5, 0, -3.25]
    assert [openpyxl.utils.datetime.from_excel(value).date() for value in values[4:]] == [
        date(2026, 3, 4),
        date(1950, 1, 1),
    ]


def test_styles_widths_heights_and_empty_cells_are_kept():
    sheet = written([("Titre", None, "", "x"), (), (None, "y")], height=30)

    assert [cell.value for cell in sheet[1]] == ["Titre", None, None, "x"]
    assert [cell.font.bold for cell in sheet[1]] == [True, False, False, False]
    assert (sheet["A3"].value, sheet["A3"].font.bold, sheet["B3"].value) == (None, True, "y")
    assert sheet.row_dimensions[1].height == 30
    assert sheet.column_dimensions["A"].width == 33
    assert sheet.max_row == 3
