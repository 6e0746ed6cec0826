"""Cells of the workbook: a text comes out of its cell as it went in, whoever saved the file."""

import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.workbook import layout, reader, stamp
from audits.workbook.cells import rows_of
from audits.workbook.words import Levels, Words
from crcaudit.core.text import clean_text

pytestmark = pytest.mark.unit

ODD = (
    *(
        "=1+1",
        "+33 1",
        "-5",
        "@SUM(A1)",
        "#N/A",
        "\uff1dA1",
        "a\nb\n",
        " a ",
        "a\tb",
        "0012",
        "1e5",
    ),
    *(
        "_x000D_",
        "x005F_",
        "_x005F_x0041_",
        "x\u2060005F_",
        "x\u2060\u2060x0041_",
        "👩‍🔧 é e\u0301",
    ),
    *("TRUE", "'quoted", "\u200fשלום", "\u2060", "a\u2028b"),
)
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=200),
    st.lists(st.sampled_from(["x", "_", "005F_", "\u2060", "0", "A", " "]), max_size=12).map(
        "".join
    ),
)
AT = datetime(2026, 3, 4, tzinfo=UTC)
SCALE = [
    {"code": code, "letter": code, "label_fr": fr, "label_en": en, "is_excluded": code == "NA"}
    for code, fr, en in (
        ("C", "Conforme", "Compliant"),
        ("NA", "Non applicable", "Not applicable"),
    )
]


@given(TEXTS)
def test_a_text_comes_out_of_its_cell_cleaned_and_otherwise_as_it_was(text):
    assert layout.restore_text(layout.protect_text(text)) == clean_text(text)


@given(TEXTS)
def test_neither_excel_nor_openpyxl_finds_anything_to_decode(text):
    """What openpyxl drops from shared strings, and what Excel spells out when it saves."""
    cell = layout.protect_text(text)

    assert cell.replace("x005F_", "") == cell
    assert re.search("_x[0-9A-Fa-f]{4}_", cell) is None


@given(st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_a_text_survives_a_file_saved_by_openpyxl(texts):
    book = openpyxl.Workbook()
    for row, text in enumerate(texts, start=1):
        cell = book.active.cell(row, 1)
        cell.value, cell.data_type = layout.protect_text(text) or None, "s"
    target = io.BytesIO()
    book.save(target)
    again = openpyxl.load_workbook(target).active

    found = [layout.restore_text(again.cell(n + 1, 1).value or "") for n in range(len(texts))]
    assert found == [clean_text(text) for text in texts]


def test_a_line_end_that_excel_spells_out_is_one():
    assert layout.restore_text("a_x000D_\nb") == "a\nb"


@pytest.mark.parametrize(("text", "fits"), [("a" * 32_000, True), ("a" * 32_001, False)])
def test_a_cell_holds_so_many_units(text, fits):
    assert layout.fits(text) is fits


def test_emoji_count_twice_as_excel_counts():
    assert layout.fits("😀" * 16_000)
    assert not layout.fits("😀" * 16_001)


def test_titles_are_those_that_excel_accepts_each_once():
    wanted = ["D1 Accueil : [tous] les */? canaux de contact", "D1", "d1", "'", "Constats"]

    titles = layout.sheet_titles(wanted, ["Constats"])

    assert titles == ["D1 Accueil tous les canaux de c", "D1", "d1 (2)", "-", "Constats (2)"]
    assert len(titles[0]) == layout.TITLE_LENGTH


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("C – Conforme", "C"), ("c", "C"), ("Conforme", "C"), ("C - Compliant", "C")),
        *(("", ""), ("  ", ""), ("NA", "NA"), ("non applicable", "NA"), ("X", None)),
    ],
)
def test_a_level_is_known_by_its_letter_or_its_label(word, code):
    assert Levels(SCALE, "fr").code(word) == code


def test_a_way_that_leads_to_two_codes_leads_to_none():
    words = Words(
        [
            ("a", ("Anne Roy (a@x.fr)", "a@x.fr", "Anne Roy")),
            ("b", ("Anne Roy (b@x.fr)", "b@x.fr", "Anne Roy")),
            ("c", ("Zoé Roy (c@x.fr)", "c@x.fr", "Zoé Roy")),
        ]
    )

    typed = ("anne roy  (B@x.fr)", "a@x.fr", "Anne Roy", "zoé roy", "", "Personne")
    assert [words.code(text) for text in typed] == ["b", "a", None, "c", "", None]


ODD_CELLS = (
    *("texte", " deux  espaces ", "a\nb", "=1+1", 12, 12.5, -3, True),
    *(AT.replace(tzinfo=None), AT.replace(hour=14, tzinfo=None), "#N/A", "", None, "é & <b>"),
)


def test_cells_are_read_as_openpyxl_reads_them(tmp_path):
    """Saved by openpyxl, as by a spreadsheet; formulas, errors, days and gaps included."""
    book = openpyxl.Workbook()
    for row in (1, 3):
        for column, value in enumerate(ODD_CELLS, start=1):
            book.active.cell(row, column).value = value
    book.active.append([])
    path = tmp_path / "a.xlsx"
    book.save(path)
    names = {letter: letter for letter in "ABCDEFGHIJKLMN"}

    with reader.opened(path) as opened:
        ours = {number: cells for number, cells in rows_of(opened, "Sheet", names) if cells}
        theirs = {
            row[0].row: {
                cell.column_letter: (cell.value, cell.data_type)
                for cell in row
                if cell.value is not None
            }
            for row in opened["Sheet"].iter_rows(max_row=3)
            if row[0].value
        }
        some = list(rows_of(opened, "Sheet", {"E": "number"}, start=2))

    assert ours == theirs
    assert some == [(3, {"number": (12, "n")})]


def example(**changed):
    fields = {
        "format": stamp.FORMAT, "audit": "k", "reference": "R", "edition": "e", "at": AT, "by": "u",
        "language": "fr", "per_site": False,
        "sheets": (stamp.SheetStamp("D1", (stamp.RowStamp(1, 2, "C", "", "é" * 50_000),)),),
        "findings": stamp.TableStamp("Constats", ("grade", "title"), (
            stamp.TableRowStamp(
                "F-01", 3, 1, {"grade": ("NC_MAJ", "Majeure"), "title": ("Retard", "Retard")}
            ),
        )),
        "actions": stamp.TableStamp("Actions", (), ()),
    }  # fmt: skip
    return stamp.Stamp(**fields | changed)


def test_a_stamp_comes_back_as_it_was_from_pieces_that_fit_in_cells():
    pieces = stamp.seal(example())

    assert stamp.unseal(pieces) == example()
    assert all(len(piece) <= stamp.PIECE and piece.isascii() for piece in pieces)


def test_the_letters_of_a_stamp_never_spell_what_a_cell_reads_otherwise():
    """One in five hundred of these once spelt a code, as in "x6f11_", and came back changed."""
    for number in range(3_000):
        pieces = stamp.seal(example(reference=f"DI-{number}", sheets=()))

        assert [layout.protect_text(piece) for piece in pieces] == pieces
        assert "_" not in "".join(pieces)
        assert stamp.unseal(pieces).reference == f"DI-{number}"


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_letter_changed_in_the_stamp_is_seen(place):
    text = "".join(stamp.seal(example()))
    letter = "A" if text[place] != "A" else "B"
    place %= len(text)

    with pytest.raises(stamp.BadStampError):
        stamp.unseal([text[:place] + letter + text[place + 1 :]])
