"""Writing an audit programme, having it approved, and what was held of it."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.actions import programme as actions
from audits.actions import programme_lines as lines
from audits.cycle_enums import PROGRAMME_FLOW, ProgrammeState
from audits.enums import AuditKind
from audits.models import AuditProgramme, ProgrammeLine
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import CertificationFactory, running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

DAY = date(2026, 5, 4)


@pytest.fixture
def file():
    return CertificationFactory()


@pytest.fixture
def programme(file):
    return write(file)


def fields(**changes):
    usual = {
        "title": "Audits de 2026",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "objectives": "Tenir",
        "risks": (("Absence", "Suppléant"), ("Pic", "")),
    }
    return actions.ProgrammeFields(**usual | changes)


def write(file, *, key=None, **changes):
    return actions.write_programme(
        key=key or uuid4(),
        organisation=file.organisation,
        fields=fields(**changes),
        by=file.opened_by,
        at=timezone.now(),
    )


def edit(programme, *, version=1, **changes):
    return actions.edit_programme(
        programme=programme,
        version=version,
        fields=fields(**changes),
        by=programme.created_by,
        at=timezone.now(),
    )


def move(programme, to):
    return actions.move_programme(programme=programme, to=to, by=UserFactory(), at=timezone.now())


def line_fields(file, **changes):
    usual = {"certification": file, "kind": AuditKind.INTERNAL, "planned_date": DAY}
    return lines.LineFields(**usual | changes)


def plan(programme, file, **changes):
    return lines.add_line(
        programme=programme,
        fields=line_fields(file, **changes),
        by=programme.created_by,
        at=timezone.now(),
    )


def join(line, audit):
    return lines.join_audit(line=line, audit=audit, by=line.programme.created_by, at=timezone.now())


def journal():
    rows = JournalEntry.objects.filter(action__startswith="programme.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_the_same_form_twice_leaves_one_programme(file):
    key = uuid4()
    assert write(file, key=key) == write(file, key=key)

    with pytest.raises(NotAvailableError):
        write(file, key=key, title="Autre")

    assert journal() == ["programme.written"]


def test_a_key_of_another_organisation_is_not_taken(file):
    key = uuid4()
    write(CertificationFactory(), key=key)

    with pytest.raises(NotAvailableError):
        write(file, key=key)


def test_a_programme_that_changed_meanwhile_is_not_overwritten(programme):
    assert edit(programme).version == 1
    changed = edit(programme, title="Un", risks=(("Autre", ""),))
    assert (changed.version, list(changed.risks.values_list("risk", flat=True))) == (2, ["Autre"])

    with pytest.raises(EditConflictError):
        edit(programme, title="Deux")

    assert journal() == ["programme.written", "programme.edited"]


def test_the_period_keeps_its_days_in_order(programme):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditProgramme.objects.update(ends_on=date(2025, 1, 1))


def test_an_audit_is_planned_within_the_period_and_once(programme, file):
    assert plan(programme, file) == plan(programme, file)

    with pytest.raises(UserError):
        plan(programme, file, planned_date=date(2027, 1, 1))
    with pytest.raises(UserError):
        plan(programme, file, lead="Cabinet")
    with pytest.raises(UserError):
        edit(programme, ends_on=date(2026, 5, 3))

    assert ProgrammeLine.objects.count() == 1


def test_a_programme_of_nothing_is_not_approved(programme):
    with pytest.raises(UserError):
        move(programme, ProgrammeState.APPROVED)

    assert AuditProgramme.objects.get().state == ProgrammeState.DRAFT


def test_an_approved_programme_only_takes_audits(programme, file):
    line = plan(programme, file)
    approved = move(programme, ProgrammeState.APPROVED)
    assert approved.approved_by is not None

    for change in (
        lambda: edit(programme, title="Autre"),
        lambda: plan(programme, file, planned_date=date(2026, 6, 1)),
        lambda: lines.edit_line(
            line=line, fields=line_fields(file, lead="x"), by=file.opened_by, at=timezone.now()
        ),
        lambda: lines.remove_line(line=line, by=file.opened_by, at=timezone.now()),
    ):
        with pytest.raises(NotAvailableError):
            change()
    audit = running_audit(certification=file, kind=AuditKind.INTERNAL)
    assert join(line, audit).audit == audit


def test_revising_makes_a_draft_of_the_next_revision(programme, file):
    plan(programme, file)
    move(programme, ProgrammeState.APPROVED)

    revised = move(programme, ProgrammeState.DRAFT)

    assert (revised.edition, revised.approved_at, revised.approved_by) == (2, None, None)


def test_a_closed_programme_is_closed_for_ever(programme, file):
    line = plan(programme, file)
    move(programme, ProgrammeState.APPROVED)
    assert move(programme, ProgrammeState.CLOSED).closed_at is not None

    for to in ProgrammeState:
        with pytest.raises(NotAvailableError):
            move(programme, to)
    with pytest.raises(NotAvailableError):
        join(line, running_audit(certification=file, kind=AuditKind.INTERNAL))


@pytest.mark.parametrize("source", ProgrammeState)
@pytest.mark.parametrize("target", ProgrammeState)
def test_only_the_steps_of_the_flow_exist(programme, file, source, target):
    plan(programme, file)
    for step in {"DRAFT": (), "APPROVED": ("APPROVED",), "CLOSED": ("APPROVED", "CLOSED")}[source]:
        move(programme, ProgrammeState(step))

    if (source, target) in PROGRAMME_FLOW.transitions:
        assert move(programme, target).state == target
    else:
        with pytest.raises(NotAvailableError):
            move(programme, target)


@pytest.mark.parametrize(
    "changes", [{"state": "APPROVED"}, {"state": "CLOSED"}, {"approved_at": timezone.now()}]
)
def test_the_database_holds_states_and_dates_together(programme, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditProgramme.objects.update(**changes)


def test_an_audit_of_another_kind_or_line_is_not_joined(programme, file):
    line = plan(programme, file)
    other = plan(programme, file, planned_date=date(2026, 9, 1))
    audit = running_audit(certification=file, kind=AuditKind.INTERNAL)
    join(line, audit)

    with pytest.raises(UserError):
        join(other, audit)
    with pytest.raises(UserError):
        join(other, running_audit(certification=file, kind=AuditKind.MOCK))
    with pytest.raises(UserError):
        join(other, running_audit(kind=AuditKind.INTERNAL))
    assert join(ProgrammeLine.objects.get(pk=line.pk), None).audit is None


def test_a_line_with_its_audit_stays_what_it_is(programme, file):
    line = plan(programme, file)
    join(line, running_audit(certification=file, kind=AuditKind.INTERNAL))

    with pytest.raises(UserError):
        lines.edit_line(
            line=line,
            fields=line_fields(file, kind=AuditKind.MOCK),
            by=file.opened_by,
            at=timezone.now(),
        )
    later = line_fields(file, planned_date=date(2026, 6, 1), lead="Cabinet")
    saved = lines.edit_line(line=line, fields=later, by=file.opened_by, at=timezone.now())
    assert (saved.lead, saved.planned_date) == ("Cabinet", date(2026, 6, 1))


def test_a_line_is_taken_out_of_a_draft(programme, file):
    line = plan(programme, file)

    lines.remove_line(line=line, by=file.opened_by, at=timezone.now())

    assert not ProgrammeLine.objects.exists()
    with pytest.raises(NotAvailableError):
        lines.remove_line(line=line, by=file.opened_by, at=timezone.now())
