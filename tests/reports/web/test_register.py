"""The register: who sees what, filters, pages, the cost of a long one."""

import pytest
from django.urls import reverse

from audits.enums import AuditKind
from crcaudit.accounts.enums import Role
from reports.enums import ReportState
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.reports import failed_report, ready_report, requested_report

pytestmark = [pytest.mark.web, pytest.mark.django_db]

URL = reverse("reports:list")


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def shown(response):
    return [report.pk for report in response.context["page_obj"].object_list]


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def manager(signed_auditee):
    return signed_auditee


def test_the_newest_report_comes_first(client, audit, manager):
    first = ready_report(audit=audit)
    second = requested_report(audit=audit, language="en")

    response = client.get(URL)

    assert response.status_code == 200
    assert shown(response) == [second.pk, first.pk]


def test_a_finished_report_offers_its_file_and_a_waiting_one_does_not(client, audit, manager):
    ready = ready_report(audit=audit)
    waiting = requested_report(audit=audit, language="en")

    page = client.get(URL).content.decode()

    assert reverse("reports:download", args=[ready.key]) in page
    assert reverse("reports:download", args=[waiting.key]) not in page


def test_reports_of_others_are_not_listed(client, manager):
    requested_report()

    response = client.get(URL)

    assert shown(response) == []
    assert response.context["form"].fields["file"].choices[1:] == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"kind": "DIAGNOSIS"}, ["ready", "failed"]),
        ({"kind": "AUDIT"}, ["internal"]),
        ({"state": "READY"}, ["ready"]),
        ({"kind": "DIAGNOSIS", "state": "FAILED"}, ["failed"]),
        ({"state": "CANCELLED"}, []),
        ({"state": "nonsense", "kind": "' OR 1=1"}, ["ready", "failed", "internal"]),
        ({"page": "0"}, ["ready", "failed", "internal"]),
        ({"page": "abc"}, ["ready", "failed", "internal"]),
        ({"page": "9999999999"}, ["ready", "failed", "internal"]),
        ({"file": "%00"}, ["ready", "failed", "internal"]),
    ],
)
def test_filters_keep_what_was_asked_for(client, audit, manager, query, kept):
    rows = {
        "ready": ready_report(audit=audit),
        "failed": failed_report(audit=audit, language="en"),
        "internal": requested_report(
            audit=running_audit(certification=audit.certification, kind=AuditKind.INTERNAL)
        ),
    }

    response = client.get(URL, query)

    assert sorted(shown(response)) == sorted(rows[name].pk for name in kept)


def test_the_file_filter_keeps_one_file(client, audit, manager):
    other = running_audit(
        certification=CertificationFactory(organisation=audit.organisation),
        kind=AuditKind.DIAGNOSIS,
    )
    mine, theirs = ready_report(audit=audit), ready_report(audit=other)

    response = client.get(URL, {"file": str(other.certification.key)})

    assert shown(response) == [theirs.pk]
    assert mine.pk not in shown(response)


def test_an_empty_register_says_what_a_report_is(client, manager):
    response = client.get(URL)

    assert response.status_code == 200
    assert b"<table" not in response.content


@pytest.mark.parametrize(
    ("role", "offers"),
    [(Role.QUALITY_MANAGER, True), (Role.DIRECTOR, True), (Role.CONTRIBUTOR, False)],
)
def test_who_may_ask_finds_where_to_ask(client, audit, role, offers):
    client.force_login(MembershipFactory(organisation=audit.organisation, role=role).user)

    page = client.get(URL).content.decode()

    assert (reverse("reports:request", args=[audit.key]) in page) is offers
    assert (reverse("reports:request", args=[audit.certification.key]) in page) is offers


def test_the_register_costs_the_same_with_one_row_and_with_many(
    client, audit, manager, django_assert_num_queries
):
    ready_report(audit=audit)
    client.get(URL)
    with django_assert_num_queries(8):
        client.get(URL)
    for kind in (AuditKind.INTERNAL, AuditKind.MOCK):
        for language in ("fr", "en"):
            requested_report(
                audit=running_audit(certification=audit.certification, kind=kind),
                language=language,
            )

    with django_assert_num_queries(8):
        response = client.get(URL)

    assert len(shown(response)) == 5
    states = {row.state for row in response.context["page_obj"].object_list}
    assert states == {ReportState.READY, ReportState.QUEUED}
