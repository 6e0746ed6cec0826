"""Forgotten password: the same answer to everybody, a message that says what is what."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from crcaudit.accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.web, pytest.mark.django_db]

ASK = reverse("account_reset_password")
PASSWORD = "un-mot-de-passe-assez-long"


@pytest.fixture(autouse=True)
def _no_limits_left():
    cache.clear()


def link_of(message) -> str:
    words = message.body.split()
    return next(word for word in words if "/nouveau/" in word).removeprefix("http://testserver")


def test_the_link_of_the_message_lets_one_choose_another_password(client):
    account = UserFactory(email="zoe@exemple.fr")
    account.set_password("l-ancien-mot-de-passe")
    account.save()

    client.post(ASK, {"email": "Zoe@Exemple.fr"})
    page = client.get(link_of(mail.outbox[0]), follow=True)
    body = {"password1": PASSWORD, "password2": PASSWORD}
    done = client.post(page.request["PATH_INFO"], body)
    again = client.get(link_of(mail.outbox[0]), follow=True)

    account.refresh_from_db()
    assert done.status_code == 302
    assert account.check_password(PASSWORD)
    assert again.context["token_fail"]


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(client):
    UserFactory(email="connue@exemple.fr")
    UserFactory(email="fermee@exemple.fr", is_active=False)
    UserFactory(email="invitee@exemple.fr", password=User.unusable_password())

    answers = []
    for name in ("connue", "fermee", "invitee", "inconnue"):
        answer = client.post(ASK, {"email": f"{name}@exemple.fr"}, follow=True)
        answers.append((answer.status_code, answer.redirect_chain, answer.context["messages"]))

    assert len({repr((status, chain)) for status, chain, _messages in answers}) == 1
    assert [len(messages) for *_rest, messages in answers] == [0, 0, 0, 0]
    # One message each: who waits for it learns nothing either.
    assert [len(message.to) for message in mail.outbox] == [1, 1, 1, 1]
    assert ["/nouveau/" in m.body for m in mail.outbox] == [True, False, True, False]


def test_who_was_only_invited_chooses_a_first_password_this_way(client):
    UserFactory(email="zoe@exemple.fr", password=User.unusable_password())

    client.post(ASK, {"email": "zoe@exemple.fr"})
    page = client.get(link_of(mail.outbox[0]), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})

    assert User.objects.get().check_password(PASSWORD)


def test_the_messages_are_ours_and_in_french(client):
    UserFactory(email="connue@exemple.fr")
    for name in ("connue", "inconnue"):
        client.post(ASK, {"email": f"{name}@exemple.fr"})

    known, unknown = mail.outbox
    assert known.subject == unknown.subject == "Choisissez un nouveau mot de passe pour CRC Audit"
    assert known.body.startswith("Bonjour,")
    assert "n’a pas de compte CRC Audit ouvert" in unknown.body
    assert "testserver" not in unknown.body
    assert "inscription" not in unknown.body
