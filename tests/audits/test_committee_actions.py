"""The committee prepared, held and frozen; its decisions; what the database itself refuses."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audits.actions import committee, committee_decision
from audits.committee_enums import CommitteeDecisionState
from audits.logic.periods import Grain, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from audits.snapshots.codec import digest, from_json
from audits.snapshots.committee import CommitteePack
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory
from tests.factories.alerts import missed
from tests.factories.committee import MONDAY, WEEK, decided, held, moment, prepared
from tests.factories.figures import member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def manager(organisation):
    return member_of(organisation)


@pytest.fixture
def owner(organisation):
    return member_of(organisation, Role.CONTRIBUTOR)


def actions_of(row):
    rows = JournalEntry.objects.filter(object_key=str(row.key)).order_by("sequence")
    return list(rows.values_list("action", flat=True))


def test_a_meeting_is_begun_once_and_each_change_leaves_a_row(organisation, manager):
    row = prepared(organisation, manager)
    again = prepared(organisation, manager)

    assert row.pk == again.pk
    assert actions_of(row) == ["committee.prepared", "committee.changed"]


def test_names_of_who_was_there_are_not_in_the_journal(organisation, manager, owner):
    row = prepared(organisation, manager, people=[owner])

    entry = JournalEntry.objects.get(object_key=str(row.key), action="committee.changed")
    assert entry.after["people"] == 1
    assert list(row.people.all()) == [owner]


def test_a_stranger_is_not_among_the_people(organisation, manager):
    with pytest.raises(UserError):
        prepared(organisation, manager, people=[member_of(OrganisationFactory())])


def test_a_period_that_runs_has_no_committee(organisation, manager):
    running = period_of(MONDAY, Grain.WEEK)

    with pytest.raises(UserError):
        prepared(organisation, manager, period=running)
    with pytest.raises(UserError):
        decided(organisation, manager, period=running)
    assert CommitteeMeeting.objects.count() == 0


def test_what_somebody_else_wrote_is_not_overwritten(organisation, manager):
    row = prepared(organisation, manager)
    committee.prepare_meeting(
        organisation=organisation,
        period=WEEK,
        version=row.version,
        fields=committee.MeetingFields(notes="Vu"),
        by=manager,
        at=moment(),
    )

    with pytest.raises(EditConflictError):
        committee.prepare_meeting(
            organisation=organisation,
            period=WEEK,
            version=row.version,
            fields=committee.MeetingFields(notes="Autre"),
            by=manager,
            at=moment(),
        )
    row.refresh_from_db()
    assert row.notes == "Vu"


def test_what_was_held_stays_as_it_was(organisation, manager, owner):
    prepared(organisation, manager)
    decision = decided(organisation, manager, owner=owner)
    row = held(CommitteeMeeting.objects.get(), manager)
    kept = row.frozen

    committee_decision.finish_decision(decision=decision, by=owner, at=moment())
    missed(organisation, by=manager)
    again = held(row, manager)

    pack = from_json(CommitteePack, again.frozen)
    assert (again.frozen, digest(kept)) == (kept, row.frozen_sha256)
    assert [line.state for line in pack.decisions] == ["OPEN"]
    assert pack.complaints == ()
    assert (pack.held_on, pack.roles) == (MONDAY, ("QUALITY",))


@pytest.mark.parametrize("day", [WEEK.end, MONDAY + timedelta(days=1)])
def test_it_is_held_after_its_period_and_not_later_than_today(organisation, manager, day):
    row = prepared(organisation, manager)

    with pytest.raises(UserError):
        committee.hold_meeting(
            meeting=row, version=row.version, held_on=day, by=manager, at=moment()
        )


def test_nobody_present_no_committee(organisation, manager):
    row = prepared(organisation, manager, roles=[], flows="x")

    with pytest.raises(UserError):
        held(row, manager)


def test_nothing_is_written_once_it_is_held(organisation, manager):
    prepared(organisation, manager)
    decision = decided(organisation, manager)
    held(CommitteeMeeting.objects.get(), manager)

    for step in (
        lambda: prepared(organisation, manager, flows="Autre"),
        lambda: decided(organisation, manager),
        lambda: committee_decision.remove_decision(decision=decision, by=manager, at=moment()),
    ):
        with pytest.raises(NotAvailableError):
            step()


@pytest.mark.parametrize(
    "change",
    [
        lambda meeting, _decision: meeting.update(frozen="{}"),
        lambda meeting, _decision: meeting.update(state="PREPARED"),
        lambda meeting, _decision: meeting.update(notes="Autre"),
        lambda meeting, _decision: meeting.delete(),
        lambda _meeting, decision: decision.update(text="Autre chose"),
        lambda _meeting, decision: decision.delete(),
        lambda meeting, _decision: meeting.get().people.clear(),
    ],
    ids=["frozen", "state", "notes", "delete", "text", "delete-decision", "people"],
)
def test_the_database_keeps_what_was_held(organisation, manager, change):
    prepared(organisation, manager, people=[manager])
    decision = decided(organisation, manager)
    held(CommitteeMeeting.objects.get(), manager)

    with pytest.raises(DatabaseError), transaction.atomic():
        change(CommitteeMeeting.objects.all(), CommitteeDecision.objects.filter(pk=decision.pk))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "DONE"},
        {"closed_on": date(2026, 12, 1)},
        {"state": "DROPPED", "closed_on": date(2026, 12, 1), "note": ""},
        {"text": ""},
        {"state": "LATE"},
    ],
    ids=str,
)
def test_the_database_ties_the_state_of_a_decision_to_its_dates(organisation, manager, values):
    decision = decided(organisation, manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        CommitteeDecision.objects.filter(pk=decision.pk).update(**values)


def test_a_decision_is_about_one_thing(organisation, manager):
    complaint = missed(organisation, by=manager)
    decision = decided(organisation, manager, about=complaint)

    assert decision.complaint == complaint
    with pytest.raises(IntegrityError), transaction.atomic():
        CommitteeDecision.objects.filter(pk=decision.pk).update(indicator=complaint.indicator)


def test_the_same_form_twice_takes_one_decision(organisation, manager):
    key = uuid4()
    fields = committee_decision.DecisionFields(
        text="Tenir un renfort", owner=manager, due_date=MONDAY
    )
    sent = {"organisation": organisation, "period": WEEK, "by": manager, "at": moment()}

    first = committee_decision.take_decision(key=key, fields=fields, **sent)
    second = committee_decision.take_decision(key=key, fields=fields, **sent)
    other = committee_decision.DecisionFields(text="Autre", owner=manager, due_date=MONDAY)

    assert first == second
    with pytest.raises(NotAvailableError):
        committee_decision.take_decision(key=key, fields=other, **sent)


def test_a_decision_is_given_to_a_member(organisation, manager):
    with pytest.raises(UserError):
        decided(organisation, manager, owner=member_of(OrganisationFactory()))


def test_the_life_of_a_decision_leaves_its_rows(organisation, manager, owner):
    prepared(organisation, manager)
    decision = decided(organisation, manager, owner=owner)
    held(CommitteeMeeting.objects.get(), manager)
    at, by = moment(), manager

    moved = committee_decision.put_off_decision(
        decision=decision,
        version=decision.version,
        owner=manager,
        due_date=MONDAY + timedelta(days=14),
        reason="Salle occupée",
        by=by,
        at=at,
    )
    committee_decision.finish_decision(decision=moved, by=by, at=at)
    with pytest.raises(NotAvailableError):
        committee_decision.drop_decision(decision=moved, reason="Plus utile", by=by, at=at)
    committee_decision.take_up_decision(decision=moved, by=by, at=at)
    last = committee_decision.drop_decision(decision=moved, reason="Plus utile", by=by, at=at)

    assert (last.state, last.note) == (CommitteeDecisionState.DROPPED, "Plus utile")
    assert (last.first_due_date, last.due_date) == (
        MONDAY + timedelta(days=7),
        MONDAY + timedelta(days=14),
    )
    assert actions_of(decision) == [
        "committee_decision.taken",
        "committee_decision.put_off",
        "committee_decision.done",
        "committee_decision.taken_up",
        "committee_decision.dropped",
    ]


def test_what_was_put_off_meanwhile_is_not_put_off_again(organisation, manager):
    decision = decided(organisation, manager)
    options = {"owner": manager, "reason": "Salle", "by": manager, "at": moment()}
    later = MONDAY + timedelta(days=20)
    for _twice in range(2):
        committee_decision.put_off_decision(decision=decision, version=1, due_date=later, **options)

    with pytest.raises(EditConflictError):
        committee_decision.put_off_decision(
            decision=decision, version=1, due_date=later + timedelta(days=1), **options
        )
    with pytest.raises(UserError):
        committee_decision.put_off_decision(
            decision=decision, version=2, due_date=later, **options | {"reason": "Autre"}
        )
    assert actions_of(decision).count("committee_decision.put_off") == 1


def test_the_decisions_of_the_meeting_before_come_first_then_older_ones_to_do(
    organisation, manager
):
    for back in (2, 1):
        period, at = WEEK.after(-back), moment(MONDAY - timedelta(days=7 * back))
        prepared(organisation, manager, period=period, at=at)
        for text in ("Faite", "Restée"):
            row = decided(organisation, manager, period=period, at=at, text=f"{text} {back}")
            if text == "Faite":
                committee_decision.finish_decision(decision=row, by=manager, at=at)
        meeting = CommitteeMeeting.objects.get(starts_on=period.start)
        held(meeting, manager, at=at)

    prepared(organisation, manager)
    row = held(CommitteeMeeting.objects.get(starts_on=WEEK.start), manager)

    pack = from_json(CommitteePack, row.frozen)
    assert [line.text for line in pack.previous] == ["Faite 1", "Restée 1", "Restée 2"]
    assert pack.previous_meeting == "CO-2026-S47"


def test_the_committee_of_a_month_follows_the_last_week_that_ended_in_it(organisation, manager):
    month = period_of(date(2026, 11, 1), Grain.MONTH)
    prepared(organisation, manager)
    held(CommitteeMeeting.objects.get(), manager)
    at = moment(date(2026, 12, 1))
    prepared(organisation, manager, period=month, at=at)
    of_month = held(CommitteeMeeting.objects.get(grain="MONTH"), manager, at=at)
    after = moment(date(2026, 12, 7))
    prepared(organisation, manager, period=WEEK.after(1), at=after)
    of_week = held(CommitteeMeeting.objects.get(held_at=None), manager, at=after)

    before = [from_json(CommitteePack, row.frozen).previous_meeting for row in (of_month, of_week)]
    assert before == ["CO-2026-S48", "CO-2026-11"]
