"""Who may do what with reports: one table, each role against each right."""

import pytest
from django.utils import timezone

from audits.actions.sharing import revoke_share
from audits.enums import TeamRole
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import Role
from reports import actions, permissions, storage
from reports.models import Report
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import name_on_team, running_audit, shared
from tests.factories.reports import (
    cancelled_report,
    failed_report,
    final_report,
    ready_report,
    requested_report,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TEAM = {"lead": TeamRole.LEAD, "auditor": TeamRole.AUDITOR, "observer": TeamRole.OBSERVER}
PEOPLE = (*Role.values, *TEAM, "stranger")


def person(who: str, audit):
    """A user who is only that, towards the audit."""
    if who in TEAM:
        user = UserFactory()
        name_on_team(audit=audit, user=user, role=TEAM[who], by=audit.started_by)
        return user
    if who == "stranger":
        return MembershipFactory().user
    organisation = audit.organisation
    site = SiteFactory(organisation=organisation) if who == Role.SITE_MANAGER else None
    return MembershipFactory(organisation=organisation, role=who, site=site).user


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_ask_for_the_report_of_an_audit(who):
    audit = running_audit()

    allowed = permissions.can_request_audit_report(person(who, audit), audit)

    assert allowed is (who in {Role.QUALITY_MANAGER, Role.DIRECTOR, "lead"})


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_ask_for_the_control_plan(who):
    audit = running_audit()

    allowed = permissions.can_request_control_plan(person(who, audit), audit.certification)

    assert allowed is (who in {Role.QUALITY_MANAGER, Role.DIRECTOR})


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_take_the_workbook_of_an_audit(who):
    audit = running_audit()

    allowed = permissions.can_export_workbook(person(who, audit), audit)

    assert allowed is (who in {Role.QUALITY_MANAGER, Role.DIRECTOR, *TEAM})


@pytest.mark.parametrize("who", PEOPLE)
def test_who_knows_of_a_report_by_its_state(who):
    audit = running_audit()
    user = person(who, audit)
    waiting = requested_report(audit=audit)
    seen_waiting = Report.objects.visible_to(user).filter(pk=waiting.pk).exists()
    held = actions.claim(report_id=waiting.pk, at=timezone.now())
    finish(held)
    seen_ready = Report.objects.visible_to(user).filter(pk=held.pk).exists()

    makers = {Role.QUALITY_MANAGER, Role.DIRECTOR, *TEAM}
    assert seen_waiting is (who in makers)
    assert seen_ready is (who in makers | {Role.SITE_MANAGER})


def finish(held):
    part = storage.new_part(held.key, held.attempt)
    part.write_bytes(b"%PDF")
    actions.finish(held, part=part, pages=1, at=timezone.now())


def test_the_client_organisation_knows_of_a_report_once_it_is_issued():
    report = final_report()
    share = shared(report.certification, level=ShareLevel.REPORTS)
    user = MembershipFactory(organisation=share.client, role=Role.CLIENT).user
    director = MembershipFactory(organisation=report.organisation, role=Role.DIRECTOR).user
    before = Report.objects.visible_to(user).exists()

    actions.issue_report(report_id=report.pk, by=director, at=timezone.now())

    assert (before, Report.objects.visible_to(user).exists()) == (False, True)


@pytest.mark.parametrize(
    ("level", "is_over", "seen"),
    [
        (ShareLevel.RESULTS, False, False),
        (ShareLevel.FINDINGS, False, True),
        (ShareLevel.REPORTS, True, False),
    ],
)
def test_only_a_share_in_force_that_opens_reports_opens_them(level, is_over, seen):
    report = final_report()
    director = MembershipFactory(organisation=report.organisation, role=Role.DIRECTOR).user
    actions.issue_report(report_id=report.pk, by=director, at=timezone.now())
    share = shared(report.certification, level=level)
    if is_over:
        revoke_share(share=share, reason="Fin", by=director, at=timezone.now())

    user = MembershipFactory(organisation=share.client, role=Role.CLIENT).user

    assert Report.objects.visible_to(user).exists() is seen


def test_a_member_for_a_client_reads_nothing_of_the_organisation_that_they_are_member_of():
    """What a client organisation reads is shared with it; its own reports are not."""
    report = final_report()
    director = MembershipFactory(organisation=report.organisation, role=Role.DIRECTOR).user
    actions.issue_report(report_id=report.pk, by=director, at=timezone.now())
    user = MembershipFactory(organisation=report.organisation, role=Role.CLIENT).user

    assert not Report.objects.visible_to(user).exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_cancel_or_start_again(who):
    waiting = requested_report()
    user = person(who, waiting.audit)
    failed, cancelled = failed_report(audit=waiting.audit, language="en"), cancelled_report()

    assert permissions.can_cancel(user, waiting) is (who == Role.QUALITY_MANAGER)
    assert permissions.can_retry(user, failed) is (who == Role.QUALITY_MANAGER)
    assert permissions.can_retry(user, cancelled) is False


def test_who_asked_for_it_may_cancel_and_start_again():
    audit = running_audit()
    lead = person("lead", audit)

    waiting = requested_report(audit=audit, by=lead)
    failed = failed_report(audit=audit, by=lead, language="en")

    assert permissions.can_cancel(lead, waiting)
    assert permissions.can_retry(lead, failed)


def test_a_finished_report_is_neither_cancelled_nor_started_again():
    report = ready_report()

    assert not permissions.can_cancel(report.requested_by, report)
    assert not permissions.can_retry(report.requested_by, report)


@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in TEAM])
def test_who_may_issue_a_final_report(who):
    report = final_report()

    assert permissions.can_issue(person(who, report.audit), report) is (who == Role.DIRECTOR)


def test_a_director_issues_neither_a_draft_nor_their_own_request():
    audit = running_audit()
    director = person(Role.DIRECTOR, audit)
    draft = ready_report(audit=audit)
    own = final_report()
    own.requested_by = person(Role.DIRECTOR, own.audit)

    assert not permissions.can_issue(director, draft)
    assert not permissions.can_issue(own.requested_by, own)


def test_only_a_finished_report_is_downloaded():
    assert permissions.can_download(ready_report())
    assert not permissions.can_download(requested_report())
    assert not permissions.can_download(failed_report())
