"""A file of answers, from its deposit to the counts of its wave."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from audits.actions.measure_import_reading import read_file
from audits.logic.periods import Grain, period_of
from audits.models import AnswerCount, MeasureImport
from tests.factories.accounts import SiteFactory
from tests.factories.surveys import wave

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
LAST = period_of(localdate(), Grain.MONTH).after(-1).start
TEXT = "Centre;Note;Verbatim\nLyon;5;Merci\nMassy;2;Trop long\nLyon;4;\nNantes;1;Non\n"


@pytest.fixture
def row(manager):
    sites = [SiteFactory(organisation=manager.organisation, name=n) for n in ("Lyon", "Massy")]
    return wave(manager.organisation, LAST, subjects=sites, by=manager.user)


def send(client, row, text=TEXT, name="reponses.csv"):
    url = reverse("audits:wave-file", args=[row.key])
    return client.post(url, {"file": SimpleUploadedFile(name, text.encode())})


def name_columns(client, imported, **values):
    url = reverse("audits:name-columns", args=[imported.key])
    sent = client.post(url, {"column_0": "place", "column_1": "SATISFACTION"} | values)
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    return sent


def test_a_file_goes_from_deposit_to_the_counts_of_its_wave(client, row):
    send(client, row)
    imported = MeasureImport.objects.get()
    page = client.get(imported.get_absolute_url()).content.decode()
    assert "Merci" not in page
    assert row.reference in page

    name_columns(client, imported)
    places = {value: f"place_{n}" for n, value in enumerate(("Lyon", "Massy", "Nantes"))}
    tokens = {r.place.site.name: f"site-{r.place.site_id}" for r in row.returns.all()}
    name_columns(client, imported, **{places[name]: token for name, token in tokens.items()})
    assert imported.facts["unplaced"] == {"Nantes": 1}

    url = reverse("audits:apply-import", args=[imported.key])
    assert client.post(url).status_code == 409  # nobody said that Nantes may be left out
    sent = client.post(url, {"without_faulty": "on"})

    assert sent.headers["Location"] == row.get_absolute_url()
    found = AnswerCount.objects.filter(count__gt=0).order_by("mark")
    assert list(found.values_list("mark", "count")) == [(2, 1), (4, 1), (5, 1)]


def test_the_places_offered_are_those_of_the_wave(client, row):
    SiteFactory(organisation=row.organisation, name="Brest")
    send(client, row)
    imported = MeasureImport.objects.get()
    name_columns(client, imported)

    page = client.get(imported.get_absolute_url()).content.decode()

    assert "Massy</option>" in page
    assert "Brest</option>" not in page


def test_the_same_file_twice_leads_to_what_became_of_it(client, row):
    send(client, row)

    again = send(client, row)

    assert again.status_code == 422
    assert MeasureImport.objects.get().get_absolute_url() in again.content.decode()


@pytest.mark.parametrize(
    ("text", "name"), [("", "r.csv"), ("Note\n", "r.csv"), ("%PDF-1.4", "r.pdf"), ("x", "r.xlsx")]
)
def test_a_file_that_is_no_table_is_refused_in_words(client, row, text, name):
    response = send(client, row, text, name)

    assert response.status_code == 422
    assert not MeasureImport.objects.exists()


def test_columns_that_say_nothing_come_back(client, row):
    send(client, row)
    imported = MeasureImport.objects.get()
    url = reverse("audits:name-columns", args=[imported.key])

    response = client.post(url, {"column_0": "place", "column_1": "", "column_2": ""})

    assert response.status_code == 422
    imported.refresh_from_db()
    assert imported.state == "RECEIVED"
