"""The journal: a chain that shows any change made behind its back."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from crcaudit.core import journal
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STREAM = "org:essai"


def write(*actions: str, stream: str = STREAM) -> list[JournalEntry]:
    user = UserFactory()
    changes = [
        journal.Change(action, "finding", 7, "F-07", before={"state": "OPEN"}, reason="Vérifié")
        for action in actions
    ]
    return journal.record_many(changes, stream=stream, by=user, at=AT)


def tamper(statement: str) -> None:
    """Change a row as a database administrator could: without the guards."""
    with connection.cursor() as cursor:
        suffix = "" if connection.vendor == "sqlite" else " ON core_journalentry"
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER journal_append_only_{event}{suffix}")
        cursor.execute(statement)


def test_entries_follow_one_another_in_each_stream():
    first, second = write("finding.opened", "finding.closed")
    (other,) = write("finding.opened", stream="org:autre")

    assert (first.sequence, second.sequence, other.sequence) == (1, 2, 1)
    assert second.previous_hash == first.entry_hash
    assert journal.verify() == (3, [])


def test_root_names_the_last_entry():
    assert journal.root(STREAM) == ""

    _first, second = write("finding.opened", "finding.closed")

    assert journal.root(STREAM) == f"2:{second.entry_hash}"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "UPDATE core_journalentry SET action = 'finding.deleted' WHERE sequence = 2",
            "the content was changed",
        ),
        (
            "UPDATE core_journalentry SET reason = '' WHERE sequence = 1",
            "the content was changed",
        ),
        ("DELETE FROM core_journalentry WHERE sequence = 2", "follows 1: entries are missing"),
        ("DELETE FROM core_journalentry WHERE sequence = 3", "the last entries are missing"),
        ("DELETE FROM core_journalentry WHERE sequence >= 0", "the last entries are missing"),
    ],
)
def test_any_change_behind_its_back_is_found(statement, problem):
    write("finding.opened", "finding.answered", "finding.closed")

    tamper(statement)

    _count, broken = journal.verify()
    assert problem in [found.problem for found in broken]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_journalentry SET action = 'x'",
        "DELETE FROM core_journalentry",
    ],
)
def test_the_database_refuses_to_rewrite_it(statement):
    write("finding.opened")

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert JournalEntry.objects.get().action == "finding.opened"


def test_an_entry_cannot_replace_another():
    (entry,) = write("finding.opened")
    entry.action = "finding.closed"
    entry._state.adding = True

    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_the_transaction_of_the_change():
    with pytest.raises(RuntimeError):
        write("finding.opened")
    assert not JournalEntry.objects.exists()


def test_recording_many_takes_as_many_queries_as_one(django_assert_num_queries):
    write("finding.opened")
    user = UserFactory()
    changes = [journal.Change("finding.opened", "finding", n) for n in range(50)]

    with django_assert_num_queries(3):
        journal.record_many(changes, stream=STREAM, by=user, at=AT)
