"""Files of figures: deposit, columns, confirmation, and the way back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.actions.measure_import_reading import read_file
from audits.models import MeasureImport, Measurement
from engagements.models import Indicator
from tests.factories.accounts import SiteFactory
from tests.factories.figures import day, indicator

pytestmark = [pytest.mark.web, pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
MEASURES = "Période;Site;Indicateur;Numérateur;Dénominateur\noctobre 2026;Lyon;PEC-01;850;1 000\n"
CALLS = (
    "Date;Heure;Site;Décroché;Attente\n"
    "01/10/2026;09:00:00;Lyon;oui;12\n"
    "01/10/2026;09:01:00;Lyon;oui;20\n"
    "32/10/2026;09:01:00;Lyon;oui;20\n"
    "01/10/2026;09:01:00;Nantes;oui;20\n"
)


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def site(organisation):
    return SiteFactory(organisation=organisation, name="Lyon")


@pytest.fixture
def level():
    return indicator()


def deposit(client, organisation, text, *, kind="MEASURES", name="mesures.csv"):
    url = reverse("audits:measure-imports", args=[organisation.key])
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(url, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def received(client, organisation, text, **values):
    assert deposit(client, organisation, text, **values).status_code == 302
    return MeasureImport.objects.latest("pk")


def step(client, name, imported, **data):
    return client.post(reverse(f"audits:{name}", args=[imported.key]), data)


def columns_of(client, imported):
    """What the page proposes, as a browser would send it."""
    form = client.get(imported.get_absolute_url()).context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value is not None and value is not False and value != "":
            data[name] = "on" if value is True else value
    return data


def named(client, imported, **changes):
    data = columns_of(client, imported) | changes
    response = step(client, "name-columns", imported, **data)
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    return response


def test_a_french_file_goes_from_deposit_to_measures_and_back(client, organisation, site, level):
    imported = received(client, organisation, MEASURES)

    assert named(client, imported).status_code == 302
    page = client.get(imported.get_absolute_url())
    assert "1 measure would be written" in page.content.decode()
    assert not Measurement.objects.exists()

    assert step(client, "apply-import", imported).status_code == 302
    assert Measurement.objects.get().inputs == {"answered_in_t": "850", "offered": "1000"}
    assert "1 measure written" in client.get(imported.get_absolute_url()).content.decode()

    assert step(client, "undo-import", imported).status_code == 302
    assert not Measurement.objects.exists()


def test_places_are_recognised_by_their_name_and_the_rest_is_asked(
    client, organisation, site, level
):
    SiteFactory(organisation=organisation, name="Massy")
    imported = received(client, organisation, MEASURES + "octobre 2026;Plateau B;PEC-01;1;2\n")

    named(client, imported)

    assert [problem["column"] for problem in imported.problems] == ["Site"]
    form = client.get(imported.get_absolute_url()).context["form"]
    assert [field.label for field in form.places.fields] == ["Lyon", "Plateau B"]
    massy = organisation.sites.get(name="Massy")
    named(client, imported, place_1=f"site-{massy.pk}")
    assert imported.problems == []
    assert len(imported.proposed) == 2


def test_call_records_are_counted_and_what_is_left_out_is_said(client, organisation, site, level):
    imported = received(client, organisation, CALLS, kind="CALLS", name="appels.csv")

    named(client, imported)

    page = client.get(imported.get_absolute_url()).content.decode()
    assert "Nantes" in page
    assert "32/10/2026" in page
    refused = step(client, "apply-import", imported)
    assert refused.status_code == 409
    Indicator.objects.exclude(code="PEC-01").delete()
    for one in imported.proposed:
        if not Indicator.objects.filter(code=one["indicator"]).exists():
            indicator(one["indicator"], keys=tuple(one["inputs"]), formula="1 + 1")
    assert step(client, "apply-import", imported, without_faulty="on").status_code == 302
    assert Measurement.objects.filter(indicator=level, starts_on=day("2026-10-01")).exists()


def test_the_convention_that_is_chosen_is_kept_with_the_measures(client, organisation, site, level):
    text = "\n".join(CALLS.splitlines()[:3])
    imported = received(client, organisation, text, kind="CALLS", name="appels.csv")
    data = columns_of(client, imported)
    data.pop("is_strict")

    step(client, "name-columns", imported, **data | {"threshold_s": "12", "grain": "MONTH"})
    read_file(import_id=imported.pk)
    imported.refresh_from_db()

    (found,) = [one for one in imported.proposed if one["indicator"] == "PEC-01"]
    assert found["convention"]["threshold_s"] == 12
    assert found["convention"]["is_strict"] is False
    assert found["inputs"] == {"answered_in_t": "1", "offered": "2"}
    assert found["period"] == ["MONTH", "2026-10-01"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column_0": ""}, "Say which column holds the period."),
        ({"column_2": ""}, "Say which column names the indicator"),
        ({"column_3": ""}, "Say which column holds the first figure"),
        ({"column_4": "input:0"}, "Another column says the same."),
        ({"column_1": "nothing"}, "Choose a value of the list."),
        ({"grain": "DECADE"}, "Choose a value of the list."),
        ({"place_0": "site-999999"}, "Choose a site or a provider"),
    ],
)
@pytest.mark.usefixtures("site", "level")
def test_columns_that_make_no_measure_are_said(client, organisation, changes, said):
    imported = received(client, organisation, MEASURES)

    response = step(client, "name-columns", imported, **columns_of(client, imported) | changes)

    assert response.status_code == 422
    assert said in response.content.decode()
    imported.refresh_from_db()
    assert imported.state == "RECEIVED"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column_date": ""}, "Say which column holds the day of the call."),
        ({"column_answered": ""}, "Say which column tells an answered call"),
        ({"column_wait": "1"}, "Two lines name the same column"),
        ({"moment_format": "%d/%m/%Y %H:%M"}, "does not go with the column"),
        ({"threshold_s": "0"}, "greater than or equal to 1"),
        ({"satisfied_from": "9"}, "above the highest one"),
        ({"time_zone": "Mars/Olympus"}, "Choose a value of the list."),
    ],
)
@pytest.mark.usefixtures("site", "level")
def test_columns_that_count_no_call_are_said(client, organisation, changes, said):
    imported = received(client, organisation, CALLS, kind="CALLS", name="appels.csv")

    response = step(client, "name-columns", imported, **columns_of(client, imported) | changes)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_the_same_file_leads_to_what_became_of_it(client, organisation, level):
    imported = received(client, organisation, MEASURES)

    response = deposit(client, organisation, MEASURES, name="copie.csv")

    assert response.status_code == 422
    assert "already received" in response.content.decode()
    assert imported.get_absolute_url() in response.content.decode()
    assert MeasureImport.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mesures.pdf", b"%PDF-1.4", "accepted"),
        ("mesures.csv", b"", "empty"),
        ("mesures.csv", b"\x00\x01\x02\x03", "content"),
        ("mesures.csv", b"Mois;Site\n", "no row below its titles"),
        ("mesures.xlsx", b"PK\x03\x04 rien", ""),
    ],
)
def test_what_is_no_table_is_refused(client, organisation, name, content, said):
    response = deposit(client, organisation, content, name=name)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not MeasureImport.objects.exists()


def test_a_file_given_up_is_gone(client, organisation, level):
    imported = received(client, organisation, MEASURES)

    response = step(client, "abandon-import", imported)

    assert response.url == reverse("audits:measure-imports", args=[organisation.key])
    assert client.get(reverse("audits:source-file", args=[imported.key])).status_code == 404


def test_the_source_is_downloaded_and_never_shown(client, organisation, level):
    imported = received(client, organisation, MEASURES)

    response = client.get(reverse("audits:source-file", args=[imported.key]))

    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).decode() == MEASURES


def test_a_file_that_is_read_says_how_far_it_is(client, organisation, site, level):
    imported = received(client, organisation, MEASURES)
    step(client, "name-columns", imported, **columns_of(client, imported))
    MeasureImport.objects.filter(pk=imported.pk).update(
        state="QUEUED", done=imported.file_size // 2, total=imported.file_size
    )

    text = client.get(imported.get_absolute_url()).content.decode()

    assert 'hx-trigger="every 1s"' in text
    assert "50 %" in text or "49 %" in text
