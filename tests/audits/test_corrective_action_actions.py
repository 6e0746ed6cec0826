"""Corrective actions: planned on a finding, moved step by step, verified by somebody else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audits.actions.corrective_action import (
    ActionFields,
    edit_action,
    fields_of,
    move_action,
    plan_action,
)
from audits.enums import ACTION_FLOW, ActionState, FindingState
from audits.models import CorrectiveAction, Finding
from audits.views.corrective_actions import STEPS
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import CorrectiveActionFactory, FindingFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def finding():
    return FindingFactory()


@pytest.fixture
def owner(finding):
    return MembershipFactory(organisation=finding.audit.organisation, role=Role.CONTRIBUTOR).user


@pytest.fixture
def fields(owner):
    return ActionFields(
        title="Renforcer l'équipe courrier",
        owner=owner,
        due_date=date(2026, 12, 15),
        effort_days=Decimal("2.5"),
    )


def planned(finding, fields, **changes):
    arguments = {"key": uuid4(), "by": UserFactory(), "at": AT}
    return plan_action(finding=finding, fields=fields, **arguments | changes)


def in_state(state: ActionState, **fields) -> CorrectiveAction:
    done = AT if state in {ActionState.DONE, ActionState.VERIFIED} else None
    verified = AT if state == ActionState.VERIFIED else None
    return CorrectiveActionFactory(
        state=state,
        done_at=done,
        verified_at=verified,
        verified_by=UserFactory() if verified else None,
        **fields,
    )


def move(action, to, **changes):
    arguments = {"version": action.version, "outcome": "Vu", "by": UserFactory(), "at": LATER}
    return move_action(action=action, to=to, **arguments | changes)


def test_actions_are_numbered_by_organisation(finding, fields):
    elsewhere = FindingFactory()
    stranger = MembershipFactory(organisation=elsewhere.audit.organisation).user

    rows = [
        planned(finding, fields),
        planned(finding, fields),
        planned(elsewhere, replace(fields, owner=stranger)),
    ]

    assert [row.reference for row in rows] == ["ACT-001", "ACT-002", "ACT-001"]


def test_planning_leaves_one_row_with_the_owner_by_key(finding, fields, owner):
    row = planned(finding, fields)

    entry = JournalEntry.objects.get(object_type="action")
    assert (entry.action, entry.object_label) == ("action.planned", row.reference)
    assert (entry.after["owner"], entry.after["effort_days"]) == (str(owner.key), "2.50")


def test_the_same_form_sent_twice_plans_one_action(finding, fields):
    sent = {"key": uuid4(), "by": UserFactory()}

    assert planned(finding, fields, **sent) == planned(finding, fields, **sent)
    with pytest.raises(NotAvailableError):
        planned(finding, replace(fields, title="Autre action"), **sent)
    assert CorrectiveAction.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "former", "client"])
def test_the_owner_is_a_member_who_works_there(finding, fields, who):
    organisation = finding.audit.organisation
    user = {
        "stranger": lambda: MembershipFactory().user,
        "former": lambda: MembershipFactory(organisation=organisation, is_active=False).user,
        "client": lambda: MembershipFactory(organisation=organisation, role=Role.CLIENT).user,
    }[who]()

    with pytest.raises(UserError):
        planned(finding, replace(fields, owner=user))

    assert not CorrectiveAction.objects.exists()


def test_a_closed_finding_takes_no_action(finding, fields):
    Finding.objects.update(state=FindingState.CLOSED, closed_at=AT, closed_by=UserFactory())

    with pytest.raises(NotAvailableError):
        planned(finding, fields)


def test_an_edit_records_from_and_to(finding, fields, owner):
    row = planned(finding, fields)
    other = MembershipFactory(organisation=finding.audit.organisation).user

    saved = edit_action(
        action=row,
        version=1,
        fields=replace(fields_of(row), owner=other, effort_days=None),
        by=UserFactory(),
        at=AT,
    )

    entry = JournalEntry.objects.get(action="action.edited")
    assert (saved.owner, saved.effort_days, saved.version) == (other, None, 2)
    assert entry.before == {"owner": str(owner.key), "effort_days": "2.50"}
    assert entry.after == {"owner": str(other.key), "effort_days": ""}


def test_an_owner_who_left_keeps_the_action_until_it_is_given_on(finding, fields, owner):
    row = planned(finding, fields)
    Membership.objects.filter(user=owner).update(is_active=False)

    saved = edit_action(
        action=row,
        version=1,
        fields=replace(fields_of(row), title="Même responsable"),
        by=UserFactory(),
        at=AT,
    )

    assert (saved.owner, saved.title) == (owner, "Même responsable")


def test_the_second_of_two_edits_overwrites_nothing(finding, fields):
    row = planned(finding, fields)
    first, second = (replace(fields_of(row), title=title) for title in ("Premier", "Second"))
    edit_action(action=row, version=1, fields=first, by=UserFactory(), at=AT)

    with pytest.raises(EditConflictError) as raised:
        edit_action(action=row, version=1, fields=second, by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.title == raised.value.current.title == "Premier"


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.VERIFIED, ActionState.CANCELLED])
def test_what_is_settled_no_longer_changes(state):
    row = in_state(state)

    with pytest.raises(NotAvailableError):
        edit_action(
            action=row,
            version=1,
            fields=replace(fields_of(row), title="Trop tard"),
            by=UserFactory(),
            at=AT,
        )


@pytest.mark.parametrize("source", ActionState)
@pytest.mark.parametrize("target", ActionState)
def test_every_step_is_taken_or_refused_as_the_flow_says(source, target):
    row = in_state(source)

    if (source, target) in ACTION_FLOW.transitions:
        move(row, target)
        expected = target
    else:
        with pytest.raises(NotAvailableError):
            move(row, target)
        expected = source

    row.refresh_from_db()
    moved = JournalEntry.objects.filter(action="action.moved").values_list("before", "after")
    assert row.state == expected
    assert list(moved) == ([({"state": source}, {"state": target})] if source != expected else [])
    assert row.version == (2 if source != expected else 1)


def test_the_page_has_a_button_for_every_step_of_the_flow():
    assert set(STEPS) == set(ACTION_FLOW.transitions)


@pytest.mark.parametrize("source", [ActionState.PLANNED, ActionState.IN_PROGRESS])
def test_done_is_dated_and_undated_again_when_sent_back(source):
    row = in_state(source)

    move(row, ActionState.DONE, outcome="Script corrigé")
    row.refresh_from_db()
    assert (row.done_at, row.outcome) == (LATER, "Script corrigé")

    move(row, ActionState.IN_PROGRESS, outcome="Deux appels sur dix sans annonce")
    row.refresh_from_db()
    assert (row.done_at, row.outcome) == (None, "Deux appels sur dix sans annonce")


def test_verifying_says_who_saw_what():
    row, user = in_state(ActionState.DONE), UserFactory()

    move(row, ActionState.VERIFIED, by=user, outcome="Vingt appels conformes")

    row.refresh_from_db()
    assert (row.verified_by, row.verified_at, row.done_at) == (user, LATER, AT)


def test_the_owner_cannot_verify_their_own_action():
    row = in_state(ActionState.DONE)

    with pytest.raises(UserError):
        move(row, ActionState.VERIFIED, by=row.owner)

    row.refresh_from_db()
    assert row.state == ActionState.DONE


def test_the_database_refuses_that_an_owner_verifies():
    row = in_state(ActionState.DONE)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.move(to=ActionState.VERIFIED, by=row.owner, at=AT, outcome="Vu")


@pytest.mark.parametrize(
    ("source", "target", "needed"),
    [
        (ActionState.PLANNED, ActionState.IN_PROGRESS, False),
        (ActionState.PLANNED, ActionState.DONE, False),
        (ActionState.PLANNED, ActionState.CANCELLED, True),
        (ActionState.IN_PROGRESS, ActionState.DONE, False),
        (ActionState.IN_PROGRESS, ActionState.CANCELLED, True),
        (ActionState.DONE, ActionState.VERIFIED, True),
        (ActionState.DONE, ActionState.IN_PROGRESS, True),
        (ActionState.CANCELLED, ActionState.PLANNED, False),
    ],
)
def test_judging_and_cancelling_are_explained(source, target, needed):
    row = in_state(source)

    if needed:
        with pytest.raises(UserError):
            move(row, target, outcome="")
    else:
        move(row, target, outcome="")

    row.refresh_from_db()
    assert row.state == (source if needed else target)


def test_a_step_taken_twice_is_taken_once():
    row = in_state(ActionState.PLANNED)
    move(row, ActionState.IN_PROGRESS)

    with pytest.raises(NotAvailableError):
        move(row, ActionState.IN_PROGRESS, version=1)

    assert JournalEntry.objects.filter(action="action.moved").count() == 1


def test_a_step_from_an_old_page_is_a_conflict():
    row = in_state(ActionState.PLANNED)
    CorrectiveAction.objects.update(version=4)

    with pytest.raises(EditConflictError):
        move(row, ActionState.DONE, version=1)

    row.refresh_from_db()
    assert row.state == ActionState.PLANNED


def test_an_action_of_a_closed_finding_stays_as_it_is():
    row = in_state(ActionState.CANCELLED)
    Finding.objects.update(state=FindingState.CLOSED, closed_at=AT, closed_by=UserFactory())

    with pytest.raises(NotAvailableError):
        move(row, ActionState.PLANNED)

    row.refresh_from_db()
    assert row.state == ActionState.CANCELLED
