"""Scenarios: saved once, changed with their version, deleted; each leaves a row in the journal."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.actions.closing import close_certification
from audits.actions.scenario import change_scenario, delete_scenario, save_scenario
from audits.models import Certification, Scenario
from audits.ticks import Ticks, as_columns, read_ticks, ticks_of
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TICKS = Ticks({3: "C", 1: "P"}, frozenset({9, 4}), is_proven=True)


@pytest.fixture
def audit():
    return running_audit()


def save(audit, **changes):
    values = {
        "key": uuid4(),
        "audit": audit,
        "title": "Sans les majeures",
        "ticks": TICKS,
        "by": UserFactory(),
        "at": timezone.now(),
    }
    return save_scenario(**(values | changes))


def change(row, **changes):
    values = {
        "scenario": row,
        "version": row.version,
        "title": row.title,
        "ticks": Ticks({3: "C"}),
        "by": row.created_by,
        "at": timezone.now() + timedelta(hours=1),
    }
    return change_scenario(**(values | changes))


def journal(row):
    return list(JournalEntry.objects.of("scenario", row.key).order_by("sequence"))


def test_what_is_ticked_is_kept_with_its_author(audit):
    user = UserFactory()

    row = save(audit, by=user)

    assert ticks_of(Scenario.objects.get(pk=row.pk)) == TICKS
    assert (row.certification, row.created_by, row.version) == (audit.certification, user, 1)
    (entry,) = journal(row)
    assert (entry.action, entry.actor) == ("scenario.saved", str(user.key))
    assert entry.after == {
        "audit": audit.reference,
        "title": "Sans les majeures",
        "levels": {"1": "P", "3": "C"},
        "actions": [4, 9],
        "is_proven": True,
    }


def test_the_same_form_twice_is_one_scenario(audit):
    key, user = uuid4(), UserFactory()

    first, second = (save(audit, key=key, by=user) for _n in range(2))

    assert first == second
    assert Scenario.objects.count() == JournalEntry.objects.of("scenario", key).count() == 1


def test_a_key_used_for_something_else_is_refused(audit):
    row = save(audit)

    with pytest.raises(NotAvailableError):
        save(audit, key=row.key, title="Autre")


def test_nothing_supposed_is_nothing_to_keep(audit):
    with pytest.raises(UserError, match=r"Tick|Cochez"):
        save(audit, ticks=Ticks())
    with pytest.raises(UserError, match=r"Tick|Cochez"):
        change(save(audit), ticks=Ticks())


def test_a_change_is_recorded_from_and_to(audit):
    row = change(save(audit), title="Plus prudent")

    row.refresh_from_db()
    assert (row.title, ticks_of(row), row.version) == ("Plus prudent", Ticks({3: "C"}), 2)
    assert row.updated_at > row.created_at
    entry = journal(row)[-1]
    assert entry.action == "scenario.changed"
    assert entry.before["title"] == "Sans les majeures"
    assert entry.after["title"] == "Plus prudent"


def test_saving_the_same_again_changes_nothing(audit):
    row = save(audit)

    assert change(row, ticks=TICKS, version=99).version == 1
    assert len(journal(row)) == 1


def test_a_change_from_an_old_page_is_refused(audit):
    row = save(audit)
    change(row)

    with pytest.raises(EditConflictError):
        change(row, title="Plus tard", version=1)
    assert Scenario.objects.get().title == "Sans les majeures"


def test_deleting_leaves_what_it_was_in_the_journal(audit):
    row = save(audit)
    key = row.key

    delete_scenario(scenario=row, by=row.created_by, at=timezone.now())

    assert not Scenario.objects.exists()
    entry = JournalEntry.objects.of("scenario", key).order_by("sequence").last()
    assert (entry.action, entry.before["title"]) == ("scenario.deleted", "Sans les majeures")


def test_what_was_deleted_is_neither_changed_nor_deleted_again(audit):
    row = save(audit)
    stale = Scenario.objects.get()
    delete_scenario(scenario=row, by=row.created_by, at=timezone.now())

    with pytest.raises(NotAvailableError):
        change(stale)
    with pytest.raises(NotAvailableError):
        delete_scenario(scenario=stale, by=stale.created_by, at=timezone.now())


@pytest.fixture
def closed(audit):
    """A scenario of a file that was closed since."""
    row = save(audit)
    audit.__class__.objects.filter(pk=audit.pk).update(
        state="VALIDATED", validated_at=timezone.now(), validated_by=row.created_by
    )
    close_certification(
        certification=Certification.objects.get(),
        reason="Fin",
        by=row.created_by,
        at=timezone.now(),
    )
    return row


def test_nothing_of_a_closed_file_changes(closed, audit):
    for step in (
        lambda: save(audit),
        lambda: change(closed),
        lambda: delete_scenario(scenario=closed, by=closed.created_by, at=timezone.now()),
    ):
        with pytest.raises(NotAvailableError):
            step()


def test_the_database_holds_it_too(closed):
    rows = Scenario.objects.filter(pk=closed.pk)

    for step in (lambda: rows.update(title="x"), rows.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            step()


def test_a_scenario_has_a_name(audit):
    with pytest.raises(IntegrityError), transaction.atomic():
        save(audit, title="")


def test_ticks_come_back_from_a_form_as_they_were_sent():
    assert read_ticks(["3:P", "3:C", "1:P"], ["9", "4", "4"], is_proven=True) == TICKS
    assert as_columns(Ticks()) == {"levels": {}, "actions": [], "is_proven": False}


@pytest.mark.parametrize(
    ("levels", "actions"),
    [
        (["3"], []),
        (["3:"], []),
        ([":C"], []),
        (["x:C"], []),
        (["-1:C"], []),
        (["²:C"], []),
        ([], ["1" * 19]),
        ([], ["1.5"]),
        ([], [""]),
        (["1:C"] * 901, []),
    ],
)
def test_what_no_form_sends_is_not_read(levels, actions):
    with pytest.raises(ValueError, match=r"."):
        read_ticks(levels, actions, is_proven=False)


def test_what_cannot_be_supposed_any_more_is_passed_over():
    assert TICKS.within({3}, {"C"}, {4}) == Ticks({3: "C"}, frozenset({4}), is_proven=True)
    assert TICKS.within(set(), {"C"}, set()) == Ticks(is_proven=True)
