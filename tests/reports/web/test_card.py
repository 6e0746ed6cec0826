"""The card of reports, on the dashboard of a file and on the home page."""

import pytest
from django.urls import reverse

from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, running_audit, shared
from tests.factories.reports import ready_report, requested_report

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def audit():
    return running_audit()


def card(audit):
    return reverse("reports:of-file", args=[audit.certification.key])


def test_the_card_lists_the_reports_of_the_file_and_no_other(client, audit):
    mine = requested_report(audit=audit)
    requested_report()
    client.force_login(MembershipFactory(organisation=audit.organisation).user)

    response = client.get(card(audit))

    assert list(response.context["reports"]) == [mine]


def test_the_card_of_a_file_without_report_says_so(client, audit):
    client.force_login(MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user)

    assert client.get(card(audit)).context["reports"].count() == 0


def test_a_stranger_does_not_learn_that_the_file_exists(client, audit):
    client.force_login(MembershipFactory().user)

    assert client.get(card(audit)).status_code == 404


def test_home_offers_the_director_what_is_ready_in_their_organisation(client, audit):
    requested_report(audit=audit)
    file = CertificationFactory(organisation=audit.organisation)
    finished = ready_report(audit=running_audit(certification=file))
    ready_report()
    client.force_login(MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user)

    response = client.get(reverse("reports:newest"))

    assert list(response.context["reports"]) == [finished]
    assert reverse("reports:download", args=[finished.key]) in response.content.decode()


def test_home_offers_the_client_organisation_nothing_before_it_is_issued(client, audit):
    ready_report(audit=audit)
    share = shared(audit.certification, level=ShareLevel.REPORTS)
    client.force_login(MembershipFactory(organisation=share.client, role=Role.CLIENT).user)

    assert client.get(reverse("reports:newest")).context["reports"].count() == 0
