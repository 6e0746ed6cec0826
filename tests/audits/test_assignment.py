"""Giving requirements to people, with the day by which they are due."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.timezone import localdate

from audits.actions import assignment as actions
from audits.actions.audit import validate_audit
from audits.actions.daily import remind
from audits.models import Assessment
from audits.presenters.home import tasks_of
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import running_audit
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TODAY = localdate()
SOON, LATE = TODAY + timedelta(days=3), TODAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def person(audit):
    return MembershipFactory(
        organisation=audit.organisation, role=Role.CONTRIBUTOR, user__language="en"
    ).user


def rows_of(audit):
    return list(audit.assessments.order_by("position"))


def give(audit, rows, to, due=None, at=None):
    return actions.assign(
        audit=audit,
        rows=[row.pk for row in rows],
        to=to,
        due=due,
        by=audit.started_by,
        at=at or timezone.now(),
    )


def journal():
    rows = JournalEntry.objects.filter(action="assessment.assigned").order_by("pk")
    return [(row.object_label, row.before, row.after) for row in rows]


def test_each_requirement_that_changed_has_its_row_of_the_journal(audit, person):
    first, second, *_others = rows_of(audit)
    give(audit, [first], person)

    changed = give(audit, [first, second], person, SOON)

    key, day = str(person.key), SOON.isoformat()
    assert changed == 2
    assert journal() == [
        (first.code, {"assigned_to": ""}, {"assigned_to": key}),
        (first.code, {"due_date": ""}, {"due_date": day}),
        (second.code, {"assigned_to": "", "due_date": ""}, {"assigned_to": key, "due_date": day}),
    ]
    assert give(audit, [first, second], person, SOON) == 0
    assert give(audit, [first], None) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_many_take_as_many_queries_as_one(audit, person, number):
    rows = rows_of(audit)[:number]
    give(audit, rows_of(audit)[3:], person)  # the chain of the organisation has begun

    with counted() as queries:
        give(audit, rows, person, SOON)

    assert len(queries) == 6, queries


def test_what_cannot_be_given(audit, person):
    rows, foreign = rows_of(audit), rows_of(running_audit())
    with pytest.raises(UserError, match="of this audit"):
        give(audit, [rows[0], foreign[0]], person)
    with pytest.raises(UserError, match="needs a person"):
        give(audit, rows, None, SOON)
    with pytest.raises(UserError, match="has passed"):
        give(audit, rows, person, LATE)
    assert journal() == []
    rate_everything(audit)
    validated = validate_audit(audit=audit, by=audit.started_by, at=timezone.now())
    with pytest.raises(NotAvailableError, match="is validated"):
        give(validated, rows, person)


def test_a_day_that_has_passed_stays_when_the_rest_changes(audit, person):
    row = rows_of(audit)[0]
    give(audit, [row], person, LATE, at=timezone.now() - timedelta(days=5))
    other = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user

    assert give(audit, [row], other, LATE) == 1


def test_the_database_refuses_a_day_without_a_person(audit):
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.assessments.update(due_date=SOON)


def test_the_home_of_the_contributor_lists_what_is_due_in_order(audit, person):
    first, second, third, fourth = rows_of(audit)
    give(audit, [first], person)
    give(audit, [second], person, SOON)
    give(audit, [third], person, LATE, at=timezone.now() - timedelta(days=5))
    give(audit, [fourth], person, LATE, at=timezone.now() - timedelta(days=5))
    Assessment.objects.filter(pk=fourth.pk).update(evidence_count=1)

    found = tasks_of(person, today=TODAY)

    assert [(task.where, task.label, task.due_text) for task in found] == [
        (third.code, "Evidence late", "2 days late"),
        (second.code, "Evidence to bring", "in 3 days"),
        (first.code, "Evidence to bring", ""),
    ]


def test_the_weekly_message_says_what_is_late_or_due_within_a_week(audit, person):
    first, second, third, _fourth = rows_of(audit)
    give(audit, [first], person, LATE, at=timezone.now() - timedelta(days=5))
    give(audit, [second], person, TODAY + timedelta(days=20))
    give(audit, [third], person)

    remind(at=timezone.now())
    remind(at=timezone.now())

    message = QueuedMessage.objects.get(recipient=person)
    assert first.code in message.body
    assert second.code not in message.body
    assert third.code not in message.body


def test_nobody_is_reminded_of_what_is_no_longer_theirs(audit, person):
    give(audit, rows_of(audit), person, SOON)
    person.memberships.update(is_active=False)

    remind(at=timezone.now())

    assert not QueuedMessage.objects.exists()
