"""Tables for a spreadsheet: nothing in them is a formula, and every text comes back as it was."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crcaudit.core.csvs import restored, table
from crcaudit.core.text import clean_text
from tests.project.hostile import FORMULAS
from tests.project.sources import python_files, shown

pytestmark = pytest.mark.unit

# What spreadsheets take for the beginning of a formula, also once they dropped what stands before.
STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ODD = "'=+-@|%\\\t\r\n\uff1d\uff20;\"a1 "
WRITES = re.compile(r"\bcsv\.(?:writer|DictWriter)\b|defusedcsv")
# One writes every table of the product, the other makes the files of the demonstration.
WRITERS = {
    # For their own reading alone: a sheet as a table, rows that are too long left out.
    "audits/importers/call_records.py",
    "audits/importers/tables.py",
    "crcaudit/core/csvs.py",
    "reports/management/demo/files.py",
}


def cells(*texts) -> list[str]:
    """As a spreadsheet reads the row."""
    text = table([texts]).decode("utf-8-sig")
    (row,) = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    return row


@pytest.mark.parametrize(
    "text", [*FORMULAS, *(f"{start}1+1" for start in STARTS), "\t=1+1", "\r\n=1+1", "'\t=1|2"]
)
def test_what_looks_like_a_formula_is_a_text_and_comes_back(text):
    (cell,) = cells(text)

    assert cell.startswith("'")
    assert restored(cell) == text


@pytest.mark.parametrize("text", ["", "Accueil", "-12", "-12,5", "l'=1", " =1", "0012", "a|b"])
def test_every_other_text_is_as_it_was(text):
    assert cells(text) == [text]
    assert restored(text) == text


def test_a_number_is_a_number():
    assert cells(-3, 2.5) == ["-3", "2.5"]


@given(st.text() | st.text(alphabet=ODD))
def test_every_text_comes_back_from_its_cell(text):
    text = clean_text(text)
    (cell,) = cells(text)

    assert restored(cell) == text
    assert not cell.startswith(STARTS) or re.fullmatch(r"-[0-9,.]+", cell)


def test_a_spreadsheet_finds_its_separator_and_its_letters():
    assert table([("é", "b")]) == "\ufeffé;b\r\n".encode()


def test_no_table_is_written_elsewhere():
    """Or what is defused here would run there."""
    found = {shown(path) for path in python_files() if WRITES.search(path.read_text())}

    assert found == WRITERS
