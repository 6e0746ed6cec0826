"""Tables and texts are shown from their beginning, and what is left out is said."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from crcaudit.core.files import FileRefusedError
from crcaudit.core.files.previews import (
    MAX_CELL,
    TablePreview,
    read_csv,
    read_text,
    read_workbook,
)

pytestmark = pytest.mark.unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_is_read_in_its_encoding_and_with_its_delimiter(path: Path, encoding, delimiter):
    path.write_bytes(f'Été{delimiter}"a\n b"\r\n1{delimiter}2{delimiter}3\r\n\r\n'.encode(encoding))

    table = read_csv(path, encoding)

    assert table.rows == (("Été", "a\n b", ""), ("1", "2", "3"))
    assert not table.is_cut


def test_csv_shows_200_rows_60_columns_and_the_start_of_long_cells(path: Path):
    path.write_text(f"{'x' * 900};" + ";".join(["a"] * 80) + "\n" + "b;c\n" * 300)

    table = read_csv(path, "utf-8")

    assert (len(table.rows), len(table.rows[0]), table.is_cut) == (200, 60, True)
    assert table.rows[0][0] == "x" * MAX_CELL + "…"


def test_csv_with_an_endless_line_or_field_is_still_shown(path: Path):
    path.write_text('a;b\n"' + "x" * 600_000)

    assert read_csv(path, "utf-8").rows == (("a", "b"),)


def test_text_is_cut_by_lines(path: Path):
    path.write_text("a\n" * 3_000)

    text, is_cut = read_text(path, "utf-8")

    assert (text.count("\n"), is_cut) == (999, True)


def test_short_text_is_whole(path: Path):
    path.write_bytes("Été\r\nfin".encode("cp1252"))

    assert read_text(path, "cp1252") == ("Été\nfin", False)


def test_workbook_shows_values_as_their_reader_sees_them(path: Path):
    book = Workbook()
    first = book.active
    first.title = "Synthèse"
    first.append(["Semaine", None, 41208, 0.854, True, 1.5, 1e22])
    first["D1"].number_format = "0.0%"
    day = dt.datetime(2026, 3, 2)  # noqa: DTZ001 - workbooks know no time zone
    first.append([day, day.replace(hour=14, minute=30), "=1+1"])
    book.create_sheet("Détail").append(["autre"])
    book.save(path)

    with override("fr"):
        table = read_workbook(path)

    assert table.rows == (
        ("Semaine", "", "41\u202f208", "85,4\u00a0%", "TRUE", "1,5", "1e+22"),
        ("02/03/2026", "02/03/2026 14:30", "", "", "", "", ""),
    )
    assert (table.sheets, table.sheet) == (("Synthèse", "Détail"), 0)


def test_another_sheet_is_shown_by_its_place_and_an_unknown_one_is_the_first(path: Path):
    book = Workbook()
    book.active.append(["un"])
    book.create_sheet("B").append(["deux"])
    book.save(path)

    assert read_workbook(path, 1).rows == (("deux",),)
    assert read_workbook(path, 7).rows == (("un",),)
    assert read_workbook(path, -1).rows == (("un",),)


def test_workbook_that_cannot_be_read_is_refused(path: Path):
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(FileRefusedError):
        read_workbook(path)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2,5", ""], True),
        (["57 031", "-3,1 %", "1.234.567"], True),
        (["12\u202f345,6\u00a0%", "1’000", "+4 €"], True),
        (["", " "], False),
        ([], False),
        (["1", "s. o."], False),
        (["=1+1"], False),
        (["2026-03-04"], False),
        (["S10"], False),
        (["9" * 400], False),
    ],
)
def test_a_column_is_of_numbers_when_it_holds_nothing_else(cells, expected):
    rows = (("Titre", "Texte"), *((cell, "a") for cell in cells))

    assert TablePreview(rows, is_cut=False).numeric == (expected, False)


def test_a_table_without_rows_has_no_column():
    assert TablePreview((), is_cut=False).numeric == ()
