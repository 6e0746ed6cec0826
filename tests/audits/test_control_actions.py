"""Doing a control: its result, its record, who does it instead, why it is not done."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.closing import close_certification
from audits.actions.controls import records, results
from audits.actions.controls.results import ResultFields
from audits.control_enums import ControlFrequency, ControlOutcome, ControlState
from audits.control_values import done_control, judged
from audits.logic.control_result import Level
from audits.models import ControlOccurrence, Evidence
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory
from tests.factories.controls import (
    controlled_file,
    days_ago,
    first_control,
    line_fields,
    only_line,
    plan_in_force,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def control():
    """A control of this month, and of the plan that was approved two months ago."""
    file = controlled_file()
    plan_in_force(file, at=days_ago(62))
    return first_control(file)


def manager(control):
    return control.line.plan.certification.opened_by


def fields(control, **changes):
    usual = {"done_on": control.due_date, "checked": 42, "compliant": 41, "basis": "EXHAUSTIVE"}
    return ResultFields(**usual | changes)


def record(control, version=1, **changes):
    return results.record_result(
        occurrence=control,
        version=version,
        fields=fields(control, **changes),
        by=manager(control),
        at=timezone.now(),
    )


def test_42_checked_41_compliant_is_recorded_and_below_the_alert(control):
    row = record(control)

    assert (row.state, row.checked, row.compliant) == (ControlState.DONE, 42, 41)
    assert judged(row).level == Level.ALERT
    assert done_control(row).line == row.line.lineage
    entry = JournalEntry.objects.get(action="control.done")
    assert (entry.after["checked"], entry.actor) == (42, str(manager(control).key))


def test_the_same_result_sent_twice_is_recorded_once(control):
    record(control)
    record(control)

    assert JournalEntry.objects.filter(action__startswith="control.").count() == 1


def test_a_slip_is_put_right_and_both_are_in_the_journal(control):
    row = record(control)

    row = record(row, version=row.version, compliant=42)

    assert judged(row).level == Level.CONFORM
    entry = JournalEntry.objects.get(action="control.corrected")
    assert (entry.before, entry.after) == ({"compliant": 41}, {"compliant": 42})


def test_two_people_at_once_lose_nothing(control):
    record(control)

    with pytest.raises(EditConflictError):
        record(control, compliant=40)

    assert ControlOccurrence.objects.get(pk=control.pk).compliant == 41


@pytest.mark.parametrize(
    "changes",
    [
        {"compliant": 43},
        {"compliant": None},
        {"basis": ""},
        {"done_on": localdate() + timedelta(days=1)},
        {"done_on": date(2020, 1, 1)},
    ],
)
def test_an_impossible_result_is_refused(control, changes):
    with pytest.raises(UserError):
        record(control, **changes)

    assert ControlOccurrence.objects.get(pk=control.pk).state == ControlState.PLANNED


def test_nothing_checked_is_nothing_to_check(control):
    row = record(control, checked=0, compliant=0)

    assert (row.checked, row.outcome) == (None, ControlOutcome.NOTHING)
    assert judged(row).level == Level.NOTHING


def test_an_outcome_in_one_word_needs_no_count(control):
    row = record(control, checked=None, compliant=None, basis="", outcome="PARTIAL")

    assert judged(row).level == Level.PARTIAL


def test_a_control_is_handed_over_with_a_trace(control):
    substitute = MembershipFactory(
        organisation=control.line.plan.certification.organisation, role="CONTRIBUTOR"
    ).user

    row = results.hand_over(
        occurrence=control,
        to=substitute,
        reason="Absence",
        by=manager(control),
        at=timezone.now(),
    )

    assert (row.owner, row.responsible, row.is_handed_over) == (substitute, manager(control), True)
    entry = JournalEntry.objects.get(action="control.handed_over")
    assert (entry.after, entry.reason) == ({"owner": str(substitute.key)}, "Absence")


def test_a_control_that_is_cancelled_takes_no_result(control):
    results.cancel_control(
        occurrence=control, reason="Panne", by=manager(control), at=timezone.now()
    )

    with pytest.raises(NotAvailableError, match="cancelled"):
        record(control, version=2)
    with pytest.raises(NotAvailableError):
        results.cancel_control(
            occurrence=control, reason="Encore", by=manager(control), at=timezone.now()
        )


def test_nothing_is_recorded_in_a_closed_file(control):
    close_certification(
        certification=control.line.plan.certification,
        reason="Fin",
        by=manager(control),
        at=timezone.now(),
    )

    with pytest.raises(NotAvailableError, match="closed"):
        record(control)


def test_the_record_becomes_evidence_once(control, own_files):
    def add():
        return records.add_record(
            occurrence=control,
            upload=SimpleUploadedFile("liste.txt", b"Liste de controle de mars\n"),
            by=manager(control),
            at=timezone.now(),
        )

    piece = add()

    assert add() == piece
    assert list(control.evidence.all()) == [piece]
    assert (piece.title, piece.versions.get().file_name) == ("liste", "liste.txt")
    assert JournalEntry.objects.get(action="control.record_added").after["evidence"] == "P-001"


def test_no_record_is_added_to_a_cancelled_control(control, own_files):
    results.cancel_control(
        occurrence=control, reason="Panne", by=manager(control), at=timezone.now()
    )

    with pytest.raises(NotAvailableError):
        records.add_record(
            occurrence=control,
            upload=SimpleUploadedFile("liste.txt", b"Liste\n"),
            by=manager(control),
            at=timezone.now(),
        )

    assert not Evidence.objects.exists()


def event_line(*, is_per_site=True):
    file = controlled_file()
    fields = {"frequency": ControlFrequency.PER_EVENT, "rank": None, "is_per_site": is_per_site}
    return only_line(plan_in_force(file, line_fields(file, **fields)))


def plan_event(line, site, day=None):
    return results.plan_event(
        line=line,
        site=site,
        day=day or localdate(),
        by=line.plan.certification.opened_by,
        at=timezone.now(),
    )


def test_an_event_calls_for_a_control_once():
    line = event_line()
    site = line.plan.certification.sites.get()

    row = plan_event(line, site)

    assert plan_event(line, site) == row
    assert (row.due_date, row.period_start, row.owner) == (
        localdate(),
        localdate(),
        line.responsible,
    )


def test_an_event_says_where_as_its_line_wants():
    per_site, whole = event_line(), event_line(is_per_site=False)
    site = whole.plan.certification.sites.get()

    with pytest.raises(UserError, match="site by site"):
        plan_event(per_site, None)
    with pytest.raises(UserError, match="leave the site out"):
        plan_event(whole, site)


def test_a_line_with_its_own_days_waits_for_no_event(control):
    with pytest.raises(UserError, match="its own days"):
        plan_event(control.line, None)
