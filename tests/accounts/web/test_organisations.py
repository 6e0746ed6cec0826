"""Organisations, their sites and who is a member of them, on screen."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
)
from tests.factories.audits import CertificationFactory
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = reverse("accounts:organisations")
OPEN = reverse("accounts:open-organisation")
HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }} \u202emhtirogla'


def url(name, row, *more):
    return reverse(f"accounts:{name}", args=[row.key, *more])


def names(response):
    return [row.name for row in response.context["page"]]


def test_an_administrator_sees_every_organisation_with_its_figures(client, administrator):
    row = OrganisationFactory(name="Brest")
    SiteFactory(organisation=row)
    SiteFactory(organisation=row, closed_date=date(2020, 1, 1))
    user = MembershipFactory(organisation=row).user
    MembershipFactory(organisation=row, user=user, role=Role.DIRECTOR)
    MembershipFactory(organisation=row, is_active=False)
    OrganisationFactory(name="Arras")

    response = client.get(LIST)

    figures = [(r.name, r.members, r.open_sites) for r in response.context["page"]]
    assert figures == [("Arras", 0, 0), ("Brest", 1, 1)]
    assert url("organisation", row) in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, administrator, rows):
    for _row in range(rows):
        SiteFactory(organisation=MembershipFactory().organisation)

    with counted() as queries:
        response = client.get(LIST)

    assert len(response.context["page"].object_list) == rows
    assert len(queries) == 7


def test_the_list_is_searched_by_name(client, administrator):
    OrganisationFactory(name="Centre de Brest")
    OrganisationFactory(name="Centre d'Arras")

    assert names(client.get(LIST, {"q": "brest"})) == ["Centre de Brest"]
    nothing = client.get(LIST, {"q": HOSTILE})
    assert names(nothing) == []
    assert "No organisation has this name" in nothing.content.decode()


def test_an_empty_list_offers_to_open_one(client, administrator):
    html = client.get(LIST).content.decode()

    assert html.count(OPEN) == 2  # in the head of the page and in the empty state


def test_a_manager_of_one_organisation_is_led_to_it(client, manager):
    response = client.get(LIST)

    assert (response.status_code, response.url) == (302, url("organisation", manager.organisation))


def test_a_manager_of_two_chooses_among_them_and_no_other(client, manager):
    second = MembershipFactory(user=manager.user, organisation__name="Zurich").organisation
    OrganisationFactory(name="Secret")

    response = client.get(LIST)

    assert names(response) == [manager.organisation.name, second.name]
    assert "Secret" not in response.content.decode()
    assert OPEN not in response.content.decode()


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR, Role.CLIENT])
def test_other_members_have_no_such_page(client, manager, role):
    member = MembershipFactory(organisation=manager.organisation, role=role)
    client.force_login(member.user)

    assert client.get(LIST).status_code == 403
    assert client.get(url("organisation", manager.organisation)).status_code == 404
    assert LIST not in client.get("/compte/").content.decode()


def test_the_way_there_is_in_the_menu_of_who_may_go(client, manager):
    assert f'href="{LIST}"' in client.get("/compte/").content.decode()

    client.force_login(UserFactory(is_superuser=True))
    page = client.get(LIST)

    assert [entry.url for entry in page.context["nav"] if entry.active] == [LIST]


def test_the_page_shows_members_and_sites(client, manager):
    organisation = manager.organisation
    site = SiteFactory(organisation=organisation, name="Brest")
    SiteFactory(organisation=organisation, name="Arras", closed_date=date(2020, 1, 1))
    soon = localdate() + timedelta(days=30)
    SiteFactory(organisation=organisation, name="Caen", closed_date=soon)
    MembershipFactory(organisation=organisation, role=Role.SITE_MANAGER, site=site)

    response = client.get(url("organisation", organisation))

    html = response.content.decode()
    sites = [(row.name, closed) for row, closed in response.context["sites"]]
    assert sites == [("Brest", False), ("Caen", False), ("Arras", True)]
    assert "Site manager" in html
    assert manager.user.email in html
    assert "closed since" in html
    assert "closes on" in html


def test_a_manager_changes_nothing_of_the_organisation_itself(client, manager):
    html = client.get(url("organisation", manager.organisation)).content.decode()

    for name in ("edit-organisation", "add-site"):
        assert url(name, manager.organisation) not in html
        assert client.get(url(name, manager.organisation)).status_code == 403


def test_an_administrator_sees_no_file_of_an_organisation(client, administrator):
    file = CertificationFactory(title="Dossier confidentiel")

    html = client.get(url("organisation", file.organisation)).content.decode()

    assert "Dossier confidentiel" not in html
    assert client.get(file.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_its_length(client, manager, rows):
    for _row in range(rows):
        SiteFactory(organisation=manager.organisation)
        MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)

    with counted() as queries:
        response = client.get(url("organisation", manager.organisation))

    assert len(response.context["page"].object_list) == rows + 1
    assert len(queries) == 8


def test_an_organisation_without_anybody_says_what_to_do(client, administrator):
    row = OrganisationFactory()

    html = client.get(url("organisation", row)).content.decode()

    assert html.count(url("add-member", row)) == 2
    assert url("add-site", row) in html


def test_an_organisation_is_opened(client, administrator):
    body = {"key": uuid4(), "name": "Centre de Brest", "kind": "CENTRE"}

    for _time in range(2):
        response = client.post(OPEN, body)

    row = Organisation.objects.get()
    assert response.url == url("organisation", row)
    assert (row.name, row.kind, row.key) == ("Centre de Brest", "CENTRE", body["key"])


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"name": "é" * 10_000}, {"kind": "BANQUE"}, {"kind": ""}]
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, administrator, bad):
    body = {"key": uuid4(), "name": HOSTILE, "kind": "CLIENT"} | bad

    response = client.post(OPEN, body)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(bad)
    assert not Organisation.objects.exists()
    for value in body.values():
        assert str(value) in response.context["form"].data.values()


def test_right_to_left_text_is_a_name_like_another(client, administrator):
    client.post(OPEN, {"key": uuid4(), "name": "مركز الاتصال", "kind": "CENTRE"})

    assert "مركز الاتصال" in client.get(LIST).content.decode()


def test_an_organisation_is_renamed(client, administrator):
    row = OrganisationFactory()

    response = client.post(url("edit-organisation", row), {"name": "Nouveau nom"})

    row.refresh_from_db()
    assert (response.status_code, row.name) == (302, "Nouveau nom")
    assert JournalEntry.objects.get().actor == str(administrator.key)


def test_a_site_is_added_then_closed(client, administrator):
    row = OrganisationFactory()
    client.post(url("add-site", row), {"name": "Brest", "calendar": "METROPOLE"})
    site = Site.objects.get()

    body = {"name": "Brest", "calendar": "ALSACE_MOSELLE", "closed_date": "2026-12-31"}
    response = client.post(url("edit-site", row, site.pk), body)

    site.refresh_from_db()
    assert response.status_code == 302
    assert (site.calendar, site.closed_date) == ("ALSACE_MOSELLE", date(2026, 12, 31))


def test_a_site_is_opened_again_by_taking_the_date_away(client, administrator):
    site = SiteFactory(closed_date=date(2026, 1, 1))

    body = {"name": site.name, "calendar": "METROPOLE", "closed_date": ""}
    client.post(url("edit-site", site.organisation, site.pk), body)

    assert Site.objects.get().closed_date is None


def test_a_name_that_is_taken_is_refused_and_given_back(client, administrator):
    site = SiteFactory(name="Lyon")

    body = {"name": "LYON", "city": "Villeurbanne", "calendar": "METROPOLE"}
    response = client.post(url("add-site", site.organisation), body)

    assert response.status_code == 409
    assert list(response.context["form"].errors) == ["name"]
    assert "Villeurbanne" in response.content.decode()
    assert Site.objects.count() == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "é" * 10_000},
        {"city": "é" * 10_000},
        {"calendar": "MARS"},
        {"closed_date": "31/02/2026"},
        {"closed_date": "0206-01-01"},
    ],
)
def test_a_site_that_cannot_be_is_refused(client, administrator, bad):
    site = SiteFactory()
    body = {"name": "Brest", "city": "Brest", "calendar": "METROPOLE"} | bad

    response = client.post(url("edit-site", site.organisation, site.pk), body)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(bad)
    assert Site.objects.get().name == site.name


def test_a_site_is_only_found_under_its_own_organisation(client, administrator):
    site, other = SiteFactory(), OrganisationFactory()

    assert client.get(url("edit-site", other, site.pk)).status_code == 404


def test_former_members_are_shown_apart(client, manager):
    former = MembershipFactory(organisation=manager.organisation, is_active=False).user

    now, before = (
        client.get(url("organisation", manager.organisation), {"etat": state})
        for state in ("", "anciens")
    )

    assert [row.user for row in now.context["page"]] == [manager.user]
    assert [row.user for row in before.context["page"]] == [former]
    assert [chip.count for chip in now.context["chips"]] == [1, 1]
    assert User.objects.filter(pk=former.pk).exists()
