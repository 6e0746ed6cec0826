"""Crafted tables and odd cells through the page of files of figures: said, and nothing kept."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from audits.actions.measure_import_reading import read_file
from audits.models import MeasureImport, Measurement
from crcaudit.core.models import JournalEntry
from tests.core.files import builders as b
from tests.core.files.corpus import CASES
from tests.factories.accounts import SiteFactory
from tests.factories.figures import indicator

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.long,
    pytest.mark.usefixtures("own_files"),
]
TABLES = (".csv", ".xlsx")
# One size and one name of each row: the gate is asked about all of them in its own tests.
REFUSED = [
    case
    for case in CASES
    if case.expected and case.name.lower().endswith(TABLES) and "-0a" in case.id
]
KINDS = ("MEASURES", "CALLS")
MEASURES = "Période;Site;Indicateur;Numérateur;Dénominateur\n2026-10;Lyon;PEC-01;{};1000\n"
VOLUMES = "Mois;Site;Canal;Famille;Motif;Contacts\n2026-10;Lyon;Téléphone;Facture;{};12\n"
CALLS = (
    "Date;Heure;Site;Décroché;Attente\n"
    + "01/10/2026;09:00:00;Lyon;oui;12\n" * 5
    + "01/10/2026;09:01:00;Lyon;oui;{}\n"
)
ODD = {
    "formula": "=1+1",
    "link": '=HYPERLINK("http://x.example","12")',
    "command": "@SUM(1)",
    "full-width": "＝1+1",
    "not a number": "NaN",
    "infinite": "Infinity",
    "exponent": "1e999",
    "five thousand digits": "9" * 5000,
    "one long word": "x" * 100_000,
    "words": "mot " * 20_000,
    "vertical tab": "1\x0b2",
    "right to left": "\u202e12",
    "family": "👨‍👩‍👧‍👦",
    "script": "<script>alert(1)</script>",
}


@pytest.fixture
def organisation(manager):
    SiteFactory(organisation=manager.organisation, name="Lyon")
    indicator()
    return manager.organisation


def deposit(client, organisation, kind, name, content):
    url = reverse("audits:measure-imports", args=[organisation.key])
    return client.post(url, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def read_through_the_page(client, organisation, kind, name, content):
    """What became of the file once somebody kept the columns that the page proposes."""
    assert deposit(client, organisation, kind, name, content).status_code == 302
    imported = MeasureImport.objects.latest("pk")
    form = client.get(imported.get_absolute_url()).context["form"]
    data = {}
    for field in form.fields:
        value = form[field].value()
        if value is not None and value is not False and value != "":
            data[field] = "on" if value is True else value
    answer = client.post(reverse("audits:name-columns", args=[imported.key]), data)
    assert answer.status_code == 302
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


@pytest.mark.parametrize("kind", KINDS)
def test_a_crafted_table_is_refused_in_words_and_nothing_is_kept(client, organisation, kind):
    assert len(REFUSED) == 20
    journal = JournalEntry.objects.count()
    for case in REFUSED:
        if (kind, case.id) == ("CALLS", "bomb-rows-0a"):
            continue  # a year of calls has as many rows, and they are read piece by piece
        response = deposit(client, organisation, kind, case.name, case.make())

        assert (case.id, response.status_code) == (case.id, 422)
        (said,) = response.context["form"].errors["file"]
        assert said.endswith("."), case.id
        assert not MeasureImport.objects.exists(), case.id
    assert JournalEntry.objects.count() == journal


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_cell_is_listed_with_its_row_and_shown_as_a_text(
    client, organisation, kind, extension
):
    text = MEASURES if kind == "MEASURES" else CALLS
    for name, cell in ODD.items():
        if extension == "xlsx" and ("\x0b" in cell or len(cell) > 32_767):
            continue
        content = as_csv(text, cell) if extension == "csv" else as_workbook(text, cell)
        imported = read_through_the_page(client, organisation, kind, f"{name}.{extension}", content)

        last = text.count("\n")
        found = [(problem["row"], problem["column"]) for problem in imported.problems]
        column = "Numérateur" if kind == "MEASURES" else "Attente"
        assert (name, found) == (name, [(last, column)])
        page = client.get(imported.get_absolute_url()).content.decode()
        assert "<script>alert" not in page
        assert len(page) < 100_000, name
    assert not Measurement.objects.exists()


def as_csv(text: str, cell: str) -> bytes:
    quoted = '"{}"'.format(cell.replace('"', '""'))
    return text.format(quoted).encode()


def as_workbook(text: str, cell: str) -> bytes:
    """The odd cell is a live formula where it looks like one."""
    book = Workbook()
    for line in text.strip().split("\n"):
        book.active.append([part.replace("{}", cell) for part in line.split(";")])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_workbook_that_is_no_table_of_figures_is_said(client, organisation, kind):
    response = deposit(client, organisation, kind, "classeur.xlsx", b.ooxml("xlsx"))

    assert response.status_code == 422
    assert "no row below its titles" in response.content.decode()
    assert not MeasureImport.objects.exists()


@pytest.mark.parametrize(("kind", "text"), [("MEASURES", MEASURES), ("VOLUMES", VOLUMES)])
def test_a_cell_too_long_for_a_table_is_said_with_its_row(client, organisation, kind, text):
    content = as_csv(text, "x" * 1_000_000)

    imported = read_through_the_page(client, organisation, kind, "long.csv", content)

    assert imported.state == "FAILED"
    page = client.get(imported.get_absolute_url()).content.decode()
    assert "Row 2 holds a cell that is too long" in page
    assert not Measurement.objects.exists()
