"""The corpus of crafted files through the page: a clear sentence, nothing changed, never a 500."""

import re
from html import unescape
from itertools import groupby

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.actions.evidence_links import unlink_evidence
from crcaudit.core.files import FileRefusedError
from tests.audits.evidence import AT, content, deposit, state
from tests.core.files import builders as b
from tests.core.files.corpus import CASES

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.long,
    pytest.mark.usefixtures("own_files"),
]

# One of each row, by turns the first and the last: both names, smallest and largest. The gate is
# asked about all of them in its own tests.
ROWS = groupby(CASES, key=lambda case: case.id.rpartition("-")[0])
THROUGH_THE_PAGE = [[*row][0 if turn % 2 else -1] for turn, (_, row) in enumerate(ROWS)]
REFUSED = [case for case in THROUGH_THE_PAGE if case.expected]
ACCEPTED = [case for case in THROUGH_THE_PAGE if not case.expected]
GROUPS = 10


def send(client, row, case, *, by_script: bool):
    url = reverse("audits:add-evidence", args=[row.audit.key, row.pk])
    files = {"files": SimpleUploadedFile(case.name, case.make())}
    return client.post(url, files, headers={"HX-Request": "true"} if by_script else {})


def sentence(response) -> str:
    found = re.search(r'class="crc-problem"[^>]*>([^<]*)<', response.content.decode())
    return unescape(found.group(1)) if found else ""


@pytest.mark.parametrize("group", range(GROUPS))
def test_refused_file_is_explained_and_changes_nothing(client, row, group):
    deposit(row)
    before = state()

    for case in REFUSED[group::GROUPS]:
        response = send(client, row, case, by_script=True)

        expected = FileRefusedError(case.expected).status
        assert (case.id, response.status_code) == (case.id, expected)
        assert sentence(response).endswith("."), case.id
        assert state() == before, case.id


@pytest.mark.parametrize("group", range(4))
def test_accepted_file_is_stored_and_only_ever_downloaded(client, row, group):
    for case in ACCEPTED[group::4]:
        response = send(client, row, case, by_script=True)

        assert (case.id, response.status_code) == (case.id, 200)
        evidence = row.audit.organisation.evidence.order_by("-number").first()
        # The same bytes under another name would otherwise be the same evidence.
        unlink_evidence(link=evidence.links.get(), by=evidence.created_by, at=AT)
        version = evidence.versions.get()
        assert version.preview == (case.preview or ""), case.id
        answer = client.get(reverse("audits:evidence-file", args=[evidence.key, 1]))
        assert answer["Content-Disposition"].startswith("attachment"), case.id
        assert content(answer) == case.make(), case.id


@pytest.mark.parametrize("name", ["a.html", "a.pdf;.html", "../../a.pdf\0.exe", "x" * 400 + ".exe"])
def test_page_without_script_names_the_file_and_keeps_working(client, row, name):
    before = state()
    url = reverse("audits:add-evidence", args=[row.audit.key, row.pk])

    response = client.post(url, {"files": SimpleUploadedFile(name, b.pdf())})

    assert response.status_code == 422
    assert "One file was not recorded" in response.content.decode()
    assert 'type="file"' in response.content.decode()
    assert state() == before


def test_the_sentence_is_in_the_language_of_the_person(client, row):
    case = next(case for case in REFUSED if case.id == "macros-docm-0a")
    english = sentence(send(client, row, case, by_script=True))

    assert english.startswith("This file contains macros")
