"""What passes with time: minors that become major, reminders once a week."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audits.actions.daily import daily_round
from audits.enums import AuditKind, FindingState, TeamRole
from audits.models import Audit, Finding
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.factories.decisions import conclude
from tests.factories.reports import rate_everything

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday
LATE = date(2026, 11, 20)


@pytest.fixture
def audit():
    audit = running_audit(kind=AuditKind.INITIAL)
    Audit.objects.filter(pk=audit.pk).update(minor_becomes_major=True)
    return Audit.objects.get(pk=audit.pk)


def minor(audit, **fields) -> Finding:
    grades = audit.certification.edition.referential.scheme.grades
    fields = {"due_date": LATE, **fields}
    return FindingFactory(
        assessment=first_assessment(audit), grade=grades.get(code="NC_MIN"), **fields
    )


def test_a_late_minor_becomes_major_once_with_its_first_grade_beside(audit):
    finding = minor(audit)

    daily_round(at=AT)
    daily_round(at=AT + timedelta(hours=1))

    row = Finding.objects.get(pk=finding.pk)
    assert (row.grade.code, row.first_grade, row.escalated_at) == ("NC_MAJ", finding.grade, AT)
    entry = JournalEntry.objects.get(action="finding.escalated")
    assert (entry.actor, entry.after["grade"]) == ("", "NC_MAJ")


def test_also_after_the_audit_was_concluded(audit):
    finding = minor(audit)
    rate_everything(audit)
    lead = name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD).user
    conclude(audit, lead, at=AT)

    daily_round(at=AT)

    assert Finding.objects.get(pk=finding.pk).grade.code == "NC_MAJ"


@pytest.mark.parametrize(
    "fields",
    [
        {"due_date": None},
        {"due_date": AT.date()},
        {
            "state": FindingState.PROVEN,
            **dict.fromkeys(("answered_at", "accepted_at", "proven_at"), AT),
        },
    ],
)
def test_what_is_not_late_stays_minor(audit, fields):
    finding = minor(audit, **fields)

    daily_round(at=AT)

    assert Finding.objects.get(pk=finding.pk).escalated_at is None


def test_nothing_becomes_major_where_the_scheme_has_no_such_rule(audit):
    Audit.objects.update(minor_becomes_major=False)
    finding = minor(audit)

    daily_round(at=AT)

    assert Finding.objects.get(pk=finding.pk).escalated_at is None


def test_each_person_is_told_once_a_week_what_of_theirs_is_due(audit):
    finding = minor(audit, due_date=AT.date() + timedelta(days=3))
    manager = manager_of(audit).user
    owner = MembershipFactory(organisation=audit.organisation, role="CONTRIBUTOR").user
    action = CorrectiveActionFactory(finding=finding, owner=owner, due_date=LATE)
    CorrectiveActionFactory(finding=finding, owner=owner, due_date=date(2027, 6, 1))

    daily_round(at=AT)
    daily_round(at=AT + timedelta(days=2))

    told = {row.recipient: row.body for row in QueuedMessage.objects.all()}
    assert told.keys() == {manager, owner}
    assert finding.reference in told[manager]
    assert action.reference in told[owner]
    daily_round(at=AT + timedelta(days=7))
    assert QueuedMessage.objects.filter(recipient=owner).count() == 2


def test_who_left_the_organisation_is_told_nothing(audit):
    owner = MembershipFactory(organisation=audit.organisation, role="CONTRIBUTOR")
    CorrectiveActionFactory(finding=minor(audit), owner=owner.user, due_date=LATE)
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    daily_round(at=AT)

    assert not QueuedMessage.objects.filter(recipient=owner.user).exists()
