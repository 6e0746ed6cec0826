"""Steps of an internal complaint, and what the database itself refuses."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audits.actions import alert_rule, complaint_actions
from audits.actions import internal_complaint as actions
from audits.actions.daily import daily_round
from audits.actions.place import place_of
from audits.alert_enums import COMPLAINT_FLOW, ComplaintState
from audits.models import AlertRule, ComplaintComment, ComplaintEscalation, InternalComplaint
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.flow import TransitionNotAllowedError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory
from tests.factories.alerts import action, missed, moment, month, planned
from tests.factories.figures import indicator, member_of, want

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

STATE = ComplaintState


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def manager(organisation):
    return member_of(organisation)


@pytest.fixture
def director(organisation):
    return member_of(organisation, Role.DIRECTOR)


@pytest.fixture
def complaint(organisation, manager):
    return missed(organisation, by=manager)


def now():
    return InternalComplaint.objects.latest("pk")


def back(complaint, by):
    for number in (3, 4):
        at = moment("2026-05-04")
        month(complaint.organisation, complaint.indicator, number, 90, by=by, at=at)
    return now()


def traces(complaint):
    entries = JournalEntry.objects.of("internal_complaint", complaint.key).order_by("sequence")
    return list(entries.values_list("action", flat=True))


def test_from_plan_to_closing_each_step_leaves_a_row(complaint, manager, director):
    complaint = planned(complaint)
    assert (complaint.state, complaint.planned_by) == (STATE.PLANNED, manager)

    one = action(complaint, owner=director)
    complaint_actions.finish_action(action=one, by=director, at=moment("2026-03-16"))
    assert now().state == STATE.IN_PROGRESS
    assert back(complaint, manager).state == STATE.RETURNED
    actions.close_complaint(
        complaint=complaint, comment="Deux mois tenus", by=director, at=moment("2026-05-06")
    )

    found = now()
    assert (found.state, found.closed_by) == (STATE.CLOSED, director)
    assert found.settled_on == date(2026, 4, 1)
    assert [row["value"] for row in found.returned_by] == [90.0, 90.0]
    assert traces(found) == [
        "complaint.opened",
        "complaint.planned",
        "complaint.action_added",
        "complaint.started",
        "complaint.action_done",
        "complaint.returned",
        "complaint.closed",
    ]


def test_it_is_not_closed_before_a_return_was_measured(complaint, director):
    with pytest.raises(NotAvailableError, match="a return over the target"):
        actions.close_complaint(
            complaint=complaint, comment="Fait", by=director, at=moment("2026-03-05")
        )


def test_its_owner_does_not_close_it(complaint, manager):
    back(complaint, manager)

    with pytest.raises(UserError, match="not its owner"):
        actions.close_complaint(
            complaint=complaint, comment="Fait", by=manager, at=moment("2026-05-06")
        )


def test_closed_twice_is_closed_once(complaint, manager, director):
    back(complaint, manager)
    for comment in ("Premier", "Second"):
        actions.close_complaint(
            complaint=complaint, comment=comment, by=director, at=moment("2026-05-06")
        )

    assert now().closing_comment == "Premier"
    assert traces(complaint).count("complaint.closed") == 1


def test_nothing_is_written_in_a_closed_one(complaint, manager, director):
    complaint = planned(complaint)
    one = action(complaint)
    back(complaint, manager)
    closed = actions.close_complaint(
        complaint=complaint, comment="Vu", by=director, at=moment("2026-05-06")
    )
    at = moment("2026-05-07")
    refused = (
        lambda: actions.write_plan(
            complaint=closed, version=closed.version, cause="a", plan="b", by=manager, at=at
        ),
        lambda: actions.start_plan(complaint=closed, by=manager, at=at),
        lambda: actions.assign_complaint(
            complaint=closed, version=closed.version, owner=director, by=manager, at=at
        ),
        lambda: complaint_actions.finish_action(action=one, by=manager, at=at),
        lambda: action(closed),
    )
    for step in refused:
        with pytest.raises(NotAvailableError, match="is closed"):
            step()
    actions.comment_complaint(key=uuid4(), complaint=closed, text="Bilan", by=manager, at=at)
    assert ComplaintComment.objects.get().text == "Bilan"


def test_a_closed_one_is_taken_up_in_another_that_is_linked(complaint, manager, director):
    back(complaint, manager)
    actions.close_complaint(complaint=complaint, comment="Vu", by=director, at=moment("2026-05-06"))
    key = uuid4()
    for _twice in range(2):
        new = actions.open_complaint(
            key=key,
            organisation=complaint.organisation,
            indicator=complaint.indicator,
            place=complaint.place,
            facts="Réclamations en hausse",
            former=now() if now().state == STATE.CLOSED else complaint,
            by=manager,
            at=moment("2026-05-20"),
        )

    assert (new.former, new.cause, new.opened_by) == (complaint, "HAND", manager)
    assert InternalComplaint.objects.count() == 2
    # A return is measured by periods that begin from now on.
    assert new.since_on >= date(2026, 5, 1)
    assert back_in_may(new, manager).state == STATE.OPEN


def back_in_may(complaint, by):
    month(complaint.organisation, complaint.indicator, 5, 95, by=by)
    return now()


def test_by_hand_needs_a_target_and_no_other_that_is_open(complaint, organisation, manager):
    def by_hand(row):
        return actions.open_complaint(
            key=uuid4(),
            organisation=organisation,
            indicator=row,
            place=place_of(organisation, None),
            facts="Vu en écoute",
            by=manager,
            at=moment("2026-03-05"),
        )

    with pytest.raises(NotAvailableError, match=complaint.reference):
        by_hand(complaint.indicator)
    with pytest.raises(UserError, match="Set a target"):
        by_hand(indicator("PEC-77"))


def test_a_plan_that_somebody_else_changed_is_not_overwritten(complaint, manager):
    seen = complaint.version
    planned(complaint)

    with pytest.raises(EditConflictError) as caught:
        actions.write_plan(
            complaint=complaint, version=seen, cause="Autre", plan="Autre", by=manager,
            at=moment("2026-03-04"),
        )  # fmt: skip
    assert caught.value.current.plan == "Renfort le lundi"
    again = planned(now())  # the same words once more change nothing
    assert again.version == now().version


def test_a_plan_written_after_the_return_keeps_the_return(complaint, manager):
    back(complaint, manager)

    found = planned(now(), by=manager, at=moment("2026-05-05"))

    assert (found.state, found.planned_by) == (STATE.RETURNED, manager)
    started = actions.start_plan(complaint=found, by=manager, at=moment("2026-05-05"))
    assert started.state == STATE.RETURNED
    month(complaint.organisation, complaint.indicator, 5, 60, by=manager)
    assert now().state == STATE.IN_PROGRESS


def test_actions_need_a_plan_and_a_member(complaint, manager):
    with pytest.raises(NotAvailableError, match="Write the plan first"):
        action(complaint)
    with pytest.raises(NotAvailableError, match="Write the plan first"):
        actions.start_plan(complaint=complaint, by=manager, at=moment("2026-03-04"))
    stranger = member_of(OrganisationFactory())
    with pytest.raises(UserError, match="among the members"):
        action(planned(complaint), owner=stranger)


def test_an_action_is_changed_done_and_taken_up(complaint, manager, director):
    complaint = planned(complaint)
    one = action(complaint)
    fields = complaint_actions.ComplaintActionFields(
        title="Former trois personnes", owner=director, due_date=date(2026, 3, 31)
    )
    at = moment("2026-03-05")
    changed = complaint_actions.edit_action(action=one, version=1, fields=fields, by=manager, at=at)
    assert (changed.title, changed.owner, changed.version) == (fields.title, director, 2)
    other = complaint_actions.ComplaintActionFields(
        title="Autre", owner=director, due_date=date(2026, 3, 31)
    )
    with pytest.raises(EditConflictError):
        complaint_actions.edit_action(action=one, version=1, fields=other, by=manager, at=at)

    for _twice in range(2):
        complaint_actions.finish_action(action=one, by=director, at=at)
    with pytest.raises(NotAvailableError, match="take it up again"):
        complaint_actions.edit_action(action=one, version=3, fields=other, by=manager, at=at)
    for _twice in range(2):
        complaint_actions.take_up_action(action=one, by=director, at=at)

    assert complaint.actions.get().done_on is None
    assert traces(complaint)[-2:] == ["complaint.action_done", "complaint.action_taken_up"]


def test_a_late_action_goes_up_and_again_after_some_days(complaint, manager, director):
    complaint = planned(complaint)
    action(complaint, due="2026-03-13")
    for day in ("2026-03-13", "2026-03-16", "2026-03-17", "2026-03-23"):
        daily_round(at=moment(day))

    rows = ComplaintEscalation.objects.order_by("level")
    assert [(row.level, row.reason, f"{row.day:%d/%m}") for row in rows] == [
        (2, "ACTION_LATE", "16/03"),
        (3, "ACTION_LATE", "23/03"),
    ]


def test_two_late_actions_go_up_one_level_that_day(complaint):
    complaint = planned(complaint)
    for _n in range(2):
        action(complaint, due="2026-03-13")

    daily_round(at=moment("2026-03-16"))

    assert now().level == 2


def test_another_owner_is_told(complaint, manager, director):
    actions.assign_complaint(
        complaint=complaint, version=complaint.version, owner=director, by=manager,
        at=moment("2026-03-04"),
    )  # fmt: skip

    assert now().owner == director
    assert complaint.reference in QueuedMessage.objects.get(recipient=director).body
    stranger = member_of(OrganisationFactory())
    with pytest.raises(UserError, match="among the members"):
        actions.assign_complaint(
            complaint=complaint, version=now().version, owner=stranger, by=manager,
            at=moment("2026-03-04"),
        )  # fmt: skip


def test_a_comment_sent_twice_is_one(complaint, manager):
    key = uuid4()
    for _twice in range(2):
        actions.comment_complaint(
            key=key, complaint=complaint, text="Vu avec le site", by=manager,
            at=moment("2026-03-04"),
        )  # fmt: skip
    assert ComplaintComment.objects.count() == 1
    with pytest.raises(NotAvailableError, match="already sent"):
        actions.comment_complaint(
            key=key, complaint=complaint, text="Autre", by=manager, at=moment("2026-03-04")
        )


def test_named_people_are_told_instead_of_the_roles(organisation, manager, director):
    named = member_of(organisation, Role.CONTRIBUTOR)
    alert_rule.write_rule(
        key=uuid4(),
        organisation=organisation,
        indicator=None,
        place=place_of(organisation, None),
        fields=alert_rule.RuleFields(people={2: (named,)}),
        by=manager,
        at=moment("2026-01-05"),
    )
    missed(organisation, by=manager)

    daily_round(at=moment("2026-03-10"))

    assert list(ComplaintEscalation.objects.get().people.all()) == [named]
    assert User.objects.filter(pk=director.pk).exists()


def test_a_rule_is_versioned_and_sent_twice_is_once(organisation, manager):
    def write(key, **fields):
        return alert_rule.write_rule(
            key=key,
            organisation=organisation,
            indicator=None,
            place=place_of(organisation, None),
            fields=alert_rule.RuleFields(**fields),
            by=manager,
            at=moment("2026-01-05"),
        )

    key = uuid4()
    row = write(key)
    assert write(key) == row
    with pytest.raises(NotAvailableError, match="a rule for them already"):
        write(uuid4())
    with pytest.raises(UserError, match="at least one thing"):
        write(uuid4(), missed_periods=None)
    with pytest.raises(UserError, match="among the members"):
        write(uuid4(), owner=member_of(OrganisationFactory()))

    at = moment("2026-01-06")
    fields = alert_rule.RuleFields(plan_days=3, people={3: (manager,)})
    changed = alert_rule.edit_rule(rule=row, version=1, fields=fields, by=manager, at=at)
    assert (changed.plan_days, changed.version) == (3, 2)
    assert alert_rule.fields_of(changed).people == {3: [manager]}
    with pytest.raises(EditConflictError):
        alert_rule.edit_rule(
            rule=row, version=1, fields=alert_rule.RuleFields(plan_days=4), by=manager, at=at
        )
    alert_rule.remove_rule(rule=row, by=manager, at=at)
    assert AlertRule.objects.count() == 0
    entries = JournalEntry.objects.of("alert_rule", row.key).order_by("sequence")
    assert [entry.action for entry in entries] == [
        "alert_rule.written",
        "alert_rule.edited",
        "alert_rule.removed",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "PLANNED"},
        {"state": "RETURNED"},
        {"state": "CLOSED"},
        {"state": "AUTRE"},
        {"cause": "AUTRE"},
        {"cause": "HAND"},
        {"grain": "AUTRE"},
        {"level": 4},
        {"level": 0},
        {"plan": "Sans date"},
        {"returned_by": [{"start": "2026-01-01"}]},
        {"closing_comment": "Sans fermeture"},
    ],
    ids=str,
)
def test_the_database_refuses_a_state_without_its_dates(complaint, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        InternalComplaint.objects.filter(pk=complaint.pk).update(**changes)


def test_the_database_refuses_an_owner_who_closed(complaint, manager, director):
    back(complaint, manager)
    actions.close_complaint(complaint=complaint, comment="Vu", by=director, at=moment("2026-05-06"))

    with pytest.raises(IntegrityError), transaction.atomic():
        InternalComplaint.objects.filter(pk=complaint.pk).update(owner=director)


def test_the_database_refuses_a_double_level_and_a_double_reason(complaint):
    values = {"complaint": complaint, "at": moment("2026-03-10"), "day": date(2026, 3, 10)}
    ComplaintEscalation.objects.create(level=2, reason="PLAN_LATE", **values)
    for wrong in (
        {"level": 2, "reason": "ACTION_LATE"},
        {"level": 3, "reason": "PLAN_LATE"},
        {"level": 1, "reason": "MISSED_AGAIN"},
        {"level": 3, "reason": "AUTRE"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ComplaintEscalation.objects.create(**wrong, **values)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (source, target)
        for source in ComplaintState
        for target in ComplaintState
        if target not in COMPLAINT_FLOW.targets(source)
    ],
)
def test_a_step_that_does_not_exist_is_refused(source, target):
    with pytest.raises(TransitionNotAllowedError):
        COMPLAINT_FLOW.check(source=source, target=target)


def test_a_rule_outside_its_bounds_is_refused_by_the_database(organisation, manager):
    row = alert_rule.write_rule(
        key=uuid4(),
        organisation=organisation,
        indicator=None,
        place=place_of(organisation, None),
        fields=alert_rule.RuleFields(),
        by=manager,
        at=moment("2026-01-05"),
    )
    for changes in (
        {"missed_periods": 0},
        {"missed_periods": None},
        {"trend_points": 2},
        {"plan_days": 0},
        {"level_days": 61},
        {"return_periods": 0},
        {"bound": "AUTRE"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.filter(pk=row.pk).update(**changes)
    row.people.create(level=1, user=manager)
    for wrong in ({"level": 1}, {"level": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.people.create(user=manager, **wrong)
    twin = {"organisation": organisation, "place": row.place, "written_at": row.written_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertRule.objects.create(**twin, written_by=manager, missed_periods=1)


def test_what_came_back_is_closed_even_when_nothing_is_wanted_any_more(
    organisation, complaint, manager, director
):
    back(complaint, manager)
    want(
        organisation, complaint.indicator, None, kind="STOPPED", operator="", by=manager,
        starts_on=date(2026, 5, 1), at=moment("2026-05-05"),
    )  # fmt: skip
    daily_round(at=moment("2026-05-06"))
    assert now().state == STATE.RETURNED

    closed = actions.close_complaint(
        complaint=complaint, comment="Tenu", by=director, at=moment("2026-05-06")
    )

    assert (closed.state, closed.settled_on) == (STATE.CLOSED, date(2026, 4, 1))
