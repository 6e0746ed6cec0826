"""``manage.py open_account``: how the first administrator comes in."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

NAMES = {"first_name": "Zoé", "last_name": "Dubois"}


def test_the_link_is_printed_and_lets_the_administrator_in(client, capsys):
    call_command(
        "open_account",
        "Zoe@Exemple.fr",
        administrator=True,
        address="https://audit.exemple.fr",
        **NAMES,
    )

    account = User.objects.get()
    assert (account.email, account.is_superuser) == ("zoe@exemple.fr", True)
    assert account.state == AccountState.INVITED
    link = capsys.readouterr().out.splitlines()[-1]
    assert link.startswith("https://audit.exemple.fr/mot-de-passe/nouveau/")
    page = client.get(link.removeprefix("https://audit.exemple.fr"), follow=True)
    assert "password1" in page.content.decode()
    assert mail.outbox == []
    row = JournalEntry.objects.get()
    assert (row.action, row.actor, row.after["administrator"]) == ("account.opened", "", True)


def test_an_ordinary_account_is_no_administrator():
    call_command("open_account", "zoe@exemple.fr", **NAMES)

    assert not User.objects.get().is_superuser


@pytest.mark.parametrize("email", ["zoe", "zoe@", "", "zoe@exemple.fr\n"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(CommandError):
        call_command("open_account", email, **NAMES)

    assert not User.objects.exists()


def test_an_account_that_is_there_is_left_as_it_is():
    UserFactory(email="zoe@exemple.fr")

    with pytest.raises(CommandError, match="changepassword"):
        call_command("open_account", "ZOE@exemple.fr", administrator=True, **NAMES)

    assert not User.objects.get().is_superuser
