"""The content of evidence: who gets it, with which headers, and what the journal says."""

import io

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from crcaudit.accounts.enums import Role
from crcaudit.core import journal
from crcaudit.core.models import JournalEntry
from tests.audits.evidence import content, deposit
from tests.core.files import builders as b
from tests.core.files.corpus_plain import located_jpg
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import first_assessment, running_audit

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]

SANDBOX = "sandbox; default-src 'none'"
HTMX = {"HX-Request": "true"}


def file_url(evidence, number=1):
    return reverse("audits:evidence-file", args=[evidence.key, number])


def preview_url(evidence, number=1):
    return reverse("audits:evidence-preview", args=[evidence.key, number])


@pytest.fixture(autouse=True)
def _answers_are_closed(client, monkeypatch):
    """The test client closes the file of an answer once its content was read to the end."""
    answers = []
    get = client.get

    def kept(*args, **kwargs):
        answers.append(get(*args, **kwargs))
        return answers[-1]

    monkeypatch.setattr(client, "get", kept)
    yield
    for answer in answers:
        content(answer)


def reads(evidence) -> list[tuple[str, str]]:
    entries = JournalEntry.objects.of("evidence_read", evidence.key)
    return [(entry.actor, entry.after["how"]) for entry in entries]


def assert_sandboxed(response):
    assert response["Content-Security-Policy"] == SANDBOX
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"


def workbook(*sheets: tuple[str, list]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("extension", sorted(set(b.GOOD) - {"jpeg"}))
def test_every_kind_of_file_is_downloaded_whole_and_cannot_run(client, row, manager, extension):
    source = b.GOOD[extension]()
    evidence = deposit(row, source, f"Écoutes n° 3.{extension}")

    response = client.get(file_url(evidence))

    assert content(response) == source
    assert_sandboxed(response)
    name = f"%C3%89coutes%20n%C2%B0%203.{extension}"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert not response["Content-Type"].startswith(("text/html", "image/svg"))
    assert reads(evidence) == [(str(manager.user.key), "download")]


def test_pdf_is_given_to_the_viewer_under_the_same_guard(client, row, manager):
    evidence = deposit(row)

    response = client.get(file_url(evidence), {"view": "1"}, headers={"Sec-Fetch-Dest": "empty"})

    assert content(response) == b.pdf()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/pdf"
    assert_sandboxed(response)
    assert reads(evidence) == [(str(manager.user.key), "view")]


@pytest.mark.parametrize(
    ("headers", "how"),
    [
        ({"Sec-Fetch-Dest": "document"}, "downloaded"),
        ({"Sec-Fetch-Dest": "iframe"}, "downloaded"),
        ({"Sec-Fetch-Dest": "embed"}, "downloaded"),
        ({"Sec-Fetch-Dest": "object"}, "downloaded"),
        ({"Sec-Fetch-Dest": "empty"}, "read on screen"),
        ({}, "read on screen or saved"),
    ],
)
def test_readings_say_no_more_than_the_browser_told(client, row, headers, how):
    evidence = deposit(row)

    content(client.get(file_url(evidence), {"view": "1"}, headers=headers))

    page = client.get(evidence.get_absolute_url())
    assert [read.how for read in page.context["reads"]] == [how]
    assert f"· {how}, version 1" in page.content.decode()


@pytest.mark.parametrize("destination", ["empty", "document", "image"])
def test_the_file_without_the_viewer_is_always_a_download(client, row, destination):
    evidence, picture = deposit(row), deposit(row, b.png(), "a.png")
    headers = {"Sec-Fetch-Dest": destination}

    content(client.get(file_url(evidence), headers=headers))
    content(client.get(file_url(picture), {"view": "1"}, headers=headers))

    assert [how for piece in (evidence, picture) for _who, how in reads(piece)] == ["download"] * 2


@pytest.mark.parametrize("extension", ["pdf", "png", "csv", "docx", "txt"])
def test_no_file_is_ever_sent_inline(client, row, extension):
    evidence = deposit(row, b.GOOD[extension](), f"a.{extension}")

    response = client.get(file_url(evidence), {"view": "1"})

    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x05\x06" + b"\0" * 18])
def test_file_of_two_natures_is_only_downloaded(client, row, tail):
    evidence = deposit(row, b.png() + tail, "a.png")

    assert client.get(preview_url(evidence)).status_code == 404
    assert content(client.get(file_url(evidence))) == b.png() + tail
    assert "evidence-preview" not in client.get(evidence.get_absolute_url()).content.decode()


def test_image_is_shown_as_a_picture_drawn_again(client, row, manager):
    evidence = deposit(row, located_jpg(0), "photo.jpg")

    response = client.get(preview_url(evidence))

    assert response["Content-Type"] == "image/webp"
    assert_sandboxed(response)
    assert b"CRC-CANARY" not in response.content
    assert Image.open(io.BytesIO(response.content)).size == (40, 30)
    assert reads(evidence) == [(str(manager.user.key), "preview")]


def test_csv_is_shown_as_a_table_with_nothing_that_runs(client, row):
    source = "Semaine;Note\r\nS10;\"<script>alert(1)</script>\"\r\nS11;=cmd|'/c calc'!A0\r\n"
    evidence = deposit(row, source.encode("cp1252"), "suivi.csv")

    response = client.get(preview_url(evidence), headers=HTMX)

    page = response.content.decode()
    assert "<html" not in page
    assert '<th scope="col">Semaine</th>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "=cmd|&#x27;/c calc&#x27;!A0" in page


def test_long_table_says_that_only_its_beginning_is_shown(client, row):
    evidence = deposit(row, b"a;b\r\n" * 500, "long.csv")

    response = client.get(preview_url(evidence))

    assert len(response.context["rows"]) == 199
    assert "Only the beginning is shown" in response.content.decode()


def test_workbook_shows_one_sheet_at_a_time(client, row):
    source = workbook(("Synthèse", [["Taux"], ["85"]]), ("Détail", [["Appels"], [41208]]))
    evidence = deposit(row, source, "tableau.xlsx")

    first = client.get(preview_url(evidence))
    second = client.get(preview_url(evidence), {"feuille": "2"})
    odd = client.get(preview_url(evidence), {"feuille": "9" * 30})

    assert [sheet["label"] for sheet in first.context["sheets"]] == ["Synthèse", "Détail"]
    heads = [
        [cell for cell, _is_number in answer.context["head"]] for answer in (first, second, odd)
    ]
    assert heads == [["Taux"], ["Appels"], ["Taux"]]


def test_text_is_shown_literally(client, row):
    evidence = deposit(row, "Relevé\n<b>gras</b> {{ 7 }}".encode(), "note.txt")

    page = client.get(preview_url(evidence), headers=HTMX).content.decode()

    assert "Relevé\n&lt;b&gt;gras&lt;/b&gt; {{ 7 }}" in page


@pytest.mark.parametrize("extension", ["pdf", "docx", "mp3", "eml"])
def test_kind_without_a_preview_has_none(client, row, extension):
    evidence = deposit(row, b.GOOD[extension](), f"a.{extension}")

    assert client.get(preview_url(evidence)).status_code == 404
    assert reads(evidence) == []


@pytest.mark.parametrize("view", [file_url, preview_url])
def test_evidence_of_another_organisation_does_not_exist(client, row, view):
    foreign = deposit(first_assessment(running_audit()), b.png(), "a.png")

    known, unknown = client.get(view(foreign)), client.get(view(foreign, 9))

    assert known.status_code == unknown.status_code == 404
    assert reads(foreign) == []


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_version_that_does_not_exist_is_not_found(client, row, number):
    evidence = deposit(row)

    assert client.get(file_url(evidence, number)).status_code == 404


def test_contributor_reads_only_what_was_given_to_them(client, row):
    evidence = deposit(row)
    member = MembershipFactory(organisation=row.audit.organisation, role=Role.CONTRIBUTOR)
    client.force_login(member.user)

    assert client.get(file_url(evidence)).status_code == 404
    row.assigned_to = member.user
    row.save(update_fields=["assigned_to"])
    assert client.get(file_url(evidence)).status_code == 200


def test_membership_that_ended_closes_the_file_at_once(client, row, manager):
    evidence = deposit(row)
    assert client.get(file_url(evidence)).status_code == 200

    manager.is_active = False
    manager.save()

    assert client.get(file_url(evidence)).status_code == 404


def test_anonymous_reader_gets_nothing(client, row):
    evidence = deposit(row)
    client.logout()

    assert client.get(file_url(evidence)).status_code == 302
    assert reads(evidence) == []


@pytest.mark.parametrize("view", [file_url, preview_url])
def test_files_are_only_read_here(client, row, view):
    evidence = deposit(row)

    assert client.post(view(evidence)).status_code == 405
    assert client.delete(view(evidence)).status_code == 405


@pytest.mark.parametrize(("name", "view"), [("a.pdf", file_url), ("a.png", preview_url)])
def test_file_missing_on_the_server_is_said_and_not_traced_as_read(client, row, name, view):
    source = b.pdf() if name.endswith("pdf") else b.png()
    evidence = deposit(row, source, name)
    default_storage.delete(evidence.versions.get().path)

    response = client.get(view(evidence))

    assert response.status_code == 410
    assert "missing on the server" in response.content.decode()
    assert reads(evidence) == []


def test_picture_that_cannot_be_drawn_is_said_and_not_traced(client, row):
    evidence = deposit(row, b.png(), "a.png")
    with open(default_storage.path(evidence.versions.get().path), "wb") as stream:  # noqa: PTH123
        stream.write(b"\x89PNG\r\n\x1a\nbroken")

    response = client.get(preview_url(evidence))

    assert response.status_code == 422
    assert "cannot be shown here" in response.content.decode()
    assert reads(evidence) == []


def test_reading_that_cannot_be_traced_is_refused(client, row, monkeypatch):
    evidence = deposit(row)

    def broken(*args, **kwargs):
        raise OSError("journal")

    monkeypatch.setattr(journal, "record", broken)
    with pytest.raises(OSError, match="journal"):
        client.get(file_url(evidence))


def test_stored_file_has_no_address_of_its_own(client, row):
    path = deposit(row).versions.get().path

    for prefix in ("/", "/media/", "/files/", "/static/"):
        assert client.get(f"{prefix}{path}").status_code == 404


def test_administrator_who_is_no_member_reads_nothing(client, row):
    evidence = deposit(row)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    assert client.get(file_url(evidence)).status_code == 404


def test_columns_of_numbers_stand_on_the_right(client, row):
    table = "File;Appels;Taux;Note\nFacturation;57 031;84,5 %;1\nLignes;;-3,1 %;s. o.\n"
    evidence = deposit(row, table.encode(), "niveau.csv")

    page = client.get(preview_url(evidence), headers=HTMX).content.decode()

    assert '<th scope="col">File</th><th scope="col" class="num">Appels</th>' in page
    assert '<th scope="col" class="num">Taux</th><th scope="col">Note</th>' in page
    assert '<td class="num">84,5 %</td><td>1</td>' in page
