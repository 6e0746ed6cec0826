"""The history reads the journal aloud: people by name, codes in words, texts as written."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import translation

from audits.history import history_of
from crcaudit.core import journal
from tests.factories.accounts import UserFactory
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

KEY = "0d9c3f4e-4d0c-4f6c-9f0e-1b6f4f0f4a11"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def record(action, kind, *, by=None, day=1, **values):
    at = datetime(2026, 11, day, 9, 30, tzinfo=UTC)
    change = journal.Change(action, kind, KEY, "label", **values)
    with transaction.atomic():
        journal.record(change, stream="org:x", by=by, at=at)


def test_lines_come_newest_first_with_the_name_of_who_acted():
    camille = UserFactory(first_name="Camille", last_name="Martin-Démo")
    record("finding.written", "finding", by=camille, day=1, after={"title": "A"})
    record("finding.closed", "finding", day=2, after={"state": "CLOSED"}, reason="Vu sur site")

    closed, written = history_of("finding", KEY)

    assert (closed.what, closed.who, closed.reason) == (
        "Finding closed",
        "The system",
        "Vu sur site",
    )
    assert (written.what, written.who) == ("Finding written", "Camille Martin-Démo")


def test_states_owners_and_dates_are_put_in_words():
    alex = UserFactory(first_name="Alex", last_name="Durand-Démo")
    record(
        "action.edited",
        "action",
        before={"state": "PLANNED", "owner": "", "due_date": ""},
        after={"state": "DONE", "owner": str(alex.key), "due_date": "2026-12-15"},
    )

    (line,) = history_of("action", KEY)

    assert [(c.label, c.before, c.after) for c in line.changes] == [
        ("State", "To do", "Done, to be verified"),
        ("Owner", "", "Alex Durand-Démo"),
        ("Due date", "", "15 Dec 2026"),
    ]


def test_somebody_whose_account_is_gone_stays_unnamed():
    user = UserFactory()
    record("action.edited", "action", by=user, before={"owner": str(user.key)}, after={"owner": ""})
    user.delete()

    (line,) = history_of("action", KEY)

    assert line.who == line.changes[0].before == "deleted account"


def test_the_team_of_an_audit_reads_as_people_with_roles():
    sacha = UserFactory(first_name="Sacha", last_name="Auditeur-Démo")
    record("audit.team_named", "audit", after={str(sacha.key): "LEAD"}, day=1)
    record("audit.team_removed", "audit", before={str(sacha.key): "LEAD"}, day=2)

    removed, named = history_of("audit", KEY)

    assert [(c.label, c.before, c.after) for c in (*removed.changes, *named.changes)] == [
        ("Sacha Auditeur-Démo", "Lead auditor", ""),
        ("Sacha Auditeur-Démo", "", "Lead auditor"),
    ]


def test_the_creation_of_an_object_does_not_repeat_the_whole_form():
    record("finding.written", "finding", after={"title": "A", "found": "B"})

    assert history_of("finding", KEY)[0].changes == ()


def test_words_of_the_scheme_are_given_by_the_caller():
    record("finding.edited", "finding", before={"grade": "NC_MIN"}, after={"grade": "NC_MAJ"})

    words = {"grade": {"NC_MIN": "Minor", "NC_MAJ": "Major"}}
    (change,) = history_of("finding", KEY, words=words)[0].changes

    assert (change.before, change.after) == ("Minor", "Major")


def test_a_value_that_looks_like_markup_stays_a_text():
    record("finding.edited", "finding", before={"title": "<b>"}, after={"title": "${x}"})

    (change,) = history_of("finding", KEY)[0].changes

    assert (change.before, change.after, change.is_long) == ("<b>", "${x}", False)


def test_long_texts_are_folded_away():
    record("finding.edited", "finding", before={"found": "x" * 100}, after={"found": "y" * 100})

    assert history_of("finding", KEY)[0].changes[0].is_long


def test_the_history_of_another_object_is_not_told():
    record("finding.closed", "finding", after={"state": "CLOSED"})

    assert history_of("action", KEY) == history_of("finding", "other") == ()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows):
    for day in range(1, rows + 1):
        record("finding.closed", "finding", by=UserFactory(), day=day, after={"state": "CLOSED"})

    with counted() as queries:
        assert len(history_of("finding", KEY)) == rows

    assert len(queries) == 2
