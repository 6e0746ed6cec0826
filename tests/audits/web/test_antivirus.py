"""Depositing evidence on a server with an antivirus: found, clean, and out of order."""

import pytest
from django.urls import reverse

from audits.models import EvidenceVersion
from tests.audits.evidence import AT, deposit, state, upload
from tests.core.files import builders as b
from tests.core.files import clamd

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]

HTMX = {"HX-Request": "true"}
INFECTED = b"Heures;Appels\n" + clamd.VIRUS + b"\n"


@pytest.fixture
def daemon(settings, tmp_path):
    with clamd.running(tmp_path) as running:
        settings.CLAMD_ADDRESS = running.address
        yield running


def url(row):
    return reverse("audits:add-evidence", args=[row.audit.key, row.pk])


def test_an_infected_file_is_refused_and_nothing_of_it_stays(client, row, daemon):
    before = state()

    response = client.post(url(row), {"files": upload(INFECTED, "appels.csv")}, headers=HTMX)

    assert response.status_code == 422
    assert "This file is recognised as malicious" in response.content.decode()
    assert state() == before


def test_clean_files_are_kept_beside_an_infected_one(client, row, daemon):
    files = [upload(b.pdf(), "bon.pdf"), upload(INFECTED, "appels.csv")]

    response = client.post(url(row), {"files": files})

    assert response.status_code == 422
    assert "<b>appels.csv</b>" in response.content.decode()
    assert [v.file_name for v in EvidenceVersion.objects.all()] == ["bon.pdf"]


def test_while_the_antivirus_is_out_of_order_nothing_is_accepted(client, row, settings):
    settings.CLAMD_ADDRESS = clamd.closed_port()
    before = state()

    answers = [
        client.post(url(row), {"files": upload()}, headers=HTMX),
        client.post(url(row), {"files": upload()}),
    ]

    assert [answer.status_code for answer in answers] == [503, 503]
    for answer in answers:
        assert "The antivirus could not examine this file" in answer.content.decode()
        assert settings.CLAMD_ADDRESS not in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("found", [True, False])
def test_a_refused_version_leaves_the_first_one(client, row, daemon, settings, found):
    evidence = deposit(row)
    if not found:
        settings.CLAMD_ADDRESS = clamd.closed_port()
    before = state()
    address = reverse("audits:add-evidence-version", args=[evidence.key])

    response = client.post(address, {"file": upload(INFECTED, "appels.csv")})

    assert response.status_code == (422 if found else 503)
    assert state() == before


def test_the_page_says_whether_the_file_was_examined(client, row, daemon, settings):
    examined = deposit(row)
    settings.CLAMD_ADDRESS = ""
    other = deposit(row, b.pdf(7))

    pages = [client.get(piece.get_absolute_url()).content.decode() for piece in (examined, other)]

    assert [piece.versions.get().scanned_at for piece in (examined, other)] == [AT, None]
    assert "Antivirus: examined on 4 March 2026, nothing found" in pages[0]
    assert "Antivirus: not examined" in pages[1]
    assert len(daemon.contents) == 1
