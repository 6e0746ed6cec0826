"""The list of findings: filters and sort in the address, lateness in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.daily import remind
from audits.enums import AuditKind, TeamRole
from audits.models import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = reverse("audits:finding-list")
TODAY = localdate()


@pytest.fixture
def assessment(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return first_assessment(running_audit(certification=file))


def closed(assessment, **fields):
    return FindingFactory(
        assessment=assessment,
        state="CLOSED",
        closed_at=timezone.now(),
        closed_by=UserFactory(),
        **fields,
    )


def grade(assessment, code):
    return assessment.audit.certification.edition.referential.scheme.grades.get(code=code)


def shown(client, query=""):
    response = client.get(LIST + query)
    assert response.status_code == 200
    return [item.finding for item in response.context["rows"]]


def test_the_list_shows_open_findings_of_the_user_and_no_other(client, assessment):
    mine = FindingFactory(assessment=assessment)
    closed(assessment)
    FindingFactory(title="Secret d'un autre")

    assert shown(client) == [mine]
    assert "Secret" not in client.get(LIST + "?etat=tous").content.decode()


def test_filters_of_the_address_add_up(client, assessment):
    late = FindingFactory(assessment=assessment, due_date=TODAY - timedelta(days=3))
    today = FindingFactory(assessment=assessment, due_date=TODAY)
    weak = FindingFactory(assessment=assessment, grade=grade(assessment, "PS"), due_date=None)
    done = closed(assessment, due_date=TODAY - timedelta(days=9))

    assert shown(client) == [late, today, weak]
    assert shown(client, "?etat=clos") == [done]
    assert shown(client, "?etat=tous") == [done, late, today, weak]
    assert shown(client, "?retard=1") == [late]
    assert shown(client, "?gravite=watch") == [weak]
    assert shown(client, "?gravite=watch&retard=1") == []


def test_counts_stand_beside_the_filters(client, assessment):
    FindingFactory(assessment=assessment, due_date=TODAY - timedelta(days=3))
    FindingFactory(assessment=assessment, due_date=None)
    closed(assessment)

    chips = client.get(LIST).context["states"]

    assert [(chip.count, chip.active) for chip in chips] == [
        (2, True),
        (1, False),
        (3, False),
        (1, False),
    ]


def test_the_file_of_the_address_narrows_the_list_and_its_counts(client, manager, assessment):
    one = FindingFactory(assessment=assessment)
    other_file = CertificationFactory(organisation=manager.organisation)
    FindingFactory(assessment=first_assessment(running_audit(certification=other_file)))

    response = client.get(LIST, {"dossier": assessment.audit.certification.key})

    assert [item.finding for item in response.context["rows"]] == [one]
    assert response.context["states"][2].count == 1


def test_the_sort_of_the_address_is_kept_by_the_filters(client, assessment):
    first = FindingFactory(assessment=assessment, number=1, due_date=TODAY)
    second = FindingFactory(assessment=assessment, number=2, due_date=TODAY - timedelta(days=1))

    assert shown(client, "?sort=due") == [second, first]
    assert shown(client, "?sort=-due") == [first, second]
    assert shown(client, "?sort=number") == [first, second]
    chips = client.get(LIST + "?sort=-due&page=1").context["states"]
    assert chips[1].url == "?sort=-due&etat=clos"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "3 days late"),
        (-1, "1 day late"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (30, "in 30 days"),
    ],
)
def test_how_far_the_proof_is_due_is_said_in_words(client, assessment, days, words):
    FindingFactory(assessment=assessment, due_date=TODAY + timedelta(days=days))

    response = client.get(LIST)

    (due,) = [item.due for item in response.context["rows"]]
    assert (due.text, due.is_late) == (words, days < 0)
    assert words in response.content.decode()


def test_a_late_finding_carries_a_shape_beside_its_words(client, assessment):
    strong = grade(assessment, "PF")
    FindingFactory(assessment=assessment, grade=strong, due_date=TODAY - timedelta(days=3))

    html = client.get(LIST).content.decode()

    late = html[html.index("verdict-major") : html.index("3 days late")]
    assert "<svg" in late


def test_what_is_closed_is_never_late(client, assessment):
    closed(assessment, due_date=TODAY - timedelta(days=3))

    (due,) = [item.due for item in client.get(LIST + "?etat=clos").context["rows"]]

    assert (due.text, due.is_late) == ("", False)


@pytest.fixture
def every_step(assessment):
    """A third party's findings, one per step, late and in time, by what is said of them."""
    audit = running_audit(certification=assessment.audit.certification, kind=AuditKind.INITIAL)
    row, now = first_assessment(audit), timezone.now()
    before, after = TODAY - timedelta(days=4), TODAY + timedelta(days=9)
    sent = {"state": "ANSWERED", "answered_at": now}
    accepted = {"state": "ACCEPTED", "answered_at": now, "accepted_at": now}
    proven = accepted | {"state": "PROVEN", "proven_at": now}
    return {
        FindingFactory(
            assessment=row, title=title, answer_due=answer, due_date=proof, **fields
        ): late
        for title, answer, proof, fields, late in (
            ("answer owed past its day", before, after, {}, True),
            ("answer owed in time", after, after, {}, False),
            ("answered after its day", before, after, sent, False),
            ("answered, proof owed past its day", before, before, sent, True),
            ("proof owed past its day", before, before, accepted, True),
            ("proof owed in time", before, after, accepted, False),
            ("proof waits for the auditor", before, before, proven, False),
        )
    }


def marked(client, query="") -> set[str]:
    rows = client.get(LIST + query).context["rows"]
    return {item.finding.title for item in rows if item.due.is_late}


def test_whatever_step_is_late_is_marked_and_the_filter_keeps_the_same(client, every_step):
    late = {row.title for row, is_late in every_step.items() if is_late}

    response = client.get(LIST + "?retard=1")

    assert marked(client) == late
    assert {item.finding.title for item in response.context["rows"]} == late
    assert response.context["states"][-1].count == len(late)
    assert response.content.decode().count("4 days late") == len(late)


def test_the_list_says_which_step_its_day_is_for(client, every_step):
    rows = client.get(LIST).context["rows"]

    steps = {item.finding.title: item.step for item in rows}
    assert steps == {
        row.title: "Answer due" if row.state == "PRESENTED" else "Proof due" for row in every_step
    }


def test_findings_are_sorted_by_the_day_that_is_shown(client, every_step):
    days = [item.due.day for item in client.get(LIST + "?sort=due").context["rows"]]

    assert days == sorted(days)
    assert days[0] < TODAY < days[-1]


@pytest.mark.usefixtures("every_step")
def test_nothing_is_late_in_a_closed_file(client):
    Certification.objects.update(
        state="CLOSED", closed_at=timezone.now(), closed_by=UserFactory(), closed_reason="Fini"
    )

    assert marked(client, "?etat=tous") == set()
    assert shown(client, "?etat=tous&retard=1") == []


def test_home_and_reminders_hold_late_what_the_list_marks(client, manager, every_step):
    # An answer that waits for the auditor is nobody's to chase, though its proof is late.
    owed = {row for row, is_late in every_step.items() if is_late and row.state != "ANSWERED"}

    tasks = client.get(reverse("audits:home")).context["tasks"]
    remind(at=timezone.now())

    body = QueuedMessage.objects.get(recipient=manager.user).body
    assert {task.text for task in tasks if task.due and task.due < TODAY} == set(map(str, owed))
    assert {row for row in every_step if row.title in body} == owed


def test_actions_are_counted_without_the_cancelled_ones(client, assessment):
    row = FindingFactory(assessment=assessment)
    now = timezone.now()
    CorrectiveActionFactory(finding=row)
    CorrectiveActionFactory(finding=row, state="CANCELLED")
    CorrectiveActionFactory(
        finding=row, state="VERIFIED", done_at=now, verified_at=now, verified_by=UserFactory()
    )

    (found,) = shown(client)

    assert (found.planned, found.verified) == (2, 1)


@pytest.mark.parametrize(
    "query",
    [
        "etat=perdu",
        "gravite=pire",
        "retard=oui",
        "sort=created_by__password",
        "sort=--due",
        "dossier=abc",
        "etat=%00",
        "etat=clos&etat=%F0%28",
    ],
)
def test_an_address_that_no_link_carries_is_a_bad_request(client, assessment, query):
    assert client.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=abc", "page=7"])
def test_a_page_that_does_not_exist_is_not_found(client, assessment, query):
    assert client.get(f"{LIST}?{query}").status_code == 404


def test_a_file_of_another_organisation_does_not_exist(client, assessment):
    foreign = CertificationFactory()

    assert client.get(LIST, {"dossier": foreign.key}).status_code == 404


def test_a_contributor_sees_the_findings_on_their_requirements_only(client, manager, assessment):
    mine, other = assessment.audit.assessments.order_by("position")[:2]
    contributor = MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user
    type(mine).objects.filter(pk=mine.pk).update(assigned_to=contributor)
    own = FindingFactory(assessment=mine)
    FindingFactory(assessment=other)
    client.force_login(contributor)

    response = client.get(LIST)

    assert [item.finding for item in response.context["rows"]] == [own]
    assert response.context["states"][0].count == 1


def test_an_auditor_sees_the_findings_of_the_audit_they_are_named_on(client, manager, assessment):
    FindingFactory(assessment=assessment)
    external = running_audit(certification=assessment.audit.certification, kind=AuditKind.INITIAL)
    own = FindingFactory(assessment=first_assessment(external))
    auditor = UserFactory()
    name_on_team(audit=external, user=auditor, role=TeamRole.AUDITOR, by=manager.user)
    client.force_login(auditor)

    assert shown(client) == [own]


def test_an_empty_list_says_where_findings_come_from(client, assessment):
    html = client.get(LIST).content.decode()

    assert reverse("audits:certifications") in html[html.index('id="findings"') :]


def test_filters_that_leave_nothing_can_be_taken_off(client, assessment):
    FindingFactory(assessment=assessment)

    response = client.get(LIST + "?etat=clos")

    html = response.content.decode()
    assert response.context["rows"] == []
    assert f'href="{LIST}"' in html[html.index('id="findings"') :]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, assessment, rows):
    for _row in range(rows):
        CorrectiveActionFactory(finding=FindingFactory(assessment=assessment))

    with counted() as queries:
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows
    assert len(queries) == 8


def test_hostile_text_is_shown_as_it_was_typed(client, assessment):
    FindingFactory(assessment=assessment, title='"><img src=x onerror=alert(1)>')

    html = client.get(LIST).content.decode()

    assert "<img src=x" not in html
    assert "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" in html
