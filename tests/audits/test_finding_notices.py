"""Who is told that an answer waits: whoever may judge it, or who may name somebody to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits import finding_notices
from audits.actions.team import remove_team_member, set_team_member
from audits.enums import AuditKind, TeamRole
from crcaudit.accounts.models import QueuedMessage, User
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import FindingFactory, first_assessment, name_on_team, running_audit
from tests.factories.decisions import conclude, led_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = localdate()
SENTENCE = (
    "Une réponse attend et personne ne peut en juger : nommez un responsable d’audit, ou prolongez "
    "les jours de son accès, sur la page de l’équipe."
)


def told() -> dict[User, QueuedMessage]:
    return {row.recipient: row for row in QueuedMessage.objects.select_related("recipient")}


def answered_finding(**days):
    """A finding of a concluded audit, its lead with these days, and two quality managers."""
    audit, lead = led_audit()
    finding = FindingFactory(assessment=first_assessment(audit))
    audit = conclude(audit, lead).audit
    QueuedMessage.objects.all().delete()
    audit.team.update(**days)
    managers = [
        row.user for row in MembershipFactory.create_batch(2, organisation=audit.organisation)
    ]
    finding.refresh_from_db()
    return finding, lead, managers


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"opens_on": TODAY, "closes_on": TODAY},
        {"opens_on": TODAY + timedelta(days=5)},
        {"declared_at": None},
    ],
    ids=["no limit", "last day", "later", "to declare"],
)
def test_a_lead_with_access_now_or_later_is_told_and_nobody_else(days):
    finding, lead, managers = answered_finding(**days)

    finding_notices.to_auditors(finding, by=managers[0], at=AT)

    assert list(told()) == [lead]
    assert finding.get_absolute_url() in told()[lead].body


def _over(finding, lead, by):
    finding.audit.team.update(closes_on=TODAY - timedelta(days=1))


def _taken_off(finding, lead, by):
    remove_team_member(member=finding.audit.team.get(), by=by, at=timezone.now())


def _closed_account(finding, lead, by):
    User.objects.filter(pk=lead.pk).update(is_active=False)


@pytest.mark.parametrize("end", [_over, _taken_off, _closed_account])
def test_where_nobody_may_judge_who_manages_the_team_is_told_and_led_to_it(end):
    """The one who answered too: nobody else may know."""
    finding, lead, managers = answered_finding()
    end(finding, lead, managers[0])

    finding_notices.to_auditors(finding, by=managers[0], at=AT)

    assert set(told()) == set(managers)
    for message in told().values():
        assert message.subject == "Une réponse attend et personne ne peut en juger"
        lines = message.body.split("\n\n")
        assert lines[1].startswith(finding.reference)
        assert lines[2] == SENTENCE
        assert lines[3].strip().endswith(f"/audits/{finding.audit.key}/equipe/")


def test_an_auditor_of_the_team_does_not_judge_in_place_of_the_lead():
    audit = running_audit(kind=AuditKind.INITIAL)
    manager = MembershipFactory(organisation=audit.organisation).user
    name_on_team(audit=audit, user=UserFactory(), role=TeamRole.AUDITOR)

    finding_notices.to_auditors(
        FindingFactory(assessment=first_assessment(audit)), by=manager, at=AT
    )

    assert list(told()) == [manager]


def test_the_organisation_judges_its_own_audits_itself():
    audit = running_audit(kind=AuditKind.INTERNAL)
    manager = MembershipFactory(organisation=audit.organisation).user

    finding_notices.to_auditors(
        FindingFactory(assessment=first_assessment(audit)), by=manager, at=AT
    )

    assert told() == {}


def test_more_days_and_the_lead_is_told_again():
    finding, lead, managers = answered_finding(closes_on=TODAY - timedelta(days=1))
    set_team_member(
        audit=finding.audit, user=lead, role=TeamRole.LEAD, by=managers[0], at=timezone.now()
    )

    finding_notices.to_auditors(finding, by=managers[0], at=AT)

    assert list(told()) == [lead]
