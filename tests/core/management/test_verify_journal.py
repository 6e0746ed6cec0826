"""The command that says whether somebody rewrote the past."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from crcaudit.core import journal
from crcaudit.core.models import JournalEntry

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def chain():
    with transaction.atomic():
        journal.record_many(
            [journal.Change("essai", "thing", number, after={"n": number}) for number in range(3)],
            stream="org:essai",
            by=None,
            at=timezone.now(),
        )


def verify(capsys) -> tuple[int, str, str]:
    try:
        call_command("verify_journal")
        code = 0
    except SystemExit as stop:
        code = stop.code
    seen = capsys.readouterr()
    return code, seen.out, seen.err


def tamper(sql: str) -> None:
    """What a database administrator can do: take the triggers off, then rewrite."""
    with connection.cursor() as cursor:
        for drop in _drops(cursor):
            cursor.execute(drop)
        cursor.execute(sql)


def _drops(cursor) -> list[str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
            ["core_journalentry"],
        )
        return [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]
    return ["ALTER TABLE core_journalentry DISABLE TRIGGER USER"]


@pytest.mark.usefixtures("chain")
def test_an_intact_journal_is_counted_and_confirmed(capsys):
    code, out, err = verify(capsys)

    assert code == 0
    assert out.startswith(f"{JournalEntry.objects.count()} ")
    assert err == ""


def test_an_empty_journal_is_intact(capsys):
    code, out, _err = verify(capsys)

    assert code == 0
    assert out.startswith("0 ")


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    ("sql", "sequence"),
    [
        ("UPDATE core_journalentry SET reason = 'autre' WHERE sequence = 2", 2),
        ("UPDATE core_journalentry SET actor = 'x' WHERE sequence = 3", 3),
        ("DELETE FROM core_journalentry WHERE sequence = 2", 3),
        ("DELETE FROM core_journalentry WHERE sequence = 1", 2),
        ("DELETE FROM core_journalentry WHERE sequence = 3", 2),
        ("DELETE FROM core_journalhead WHERE stream = 'org:essai'", 3),
        ("UPDATE core_journalentry SET sequence = 7 WHERE sequence = 3", 7),
    ],
)
def test_each_tampering_is_found_where_it_is(capsys, sql, sequence):
    tamper(sql)

    code, _out, err = verify(capsys)

    assert code == 1
    assert f"org:essai {sequence}:" in err


@pytest.mark.usefixtures("chain")
def test_every_break_is_told_not_only_the_first(capsys):
    tamper("UPDATE core_journalentry SET reason = 'autre' WHERE sequence IN (1, 3)")

    _code, _out, err = verify(capsys)

    broken = [line.partition(": ")[0] for line in err.splitlines()]
    assert broken == ["org:essai 1", "org:essai 3"]
