"""The workbook: numbers are numbers, texts are texts, nothing is cut, nothing is a formula."""

import dataclasses
import io
import zipfile

import openpyxl
import pytest
from django.utils.translation import gettext, override

from audits.logic import gap
from crcaudit.core.text import clean_text
from reports.builders import sheets
from reports.builders.xlsx_audit import build_audit_workbook
from tests.reports import values

pytestmark = pytest.mark.unit

FORMULAS = (
    "=1+1",
    "+33 1 23",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\uff1dA1",
    "#REF!",
    "#N/A",
    "\t=1",
    "TRUE",
    "2026-01-01",
    "0012",
    "1e5",
)


def book(snapshot):
    return openpyxl.load_workbook(io.BytesIO(build_audit_workbook(snapshot)))


def with_texts(*texts):
    base = values.diagnosis()
    findings = tuple(dataclasses.replace(base.findings[0], title=text) for text in texts)
    return dataclasses.replace(base, findings=findings)


def test_it_has_a_sheet_for_each_question():
    names = book(values.diagnosis()).sheetnames

    assert names == ["Synthèse", "Exigences", "Constats", "Actions", "Preuves"]


def test_every_item_has_its_row():
    snapshot = values.diagnosis()
    sheets = book(snapshot)
    actions = sum(len(finding.actions) for finding in snapshot.findings)

    rows = {name: sheets[name].max_row - 1 for name in sheets.sheetnames[1:]}

    assert rows == {
        "Exigences": 53,
        "Constats": len(snapshot.findings),
        "Actions": actions,
        "Preuves": len(snapshot.evidence),
    }


def test_the_figures_of_the_domains_are_those_of_the_gap_rule():
    snapshot = values.diagnosis()
    rows = {
        row[0]: row[1:]
        for row in book(snapshot)["Synthèse"].iter_rows(values_only=True)
        if row[0] and str(row[0]).startswith("D")
    }

    for code, measured in gap.by_domain(values.rated(snapshot)).items():
        (name,) = (name for name in rows if name.startswith(f"{code} "))
        assert rows[name][0] == measured.total
        assert rows[name][-1] == round(float(measured.gap * 100), 2)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_stays_a_text_and_comes_back_as_it_was(text):
    (cell,) = (row[4] for row in book(with_texts(text))["Constats"].iter_rows(min_row=2))

    assert cell.data_type == "s"
    assert cell.value == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a"])
def test_a_text_like_a_formula_is_marked_as_text(text):
    (cell,) = (row[4] for row in book(with_texts(text))["Constats"].iter_rows(min_row=2))

    assert cell.quotePrefix is True


def test_control_characters_do_not_break_the_file():
    (row,) = book(with_texts("a\x00b\x0bc\ud800d"))["Constats"].iter_rows(
        min_row=2, values_only=True
    )

    assert row[4].startswith("a")
    assert row[4].endswith("d")


def test_what_is_written_unchecked_is_what_cleaning_leaves_as_it_is():
    plain = [chr(point) for point in range(0x10000) if sheets._PLAIN(chr(point))]

    assert {"é", "œ", "–", "’", "…", "€", "≥", "\u00a0", "\u202f", "\n"} <= set(plain)
    assert not {"\t", "\r", "\x00", "\x85", "\u2028", "\ud800", "\u0301"} & set(plain)
    assert [clean_text(char) for char in plain] == plain
    assert [char for char in plain if char.startswith(sheets.FORMULA_STARTS)] == []


def test_an_empty_text_is_an_empty_cell():
    cells = [row[7] for row in book(values.diagnosis())["Constats"].iter_rows(min_row=2)]

    assert {cell.data_type for cell in cells if cell.value is None} == {"n"}


@override("fr")
def test_a_text_longer_than_a_cell_goes_on_below_and_nothing_is_lost():
    text = "".join(chr(97 + n % 26) for n in range(100_000))
    rows = list(book(with_texts(text))["Constats"].iter_rows(min_row=2, values_only=True))

    assert len(rows) == 4
    assert "".join(row[4] for row in rows) == text
    assert rows[0][0] == "F-01"
    assert {row[0] for row in rows[1:]} == {f"F-01 ({gettext('continued')})"}


def test_what_is_not_assessed_is_said_and_not_zero():
    rows = {
        row[0]: row for row in book(values.diagnosis())["Exigences"].iter_rows(values_only=True)
    }

    assert rows["EX-6.7.1"][5] == "non évalué"
    assert rows["EX-6.7.1"][6] is None
    assert rows["EX-6.7.1"][8] != 0


def test_same_audit_same_bytes():
    snapshot = values.diagnosis()

    first, second = build_audit_workbook(snapshot), build_audit_workbook(snapshot)

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
