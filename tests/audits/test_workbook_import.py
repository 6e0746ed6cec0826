"""What the database itself holds about a workbook that came back."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.models import WorkbookImport
from audits.models.workbook import IMPORT_FLOW, ImportState
from crcaudit.core.flow import TransitionNotAllowedError
from tests.factories.audits import manager_of, running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

DATES = {
    ImportState.PREVIEWED: (),
    ImportState.APPLIED: ("applied_at",),
    ImportState.UNDONE: ("applied_at", "undone_at"),
    ImportState.ABANDONED: ("abandoned_at",),
}


@pytest.fixture
def fields():
    audit = running_audit()
    return {
        "audit": audit,
        "file_name": "classeur.xlsx",
        "sha256": "0" * 64,
        "taken_at": timezone.now(),
        "brought_at": timezone.now(),
        "brought_by": manager_of(audit).user,
    }


def made(fields, state, dates=None):
    names = DATES[state] if dates is None else dates
    return WorkbookImport.objects.create(
        **fields, state=state, **{name: timezone.now() for name in names}
    )


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize("dates", set(DATES.values()))
def test_each_state_has_its_dates_and_no_other(fields, state, dates):
    if dates == DATES[state]:
        assert made(fields, state, dates).pk
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        made(fields, state, dates)


def test_a_state_that_is_not_known_is_refused(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkbookImport.objects.create(**fields, state="AUTRE")


@pytest.mark.parametrize("state", ImportState)
@pytest.mark.parametrize(
    ("move", "target"),
    [
        (lambda row: row.apply(applied=[], at=timezone.now()), ImportState.APPLIED),
        (lambda row: row.undo(at=timezone.now()), ImportState.UNDONE),
        (lambda row: row.abandon(at=timezone.now()), ImportState.ABANDONED),
    ],
)
def test_only_the_moves_of_the_flow_are_made(fields, state, move, target):
    row = made(fields, state)
    if target in IMPORT_FLOW.targets(state):
        move(row)
        row.refresh_from_db()
        assert row.state == target
        return
    with pytest.raises(TransitionNotAllowedError):
        move(row)


@pytest.mark.parametrize("state", [ImportState.UNDONE, ImportState.ABANDONED])
def test_what_became_of_it_does_not_change_any_more(fields, state):
    row = made(fields, state)

    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        WorkbookImport.objects.filter(pk=row.pk).update(file_name="autre.xlsx")


def test_what_was_written_stays_as_it_was_noted(fields):
    row = made(fields, ImportState.APPLIED)

    for change in ({"sha256": "1" * 64}, {"state": "PREVIEWED", "applied_at": None}):
        with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
            WorkbookImport.objects.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize("state", ImportState)
def test_what_was_written_is_kept(fields, state):
    row = made(fields, state)
    if "applied_at" not in DATES[state]:
        row.delete()
        return
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        row.delete()
