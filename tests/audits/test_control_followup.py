"""Late controls: who is reminded, to whom they go, once for each step."""

from datetime import date, timedelta

import pytest

from audits.actions.closing import close_certification
from audits.actions.controls.followup import follow_up
from audits.actions.controls.results import ResultFields, record_result
from audits.actions.daily import daily_round
from audits.control_calendars import Lateness
from audits.control_enums import ControlFrequency, EscalationTarget, ReminderStep
from audits.models import ControlOccurrence, ControlReminder
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, QueuedMessage, SiteClosure
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory
from tests.factories.controls import (
    controlled_file,
    first_control,
    line_fields,
    moment,
    person_with,
    plan_in_force,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

START = date(2026, 3, 2)  # a Monday
DUE = date(2026, 3, 6)  # working day 5 of March, a Friday


@pytest.fixture
def file():
    return controlled_file()


def planned(file, **changes):
    plan_in_force(file, line_fields(file, **changes), at=moment(START))
    QueuedMessage.objects.all().delete()
    return first_control(file)


def told(step):
    return [row.person for row in ControlReminder.objects.filter(step=step).order_by("pk")]


def messages():
    return list(QueuedMessage.objects.order_by("pk").values_list("recipient", flat=True))


def test_nobody_is_told_before_it_is_late(file):
    planned(file)

    follow_up(at=moment(DUE))

    assert messages() == []


def test_who_does_it_is_reminded_on_the_first_working_day_after_once(file):
    planned(file)

    for _again in range(3):
        follow_up(at=moment(date(2026, 3, 9)))

    assert told(ReminderStep.REMINDED) == [file.opened_by]
    assert told(ReminderStep.ESCALATED) == []
    assert messages() == [file.opened_by.pk]
    entry = JournalEntry.objects.get(action="control.reminded")
    assert (entry.actor, entry.after["days_late"]) == ("", 1)


def test_it_goes_to_the_director_after_the_days_of_the_line_once(file):
    director = person_with(file, Role.DIRECTOR)
    planned(file, escalate_after=5)

    follow_up(at=moment(date(2026, 3, 12)))
    assert told(ReminderStep.ESCALATED) == []
    for day in (13, 16, 17):
        follow_up(at=moment(date(2026, 3, day)))

    assert told(ReminderStep.ESCALATED) == [director]
    assert ControlReminder.objects.get(step=ReminderStep.ESCALATED).days_late == 5
    assert messages() == [file.opened_by.pk, director.pk]


def test_it_goes_to_the_person_that_the_line_names_while_a_member(file):
    person = MembershipFactory(organisation=file.organisation, role=Role.CONTRIBUTOR).user
    row = planned(file, escalation=EscalationTarget.PERSON, escalate_to=person)

    Membership.objects.filter(user=person).update(is_active=False)
    follow_up(at=moment(date(2026, 3, 20)))
    assert told(ReminderStep.ESCALATED) == []
    Membership.objects.filter(user=person).update(is_active=True)
    follow_up(at=moment(date(2026, 3, 23)))

    assert [each.person for each in row.reminders.filter(step="ESCALATED")] == [person]


def test_a_line_that_escalates_to_nobody_only_reminds(file):
    planned(file, escalation=EscalationTarget.NOBODY, escalate_after=None)

    follow_up(at=moment(date(2026, 3, 31)))

    assert told(ReminderStep.ESCALATED) == []
    assert told(ReminderStep.REMINDED) == [file.opened_by]


def test_of_somebody_who_left_the_quality_manager_is_reminded(file):
    person = MembershipFactory(organisation=file.organisation, role=Role.CONTRIBUTOR).user
    planned(file, responsible=person)
    Membership.objects.filter(user=person).update(is_active=False)

    follow_up(at=moment(date(2026, 3, 9)))

    assert told(ReminderStep.REMINDED) == [file.opened_by]


def test_several_late_controls_make_one_message_to_a_person(file):
    rows = [line_fields(file, control_point=f"Point {n}") for n in range(3)]
    plan_in_force(file, *rows, at=moment(START))
    QueuedMessage.objects.all().delete()

    follow_up(at=moment(date(2026, 3, 9)))

    message = QueuedMessage.objects.get()
    assert [f"Point {n}" in message.body for n in range(3)] == [True] * 3


def test_days_on_which_the_site_is_closed_do_not_count(file):
    site = file.sites.get()
    SiteClosure.objects.create(site=site, start_date="2026-03-09", end_date="2026-03-13")
    plan_in_force(
        file,
        line_fields(file, is_per_site=True, responsible=None),
        at=moment(START),
    )
    row = first_control(file)

    assert Lateness([file.pk], today=date(2026, 3, 16)).of(row) == 1
    assert Lateness([file.pk], today=date(2026, 3, 13)).of(row) == 0


def test_what_is_done_or_of_a_closed_file_is_left_alone(file):
    row = planned(file)
    record_result(
        occurrence=row,
        version=1,
        fields=ResultFields(done_on=DUE, outcome="CONFORM"),
        by=file.opened_by,
        at=moment(DUE),
    )
    other = controlled_file()
    planned(other)
    close_certification(
        certification=other, reason="Fin", by=other.opened_by, at=moment(date(2026, 3, 7))
    )

    follow_up(at=moment(date(2026, 3, 20)))

    assert not ControlReminder.objects.exists()


def test_the_daily_round_plans_follows_up_and_reminds_of_the_week(file):
    weekly = {"frequency": ControlFrequency.WEEKLY, "weekday": 2, "rank": None}
    planned(file, **weekly)

    daily_round(at=moment(date(2026, 3, 4)))

    subjects = QueuedMessage.objects.order_by("pk").values_list("recipient", "once")
    assert list(subjects) == [(file.opened_by.pk, ""), (file.opened_by.pk, "due:2026-10")]
    weekly_message = QueuedMessage.objects.get(once="due:2026-10")
    assert weekly_message.body.count("Prix écrit") == 2  # late by one day, and due next Tuesday


def test_late_days_are_of_working_days_only(file):
    planned(file)
    row = ControlOccurrence.objects.late_on(DUE + timedelta(days=3)).get()

    assert Lateness([file.pk], today=DUE + timedelta(days=2)).of(row) == 0
    assert Lateness([file.pk], today=DUE + timedelta(days=3)).of(row) == 1
