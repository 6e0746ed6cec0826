"""Measures typed like a sheet."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.logic.periods import Grain, last_periods
from audits.models import Measurement
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.figures import day, indicator, measure, want

pytestmark = [pytest.mark.web, pytest.mark.django_db]
MONTHS = last_periods(6, grain=Grain.MONTH, today=localdate())


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def site(organisation):
    return SiteFactory(organisation=organisation, name="Lyon")


@pytest.fixture
def level(organisation):
    row = indicator(parameters=[{"key": "threshold_s", "default": "15"}])
    want(organisation, row, 85, starts_on=day("2024-01-01"), parameters={"threshold_s": 20})
    return row


def cell(row, key, period):
    return f"m-{row.pk}-{key}-{period.start:%Y%m%d}"


def version(row, period):
    return f"v-{row.pk}-{period.start:%Y%m%d}"


def sheet(row, ok, offered, period=MONTHS[-2]):
    return {cell(row, "answered_in_t", period): ok, cell(row, "offered", period): offered}


def send(client, organisation, site, **data):
    url = reverse("audits:enter-measures", args=[organisation.key])
    return client.post(f"{url}?lieu=site-{site.pk}", data)


def test_a_measure_is_typed_in_french_with_the_convention_of_the_target(
    client, organisation, site, level
):
    response = send(client, organisation, site, **sheet(level, "1 812,5", "2 000"))

    assert response.status_code == 302
    row = Measurement.objects.get()
    assert row.inputs == {"answered_in_t": "1812.5", "offered": "2000"}
    assert row.place.site == site
    assert row.convention == {"threshold_s": 20, "is_strict": True}
    assert row.is_exhaustive


def test_a_sample_is_said_to_be_one(client, organisation, site, level):
    send(client, organisation, site, **sheet(level, "27", "30"), **{f"x-{level.pk}": "on"})

    assert not Measurement.objects.get().is_exhaustive


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("27", ""), "This figure is missing: what was not measured is no zero."),
        (("27", "trente"), "Enter a number, such as 97.5."),
        (("=1+1", "30"), "Enter a number, such as 97.5."),
        (("9" * 5000, "30"), "Enter a number, such as 97.5."),
    ],
)
def test_a_bad_cell_is_said_in_place_and_the_rest_is_kept(client, organisation, level, typed, said):
    site = SiteFactory(organisation=organisation)
    more = sheet(level, "45", "50", MONTHS[-3])

    response = send(client, organisation, site, **sheet(level, *typed), **more)

    assert response.status_code == 422
    text = response.content.decode()
    assert said in text
    assert 'value="45"' in text
    assert not Measurement.objects.exists()


def test_somebody_elses_change_is_not_overwritten_unseen(client, organisation, site, level):
    measure(organisation, level, MONTHS[-2].start, subject=site, answered_in_t=9, offered=10)

    first = send(client, organisation, site, **sheet(level, "8", "10"))

    assert first.status_code == 409
    assert "Somebody changed these measures meanwhile" in first.content.decode()
    assert Measurement.objects.get().inputs["answered_in_t"] == "9"
    hidden = first.context["form"][version(level, MONTHS[-2])].value()
    again = send(
        client,
        organisation,
        site,
        **sheet(level, "8", "10"),
        **{version(level, MONTHS[-2]): hidden},
    )
    assert again.status_code == 302
    assert Measurement.objects.get().inputs["answered_in_t"] == "8"


def test_an_emptied_measure_is_taken_away(client, organisation, site, level):
    measure(organisation, level, MONTHS[-2].start, subject=site, answered_in_t=9, offered=10)

    send(client, organisation, site, **sheet(level, "", ""), **{version(level, MONTHS[-2]): 1})

    assert not Measurement.objects.exists()


def test_a_sheet_that_changes_nothing_keeps_how_it_was_counted(client, organisation, site, level):
    measure(
        organisation,
        level,
        MONTHS[-2].start,
        subject=site,
        answered_in_t=9,
        offered=10,
        convention={"threshold_s": 12},
    )

    response = send(
        client,
        organisation,
        site,
        **sheet(level, "9", "10,0"),
        **{version(level, MONTHS[-2]): 1},
    )

    assert response.status_code == 302
    assert Measurement.objects.get().convention == {"threshold_s": 12}
    assert Measurement.objects.get().version == 1


def test_a_site_manager_types_for_their_site_alone(client, organisation, site, level):
    other = SiteFactory(organisation=organisation)
    person = MembershipFactory(organisation=organisation, role=Role.SITE_MANAGER, site=site).user
    measure(organisation, level, MONTHS[-2].start, subject=site, answered_in_t=9, offered=10)
    client.force_login(person)

    assert send(client, organisation, other).status_code == 404
    url = reverse("audits:enter-measures", args=[organisation.key])
    assert client.get(f"{url}?lieu=whole").status_code == 404
    assert [option.label for option in client.get(url).context["place_options"]] == ["Lyon"]


def test_the_sheet_begins_where_the_address_says(client, organisation, site, level):
    url = reverse("audits:enter-measures", args=[organisation.key])

    shown = client.get(url, {"lieu": f"site-{site.pk}", "fin": "2025-03-15"}).context["form"]

    assert shown.periods[-1].start == day("2025-03-01")
    assert len(shown.periods) == 6
