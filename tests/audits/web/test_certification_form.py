"""Opening and editing a certification file."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audits.models import Certification
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.audits import CertificationFactory
from tests.factories.engagements import EditionFactory, published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]

OPEN = reverse("audits:open-certification")


@pytest.fixture
def site(manager):
    return SiteFactory(organisation=manager.organisation)


@pytest.fixture
def data(manager, site):
    return {
        "key": str(uuid4()),
        "organisation": manager.organisation.pk,
        "edition": published_edition().pk,
        "title": "Service client mobile",
        "scope": "Appels entrants",
        "channels": ["PHONE", "EMAIL"],
        "sites": [site.pk],
        "target_date": "2027-03-14",
    }


def edit_url(row):
    return reverse("audits:edit-certification", args=[row.key])


def test_a_file_opens_and_the_person_lands_on_it(client, data, site):
    response = client.post(OPEN, data)

    row = Certification.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.title, row.channels, list(row.sites.all())) == (
        "Service client mobile",
        ["PHONE", "EMAIL"],
        [site],
    )


def test_the_only_organisation_is_chosen_already(client, manager):
    html = client.get(OPEN).content.decode()

    assert f'<option value="{manager.organisation.pk}" selected>' in html


def test_only_published_editions_are_on_offer(client, manager):
    published, draft = published_edition(), EditionFactory()

    offered = client.get(OPEN).context["form"].fields["edition"].queryset

    assert published in offered
    assert draft not in offered


@pytest.mark.parametrize("field", ["title", "scope", "channels", "sites", "edition"])
def test_what_is_missing_is_asked_for_and_the_rest_kept(client, data, field):
    del data[field]

    response = client.post(OPEN, data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    kept = "Appels entrants" if field != "scope" else "Service client mobile"
    assert kept in response.content.decode()
    assert not Certification.objects.exists()


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("organisation", "Choose an organisation whose quality you manage."),
        ("edition", "Choose a published edition."),
        ("sites", "Choose sites of the organisation of the file only."),
    ],
)
def test_an_id_from_elsewhere_is_refused_with_a_sentence(client, data, field, sentence):
    foreign = {
        "organisation": lambda: MembershipFactory().organisation.pk,
        "edition": lambda: EditionFactory().pk,
        "sites": lambda: [*data["sites"], SiteFactory().pk],
    }[field]()

    response = client.post(OPEN, data | {field: foreign})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert not Certification.objects.exists()


def test_a_site_of_my_other_organisation_is_refused_too(client, manager, data):
    other = MembershipFactory(user=manager.user).organisation
    elsewhere = SiteFactory(organisation=other)

    response = client.post(OPEN, data | {"sites": [elsewhere.pk]})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["sites"]
    assert not Certification.objects.exists()


@pytest.mark.parametrize("value", ["10" * 30, "abc", "-1", "1\x00", "9" * 5000])
@pytest.mark.parametrize("field", ["organisation", "edition", "sites", "channels", "key"])
def test_odd_values_are_refused_and_not_a_fault(client, data, field, value):
    response = client.post(OPEN, data | {field: [value]})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Certification.objects.exists()


def test_fields_that_are_not_on_the_form_are_ignored(client, data):
    client.post(OPEN, data | {"reference": "CERT-1", "state": "CLOSED", "opened_by": 1})

    row = Certification.objects.get()
    assert row.reference.startswith("CERT-20")
    assert (row.state, row.closed_at) == ("OPEN", None)


def test_a_text_that_is_too_long_is_kept_in_the_form(client, data):
    long = "Périmètre décrit. " * 5556  # a hundred thousand characters

    response = client.post(OPEN, data | {"scope": long})

    assert response.status_code == 422
    (sentence,) = response.context["form"].errors["scope"]
    assert "80,007 characters too long" in sentence
    assert long.strip() in response.content.decode()


def test_the_same_form_sent_twice_opens_one_file(client, data):
    responses = [client.post(OPEN, data) for _time in range(2)]

    row = Certification.objects.get()
    assert [r.headers["Location"] for r in responses] == [row.get_absolute_url()] * 2


def test_going_back_and_sending_another_text_loses_nothing(client, data):
    client.post(OPEN, data)

    refused = client.post(OPEN, data | {"title": "Deuxième dossier"})
    new_key = refused.context["form"]["key"].value()
    accepted = client.post(OPEN, data | {"title": "Deuxième dossier", "key": new_key})

    assert refused.status_code == 409
    assert "Deuxième dossier" in refused.content.decode()
    assert accepted.status_code == 302
    assert Certification.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR, Role.CLIENT])
def test_only_a_quality_manager_opens_a_file(client, role, method):
    member = MembershipFactory(role=role)
    client.force_login(member.user)

    assert getattr(client, method)(OPEN, {}).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_sees_the_file_but_does_not_manage_it_may_not_edit(client, manager, method):
    row = CertificationFactory(organisation=manager.organisation, title="Avant")
    director = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)
    client.force_login(director.user)

    response = getattr(client, method)(edit_url(row), {"title": "Après"})

    row.refresh_from_db()
    assert (response.status_code, row.title) == (403, "Avant")


def edit_data(client, row, **changes):
    form = client.get(edit_url(row)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    return values | changes


def test_an_edit_is_saved_and_traced(client, manager, site):
    row = CertificationFactory(organisation=manager.organisation)
    row.sites.add(site)

    response = client.post(edit_url(row), edit_data(client, row, title="Nouveau titre"))

    row.refresh_from_db()
    assert response.headers["Location"] == row.get_absolute_url()
    assert row.title == "Nouveau titre"
    assert JournalEntry.objects.get().after == {"title": "Nouveau titre"}


def test_two_edits_at_once_show_both_texts_and_lose_none(client, manager, site):
    row = CertificationFactory(organisation=manager.organisation, scope="Ancien champ")
    row.sites.add(site)
    mine = edit_data(client, row, scope="Mon champ")
    client.post(edit_url(row), edit_data(client, row, scope="Leur champ"))

    response = client.post(edit_url(row), mine)

    row.refresh_from_db()
    assert (response.status_code, row.scope) == (409, "Leur champ")
    (difference,) = response.context["differences"]
    assert (difference.theirs, difference.mine) == ("Leur champ", "Mon champ")
    html = response.content.decode()
    assert "Mon champ" in html
    assert "Leur champ" in html
    assert str(manager.user) in html

    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert client.post(edit_url(row), again).status_code == 302
    row.refresh_from_db()
    assert row.scope == "Mon champ"


def test_organisation_and_edition_do_not_move(client, manager, site):
    row = CertificationFactory(organisation=manager.organisation)
    row.sites.add(site)
    other = MembershipFactory(user=manager.user).organisation
    before = (row.organisation_id, row.edition_id)

    data = edit_data(client, row, title="Titre")
    client.post(edit_url(row), data | {"organisation": other.pk, "edition": published_edition().pk})

    row.refresh_from_db()
    assert (row.organisation_id, row.edition_id) == before


def test_a_closed_site_is_on_offer_only_where_it_is_already(client, manager, site, data):
    closed = SiteFactory(organisation=manager.organisation, closed_date="2020-01-01")
    row = CertificationFactory(organisation=manager.organisation)
    row.sites.add(closed)

    new, existing = (client.get(url).context["form"] for url in (OPEN, edit_url(row)))
    refused = client.post(OPEN, data | {"sites": [site.pk, closed.pk]})

    assert list(new.fields["sites"].queryset) == [site]
    assert set(existing.fields["sites"].queryset) == {site, closed}
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["sites"])
    assert Certification.objects.get() == row
