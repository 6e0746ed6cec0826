"""Asking for a report on screen: works, twice is once, refused, invisible."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from audits.enums import TeamRole
from crcaudit.accounts.enums import Role
from reports.enums import ReportKind, ReportState
from reports.models import Report
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import CertificationFactory, manager_of, name_on_team, running_audit
from tests.factories.engagements import published_edition
from tests.factories.reports import ready_report, requested_report, validated_audit

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def manager(signed_auditee):
    return signed_auditee


def url_of(target):
    return reverse("reports:request", args=[target.key])


def test_a_report_is_asked_for_and_made(
    client, audit, manager, printer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url_of(audit), {"language": "fr"})

    report = Report.objects.get()
    assert response.status_code == 302
    assert response.url == report.get_absolute_url()
    assert (report.kind, report.state) == (ReportKind.DIAGNOSIS, ReportState.READY)
    assert report.requested_by == manager


def test_a_double_click_is_one_report(client, audit, manager):
    first = client.post(url_of(audit), {"language": "fr"})
    second = client.post(url_of(audit), {"language": "fr"}, follow=True)

    assert Report.objects.count() == 1
    assert second.redirect_chain == [(first.url, 302)]
    assert len(second.context["messages"]) == 1


def test_the_control_plan_is_asked_for_with_the_key_of_its_file(client, audit, manager):
    client.post(url_of(audit.certification), {"language": "en"})

    report = Report.objects.get()
    assert (report.kind, report.audit, report.language) == (ReportKind.CONTROL_PLAN, None, "en")


def test_the_page_offers_the_language_of_the_person(client, audit, manager):
    page = client.get(url_of(audit)).content.decode()

    assert 'value="fr"' in page.partition("checked")[0][-300:]


@pytest.mark.parametrize(("make", "is_draft"), [(running_audit, True), (validated_audit, False)])
def test_the_page_says_whether_the_document_is_a_draft(client, make, is_draft):
    audit = make()
    client.force_login(manager_of(audit).user)

    response = client.get(url_of(audit))

    assert response.context["target"].is_draft is is_draft


def test_the_page_shows_what_was_already_asked_for(client, audit, manager):
    report = ready_report(audit=audit)

    page = client.get(url_of(audit)).content.decode()

    assert report.get_absolute_url() in page


@pytest.mark.parametrize("language", ["", "de", "fr' --"])
def test_an_unknown_language_is_refused_and_nothing_is_made(client, audit, manager, language):
    response = client.post(url_of(audit), {"language": language})

    assert response.status_code == 422
    assert "language" in response.context["form"].errors
    assert Report.objects.count() == 0


def test_too_many_waiting_reports_are_answered_with_429_and_the_reason(
    client, audit, manager, settings
):
    settings.REPORT_MAX_WAITING_PER_USER = 1
    requested_report(audit=audit, by=manager)

    response = client.post(url_of(audit), {"language": "en"})

    (error,) = response.context["form"].non_field_errors()
    assert response.status_code == 429
    assert error in response.content.decode()
    assert Report.objects.count() == 1


def test_fields_that_were_not_asked_for_change_nothing(client, audit, manager):
    forged = {"language": "fr", "state": "READY", "revision": "9", "requested_by": "1"}

    client.post(url_of(audit), forged)

    report = Report.objects.get()
    assert (report.state, report.revision, report.requested_by) == (
        ReportState.QUEUED,
        1,
        manager,
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_contributor_sees_the_audit_but_may_not_ask(client, audit, method):
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    client.force_login(member.user)

    response = getattr(client, method)(url_of(audit), {"language": "fr"})

    assert response.status_code == 403
    assert Report.objects.count() == 0


def test_a_lead_auditor_asks_for_the_audit_but_not_for_the_plan(client, audit):
    lead = UserFactory()
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD, by=audit.started_by)
    client.force_login(lead)

    of_audit = client.post(url_of(audit), {"language": "fr"})
    of_plan = client.post(url_of(audit.certification), {"language": "fr"})

    assert (of_audit.status_code, of_plan.status_code) == (302, 403)
    assert Report.objects.get().audit == audit


@pytest.mark.parametrize("target", ["audit", "certification", "nothing"])
def test_a_stranger_does_not_learn_that_it_exists(client, audit, target):
    client.force_login(MembershipFactory().user)
    key = {"audit": audit.key, "certification": audit.certification.key}.get(target, uuid.uuid4())

    response = client.post(reverse("reports:request", args=[key]), {"language": "fr"})

    assert response.status_code == 404
    assert Report.objects.count() == 0


@pytest.mark.parametrize("requirements", [2, 9])
def test_asking_costs_the_same_for_a_short_and_for_a_long_audit(
    client, requirements, django_assert_num_queries
):
    edition = published_edition(requirements=requirements)
    audit = running_audit(certification=CertificationFactory(edition=edition))
    client.force_login(manager_of(audit).user)

    cache.clear()
    with django_assert_num_queries(25):
        client.post(url_of(audit), {"language": "fr"})
