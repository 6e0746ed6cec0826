"""Writing an audit plan: a version per change, nothing overwritten unseen, frozen at the end."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.actions import plan as actions
from audits.actions.meeting import MeetingFields, record_meeting
from audits.actions.plan import PlanFields, SlotFields
from audits.actions.team import remove_team_member
from audits.cycle_enums import AuditMethod, SlotKind
from audits.enums import TeamRole
from audits.models import Audit, AuditPlan, MeetingAttendee, PlanSlot
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import UserFactory
from tests.factories.audits import name_on_team, running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

START = datetime(2026, 5, 4, 9, tzinfo=PARIS)


@pytest.fixture
def audit():
    return running_audit()


def fields(**changes) -> SlotFields:
    usual = {
        "kind": SlotKind.SESSION,
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "title": "Accueil téléphonique",
        "method": AuditMethod.ON_SITE,
    }
    return SlotFields(**usual | changes)


def add(audit, *, key=None, **changes) -> PlanSlot:
    return actions.add_slot(
        key=key or uuid4(),
        audit=audit,
        fields=fields(**changes),
        by=audit.started_by,
        at=timezone.now(),
    )


def edit(slot, *, version=1, **changes) -> PlanSlot:
    return actions.edit_slot(
        slot=slot,
        version=version,
        fields=fields(**changes),
        by=slot.plan.audit.started_by,
        at=timezone.now(),
    )


def record(slot, *, version=1, held_at=START, notes="", attendees=()) -> PlanSlot:
    return record_meeting(
        slot=slot,
        version=version,
        fields=MeetingFields(held_at, notes, attendees),
        by=slot.plan.audit.started_by,
        at=timezone.now(),
    )


def save(audit, *, version=0, **texts) -> AuditPlan:
    return actions.save_plan(
        audit=audit,
        version=version,
        fields=PlanFields(**texts),
        by=audit.started_by,
        at=timezone.now(),
    )


def validate(audit) -> None:
    Audit.objects.filter(pk=audit.pk).update(
        state="VALIDATED", validated_at=timezone.now(), validated_by=audit.started_by
    )


def journal() -> list[str]:
    rows = JournalEntry.objects.filter(action__startswith="plan.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_the_first_slot_makes_the_plan_and_every_change_a_version(audit):
    slot = add(audit)
    assert AuditPlan.objects.get().version == 2

    edit(slot, title="Écoute")
    edit(PlanSlot.objects.get(), version=2, title="Écoute")
    actions.remove_slot(slot=slot, by=audit.started_by, at=timezone.now())

    assert AuditPlan.objects.get().version == 4
    assert journal() == ["plan.slot_added", "plan.slot_edited", "plan.slot_removed"]


def test_the_lists_of_a_slot_are_kept(audit):
    member = name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD)
    section = audit.sections.order_by("position").first()

    slot = add(audit, auditors=(member,), sections=(section,))

    assert (list(slot.auditors.all()), list(slot.sections.all())) == ([member], [section])
    after = JournalEntry.objects.get(action="plan.slot_added").after
    assert (after["auditors"], after["sections"]) == ([str(member.user.key)], [section.code])


def test_who_leaves_the_team_leaves_the_slots(audit):
    member = name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD)
    slot = add(audit, auditors=(member,))

    remove_team_member(member=member, by=audit.started_by, at=timezone.now())

    assert list(slot.auditors.all()) == []


def test_the_same_form_twice_leaves_one_slot(audit):
    key = uuid4()
    assert add(audit, key=key) == add(audit, key=key)

    with pytest.raises(NotAvailableError):
        add(audit, key=key, title="Autre")

    assert PlanSlot.objects.count() == 1
    assert journal() == ["plan.slot_added"]


def test_a_slot_that_changed_meanwhile_is_not_overwritten(audit):
    slot = add(audit)
    edit(slot, title="Un")

    with pytest.raises(EditConflictError) as caught:
        edit(slot, title="Deux")

    assert caught.value.current.title == PlanSlot.objects.get().title == "Un"


@pytest.mark.parametrize("ends_at", [START, START - timedelta(minutes=1)])
def test_a_slot_ends_after_it_starts(audit, ends_at):
    with pytest.raises(UserError):
        add(audit, ends_at=ends_at)
    slot = add(audit)

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSlot.objects.filter(pk=slot.pk).update(ends_at=ends_at)


def test_conflicts_do_not_keep_a_slot_from_being_saved(audit):
    member = name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD)

    add(audit, auditors=(member,))
    add(audit, auditors=(member,))

    assert member.slots.count() == 2


def test_what_the_plan_says_is_kept_and_not_overwritten_unseen(audit):
    first = save(audit, criteria="Référentiel")
    assert (first.criteria, first.version) == ("Référentiel", 2)
    assert save(audit, criteria="Référentiel").version == 2

    with pytest.raises(EditConflictError):
        save(audit, criteria="Autre")

    assert save(audit, version=2, criteria="Autre", scope="Lyon").version == 3
    assert journal() == ["plan.edited", "plan.edited"]


def test_a_meeting_is_recorded_with_who_came(audit):
    slot = add(audit, kind=SlotKind.OPENING, title="Réunion d'ouverture")
    people = (("Direction", "Camille Essai"), ("Responsable qualité", ""))

    record(slot, attendees=people, notes="Rien à dire")
    record(PlanSlot.objects.get(), version=2, attendees=people, notes="Rien à dire")
    record(PlanSlot.objects.get(), version=2, attendees=people[1:])

    rows = MeetingAttendee.objects.values_list("function", "name")
    assert list(rows) == [("Responsable qualité", "")]
    assert PlanSlot.objects.get().held_at == START
    assert journal() == ["plan.slot_added", *["plan.meeting_recorded"] * 2]
    assert "Camille" not in str(list(JournalEntry.objects.values()))


def test_only_meetings_are_recorded(audit):
    slot = add(audit)

    with pytest.raises(NotAvailableError):
        record(slot)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanSlot.objects.filter(pk=slot.pk).update(held_at=START)


def test_a_meeting_that_was_held_stays_one_and_stays(audit):
    slot = record(add(audit, kind=SlotKind.CLOSING))

    with pytest.raises(UserError):
        edit(slot, version=2, kind=SlotKind.SESSION)
    with pytest.raises(NotAvailableError):
        actions.remove_slot(slot=slot, by=audit.started_by, at=timezone.now())

    assert PlanSlot.objects.get().kind == SlotKind.CLOSING


def test_the_plan_of_a_validated_audit_no_longer_changes(audit):
    slot = add(audit, kind=SlotKind.OPENING)
    validate(audit)

    for change in (
        lambda: add(audit),
        lambda: edit(slot, title="Autre"),
        lambda: record(slot),
        lambda: save(audit, version=2, scope="Autre"),
        lambda: actions.remove_slot(slot=slot, by=audit.started_by, at=timezone.now()),
    ):
        with pytest.raises(NotAvailableError):
            change()

    assert journal() == ["plan.slot_added"]


def test_a_slot_that_was_taken_out_is_said_to_be_gone(audit):
    slot = add(audit)
    actions.remove_slot(slot=PlanSlot.objects.get(), by=audit.started_by, at=timezone.now())

    with pytest.raises(NotAvailableError):
        edit(slot, title="Autre")
