"""Préparer mon audit: everything left to do, in one list, with owners, days and a way to do it."""

import csv
import io
from datetime import timedelta
from smtplib import SMTPException
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import assessment as rating
from audits.actions.evidence_request import RequestFields, ask_evidence
from audits.enums import AuditKind, Need
from audits.models import Assessment
from audits.presenters import preparation
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.models import JournalEntry
from tests.clock import move_clock
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
TARGET = TODAY + timedelta(days=100)
FOREVER = {"evidence_count": 1, "evidence_until": "9999-12-31"}


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation, target_date=TARGET)


@pytest.fixture
def audit(file):
    """Every requirement rated, and proven for ever: nothing is left to do."""
    audit = running_audit(certification=file, kind=AuditKind.INTERNAL)
    audit.assessments.update(status="RATED", level="C", points=100, is_conform=True, **FOREVER)
    return audit


@pytest.fixture
def row(audit):
    return audit.assessments.order_by("position").first()


@pytest.fixture
def worker(manager):
    """A contributor of the organisation."""
    return MembershipFactory(
        organisation=manager.organisation, role=Role.CONTRIBUTOR, user__language="en"
    ).user


def url(name, file):
    return reverse(f"audits:{name}", args=[file.key])


def listed(client, file, **query):
    """(need, code, owner, due) of each line."""
    response = client.get(url("prepare", file), query)
    assert response.status_code == 200
    return [
        (item.need, item.code, item.owner, item.due) for item, _due in response.context["items"]
    ]


def put(row, **fields):
    Assessment.objects.filter(pk=row.pk).update(**fields)


def test_nothing_left_is_said(client, file, audit):
    assert listed(client, file) == []
    assert "Nothing is left to do" in client.get(url("prepare", file)).content.decode()


@pytest.mark.parametrize(
    ("days", "need"),
    [(-1, Need.EXPIRED), (0, Need.EXPIRING), (99, Need.EXPIRING), (100, None), (101, None)],
)
def test_evidence_must_last_until_the_day_of_the_audit(client, file, row, days, need):
    until = TODAY + timedelta(days=days)
    put(row, evidence_until=until)

    assert listed(client, file) == ([(need, row.code, None, until)] if need else [])


def test_evidence_that_expires_before_the_audit_is_late_only_once_expired(
    client, manager, row, monkeypatch
):
    file = row.audit.certification
    put(row, evidence_until=TODAY + timedelta(days=10))
    move_clock(monkeypatch, TODAY + timedelta(days=11))
    client.force_login(manager.user)

    assert [line[0] for line in listed(client, file)] == [Need.EXPIRED]


def test_without_a_day_of_the_audit_only_what_has_expired_is_missing(client, file, row):
    file.target_date = None
    file.save(update_fields=["target_date"])
    put(row, evidence_until=TODAY + timedelta(days=1))

    assert listed(client, file) == []


def test_an_unrated_requirement_without_evidence_is_two_things_to_do(client, file, row, worker):
    put(row, status="NOT_ASSESSED", level="", points=None, is_conform=False)
    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)

    assert listed(client, file) == [
        (Need.UNRATED, row.code, worker, TARGET),
        (Need.UNPROVEN, row.code, worker, TARGET),
    ]


def test_what_does_not_apply_lacks_nothing(client, file, row):
    put(row, status="NOT_APPLICABLE", level="NA", points=None, is_conform=False, na_reason="x")
    put(row, evidence_count=0, evidence_until=None)

    assert listed(client, file) == []


def test_findings_and_actions_come_with_their_own_days(client, file, row, worker):
    unanswered = FindingFactory(assessment=row, due_date=TODAY + timedelta(days=20))
    answered = FindingFactory(assessment=row)
    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=5)
    for day in (late, soon, TARGET + timedelta(days=1)):
        CorrectiveActionFactory(finding=answered, owner=worker, due_date=day)
    done = {"state": "DONE", "done_at": timezone.now()}
    CorrectiveActionFactory(finding=answered, owner=worker, due_date=late, **done)

    assert listed(client, file) == [
        (Need.LATE, row.code, worker, late),
        (Need.DUE, row.code, worker, soon),
        (Need.UNANSWERED, row.code, None, unanswered.due_date),
    ]


def test_each_line_leads_to_where_it_is_done(client, file, row):
    put(row, evidence_count=0, evidence_until=None)
    finding = FindingFactory(assessment=row)
    action = CorrectiveActionFactory(finding=FindingFactory(assessment=row), due_date=TODAY)

    page = client.get(url("prepare", file)).content.decode()

    for address in (
        f"{row.audit.get_absolute_url()}?exigence={row.pk}",
        finding.get_absolute_url(),
        action.get_absolute_url(),
    ):
        assert f'href="{address}"' in page


def test_the_list_is_cut_down_by_what_and_by_whom(client, file, row, worker):
    put(row, status="NOT_ASSESSED", level="", points=None, is_conform=False, assigned_to=worker)
    FindingFactory(assessment=row)

    assert [line[0] for line in listed(client, file, quoi="UNANSWERED")] == [Need.UNANSWERED]
    assert [line[0] for line in listed(client, file, qui=worker.key)] == [Need.UNRATED]
    assert [line[0] for line in listed(client, file, qui="personne")] == [Need.UNANSWERED]
    assert listed(client, file, quoi="LATE", qui=worker.key) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [({"quoi": "PARTY"}, 400), ({"qui": "x"}, 400), ({"qui": "stranger"}, 404)],
)
def test_filters_that_no_link_of_ours_carries_are_refused(client, file, query, status):
    stranger = UserFactory()
    query = {name: stranger.key if value == "stranger" else value for name, value in query.items()}

    assert client.get(url("prepare", file), query).status_code == status


def test_a_contributor_sees_what_is_theirs(client, file, audit, worker):
    rows = list(audit.assessments.order_by("position")[:2])
    for row in rows:
        put(row, evidence_count=0, evidence_until=None)
    rating.assign(assessment=rows[0], to=worker, by=UserFactory(), at=rows[0].audit.started_at)
    client.force_login(worker)

    assert [line[:2] for line in listed(client, file)] == [(Need.UNPROVEN, rows[0].code)]


def test_the_list_goes_away_as_a_table_that_runs_nothing(client, file, row, worker):
    put(
        row, evidence_count=0, evidence_until=None, assigned_to=worker, text_en="=cmd|' /C calc'!A0"
    )

    response = client.get(url("preparation-table", file), {"qui": worker.key})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert len(lines) == 2
    assert lines[1][:2] == ["Without evidence", row.code]
    assert lines[1][2].startswith("'=")
    assert lines[1][4:] == [str(worker), TARGET.isoformat()]


def remind(client, file, person):
    return client.post(url("remind", file), {"person": person.key}, follow=True)


def test_a_reminder_says_what_waits_for_the_person_and_is_traced(client, file, row, worker):
    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)

    page = remind(client, file, worker)

    outbox.deliver(at=timezone.now())
    (message,) = mail.outbox
    assert message.to == [worker.email]
    assert f"Without evidence · {row.code}" in message.body
    assert f"{settings.SITE_ADDRESS}{url('prepare', file)}?qui={worker.key}" in message.body
    assert f"A reminder goes to {worker}" in page.content.decode()
    entry = JournalEntry.objects.get(action="certification.reminded")
    assert entry.after == {"person": str(worker.key), "count": 1}


def test_a_reminder_is_in_the_language_of_who_reads_it(client, file, row, manager):
    worker = MembershipFactory(
        organisation=manager.organisation, role=Role.CONTRIBUTOR, user__language="fr"
    ).user
    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)

    remind(client, file, worker)

    assert f"Sans preuve · {row.code} {row.text_fr}" in QueuedMessage.objects.get().body


def test_nobody_is_offered_a_reminder_of_nothing(client, file, row, worker):
    FindingFactory(assessment=row)  # which is nobody's

    page = client.get(url("prepare", file), {"qui": worker.key}).content.decode()

    assert url("remind", file) not in page


def test_one_reminder_a_day(client, manager, row, worker, monkeypatch):
    file = row.audit.certification
    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)

    answers = [remind(client, file, worker).status_code for _time in range(2)]
    move_clock(monkeypatch, TODAY + timedelta(days=1))
    client.force_login(manager.user)
    answers.append(remind(client, file, worker).status_code)

    assert answers == [200, 409, 200]
    assert QueuedMessage.objects.count() == 2


def test_a_mail_server_that_is_away_loses_no_reminder(client, file, row, worker, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise SMTPException("server away")

    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)
    now = timezone.now()
    with monkeypatch.context() as away:
        away.setattr(outbox, "send_mail", refuse)
        remind(client, file, worker)
        outbox.deliver(at=now + timedelta(minutes=1))

    outbox.deliver(at=now + timedelta(hours=1))
    outbox.deliver(at=now + timedelta(days=2))

    assert [message.to for message in mail.outbox] == [[worker.email]]


def test_whose_account_is_closed_is_not_said_to_be_reminded(client, file, row, worker):
    put(row, evidence_count=0, evidence_until=None, assigned_to=worker)
    type(worker).objects.filter(pk=worker.pk).update(is_active=False)

    page = client.get(url("prepare", file), {"qui": worker.key}).content.decode()

    assert url("remind", file) not in page
    assert remind(client, file, worker).status_code == 409
    assert not JournalEntry.objects.filter(action="certification.reminded").exists()


def test_nobody_is_reminded_of_nothing(client, file, audit, worker):
    assert remind(client, file, worker).status_code == 409
    assert not QueuedMessage.objects.exists()


def test_a_long_list_is_cut_in_the_message(client, manager, worker):
    edition = published_edition(engagements=5, requirements=8)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    running_audit(certification=file).assessments.update(assigned_to=worker, evidence_count=1)

    remind(client, file, worker)

    lines = [
        line for line in QueuedMessage.objects.get().body.splitlines() if line.startswith("- ")
    ]
    assert len(lines) == 31
    assert lines[-1].endswith("more")


@pytest.mark.parametrize("requirements", [2, 9])
def test_the_list_takes_the_same_queries_whatever_its_length(client, manager, worker, requirements):
    edition = published_edition(requirements=requirements)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    audit = running_audit(certification=file)
    for row in audit.assessments.all():
        action = {"finding": FindingFactory(assessment=row), "owner": worker, "due_date": TODAY}
        CorrectiveActionFactory(**action)
        FindingFactory(assessment=row)

    with counted() as queries:
        response = client.get(url("prepare", file))

    assert response.context["page"].paginator.count == 4 * audit.assessments.count()
    assert len(queries) == 9


def test_a_long_list_has_pages_that_keep_its_filters_and_a_table_that_is_whole(
    client, manager, worker
):
    edition = published_edition(engagements=8, requirements=10)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    rows = running_audit(certification=file).assessments
    rows.update(assigned_to=worker, evidence_count=1)
    filters = {"quoi": Need.UNRATED.value, "qui": str(worker.key)}

    pages = [client.get(url("prepare", file), filters | {"page": n}) for n in (1, 2)]
    table = client.get(url("preparation-table", file), filters | {"page": 2})

    codes = [item.code for page in pages for item, _due in page.context["items"]]
    assert codes == list(rows.order_by("code").values_list("code", flat=True))
    assert len(pages[0].context["items"]) == 50
    assert "1–50 of 80" in pages[0].content.decode()
    onward = f'?quoi={Need.UNRATED.value}&amp;qui={worker.key}&amp;page=2"'
    assert onward in pages[0].content.decode()
    assert len(table.content.decode().splitlines()) == 81
    assert client.get(url("prepare", file), filters | {"page": 3}).status_code == 404


def owe_answers(by_others, audit, worker):
    """An answer to a finding, with its action and without; and requests for evidence."""
    first = audit.assessments.order_by("position").first()
    planned, _unplanned = FindingFactory.create_batch(2, assessment=by_others.assessments.first())
    for days in (0, 1):
        CorrectiveActionFactory(
            finding=planned, owner=worker, due_date=TODAY + timedelta(days=days)
        )
    fields = RequestFields(assessments=(first,), text="Relevé", due_date=timezone.localdate())
    ask_evidence(
        key=uuid4(), audit=audit, requests=[fields] * 2, by=UserFactory(), at=timezone.now()
    )


@pytest.fixture
def everything(manager, worker):
    """Two files with something of every need, one of them without a day of the audit."""
    files = []
    for target in (TARGET, None):
        edition = published_edition(engagements=3, requirements=3)
        file = CertificationFactory(
            organisation=manager.organisation, edition=edition, target_date=target
        )
        earlier = running_audit(certification=file, kind=AuditKind.INTERNAL)
        earlier_by_others = running_audit(certification=file, kind=AuditKind.INITIAL)
        audit = running_audit(certification=file, kind=AuditKind.MOCK)
        rows = list(audit.assessments.order_by("position"))
        ends = (-1, 0, 10, 99, 100, 400)
        for row, days in zip(rows, ends, strict=False):
            put(row, evidence_count=1, evidence_until=TODAY + timedelta(days=days))
        put(rows[6], status="NOT_APPLICABLE", level="NA", na_reason="x")
        put(rows[7], status="RATED", level="C", points=100, is_conform=True, **FOREVER)
        FindingFactory(assessment=earlier.assessments.first())
        owe_answers(earlier_by_others, audit, worker)
        for days in (-1, 0, 100, 101):
            finding = FindingFactory(assessment=rows[0])
            CorrectiveActionFactory(
                finding=finding, owner=worker, due_date=TODAY + timedelta(days=days)
            )
        files.append(file)
    return files


def test_the_home_page_says_how_long_each_list_is(client, manager, everything):
    lengths = {file.pk: len(listed(client, file)) for file in everything}

    with counted() as queries:
        left = preparation.left_to_do(everything, manager.user, today=TODAY)
    home = client.get(reverse("audits:home"))

    assert dict(left) == lengths
    assert {shown.certification.pk: n for shown, n in home.context["files"]} == lengths
    assert f"{lengths[everything[0].pk]} things left to do" in home.content.decode()
    assert len(queries) == 6  # with the roles of the person
