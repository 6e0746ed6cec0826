"""The list and the board of corrective actions."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.enums import ActionState
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = reverse("audits:action-list")
TODAY = localdate()


@pytest.fixture
def finding(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return FindingFactory(assessment=first_assessment(running_audit(certification=file)))


def action(finding, state=ActionState.PLANNED, *, days=10, **fields):
    now = timezone.now()
    done = state in {ActionState.DONE, ActionState.VERIFIED}
    verified = state == ActionState.VERIFIED
    return CorrectiveActionFactory(
        finding=finding,
        state=state,
        due_date=TODAY + timedelta(days=days),
        done_at=now if done else None,
        verified_at=now if verified else None,
        verified_by=UserFactory() if verified else None,
        **fields,
    )


def shown(client, query=""):
    response = client.get(LIST + query)
    assert response.status_code == 200
    return [item.action for item in response.context["items"]]


def on_board(client, query=""):
    """Each column of the board: its state, how many it counts, what its cards name."""
    columns = client.get(f"{LIST}?vue=tableau{query}").context["columns"]
    return [
        (column.state, column.count, [card.reference for card in column.cards])
        for column in columns
    ]


def test_the_list_shows_what_is_still_somebodys_turn(client, finding):
    planned, running, done = (
        action(finding, state, days=days)
        for days, state in enumerate(
            (ActionState.PLANNED, ActionState.IN_PROGRESS, ActionState.DONE)
        )
    )
    action(finding, ActionState.VERIFIED)
    action(finding, ActionState.CANCELLED)
    CorrectiveActionFactory(title="Secret d'un autre")

    assert shown(client) == [planned, running, done]
    assert "Secret" not in client.get(LIST + "?etat=toutes").content.decode()


def test_filters_of_the_address_add_up(client, manager, finding):
    late = action(finding, days=-4, owner=manager.user)
    other = action(finding, days=-2)
    done = action(finding, ActionState.DONE, days=-9)
    cancelled = action(finding, ActionState.CANCELLED)

    assert shown(client, "?retard=1") == [late, other]
    assert shown(client, "?retard=1&miennes=1") == [late]
    assert shown(client, "?etat=DONE") == [done]
    assert shown(client, "?etat=CANCELLED") == [cancelled]
    assert shown(client, f"?responsable={other.owner.key}") == [other]
    assert shown(client, "?etat=toutes") == [done, late, other, cancelled]


def test_counts_stand_beside_the_filters(client, manager, finding):
    action(finding, days=-4, owner=manager.user)
    action(finding, ActionState.DONE)
    action(finding, ActionState.VERIFIED)

    chips = client.get(LIST).context["states"]

    assert [chip.count for chip in chips] == [2, 1, 0, 1, 1, 0, 3, 1, 1]
    assert [chip.active for chip in chips] == [True] + [False] * 8


def test_a_filter_that_is_on_can_be_taken_off(client, finding):
    chips = client.get(LIST + "?retard=1&vue=tableau&page=1").context["states"]

    assert chips[-2].active
    assert chips[-2].url == "?vue=tableau"


def test_the_file_of_the_address_narrows_the_list(client, manager, finding):
    mine = action(finding)
    other_file = CertificationFactory(organisation=manager.organisation)
    row = FindingFactory(assessment=first_assessment(running_audit(certification=other_file)))
    action(row)

    assert shown(client, f"?dossier={finding.audit.certification.key}") == [mine]


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        (ActionState.PLANNED, -3, ("3 days late", True)),
        (ActionState.IN_PROGRESS, -1, ("1 day late", True)),
        (ActionState.PLANNED, 0, ("today", False)),
        (ActionState.PLANNED, 12, ("in 12 days", False)),
        (ActionState.DONE, -3, ("", False)),
    ],
)
def test_lateness_is_said_in_words_and_only_of_what_is_to_be_done(
    client, finding, state, days, said
):
    action(finding, state, days=days)

    (item,) = client.get(LIST).context["items"]

    assert (item.due.text, item.due.is_late) == said


@pytest.mark.parametrize("query", ["", "?vue=tableau"])
def test_a_late_action_carries_a_shape_beside_its_words(client, finding, query):
    action(finding, days=-3)

    html = client.get(LIST + query).content.decode()

    late = html[html.index("verdict-major") : html.index("3 days late")]
    assert "<svg" in late


def test_the_board_has_a_column_for_each_state_that_the_filters_keep(client, finding):
    planned, done = action(finding), action(finding, ActionState.DONE)

    assert on_board(client) == [
        (ActionState.PLANNED, 1, [planned.reference]),
        (ActionState.IN_PROGRESS, 0, []),
        (ActionState.DONE, 1, [done.reference]),
    ]
    every = on_board(client, "&etat=toutes")
    assert [state for state, _count, _cards in every] == list(ActionState)


def test_the_board_counts_what_the_filters_keep(client, manager, finding):
    late = action(finding, days=-1, owner=manager.user)
    action(finding, days=-1)
    action(finding, owner=manager.user)

    assert on_board(client, "&retard=1&miennes=1&etat=PLANNED") == [
        (ActionState.PLANNED, 1, [late.reference])
    ]


def test_a_column_counts_the_actions_of_every_page(client, finding, monkeypatch):
    monkeypatch.setattr("audits.views.action_list.BOARD_SIZE", 1)
    first = action(finding, days=1)
    action(finding, days=2)

    assert on_board(client, "&etat=PLANNED") == [(ActionState.PLANNED, 2, [first.reference])]
    assert client.get(LIST + "?vue=tableau&page=3").status_code == 404


@pytest.mark.parametrize("screen", ["list", "board", "table", "action", "finding"])
def test_nothing_is_late_any_more_in_a_closed_file(client, finding, screen):
    row = action(finding, days=-4)
    url, late = {
        "list": (LIST, "4 days late"),
        "board": (LIST + "?vue=tableau", "4 days late"),
        "table": (reverse("audits:action-table"), ";4;"),
        "action": (row.get_absolute_url(), "4 days late"),
        "finding": (finding.get_absolute_url(), "4 days late"),
    }[screen]
    assert late in client.get(url).content.decode()

    file = finding.audit.certification
    file.state, file.closed_at, file.closed_by = "CLOSED", timezone.now(), UserFactory()
    file.closed_reason = "Abandon."
    file.save()

    assert late not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [("number", [1, 2]), ("-number", [2, 1]), ("due", [2, 1]), ("-due", [1, 2])],
)
def test_the_sort_is_in_the_address(client, finding, sort, numbers):
    action(finding, number=1, days=5)
    action(finding, number=2, days=3)

    assert [row.number for row in shown(client, f"?sort={sort}")] == numbers


@pytest.mark.parametrize(
    "query",
    ["etat=open", "retard=yes", "miennes=0", "vue=mur", "sort=owner__password", "dossier=1"],
)
def test_an_address_that_no_link_carries_is_a_bad_request(client, finding, query):
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_an_owner_or_a_file_of_elsewhere_does_not_exist(client, finding):
    foreign = CorrectiveActionFactory()

    assert client.get(LIST, {"responsable": foreign.owner.key}).status_code == 404
    assert client.get(LIST, {"dossier": foreign.finding.audit.certification.key}).status_code == 404


def test_the_owner_sees_the_action_without_seeing_the_requirement(client, manager, finding):
    contributor = MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user
    mine = action(finding, owner=contributor)
    action(finding)
    client.force_login(contributor)

    assert shown(client) == [mine]


def test_an_empty_list_says_where_actions_come_from(client, manager):
    html = client.get(LIST).content.decode()

    assert reverse("audits:finding-list") in html[html.index('id="actions"') :]


def test_filters_that_leave_nothing_can_be_taken_off(client, finding):
    action(finding)

    response = client.get(LIST + "?retard=1")

    html = response.content.decode()
    assert response.context["items"] == []
    assert f'href="{LIST}"' in html[html.index('id="actions"') :]


@pytest.mark.parametrize("query", ["", "?vue=tableau"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, finding, query, rows):
    for _row in range(rows):
        action(finding)

    with counted() as queries:
        html = client.get(LIST + query).content.decode()

    assert html.count("ACT-") == rows
    assert len(queries) == 7


@pytest.mark.parametrize("query", ["", "?vue=tableau"])
def test_hostile_text_is_shown_as_it_was_typed(client, finding, query):
    owner = UserFactory(first_name="<i>", last_name='"><script>x</script>')
    action(finding, title="{{ 7|add:7 }}<script>alert(1)</script>", owner=owner)

    html = client.get(LIST + query).content.decode()

    assert "<script>alert" not in html
    assert "<script>x" not in html
    assert "{{ 7|add:7 }}&lt;script&gt;alert(1)&lt;/script&gt;" in html


def table(client, query=""):
    """Rows of the table, without its head."""
    response = client.get(reverse("audits:action-table") + query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))[1:]


def test_the_list_goes_away_with_its_filters_and_runs_nothing(client, finding):
    late = action(finding, days=-3, title="=1+1", effort_days=Decimal("2.5"))
    done = action(finding, ActionState.DONE, title="Relire")
    action(finding, ActionState.VERIFIED)

    rows = table(client, "?vue=tableau")

    assert [row[0] for row in rows] == [late.reference, done.reference]
    assert rows[0][1] == "'=1+1"
    assert rows[0][6:10] == ["To do", f"{late.due_date:%d/%m/%Y}", "3", "2.5"]
    assert rows[1][8] == ""
    assert [row[0] for row in table(client, "?retard=1")] == [late.reference]
    assert len(table(client, "?etat=toutes")) == 3
    assert (
        reverse("audits:action-table") + "?retard=1"
        in client.get(LIST + "?retard=1").content.decode()
    )


def test_the_table_holds_nothing_of_another_organisation(client, finding):
    action(FindingFactory())

    assert table(client) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_table_asks_as_many_questions_whatever_its_length(client, finding, count):
    for _number in range(count):
        action(finding)

    with counted() as statements:
        table(client)

    assert len(statements) == 4
