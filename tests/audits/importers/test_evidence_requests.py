"""A list of requests as CSV: read whole, or each problem with its row and column."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from audits.importers.evidence_requests import MAX_ROWS, decoded, read_requests
from crcaudit.core.csvs import table

pytestmark = pytest.mark.unit

TODAY = date(2026, 3, 2)
ONE, TWO, LYON, MASSY = (SimpleNamespace(pk=n) for n in range(1, 5))
BY_CODE = {"ex-1.1.1": [ONE], "ex-1.1.2": [TWO], "ex-1.2.1": [LYON, MASSY]}
HEAD = "code;demande;échéance\n"


@pytest.fixture(autouse=True)
def _french():
    with translation.override("fr"):
        yield


def read(text):
    return read_requests(text, by_code=BY_CODE, today=TODAY)


def placed(text):
    return [(problem.row, problem.column) for problem in read(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        "code;demande;échéance\nEX-1.1.1 ex-1.1.2;Relevé;10/03/2026\n",
        'Code(s),Demande,Echeance\n"EX-1.1.1, EX-1.1.2",Relevé,2026-03-10\n',
        "\ufeffDemande;Exigences;Échéance\r\nRelevé;EX-1.1.1/EX-1.1.2;10/03/2026\r\n;;\r\n",
    ],
)
def test_headings_separators_and_days_are_those_of_a_spreadsheet(text):
    (row,) = read(text).requests

    assert row.assessments == (ONE, TWO)
    assert (row.text, row.scope, row.due_date) == ("Relevé", "", date(2026, 3, 10))


def test_a_code_means_each_of_its_sites_and_a_period_is_read():
    text = "code;demande;échéance;période\nEX-1.2.1;Relevé;10/03/2026;Janvier à mars\n"

    (row,) = read(text).requests

    assert (row.assessments, row.scope) == ((LYON, MASSY), "Janvier à mars")


def test_a_text_like_a_formula_comes_back_from_a_table_that_was_taken_away():
    asked = "=1+1 appels | mars"
    taken = table([("code", "demande", "échéance"), ("EX-1.1.1", asked, "10/03/2026")])

    (row,) = read(decoded(taken)).requests

    assert row.text == asked


def test_each_problem_has_its_row_and_column_and_nothing_is_kept():
    text = (
        f"{HEAD}EX-1.1.1;Relevé;10/03/2026\nEX-9.9.9;;demain\n;Courriers;01/03/2026\n"
        "EX-1.1.1;Relevé\n"
    )

    found = read(text)

    assert placed(text) == [
        (3, "code"),
        (3, "demande"),
        (3, "échéance"),
        (4, "code"),
        (4, "échéance"),
        (5, "échéance"),
    ]
    assert found.requests == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [(None, "")]),
        (HEAD, [(None, "")]),
        ("code;texte\nEX-1.1.1;x\n", [(1, "demande"), (1, "échéance")]),
        (HEAD + "EX-1.1.1;Relevé;10/03/2026\n" * (MAX_ROWS + 1), [(None, "")]),
        ("\x00\x01\x02", [(1, "code"), (1, "demande"), (1, "échéance")]),
        (f"{HEAD}EX-1.1.1;{'x' * 30_000};10/03/2026\n", [(2, "demande")]),
        (f"{HEAD}EX-1.1.1;Relevé;10/03/9999\n", [(2, "échéance")]),
    ],
)
def test_a_file_that_is_no_list_says_so(text, places):
    assert placed(text) == places


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_read_as_spreadsheets_write_it(encoding):
    assert decoded("échéance".encode(encoding)) == "échéance"
