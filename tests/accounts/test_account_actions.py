"""Accounts: opened by invitation, closed and opened again, never without an administrator."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from crcaudit.accounts import actions, notifications
from crcaudit.accounts.actions import PersonFields
from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.accounts.models.user import STATE_FILTERS
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SITE = "https://audit.exemple.fr/"
PASSWORD = "un-mot-de-passe-assez-long"


def person(email="Zoe@Exemple.fr", **fields):
    given = {"first_name": "Zoé", "last_name": "Dubois", "language": "fr"}
    return PersonFields(email=email, **given | fields)


def administrator(**fields):
    user = UserFactory(is_superuser=True, is_staff=True, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def opened(by=None, **fields):
    by = by or administrator()
    return actions.open_account(person=person(**fields), by=by, at=AT, address=SITE)[0]


def link_of(message) -> str:
    """Path of the link to choose a password."""
    words = message.body.split()
    return next(word for word in words if "/nouveau/" in word).removeprefix(SITE.rstrip("/"))


def choose(client, path, password=PASSWORD):
    """Follow a link and choose a password; whether the link was still good."""
    page = client.get(path, follow=True)
    if page.context.get("token_fail"):
        return False
    answer = client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    return answer.status_code == 302


def actions_traced():
    return list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_account_is_opened_without_a_password_and_its_person_invited():
    by = administrator()

    account, is_sent = actions.open_account(person=person(), by=by, at=AT, address=SITE)

    assert is_sent
    assert (account.email, account.get_full_name()) == ("zoe@exemple.fr", "Zoé Dubois")
    assert (account.state, account.invited_at) == (AccountState.INVITED, AT)
    assert not account.is_superuser
    row = JournalEntry.objects.get()
    assert (row.action, row.object_key, row.stream) == ("account.opened", str(account.key), "site")
    assert row.actor == str(by.key)


def test_the_journal_names_nobody():
    account = opened()
    actions.edit_account(
        account=account, person=person(first_name="Zoë", language="en"), by=administrator(), at=AT
    )

    rows = JournalEntry.objects.values_list("object_label", "before", "after")
    assert not any(word in str(row) for row in rows for word in ("Zo", "Dubois", "exemple"))
    assert actions_traced() == ["account.opened", "account.edited"]


def test_the_invitation_is_in_the_language_of_the_person():
    opened(email="zoe@exemple.fr")
    opened(email="jane@example.test", language="en")

    french, english = mail.outbox
    assert (french.to, french.subject) == (["zoe@exemple.fr"], "Votre accès à CRC Audit")
    assert "pendant 3\u00a0jours" in french.body or "pendant 3 jours" in french.body
    assert "https://audit.exemple.fr/mot-de-passe/nouveau/" in french.body
    assert (english.to, english.subject) == (["jane@example.test"], "Your access to CRC Audit")


def test_the_invitation_holds_nothing_that_was_typed_about_the_person():
    opened(first_name="Cliquez ici", last_name="https://mechant.test")

    assert "mechant" not in mail.outbox[0].body + mail.outbox[0].subject


def test_the_link_lets_the_person_choose_a_password_once(client):
    account = opened()
    path = link_of(mail.outbox[0])

    assert choose(client, path)
    assert not choose(client, path, "un-autre-mot-de-passe")

    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert account.state == AccountState.OPEN


@pytest.mark.parametrize(("days", "is_good"), [(2, True), (4, False)])
def test_the_link_is_good_for_three_days(client, monkeypatch, days, is_good):
    opened()
    generator = type(notifications.default_token_generator)
    present = generator._now
    monkeypatch.setattr(generator, "_now", lambda self: present(self) + timedelta(days=days))

    assert choose(client, link_of(mail.outbox[0])) is is_good


def test_a_new_invitation_ends_the_one_before(client):
    account = opened()

    assert actions.send_invitation(account=account, by=administrator(), at=AT, address=SITE)

    assert not choose(client, link_of(mail.outbox[0]))
    assert choose(client, link_of(mail.outbox[1]))
    assert actions_traced() == ["account.opened", "account.invited"]


@pytest.mark.parametrize("is_active", [True, False])
def test_only_who_has_no_password_yet_is_invited_again(is_active):
    account = UserFactory(is_active=is_active)
    account.set_password(PASSWORD)
    account.save()

    with pytest.raises(NotAvailableError):
        actions.send_invitation(account=account, by=administrator(), at=AT, address=SITE)

    assert mail.outbox == []
    assert actions_traced() == []


@pytest.mark.parametrize("email", ["zoe@exemple.fr", "ZOE@exemple.FR", "Zoe@Exemple.fr"])
def test_one_address_has_one_account_however_it_is_written(email):
    opened()

    with pytest.raises(UserError):
        opened(email=email)

    assert User.objects.filter(email__iexact="zoe@exemple.fr").count() == 1
    assert len(mail.outbox) == 1


def test_the_database_too_refuses_an_address_that_differs_by_its_case():
    UserFactory(email="zoe@exemple.fr")

    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Zoe@exemple.fr")


def test_an_account_is_open_even_if_the_message_cannot_leave(monkeypatch):
    def fail(*_arguments, **_options):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(notifications, "send_mail", fail)

    account, is_sent = actions.open_account(
        person=person(), by=administrator(), at=AT, address=SITE
    )

    assert not is_sent
    assert User.objects.filter(pk=account.pk).exists()


def test_closing_an_account_ends_its_password_links_and_sessions(client):
    account = opened()
    path = link_of(mail.outbox[0])
    choose(client, path)
    account.refresh_from_db()
    client.force_login(account)
    assert client.get("/compte/").status_code == 200

    actions.close_account(account=account, reason="Départ", by=administrator(), at=AT)
    closed = User.objects.get(pk=account.pk)

    assert (closed.state, closed.check_password(PASSWORD)) == (AccountState.CLOSED, False)
    assert client.get("/compte/").status_code == 302
    assert JournalEntry.objects.last().reason == "Départ"


def test_a_session_of_before_the_closure_does_not_come_back_with_the_account(client):
    account = UserFactory()
    client.force_login(account)
    actions.close_account(account=account, reason="Départ", by=administrator(), at=AT)

    actions.reopen_account(account=account, by=administrator(), at=AT, address=SITE)

    assert Session.objects.exists()
    assert client.get("/compte/").status_code == 302
    assert User.objects.get(pk=account.pk).state == AccountState.INVITED
    assert choose(client, link_of(mail.outbox[-1]))


def test_the_last_administrator_who_can_sign_in_is_not_closed():
    last = administrator()
    UserFactory(is_superuser=True, password=User.unusable_password())
    UserFactory(is_superuser=True, is_active=False)

    with pytest.raises(NotAvailableError):
        actions.close_account(account=last, reason="Départ", by=last, at=AT)

    assert User.objects.get(pk=last.pk).is_active


def test_an_administrator_closes_their_own_account_when_another_is_left():
    administrator()
    own = administrator()

    actions.close_account(account=own, reason="Départ", by=own, at=AT)

    assert not User.objects.get(pk=own.pk).is_active


def test_what_is_done_already_is_said_and_not_done_again():
    account, by = UserFactory(), administrator()
    with pytest.raises(NotAvailableError):
        actions.reopen_account(account=account, by=by, at=AT, address=SITE)
    actions.close_account(account=account, reason="Départ", by=by, at=AT)
    with pytest.raises(NotAvailableError):
        actions.close_account(account=account, reason="Départ", by=by, at=AT)

    assert actions_traced() == ["account.closed"]


def test_the_states_shown_and_the_filters_of_the_list_agree():
    waiting = UserFactory(password=User.unusable_password())
    users = [waiting, administrator(), UserFactory(is_active=False, invited_at=timezone.now())]

    for state, kept in STATE_FILTERS.items():
        assert list(User.objects.filter(kept)) == [user for user in users if user.state == state]
