"""The page of one report, its progress, and what is decided and taken away there."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from reports import actions, storage
from reports.builders.engine import LAYING_OUT
from reports.enums import ReportState
from reports.models import Report
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import manager_of, running_audit, shared
from tests.factories.reports import (
    DOCUMENT,
    building_report,
    cancelled_report,
    failed_report,
    final_report,
    ready_report,
    requested_report,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]

STATES = {
    ReportState.QUEUED: requested_report,
    ReportState.BUILDING: building_report,
    ReportState.READY: ready_report,
    ReportState.FAILED: failed_report,
    ReportState.CANCELLED: cancelled_report,
}
POSTS = ("cancel", "retry", "issue")


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def url(name, report):
    return reverse(f"reports:{name}", args=[report.key])


def sign_in(client, report, role=Role.QUALITY_MANAGER):
    user = MembershipFactory(organisation=report.organisation, role=role).user
    client.force_login(user)
    return user


@pytest.mark.parametrize("state", STATES)
def test_the_page_opens_in_every_state_and_refreshes_only_while_it_matters(client, state):
    report = STATES[state]()
    sign_in(client, report)

    response = client.get(url("report", report))

    page = response.content.decode()
    pending = state in {ReportState.QUEUED, ReportState.BUILDING}
    assert response.status_code == 200
    assert ('hx-trigger="every 2s"' in page) is pending
    assert (url("cancel", report) in page) is pending
    assert (url("retry", report) in page) is (state in {ReportState.FAILED, ReportState.CANCELLED})
    assert (url("download", report) in page) is (state == ReportState.READY)


def test_a_failure_is_explained(client):
    report = failed_report()
    sign_in(client, report)

    page = client.get(url("report", report)).content.decode()

    assert report.error in page


def test_progress_tells_the_step_and_the_page_in_the_language_of_who_watches(client):
    report = building_report(language="en")
    actions.renew(report, at=timezone.now(), done=12, total=40, step=LAYING_OUT)
    user = sign_in(client, report)

    page = client.get(url("report", report)).content.decode()

    with translation.override(user.language):
        assert gettext(LAYING_OUT) in page
    assert "12" in page
    assert "40" in page


def test_the_queue_tells_how_many_go_before(client):
    building_report()
    audit = running_audit()
    requested_report(audit=audit)
    report = requested_report(audit=audit, language="en")
    requested_report()
    sign_in(client, report)

    response = client.get(url("report", report))

    assert response.context["ahead"] == 2


def test_the_fragment_keeps_refreshing_until_the_report_is_finished(client):
    report = building_report()
    sign_in(client, report)

    during = client.get(url("progress", report), headers={"HX-Request": "true"})
    actions.fail(report, cause="Trop long.", at=timezone.now())
    after = client.get(url("progress", report), headers={"HX-Request": "true"})

    assert "<html" not in during.content.decode()
    assert "HX-Refresh" not in during.headers
    assert after.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in after.content.decode()


def test_the_address_of_the_fragment_leads_to_the_page_without_script(client):
    report = building_report()
    sign_in(client, report)

    response = client.get(url("progress", report))

    assert (response.status_code, response.url) == (302, report.get_absolute_url())


def test_the_page_shows_the_fingerprints_and_the_other_revisions(client):
    audit = running_audit()
    other = cancelled_report(audit=audit, language="en")
    report = ready_report(audit=audit)
    sign_in(client, report)

    page = client.get(url("report", report)).content.decode()

    assert report.file_sha256 in page
    assert report.snapshot_sha256 in page
    assert other.get_absolute_url() in page


def test_the_client_organisation_reads_an_issued_report_without_links_it_cannot_follow(client):
    report = final_report()
    director = MembershipFactory(organisation=report.organisation, role=Role.DIRECTOR).user
    actions.issue_report(report_id=report.pk, by=director, at=timezone.now())
    share = shared(report.certification, level=ShareLevel.REPORTS)
    reader = MembershipFactory(organisation=share.client, role=Role.CLIENT).user
    client.force_login(reader)

    page = client.get(url("report", report)).content.decode()
    listed = client.get(reverse("reports:list")).content.decode()

    assert url("download", report) in page
    assert url("report", report) in listed
    for person in (report.requested_by, director):
        assert str(person) not in page + listed
    assert report.certification.get_absolute_url() not in page
    assert report.audit.get_absolute_url() not in page


def test_the_history_names_who_downloaded_it(client):
    report = ready_report()
    reader = sign_in(client, report, Role.DIRECTOR)
    client.get(url("download", report)).getvalue()

    response = client.get(url("report", report))

    assert response.context["events"][0].who == str(reader)
    assert str(reader) in response.content.decode()


def test_the_file_is_sent_as_it_was_finished_under_its_own_name(client):
    report = ready_report()
    sign_in(client, report, Role.DIRECTOR)

    response = client.get(url("download", report))

    name = f"{report.reference}_rev1_fr.pdf"
    assert response.status_code == 200
    assert response.getvalue() == DOCUMENT
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_file_that_was_altered_is_not_sent(client):
    report = ready_report()
    storage.full_path(report.file_path).write_bytes(DOCUMENT.replace(b"two", b"ten"))
    sign_in(client, report)

    response = client.get(url("download", report))

    assert response.status_code == 409
    assert b"ten pages" not in response.content
    entry = JournalEntry.objects.of("report", report.key).first()
    assert entry.action == "report.damaged"


@pytest.mark.parametrize("state", [s for s in STATES if s != ReportState.READY])
def test_an_unfinished_report_cannot_be_downloaded(client, state):
    report = STATES[state]()
    sign_in(client, report)

    assert client.get(url("download", report)).status_code == 409


def test_a_report_is_cancelled_from_its_page(client):
    report = building_report()
    sign_in(client, report)

    response = client.post(url("cancel", report), follow=True)

    report.refresh_from_db()
    assert response.status_code == 200
    assert report.state == ReportState.CANCELLED


def test_a_failed_report_is_started_again_from_its_page(
    client, printer, django_capture_on_commit_callbacks
):
    report = failed_report()
    sign_in(client, report)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("retry", report))

    report.refresh_from_db()
    assert response.status_code == 302
    assert report.state == ReportState.READY


def test_a_director_issues_the_report_of_somebody_else(client):
    report = final_report()
    director = sign_in(client, report, Role.DIRECTOR)

    response = client.post(url("issue", report))

    report.refresh_from_db()
    assert response.status_code == 302
    assert report.issued_by == director


@pytest.mark.parametrize(
    ("name", "make", "role"),
    [
        ("cancel", ready_report, Role.QUALITY_MANAGER),
        ("cancel", failed_report, Role.QUALITY_MANAGER),
        ("retry", ready_report, Role.QUALITY_MANAGER),
        ("retry", building_report, Role.QUALITY_MANAGER),
        ("issue", ready_report, Role.DIRECTOR),
        ("issue", requested_report, Role.DIRECTOR),
    ],
)
def test_a_step_that_is_not_available_changes_nothing_and_says_why(client, name, make, role):
    report = make()
    sign_in(client, report, role)
    before = Report.objects.filter(pk=report.pk).values().get()

    response = client.post(url(name, report))

    assert response.status_code == 409
    assert len(response.context["messages"]) == 1
    assert Report.objects.filter(pk=report.pk).values().get() == before


def test_nobody_issues_their_own_report(client):
    report = final_report()
    MembershipFactory(
        user=report.requested_by, organisation=report.organisation, role=Role.DIRECTOR
    )
    client.force_login(report.requested_by)

    response = client.post(url("issue", report))

    report.refresh_from_db()
    assert response.status_code == 409
    assert report.issued_at is None


@pytest.mark.parametrize(
    ("name", "make", "role"),
    [
        ("cancel", building_report, Role.DIRECTOR),
        ("retry", failed_report, Role.DIRECTOR),
        ("issue", final_report, Role.QUALITY_MANAGER),
    ],
)
def test_whose_role_does_not_allow_it_is_refused(client, name, make, role):
    report = make()
    sign_in(client, report, role)
    before = Report.objects.filter(pk=report.pk).values().get()

    assert client.post(url(name, report)).status_code == 403
    assert Report.objects.filter(pk=report.pk).values().get() == before


@pytest.mark.parametrize("name", ["report", "progress", "download", *POSTS])
@pytest.mark.parametrize("exists", [True, False])
def test_a_stranger_does_not_learn_that_a_report_exists(client, name, exists):
    report = final_report()
    client.force_login(manager_of(running_audit()).user)
    key = report.key if exists else uuid.uuid4()
    send = client.post if name in POSTS else client.get

    response = send(reverse(f"reports:{name}", args=[key]))

    assert response.status_code == 404
    assert report.reference.encode() not in response.content


@pytest.mark.parametrize("name", POSTS)
def test_a_get_never_decides(client, name):
    report = final_report()
    sign_in(client, report, Role.DIRECTOR)

    assert client.get(url(name, report)).status_code == 405


def test_the_page_costs_the_same_with_a_long_history(client, django_assert_num_queries):
    report = ready_report()
    reader = sign_in(client, report)
    client.get(url("report", report))
    with django_assert_num_queries(8):
        client.get(url("report", report))
    for _download in range(5):
        actions.record_download(report=report, by=reader, at=timezone.now())

    with django_assert_num_queries(8):
        client.get(url("report", report))


def test_the_fragment_is_cheap_enough_to_be_asked_for_often(client, django_assert_num_queries):
    report = building_report()
    sign_in(client, report)
    client.get(url("progress", report), headers={"HX-Request": "true"})

    with django_assert_num_queries(4):
        client.get(url("progress", report), headers={"HX-Request": "true"})
