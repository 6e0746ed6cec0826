"""The outbox: a message leaves once, later when it cannot leave now, and never twice."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail

from crcaudit.accounts import outbox
from crcaudit.accounts.models import QueuedMessage, User
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def queued(**fields) -> QueuedMessage:
    outbox.queue(UserFactory(), subject="Constats", parts=("Bonjour,", "Un"), at=AT, **fields)
    return QueuedMessage.objects.latest("pk")


@pytest.fixture
def away(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise SMTPException("server away")

    monkeypatch.setattr(outbox, "send_mail", refuse)


def test_a_message_leaves_once():
    row = queued()

    assert outbox.deliver(at=AT) == 1
    assert outbox.deliver(at=AT + timedelta(days=1)) == 0

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (
        [row.recipient.email],
        "Constats",
        "Bonjour,\n\nUn\n",
    )
    row.refresh_from_db()
    assert (row.sent_at, row.next_try_at, row.attempts) == (AT, None, 1)


def test_a_server_that_is_away_loses_nothing(away, monkeypatch):
    row = queued()

    assert outbox.deliver(at=AT) == 0
    row.refresh_from_db()
    assert (row.next_try_at, row.attempts, row.last_error) == (
        AT + outbox.WAITS[0],
        1,
        "server away",
    )
    monkeypatch.undo()
    assert outbox.deliver(at=AT) == 0
    assert outbox.deliver(at=AT + outbox.WAITS[0]) == 1
    assert len(mail.outbox) == 1


def test_it_is_given_up_in_the_end_and_the_error_stays(away):
    row = queued()
    at = AT
    for wait in outbox.WAITS:
        outbox.deliver(at=at)
        at += wait
    outbox.deliver(at=at)

    row.refresh_from_db()
    assert (row.next_try_at, row.sent_at, row.last_error) == (None, None, "server away")


def test_two_workers_do_not_send_it_twice():
    queued()
    first = QueuedMessage.objects.select_related("recipient").get()
    outbox.deliver(at=AT)

    assert outbox._deliver(first, at=AT) is False
    assert len(mail.outbox) == 1


def test_what_is_said_once_is_queued_once():
    user = UserFactory()
    for _again in range(2):
        outbox.queue(user, subject="Semaine", parts=("Bonjour,",), at=AT, once="due:2026-47")

    assert QueuedMessage.objects.count() == 1


def test_a_closed_account_gets_no_message():
    outbox.queue(UserFactory(is_active=False), subject="x", parts=("y",), at=AT)

    assert not QueuedMessage.objects.exists()


def test_an_account_that_was_closed_meanwhile_gets_none_of_what_waits():
    row = queued()
    User.objects.filter(pk=row.recipient_id).update(is_active=False)

    assert outbox.deliver(at=AT) == 0

    row.refresh_from_db()
    assert mail.outbox == []
    assert (row.next_try_at, row.sent_at, row.attempts) == (None, None, 0)
    assert row.last_error == "The account is closed."
