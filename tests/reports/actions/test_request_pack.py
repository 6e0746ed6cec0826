"""The pack of a committee asked for as a document: of the organisation, frozen once it is held."""

import html
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audits.models import CommitteeMeeting
from crcaudit.accounts.enums import Role
from reports import actions
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.permissions import can_request_again
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.committee import decided, held, last_week, prepared
from tests.factories.figures import member_of

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def manager(organisation):
    return member_of(organisation)


@pytest.fixture
def meeting(organisation, manager):
    return prepared(organisation, manager, period=last_week(), at=timezone.now())


def asked(meeting, by, *, language="fr", later=0):
    at = timezone.now() + timedelta(seconds=later)
    return actions.request_pack(meeting=meeting, language=language, by=by, at=at)


def test_it_is_of_the_organisation_and_of_no_file(meeting, manager):
    report = asked(meeting, manager)

    assert (report.certification, report.audit, report.meeting) == (None, None, meeting)
    assert (report.reference, report.kind) == (meeting.reference, ReportKind.COMMITTEE_PACK)
    assert report.is_draft


def test_once_it_is_held_the_document_is_of_what_was_frozen(meeting, manager):
    at = timezone.now()
    frozen = held(meeting, manager, at=at)
    first = asked(frozen, manager)
    again = asked(frozen, manager, later=60)

    assert (first.snapshot, first.snapshot_sha256) == (frozen.frozen, frozen.frozen_sha256)
    assert (first.is_draft, again.pk) == (False, first.pk)


def test_what_was_written_since_is_another_revision_while_it_is_prepared(
    organisation, meeting, manager
):
    first = asked(meeting, manager)
    Report.objects.filter(pk=first.pk).update(state=ReportState.CANCELLED)
    decided(organisation, manager, period=last_week(), at=timezone.now())
    second = asked(CommitteeMeeting.objects.get(), manager)

    assert (first.revision, second.revision) == (1, 2)


@pytest.mark.parametrize("role", [Role.SITE_MANAGER, Role.CONTRIBUTOR])
def test_who_does_not_read_the_whole_committee_neither_asks_nor_sees(
    organisation, meeting, manager, role
):
    is_site = role == Role.SITE_MANAGER
    site = SiteFactory(organisation=organisation) if is_site else None
    other = member_of(organisation, role, site=site)
    report = asked(meeting, manager)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.READY, finished_at=timezone.now(), file_path="x", file_sha256="x",
        file_size=1,
    )  # fmt: skip

    assert not can_request_again(other, report)
    assert not Report.objects.visible_to(other).exists()
    director = member_of(organisation, Role.DIRECTOR)
    assert Report.objects.visible_to(director).get() == report


@pytest.mark.parametrize("kind", [ReportKind.CONTROL_PLAN, ReportKind.AUDIT])
def test_the_database_refuses_a_pack_under_another_kind(meeting, manager, kind):
    report = asked(meeting, manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(kind=kind)


@pytest.mark.web
def test_the_page_of_the_document_leads_to_the_pack_and_to_another_revision(
    client, meeting, manager
):
    client.force_login(manager)
    ask = reverse("reports:request-pack", args=[meeting.key])
    answer = client.post(ask, {"language": "fr"}, follow=True)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert meeting.reference in text
    assert f"/semaine/{meeting.starts_on.isoformat()}/" in text
    listed = client.get(reverse("reports:list")).content.decode()
    assert meeting.organisation.name in html.unescape(listed)
