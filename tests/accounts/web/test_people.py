"""Accounts on screen: for administrators, but for the invitation of a manager's own members."""

import pytest
from django.core import mail
from django.urls import reverse

from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = reverse("accounts:people")
OPEN = reverse("accounts:open-account")
BODY = {
    "email": "zoe@exemple.fr",
    "first_name": "Zoé",
    "last_name": "Dubois",
    "language": "fr",
}


def url(name, user):
    return reverse(f"accounts:{name}", args=[user.key])


def invited(**fields):
    return UserFactory(password=User.unusable_password(), **fields)


def shown(response):
    return set(response.context["page"])


def test_every_account_is_listed_with_roles_and_state(client, administrator):
    member = MembershipFactory(organisation__name="Centre de Brest")
    MembershipFactory(user=member.user, organisation__name="Ancien", is_active=False)
    waiting, closed = invited(), UserFactory(is_active=False)

    response = client.get(LIST)

    html = response.content.decode()
    assert shown(response) == {administrator, member.user, waiting, closed}
    assert "Quality manager, Centre de Brest" in html
    assert "Ancien" not in html
    assert [chip.count for chip in response.context["chips"]] == [4, 2, 1, 1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, administrator, rows):
    for _row in range(rows):
        MembershipFactory()

    with counted() as queries:
        response = client.get(LIST)

    assert len(response.context["page"].object_list) == rows + 1
    assert len(queries) == 7


def test_accounts_are_found_by_words_and_kept_by_state(client, administrator):
    zoe = invited(first_name="Zoé", last_name="Dubois", email="z.dubois@exemple.fr")
    zoe_open = UserFactory(first_name="Zoé", last_name="Martin")

    assert shown(client.get(LIST, {"q": "Zoé"})) == {zoe, zoe_open}
    assert shown(client.get(LIST, {"q": "dubois Zoé"})) == {zoe}
    assert shown(client.get(LIST, {"q": "Z.DUBOIS@"})) == {zoe}
    assert shown(client.get(LIST, {"q": "Zoé", "etat": "OPEN"})) == {zoe_open}
    nobody = client.get(LIST, {"q": "Zoé", "etat": "CLOSED"})
    assert shown(nobody) == set()
    assert "No account found" in nobody.content.decode()


def test_an_account_is_opened_and_its_person_invited(client, administrator):
    response = client.post(OPEN, BODY | {"email": "Zoe@Exemple.FR"})

    account = User.objects.get(email="zoe@exemple.fr")
    assert response.url == url("person", account)
    assert (account.first_name, account.state) == ("Zoé", AccountState.INVITED)
    assert mail.outbox[0].to == ["zoe@exemple.fr"]
    assert "http://testserver/mot-de-passe/nouveau/" in mail.outbox[0].body


def test_an_address_that_has_an_account_is_refused_whatever_its_case(client, administrator):
    UserFactory(email="zoe@exemple.fr")

    response = client.post(OPEN, BODY | {"email": "ZOE@exemple.fr", "last_name": "Gardé"})

    assert (response.status_code, list(response.context["form"].errors)) == (409, ["email"])
    assert "Gardé" in response.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "bad",
    [
        {"email": "zoe @exemple.fr"},
        {"email": "é" * 10_000},
        {"first_name": "é" * 10_000},
        {"last_name": " \t "},
        {"language": "klingon"},
    ],
)
def test_what_is_wrong_is_said_and_opens_nothing(client, administrator, bad):
    response = client.post(OPEN, BODY | bad)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(bad)
    assert User.objects.count() == 1


def test_a_name_written_from_right_to_left_is_kept_as_it_is(client, administrator):
    client.post(OPEN, BODY | {"first_name": "נועה", "last_name": "לוי"})

    account = User.objects.get(email="zoe@exemple.fr")
    assert account.get_full_name() == "נועה לוי"
    assert "נועה לוי" in client.get(url("person", account)).content.decode()


def test_a_power_slipped_into_the_form_is_not_taken(client, administrator):
    client.post(OPEN, BODY | {"is_superuser": "1", "is_staff": "1", "password": "x"})

    account = User.objects.get(email="zoe@exemple.fr")
    assert (account.is_superuser, account.is_staff) == (False, False)
    assert not account.has_usable_password()


def test_the_page_of_an_account_offers_what_its_state_allows(client, administrator):
    waiting, closed, active = invited(), UserFactory(is_active=False), UserFactory()
    steps = ("send-invitation", "close-account", "reopen-account")

    offered = {}
    for account in (waiting, closed, active):
        html = client.get(url("person", account)).content.decode()
        offered[account] = [name for name in steps if url(name, account) in html]

    assert offered == {
        waiting: ["send-invitation", "close-account"],
        closed: ["reopen-account"],
        active: ["close-account"],
    }


def test_a_name_is_corrected_and_an_address_is_not(client, administrator):
    account = UserFactory(email="zoe@exemple.fr")

    body = BODY | {"email": "autre@exemple.fr", "first_name": "Zoë"}
    client.post(url("edit-person", account), body)

    account.refresh_from_db()
    assert (account.first_name, account.email) == ("Zoë", "zoe@exemple.fr")
    assert JournalEntry.objects.get().action == "account.edited"


def test_an_account_is_closed_for_a_reason_then_opened_again(client, administrator):
    account = UserFactory()

    nothing = client.post(url("close-account", account), {"reason": " "})
    closed = client.post(url("close-account", account), {"reason": "Départ"})
    state = User.objects.get(pk=account.pk).state
    client.post(url("reopen-account", account))

    assert (nothing.status_code, closed.status_code, state) == (422, 302, AccountState.CLOSED)
    assert User.objects.get(pk=account.pk).state == AccountState.INVITED
    assert mail.outbox[0].to == [account.email]
    traced = JournalEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(traced) == [("account.closed", "Départ"), ("account.reopened", "")]


def test_the_last_administrator_stays(client, administrator):
    response = client.post(url("close-account", administrator), {"reason": "Je pars"})

    assert response.status_code == 409
    assert "last administrator" in response.content.decode()
    assert "Je pars" in response.content.decode()
    assert User.objects.get(pk=administrator.pk).is_active


def test_a_manager_sends_the_invitation_of_their_own_members_again(client, manager):
    member = MembershipFactory(
        organisation=manager.organisation,
        role="CONTRIBUTOR",
        user__password=User.unusable_password(),
    )
    former = MembershipFactory(
        organisation=manager.organisation,
        role="CONTRIBUTOR",
        user__password=User.unusable_password(),
        is_active=False,
    )

    response = client.post(url("send-invitation", member.user), follow=True)

    assert response.request["PATH_INFO"] == manager.organisation.get_absolute_url()
    assert [message.to for message in mail.outbox] == [[member.user.email]]
    for stranger in (former.user, invited()):
        assert client.post(url("send-invitation", stranger)).status_code == 404


def test_nobody_else_knows_of_accounts(client, manager):
    assert client.get(LIST).status_code == 403
    assert client.get(OPEN).status_code == 403
    for name in ("person", "edit-person", "close-account"):
        assert client.get(url(name, manager.user)).status_code == 404
