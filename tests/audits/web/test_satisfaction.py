"""Satisfaction on one screen: waves recorded, closed, corrected, read by those who read figures."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.actions.surveys.fields import ReturnFields
from audits.logic.periods import Grain, period_of
from audits.models import Measurement, SurveyWave
from audits.survey_enums import WaveKind, WaveState
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.figures import measure, want
from tests.factories.surveys import (
    EFFORT,
    RECOMMENDATION,
    SATISFACTION,
    answer,
    catalogue,
    close,
    closed_wave,
    spread,
    wave,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]
MONTH = period_of(localdate(), Grain.MONTH)
LAST, BEFORE = MONTH.after(-1).start, MONTH.after(-2).start


@pytest.fixture(autouse=True)
def _in_french(manager, client):
    """Sentences are asserted as most people read them."""
    manager.user.language = "fr"
    manager.user.save(update_fields=["language"])
    client.force_login(manager.user)


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ("Lyon", "Massy")]


@pytest.fixture
def indicators():
    return catalogue()


def screen(client, organisation, **query):
    return client.get(reverse("audits:satisfaction", args=[organisation.key]), query)


def text_of(response):
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def described(site, **values):
    """A form as it is sent."""
    return {
        "key": str(uuid.uuid4()),
        "kind": "HOT",
        "questions": ["SATISFACTION"],
        "places": [f"site-{site.pk}"],
        "grain": "MONTH",
        "day": LAST.isoformat(),
        "channel": "PHONE",
        "extent": "sample",
        "source": "Outil",
    } | values


def counts(row, **values):
    """The cells of a wave at its only place: answers of 1 to 5, and who was asked."""
    place = row.returns.get().place_id
    cells = {f"satisfaction-{mark}-{place}": "0" for mark in range(1, 6)}
    given = {f"{name.replace('m', 'satisfaction-')}-{place}": v for name, v in values.items()}
    return {"version": row.version} | cells | given


def test_a_wave_goes_from_its_description_to_the_indicators(
    client, organisation, sites, indicators
):
    url = reverse("audits:record-wave", args=[organisation.key])
    sent = client.post(url, described(sites[0]))
    row = SurveyWave.objects.get()
    answers = reverse("audits:wave-answers", args=[row.key])
    assert sent.headers["Location"] == answers

    place = row.returns.get().place_id
    cells = counts(row, m5="1 200", m2="300") | {f"invited-{place}": "6 000"}
    assert client.post(answers, cells).status_code == 302
    row.refresh_from_db()
    client.post(reverse("audits:close-wave", args=[row.key]), {"version": row.version})

    found = Measurement.objects.get(indicator__code="SAT-01", place__site=sites[0])
    assert found.inputs == {"satisfied": "1200", "respondents": "1500"}
    page = text_of(screen(client, organisation))
    assert "80,0 %" in page
    assert "77,9 % à 81,9 %" in page
    assert "n = 1 500" in page
    assert "25,0 %" in page


def test_the_net_score_is_shown_with_its_interval(client, organisation, indicators):
    row = wave(organisation, LAST, kind=WaveKind.COLD, questions=(RECOMMENDATION,))
    given = spread(RECOMMENDATION, m10=180, m8=140, m3=80)
    answer(row, {None: ReturnFields(counts={RECOMMENDATION: given})})
    close(row)

    page = text_of(screen(client, organisation))

    assert "+25 points" in page
    assert "+17,5 points à +32,5 points" in page
    assert "n = 400" in page


def test_employees_stand_beside_customers(client, organisation, indicators):
    closed_wave(organisation, LAST, satisfied=80)
    closed_wave(organisation, LAST, kind=WaveKind.STAFF, satisfied=55)

    found = screen(client, organisation).context["screen"]

    assert [card.text.value.replace("\xa0", " ") for card in found.staff] == ["55,0 %"]
    assert found.customers[0].text.value.replace("\xa0", " ") == "80,0 %"
    assert found.waves == "1"


def test_places_are_summed_and_each_is_told(client, organisation, sites, indicators):
    row = wave(organisation, LAST, subjects=sites)
    small = ReturnFields(counts={SATISFACTION: spread(SATISFACTION, m5=10)})
    large = ReturnFields(counts={SATISFACTION: spread(SATISFACTION, m5=450, m1=540)})
    answer(row, dict(zip(sites, (small, large), strict=True)))
    close(row)

    found = screen(client, organisation).context["screen"]

    values = {line.name: line.cells[0].value.replace("\xa0", " ") for line in found.places}
    assert values["Lyon"] == "100,0 %"
    assert values["Massy"] == "45,5 %"
    assert next(line.cells[0].value for line in found.places if line.is_whole).startswith("46,0")


def test_what_was_asked_of_the_whole_is_the_whole_as_in_its_indicator(
    client, organisation, sites, indicators
):
    closed_wave(organisation, LAST, subjects=(sites[0],), satisfied=10)
    closed_wave(organisation, LAST, satisfied=80)

    card = screen(client, organisation).context["screen"].customers[0]

    assert (card.text.value.replace("\xa0", " "), card.text.size[-3:]) == ("80,0 %", "100")


def test_the_verdict_is_that_of_the_target_in_force(client, organisation, indicators):
    want(organisation, indicators["SAT-01"], 78, starts_on=date(2024, 1, 1))
    closed_wave(organisation, BEFORE, satisfied=850, size=1000)
    assert screen(client, organisation).context["screen"].customers[0].verdict.shape == "ok"

    closed_wave(organisation, LAST, satisfied=80)
    card = screen(client, organisation).context["screen"].customers[0]
    assert (card.verdict.text, bool(card.verdict.needed)) == ("Non prouvé", True)


@pytest.mark.parametrize("waves", [1, 3])
def test_the_screen_asks_the_same_whatever_the_number_of_waves(
    client, sites, indicators, waves, django_assert_num_queries
):
    organisation = sites[0].organisation
    for back in range(1, waves + 1):
        closed_wave(organisation, MONTH.after(-back).start, subjects=sites)
    screen(client, organisation)

    with django_assert_num_queries(10):
        screen(client, organisation)


def test_an_empty_screen_says_what_to_do(client, organisation):
    assert reverse("audits:record-wave", args=[organisation.key]) in text_of(
        screen(client, organisation)
    )


def test_a_site_manager_reads_their_site_alone(client, organisation, sites, indicators):
    row = closed_wave(organisation, LAST, subjects=sites, satisfied=61)
    other = closed_wave(organisation, LAST, subjects=(sites[1],), satisfied=97)
    member = MembershipFactory(
        organisation=organisation, role=Role.SITE_MANAGER, site=sites[0], user__language="fr"
    )
    client.force_login(member.user)

    page = text_of(screen(client, organisation))
    wave_page = text_of(client.get(row.get_absolute_url()))

    assert "Lyon" in page
    assert "Massy" not in page + wave_page
    assert "97,0" not in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert reverse("audits:record-wave", args=[organisation.key]) not in page
    assert reverse("audits:wave-answers", args=[row.key]) not in wave_page


def test_a_missing_count_is_no_zero_and_nothing_typed_is_lost(client, organisation, sites):
    row = wave(organisation, LAST, subjects=(sites[0],))
    cells = counts(row, m5="40", m1="")

    response = client.post(reverse("audits:wave-answers", args=[row.key]), cells)

    assert response.status_code == 422
    page = text_of(response)
    assert "tapez 0 quand personne" in page
    assert 'value="40"' in page


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-3", "nombre entier"),
        ("2,5", "nombre entier"),
        ("abc", "nombre entier"),
        ("99999999", "nombre plus petit"),
    ],
)
def test_an_odd_count_is_refused_in_words(client, organisation, sites, value, words):
    row = wave(organisation, LAST, subjects=(sites[0],))

    response = client.post(reverse("audits:wave-answers", args=[row.key]), counts(row, m5=value))

    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{value}"' in text_of(response)


def test_more_answers_than_people_are_said_at_the_cell(client, organisation, sites):
    row = wave(organisation, LAST, subjects=(sites[0],))
    place = row.returns.get().place_id

    response = client.post(
        reverse("audits:wave-answers", args=[row.key]),
        counts(row, m5="40") | {f"invited-{place}": "30"},
    )

    assert response.status_code == 422
    assert "Moins que les 40 répondants" in text_of(response)


def test_of_two_who_enter_answers_the_second_loses_nothing(client, organisation, sites):
    row = wave(organisation, LAST, subjects=(sites[0],))
    url = reverse("audits:wave-answers", args=[row.key])
    client.post(url, counts(row, m5="40"))

    second = client.post(url, counts(row, m5="41"))

    assert second.status_code == 409
    assert 'value="41"' in text_of(second)
    row.refresh_from_db()
    assert client.post(url, counts(row, m5="41")).status_code == 302


def test_a_measure_from_elsewhere_is_replaced_only_when_somebody_says_so(
    client, organisation, indicators
):
    measure(organisation, indicators["SAT-01"], LAST, satisfied=1, respondents=2)
    row = wave(organisation, LAST)
    answer(row, {None: ReturnFields(9, None, {SATISFACTION: spread(SATISFACTION, m5=9)})})
    row.refresh_from_db()
    url = reverse("audits:close-wave", args=[row.key])

    refused = client.post(url, {"version": row.version})

    assert refused.status_code == 409
    assert "SAT-01" in text_of(refused)
    assert 'name="replaces"' in text_of(refused)
    client.post(url, {"version": row.version, "replaces": "on"})
    row.refresh_from_db()
    assert row.state == WaveState.CLOSED


def test_a_correction_says_why(client, organisation, indicators):
    row = closed_wave(organisation, LAST, satisfied=80)
    url = reverse("audits:wave-answers", args=[row.key])

    silent = client.post(url, counts(row, m5="90", m2="10"))
    said = client.post(url, counts(row, m5="90", m2="10") | {"reason": "Doublons"})

    assert (silent.status_code, said.status_code) == (422, 302)
    assert Measurement.objects.get(indicator__code="SAT-01").inputs["satisfied"] == "90"
    assert "Doublons" in text_of(client.get(row.get_absolute_url()))


def test_a_withdrawn_wave_leaves_the_screen(client, organisation, indicators):
    row = closed_wave(organisation, LAST)

    client.post(reverse("audits:withdraw-wave", args=[row.key]), {"reason": "Mauvais mois"})

    assert screen(client, organisation).context["screen"].is_empty
    assert "Mauvais mois" in text_of(client.get(row.get_absolute_url()))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"day": (localdate() + timedelta(days=400)).isoformat()}, "pas commencé"),
        ({"kind": "STAFF", "questions": ["EFFORT"]}, "pas aux collaborateurs"),
        ({"questions": []}, "au moins une question"),
        ({"source": ""}, "d’où viennent"),
    ],
)
def test_a_wave_that_does_not_hold_together_comes_back(client, organisation, sites, values, words):
    url = reverse("audits:record-wave", args=[organisation.key])

    response = client.post(url, described(sites[0], **values))

    assert response.status_code in {409, 422}
    assert words in text_of(response)
    assert not SurveyWave.objects.exists()


def test_the_whole_and_a_site_together_are_refused(client, organisation, sites):
    url = reverse("audits:record-wave", args=[organisation.key])

    response = client.post(url, described(sites[0], places=["whole", f"site-{sites[0].pk}"]))

    assert response.status_code == 422
    assert "pas les deux" in text_of(response)


def test_effort_has_a_mean_and_its_interval(client, organisation, indicators):
    row = wave(organisation, LAST, questions=(EFFORT,))
    given = spread(EFFORT, m3=5, m4=10, m5=20, m6=30, m7=35)
    answer(row, {None: ReturnFields(counts={EFFORT: given})})
    close(row)

    page = text_of(screen(client, organisation))

    assert "5,8 /7" in page
    assert "5,6 /7 à 6,0 /7" in page


def test_the_fragment_is_the_page_without_its_frame(client, organisation):
    url = reverse("audits:satisfaction", args=[organisation.key])

    assert "<html" not in text_of(client.get(url, headers={"HX-Request": "true"}))
