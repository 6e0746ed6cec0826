"""A right that is taken back ends with the request under way, whatever tab is still open.

That everything asked for here is shown before is what `test_access_matrix` holds.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.sharing import revoke_share
from audits.actions.team import remove_team_member
from audits.models import FileShare
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User
from tests.project import asking
from tests.project.matrix import LINES, SHARED
from tests.project.pages import read
from tests.project.traces import fingerprint
from tests.project.world_shares import client_organisation

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.long,
]

MEMBERS = ("manager", "contributor", "site_manager", "director", "client", "decision_maker")
# Everything that somebody may be asked about and is shown.
OBJECTS = [line for line in LINES if line.thing not in SHARED and line.verb == "GET"]


def statuses(world, principal, *, except_for: str = "", of_others: bool = False) -> set[int]:
    """What the person gets for every object that the table shows them, but for one URL.

    ``of_others`` leaves out pages of the client's own organisation, which no share opens.
    """
    client = world.client(principal)
    found = set()
    for line in OBJECTS:
        if of_others and line.thing == "client_organisation":
            continue
        if line.statuses[principal] == 200 and line.name != except_for:
            answer = client.get(asking.address(line.name, line.thing, world.own, world.shared))
            asking.content_of(answer)
            found.add(answer.status_code)
    return found


def leave_teams(world, person) -> None:
    """Take the person off the team of every audit."""
    for member in person.audit_roles.select_related("audit__organisation"):
        remove_team_member(member=member, by=world.own.people["manager"], at=timezone.now())


@pytest.mark.parametrize("principal", MEMBERS)
def test_a_membership_that_is_closed_hides_everything(world, principal):
    Membership.objects.filter(user=world.own.people[principal]).update(is_active=False)

    assert statuses(world, principal) == {404}


@pytest.mark.parametrize("principal", ["lead", "auditor", "observer"])
def test_who_is_taken_off_the_team_knows_of_nothing_any_more(world, principal):
    leave_teams(world, world.own.people[principal])

    assert statuses(world, principal) == {404}


@pytest.mark.parametrize("principal", ["lead", "auditor", "observer"])
@pytest.mark.parametrize(("field", "days"), [("opens_on", 1), ("closes_on", -1)])
def test_before_and_after_the_days_of_access_nothing_is_known(world, principal, field, days):
    day = localdate() + timedelta(days=days)
    days = {"opens_on": None, "closes_on": None, field: day}
    world.own.people[principal].audit_roles.update(**days)
    # Independence may be declared before the first day, and no later than the last one.
    ahead = "audits:declare-independence" if field == "opens_on" else ""

    assert statuses(world, principal, except_for=ahead) == {404}


@pytest.mark.parametrize("principal", ["lead", "auditor", "observer"])
def test_until_independence_is_declared_nothing_is_known(world, principal):
    world.own.people[principal].audit_roles.update(declared_at=None)

    assert statuses(world, principal, except_for="audits:declare-independence") == {404}


@pytest.mark.parametrize("principal", ["lead", "auditor", "observer"])
def test_the_first_and_the_last_day_are_days_of_access(world, principal):
    today = localdate()

    world.own.people[principal].audit_roles.update(opens_on=today, closes_on=today)

    # Once it is declared and the day has come, the page of the declaration leads to the audit.
    assert statuses(world, principal, except_for="audits:declare-independence") == {200}


def test_what_is_not_shared_any_more_does_not_exist_for_the_client(world):
    side = world.own
    standing = FileShare.objects.filter(client=client_organisation(side), revoked_at=None)
    for row in standing:
        by, at = side.people["manager"], timezone.now()
        revoke_share(share=row, reason="Fin du contrat", by=by, at=at)

    assert statuses(world, "client", of_others=True) == {404}


def test_another_role_counts_from_the_next_request_on(world):
    Membership.objects.filter(user=world.own.people["manager"]).update(role=Role.DECISION_MAKER)

    assert statuses(world, "manager") == {404}


@pytest.mark.parametrize("principal", ["manager", "lead"])
def test_an_account_that_is_suspended_is_signed_out(world, principal):
    User.objects.filter(pk=world.own.people[principal].pk).update(is_active=False)

    answer = world.client(principal).get("/dossiers/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/connexion/?next=/dossiers/")


# A subscription of one's own calendar is ended by whoever has it.
FORMS = [line for line in LINES if line.thing not in {*SHARED, "own_feed"} and line.verb == "POST"]


OPEN = {
    "manager": {
        "audits:workbook", "audits:workbook-import", "audits:undo-workbook", "audits:save-scenario",
        "audits:change-scenario", "audits:take-position", "audits:answer-finding",
        "audits:bring-proof", "audits:add-evidence-version", "audits:add-line",
    },
    "lead": {
        "audits:review-evidence", "audits:judge-answer", "audits:refuse-proof",
        "audits:close-finding", "audits:present-findings", "audits:workbook", "audits:edit-slot",
        "audits:add-sample", "audits:record-result",
    },
    "contributor": {"audits:comment", "audits:answer-request", "audits:move-action"},
    "site_manager": {"audits:add-evidence"},
    "director": {"reports:issue", "audits:move-programme", "audits:save-scenario"},
    "auditor": {"audits:rate", "audits:add-finding"},
    "decision_maker": {"audits:decide-on-audit", "audits:decide-on-certificate"},
}  # fmt: skip


@pytest.mark.parametrize("principal", OPEN)
def test_what_is_sent_from_a_page_left_open_changes_nothing(world, principal):
    """Review, steps of a finding, workbook, simulation: every form that was theirs a moment ago."""
    urls = [
        (asking.address(line.name, line.thing, world.own, world.shared), line)
        for line in FORMS
        if line.statuses[principal] == 302
    ]
    bodies = [asking.body(line.name, line.thing, world.own) for _url, line in urls]
    names = {line.name for _url, line in urls}
    client = world.client(principal)
    person = world.own.people[principal]
    Membership.objects.filter(user=person).update(is_active=False)
    leave_teams(world, person)
    before = fingerprint()

    answers = {
        (line.name, line.thing, client.post(url, body).status_code)
        for (url, line), body in zip(urls, bodies, strict=True)
    }

    assert {answer for answer in answers if answer[2] != 404} == set()
    assert fingerprint() == before
    assert names >= OPEN[principal]


def test_tasks_left_behind_are_not_those_of_who_left_any_more(world):
    """An action and a requirement that nobody has given to somebody else yet."""
    side, person = world.own, world.own.people["contributor"]
    action = side.things["action"]
    client = world.client("contributor")
    before = read(client.get("/")).shown

    Membership.objects.filter(user=person).update(is_active=False)

    after = read(client.get("/")).shown
    url = asking.address("audits:move-action", "action", side, world.shared)
    moved = client.post(url, asking.body("audits:move-action", "action", side))
    action.refresh_from_db()
    for text in (action.title, side.assessment("third").text_fr):
        assert text in before
        assert text not in after
    assert (moved.status_code, action.state) == (404, "PLANNED")
