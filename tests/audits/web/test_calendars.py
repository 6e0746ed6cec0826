"""Calendars to subscribe to: an address that tells its owner's day, and nothing once it ended."""

import logging
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from icalendar import Calendar

from audits.actions import calendar_feed as actions
from audits.actions.team import remove_team_member
from audits.enums import AuditKind
from audits.models import Audit, CalendarFeed
from crcaudit.accounts.models import Membership, User
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.logs import SecretsFilter
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
TARGET = TODAY + timedelta(days=100)


@pytest.fixture
def file(manager):
    file = CertificationFactory(organisation=manager.organisation, target_date=TARGET)
    scheme = file.edition.referential.scheme
    scheme.validity_years, scheme.surveillance_months, scheme.surveillance_count = 3, 12, 2
    scheme.save()
    return file


@pytest.fixture
def anybody(client):
    """A client that is signed in as nobody: an agenda."""
    return type(client)()


def feed_of(user, certification=None):
    """A feed and its address."""
    feed, secret = actions.subscribe(
        key=uuid4(), user=user, certification=certification, at=timezone.now()
    )
    return feed, reverse("audits:calendar-feed", args=[secret])


def events(answer) -> list[tuple[str, date]]:
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content)
    return [(str(event["summary"]), event.start) for event in found.events]


def test_the_address_is_shown_once_and_its_secret_is_not_kept(client, anybody, manager, file):
    url = reverse("audits:subscribe-file", args=[file.key])

    shown = client.post(url, {"key": uuid4()}, follow=True)
    again = client.get(reverse("audits:calendars"))

    feed = CalendarFeed.objects.get()
    address = shown.content.decode().partition('readonly value="')[2].partition('"')[0]
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert address.startswith("http://testserver/calendrier/")
    assert len(secret) == 43
    assert address not in again.content.decode()
    assert feed.secret_hash == actions.hash_of(secret)
    assert (feed.user, feed.certification) == (manager.user, file)
    assert anybody.get(address.removeprefix("http://testserver")).status_code == 200
    entry = JournalEntry.objects.get(action="calendar.subscribed")
    assert secret not in str(entry.__dict__)


def test_a_file_has_its_cycle_audits_answers_and_actions(anybody, manager, file):
    audit = running_audit(certification=file, kind=AuditKind.INTERNAL, start_date=TODAY)
    row = audit.assessments.order_by("position").first()
    finding = FindingFactory(assessment=row, due_date=TODAY + timedelta(days=5))
    action = CorrectiveActionFactory(
        finding=FindingFactory(assessment=row, title="Secret"), due_date=TODAY + timedelta(days=9)
    )
    _feed, url = feed_of(manager.user, file)

    answer = anybody.get(url)

    ref = file.reference
    assert events(answer) == [
        (f"Internal audit {audit.reference} ({ref})", TODAY),
        (f"Answer due: {finding.reference} ({ref})", TODAY + timedelta(days=5)),
        (f"Action due: {action.reference} ({ref})", TODAY + timedelta(days=9)),
        *(
            (f"{step} by this day ({ref}), estimate", day)
            for step, day in (
                ("Initial audit", TARGET),
                ("Surveillance audit 1", TARGET.replace(year=TARGET.year + 1)),
                ("Surveillance audit 2", TARGET.replace(year=TARGET.year + 2)),
                ("Renewal audit", TARGET.replace(year=TARGET.year + 3) - timedelta(days=1)),
            )
        ),
    ]
    for text in ("Secret", action.title, action.owner.last_name, manager.user.email):
        assert text not in answer.content.decode()


def test_an_answer_to_a_third_party_is_due_on_its_own_day(anybody, manager, file):
    audit = running_audit(certification=file, kind=AuditKind.INITIAL, start_date=TODAY)
    row = audit.assessments.order_by("position").first()
    days = {"answer_due": TODAY + timedelta(days=3), "due_date": TODAY + timedelta(days=60)}
    finding = FindingFactory(assessment=row, **days)
    _feed, url = feed_of(manager.user, file)

    found = events(anybody.get(url))

    title = f"Answer due: {finding.reference} ({file.reference})"
    assert [day for name, day in found if name == title] == [TODAY + timedelta(days=3)]


def test_the_answer_is_a_calendar_that_nobody_keeps(anybody, manager, file):
    _feed, url = feed_of(manager.user, file)

    headers = anybody.get(url).headers

    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


def test_everything_that_is_mine_holds_only_my_own_actions(anybody, manager, file):
    audit = running_audit(certification=file, kind=AuditKind.INTERNAL, start_date=TODAY)
    finding = FindingFactory(assessment=audit.assessments.order_by("position").first())
    mine = CorrectiveActionFactory(finding=finding, owner=manager.user, due_date=TODAY)
    CorrectiveActionFactory(finding=finding, due_date=TODAY)
    _feed, url = feed_of(manager.user)

    found = [title for title, _day in events(anybody.get(url)) if title.startswith("Action")]

    assert found == [f"Action due: {mine.reference} ({file.reference})"]


def test_a_feed_that_ended_is_like_one_that_never_was(client, anybody, manager, file):
    feed, url = feed_of(manager.user, file)
    assert anybody.get(url).status_code == 200

    client.post(reverse("audits:revoke-calendar", args=[feed.key]))

    answers = [anybody.get(at) for at in (url, "/calendrier/inconnu.ics")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert JournalEntry.objects.filter(action="calendar.revoked").count() == 1


def test_ending_twice_changes_nothing_more(manager, file):
    feed, _url = feed_of(manager.user, file)
    first = actions.revoke(feed=feed, by=manager.user, at=timezone.now())

    second = actions.revoke(feed=feed, by=manager.user, at=timezone.now())

    assert second.revoked_at == first.revoked_at
    assert JournalEntry.objects.filter(action="calendar.revoked").count() == 1


def test_the_feed_of_a_file_ends_with_the_right_to_see_it(anybody, manager, file):
    _feed, url = feed_of(manager.user, file)
    assert events(anybody.get(url))

    Membership.objects.filter(pk=manager.pk).update(is_active=False)

    assert anybody.get(url).status_code == 404


def test_everything_that_is_mine_is_nothing_once_the_right_is_lost(anybody, manager, file):
    running_audit(certification=file, start_date=TODAY)
    _feed, url = feed_of(manager.user)
    assert events(anybody.get(url))

    Membership.objects.filter(pk=manager.pk).update(is_active=False)

    assert events(anybody.get(url)) == []


def test_a_closed_account_has_no_calendar(anybody, manager):
    _feed, url = feed_of(manager.user)

    User.objects.filter(pk=manager.user.pk).update(is_active=False)

    assert anybody.get(url).status_code == 404


@pytest.mark.parametrize("field", ["declared_at", "closes_on", None])
def test_an_auditor_reads_the_audits_that_are_open_to_them(anybody, file, field):
    audit = running_audit(certification=file, kind=AuditKind.INITIAL, start_date=TODAY)
    member = name_on_team(audit=audit, user=UserFactory(language="en"), role="AUDITOR")
    _feed, url = feed_of(member.user)
    title = f"Initial audit {audit.reference} ({file.reference})"
    assert events(anybody.get(url)) == [(title, TODAY)]

    if field is None:
        remove_team_member(member=member, by=audit.started_by, at=timezone.now())
    else:
        value = None if field == "declared_at" else TODAY - timedelta(days=1)
        type(member).objects.filter(pk=member.pk).update(**{field: value})

    assert events(anybody.get(url)) == []


def test_nobody_ends_the_feed_of_somebody_else(client, manager, file):
    other = MembershipFactory(organisation=file.organisation)
    feed, _url = feed_of(other.user, file)

    answer = client.post(reverse("audits:revoke-calendar", args=[feed.key]))

    assert answer.status_code == 404
    assert client.get(reverse("audits:calendars")).context["feeds"].count() == 0


def test_the_same_form_twice_leaves_one_feed_with_the_last_address(anybody, manager):
    key = uuid4()
    secrets = [
        actions.subscribe(key=key, user=manager.user, certification=None, at=timezone.now())[1]
        for _n in range(2)
    ]

    statuses = [anybody.get(reverse("audits:calendar-feed", args=[s])).status_code for s in secrets]

    assert statuses == [404, 200]
    assert CalendarFeed.objects.count() == 1


def test_a_key_of_somebody_else_is_refused(client, manager):
    feed, _url = feed_of(UserFactory())

    answer = client.post(reverse("audits:subscribe"), {"key": feed.key})

    assert answer.status_code == 409
    assert CalendarFeed.objects.get().secret_hash == feed.secret_hash


def test_there_is_an_end_to_subscriptions(manager):
    for _n in range(actions.MOST_FEEDS):
        feed_of(manager.user)

    with pytest.raises(NotAvailableError):
        feed_of(manager.user)


def test_when_it_was_read_is_kept_to_the_hour(anybody, manager):
    _feed, url = feed_of(manager.user)

    anybody.get(url)
    first = CalendarFeed.objects.get().last_used_at
    anybody.get(url)

    assert first is not None
    assert CalendarFeed.objects.get().last_used_at == first
    actions.note_use(feed=CalendarFeed.objects.get(), at=first + timedelta(hours=2))
    assert CalendarFeed.objects.get().last_used_at == first + timedelta(hours=2)


def test_the_cost_does_not_grow_with_the_files(anybody, manager, file):
    _feed, url = feed_of(manager.user)
    anybody.get(url)  # notes the hour
    running_audit(certification=file, start_date=TODAY)
    with counted() as one:
        anybody.get(url)
    for _n in range(3):
        other = CertificationFactory(organisation=manager.organisation, edition=file.edition)
        running_audit(certification=other, start_date=TODAY)

    with counted() as four:
        anybody.get(url)

    assert len(four) == len(one)


def test_old_audits_leave_the_calendar(anybody, manager, file):
    audit = running_audit(certification=file, start_date=TODAY)
    _feed, url = feed_of(manager.user, file)
    Audit.objects.filter(pk=audit.pk).update(start_date=TODAY - timedelta(days=500))

    assert audit.reference not in anybody.get(url).content.decode()


@pytest.mark.parametrize(
    ("message", "args"),
    [("%s: %s", ("Not Found", "/calendrier/abc-DEF_1.ics")), ("GET /calendrier/abc-DEF_1.ics", ())],
)
def test_the_secret_is_masked_in_logs(message, args):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)

    assert SecretsFilter().filter(record)

    assert "abc-DEF_1" not in record.getMessage()
    assert "/calendrier/***.ics" in record.getMessage()


def test_a_form_without_its_key_makes_nothing_and_comes_back_ready(client, manager):
    refused = client.post(reverse("audits:subscribe"), {})
    key = refused.context["form"]["key"].value()

    assert (refused.status_code, CalendarFeed.objects.count()) == (422, 0)
    assert client.post(reverse("audits:subscribe"), {"key": key}).status_code == 302
