"""Inviting somebody to an organisation, and ending a role, on screen."""

import pytest
from django.core import mail
from django.urls import reverse

from crcaudit.accounts import notifications
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]

BODY = {
    "email": "zoe@exemple.fr",
    "role": "CONTRIBUTOR",
    "site": "",
    "first_name": "Zoé",
    "last_name": "Dubois",
    "language": "fr",
}


def add(organisation):
    return reverse("accounts:add-member", args=[organisation.key])


def end(member):
    return reverse("accounts:end-membership", args=[member.organisation.key, member.pk])


def invite(client, manager, **changes):
    return client.post(add(manager.organisation), BODY | changes)


def test_somebody_is_invited_with_a_link_to_this_site(client, manager):
    response = invite(client, manager)

    assert response.url == manager.organisation.get_absolute_url()
    member = Membership.objects.get(user__email="zoe@exemple.fr")
    assert (member.role, member.organisation) == (Role.CONTRIBUTOR, manager.organisation)
    (message,) = mail.outbox
    assert "http://testserver/mot-de-passe/nouveau/" in message.body
    page = client.get(response.url).content.decode()
    assert "Zoé Dubois" in page
    assert "Invited" in page


def test_known_or_not_the_answer_is_the_same(client, manager):
    UserFactory(email="zoe@exemple.fr")
    UserFactory(email="ferme@exemple.fr", is_active=False)

    said = []
    for email in ("zoe@exemple.fr", "ferme@exemple.fr", "nouveau@exemple.fr"):
        response = invite(client, manager, email=email)
        page = client.get(response.url)
        texts = [str(message) for message in page.context["messages"]]
        said.append([text.replace(email, "") for text in texts] + [response.status_code])

    assert said[0] == said[1] == said[2]


def test_a_site_manager_has_a_site(client, manager):
    site = SiteFactory(organisation=manager.organisation)

    without = invite(client, manager, role="SITE_MANAGER")
    given = invite(client, manager, role="SITE_MANAGER", site=site.pk)

    assert (without.status_code, list(without.context["form"].errors)) == (422, ["site"])
    assert given.status_code == 302
    assert Membership.objects.get(user__email="zoe@exemple.fr").site == site


def test_a_site_is_passed_over_for_other_roles(client, manager):
    site = SiteFactory(organisation=manager.organisation)

    invite(client, manager, site=site.pk)

    assert Membership.objects.get(user__email="zoe@exemple.fr").site is None


@pytest.mark.parametrize(
    "bad",
    [
        {"email": "zoe"},
        {"email": ""},
        {"email": "é" * 10_000},
        {"email": f"{'z' * 60}@{'e.' * 120}fr"},
        {"email": "zoe@exemple.fr\nBcc: x@y.fr"},
        {"email": "\u202erf.elpmexe@eoz"},
        {"role": "EMPEREUR"},
        {"role": ""},
        {"role": "QUALITY_MANAGER"},
        {"role": "ADMINISTRATOR"},
        {"first_name": "é" * 10_000},
        {"last_name": ""},
        {"language": "xx"},
    ],
)
def test_what_is_wrong_is_said_kept_and_changes_nothing(client, manager, bad):
    response = invite(client, manager, **bad)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(bad)
    assert response.context["form"].data["last_name"] == (BODY | bad)["last_name"]
    assert Membership.objects.count() == 1
    assert mail.outbox == []


def test_a_foreign_or_closed_site_is_refused(client, manager):
    closed = SiteFactory(organisation=manager.organisation, closed_date="2020-01-01")

    for site in (SiteFactory(), closed):
        response = invite(client, manager, role="SITE_MANAGER", site=site.pk)
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["site"])

    assert Membership.objects.count() == 1


def test_a_manager_invites_to_no_other_organisation(client, manager):
    response = client.post(add(OrganisationFactory()), BODY)

    assert response.status_code == 404
    assert not User.objects.filter(email="zoe@exemple.fr").exists()


def test_an_administrator_gives_the_roles_that_a_manager_cannot(client, administrator):
    organisation = OrganisationFactory()

    response = client.post(add(organisation), BODY | {"role": "QUALITY_MANAGER"})
    refused = client.post(add(organisation), BODY | {"role": "ADMINISTRATOR"})

    assert (response.status_code, refused.status_code) == (302, 422)
    assert Membership.objects.get().role == Role.QUALITY_MANAGER
    assert not User.objects.get(email="zoe@exemple.fr").is_superuser


def test_a_message_that_cannot_leave_is_told(client, manager, monkeypatch):
    def fail(*_arguments, **_options):
        raise ConnectionRefusedError

    monkeypatch.setattr(notifications, "send_mail", fail)

    page = client.get(invite(client, manager).url)

    (message,) = page.context["messages"]
    assert message.level_tag == "warning"
    assert "could not be sent" in str(message)
    assert Membership.objects.filter(user__email="zoe@exemple.fr").exists()


def test_a_role_is_ended_after_a_page_that_says_what_it_means(client, manager):
    member = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)

    page = client.get(end(member))
    response = client.post(end(member), {"reason": "Départ"})

    assert member.user.email in page.content.decode()
    assert response.url == manager.organisation.get_absolute_url()
    member.refresh_from_db()
    assert not member.is_active
    assert JournalEntry.objects.get().reason == "Départ"


@pytest.mark.parametrize("reason", ["", "  ", "é" * 10_000])
def test_a_role_does_not_end_without_a_reason_of_reasonable_length(client, manager, reason):
    member = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)

    response = client.post(end(member), {"reason": reason})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert response.context["form"].data["reason"] == reason
    assert Membership.objects.active().count() == 2


def test_ones_own_last_role_of_quality_manager_is_not_ended(client, manager):
    response = client.post(end(manager), {"reason": "Je pars"})

    assert response.status_code == 409
    html = response.content.decode()
    assert "your last role of quality manager" in html
    assert "Je pars" in html
    assert Membership.objects.get().is_active


def test_who_gives_up_a_role_is_led_to_what_is_left(client, manager):
    other = MembershipFactory(user=manager.user)

    response = client.post(end(manager), {"reason": "Je pars"}, follow=True)

    assert response.request["PATH_INFO"] == other.organisation.get_absolute_url()


def test_a_membership_is_only_found_under_its_own_organisation(client, manager):
    foreign = MembershipFactory()

    mixed = reverse("accounts:end-membership", args=[manager.organisation.key, foreign.pk])

    assert client.post(mixed, {"reason": "Départ"}).status_code == 404
    assert client.post(end(foreign), {"reason": "Départ"}).status_code == 404
    assert Membership.objects.active().count() == 2
