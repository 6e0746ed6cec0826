"""The page on which a file is shared, and the form of a subcontractor."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.models import FileShare, Subcontractor
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.audits import CertificationFactory, shared, subcontractor
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


def address(name, file, *more):
    return reverse(f"audits:{name}", args=[file.key, *more])


def test_a_file_is_shared_by_the_code_that_the_client_gave(client, file):
    other = OrganisationFactory(name="Opérateur")
    last = localdate() + timedelta(days=30)

    body = {"code": str(other.key), "level": "REPORTS", "last_day": last.isoformat()}
    answer = client.post(address("sharing", file), body, follow=True)

    share = FileShare.objects.get()
    assert (share.client, share.level, share.last_day) == (other, "REPORTS", last)
    assert "The file is shared with Opérateur." in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"code": str(uuid4())}, 422, "No organisation has this code"),
        ({"code": "Opérateur"}, 422, "This is no code of an organisation"),
        ({"code": ""}, 422, "Enter the code"),
        ({"level": "ALL"}, 422, "Choose what is shared in the list."),
        ({"level": ""}, 422, "Choose what is shared."),
        ({"last_day": "31/12/1999"}, 422, "between 2000 and 2099"),
        ({"last_day": "2020-01-01"}, 409, "This last day has passed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, file, changes, status, said):
    body = {"code": str(OrganisationFactory().key), "level": "RESULTS"} | changes

    answer = client.post(address("sharing", file), body)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not FileShare.objects.exists()


def test_a_share_is_changed_and_taken_back_on_the_page(client, file):
    share = shared(file)

    changed = client.post(address("change-share", file, share.pk), {"level": "FINDINGS"})
    new = FileShare.objects.get(revoked_at=None)
    empty = client.post(address("revoke-share", file, new.pk), {"reason": " "})
    done = client.post(address("revoke-share", file, new.pk), {"reason": "Fin du contrat"})

    assert (changed.status_code, empty.status_code, done.status_code) == (302, 422, 302)
    text = client.get(address("sharing", file)).content.decode()
    assert "Fin du contrat" in text
    assert not FileShare.objects.in_force().exists()


def test_the_share_of_another_file_is_not_found_here(client, file):
    foreign = shared(CertificationFactory())

    assert client.get(address("change-share", file, foreign.pk)).status_code == 404
    assert (
        client.post(address("revoke-share", file, foreign.pk), {"reason": "x"}).status_code == 404
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_share_as_for_three(client, file, number):
    for _n in range(number):
        shared(file)

    with counted() as queries:
        client.get(address("sharing", file))

    assert len(queries) == 5, queries


@pytest.mark.parametrize("number", [1, 3])
def test_the_file_takes_as_many_queries_for_one_subcontractor_as_for_three(client, file, number):
    for n in range(number):
        provider = CertificationFactory()
        shared(provider, client=file.organisation)
        subcontractor(file, f"S{n}", shared_file=provider)

    with counted() as queries:
        client.get(file.get_absolute_url())

    assert len(queries) == 17, queries


def form_of(**changes):
    return {"key": str(uuid4()), "name": "Relais", "activity": "Soirées"} | changes


def test_a_subcontractor_is_added_and_changed(client, file):
    client.post(address("add-subcontractor", file), form_of(channels=["PHONE"]))
    row = Subcontractor.objects.get()
    body = form_of(version=row.version, activity="Nuits")
    client.post(address("edit-subcontractor", file, row.pk), body)

    row.refresh_from_db()
    assert (row.name, row.activity, row.version) == ("Relais", "Nuits", 2)
    assert "Nuits" in client.get(file.get_absolute_url()).content.decode()


def test_a_stale_form_comes_back_with_what_was_typed(client, file):
    row = subcontractor(file)
    Subcontractor.objects.filter(pk=row.pk).update(version=2, activity="Nuits")

    answer = client.post(
        address("edit-subcontractor", file, row.pk), form_of(version=1, activity="Dimanches")
    )

    assert answer.status_code == 409
    assert "Dimanches" in answer.content.decode()
    assert answer.context["form"]["version"].value() == "2"


@pytest.mark.parametrize("field", ["name", "activity"])
def test_a_subcontractor_needs_a_name_and_an_activity(client, file, field):
    answer = client.post(address("add-subcontractor", file), form_of(**{field: ""}))

    assert answer.status_code == 422
    assert not Subcontractor.objects.exists()


@pytest.mark.parametrize("field", ["parent", "shared_file", "sites", "channels"])
def test_what_is_of_others_cannot_be_chosen(client, file, field):
    foreign = CertificationFactory()
    theirs = {
        "parent": subcontractor(foreign).pk,
        "shared_file": foreign.pk,
        "sites": [10**9],
        "channels": ["SMOKE"],
    }[field]

    answer = client.post(address("add-subcontractor", file), form_of(**{field: theirs}))

    assert answer.status_code == 422
    assert not file.subcontracting.exists()


def test_a_director_reads_with_whom_the_file_is_shared_and_changes_nothing(client, file):
    share = shared(file, client=OrganisationFactory(name="Opérateur"))
    director = MembershipFactory(organisation=file.organisation, role=Role.DIRECTOR)
    client.force_login(director.user)

    answer = client.get(address("sharing", file))

    assert share.client.name in answer.content.decode()
    assert address("revoke-share", file, share.pk) not in answer.content.decode()
    assert client.post(address("sharing", file), {}).status_code == 403


def test_the_old_text_is_shown_until_it_is_emptied(client, file):
    type(file).objects.filter(pk=file.pk).update(subcontractors="Ancienne liste")
    page, form = (
        client.get(file.get_absolute_url()),
        client.get(address("edit-certification", file)),
    )
    assert "Ancienne liste" in page.content.decode()
    assert "Ancienne liste" in form.content.decode()

    type(file).objects.filter(pk=file.pk).update(subcontractors="")
    form = client.get(address("edit-certification", file))
    assert "subcontractors" not in form.context["form"].fields
