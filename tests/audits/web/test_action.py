"""The page of a corrective action and its steps."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.enums import ACTION_FLOW, ActionState, AuditKind, TeamRole
from audits.models import CorrectiveAction, Finding
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HOSTILE = "</p><script>alert(1)</script>"


@pytest.fixture
def finding(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return FindingFactory(assessment=first_assessment(running_audit(certification=file)))


def action(finding, state=ActionState.PLANNED, **fields):
    now = timezone.now()
    done = state in {ActionState.DONE, ActionState.VERIFIED}
    verified = state == ActionState.VERIFIED
    return CorrectiveActionFactory(
        finding=finding,
        state=state,
        done_at=now if done else None,
        verified_at=now if verified else None,
        verified_by=UserFactory() if verified else None,
        **fields,
    )


def url(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def move(client, row, to, outcome="Vu sur vingt appels", version=1):
    sent = {"to": to, "outcome": outcome, "version": version}
    return client.post(url("move-action", row), sent)


def offered(client, row):
    return {step.to for step in client.get(url("action", row)).context["steps"]}


def member(finding, role=Role.CONTRIBUTOR):
    organisation = finding.audit.organisation
    return MembershipFactory(organisation=organisation, role=role, user__language="en").user


def test_the_page_holds_the_whole_action(client, manager, finding):
    row = action(
        finding,
        description="Recruter deux conseillers",
        effort_days="2.50",
        due_date=localdate() - timedelta(days=3),
    )

    html = client.get(url("action", row)).content.decode()

    for text in (
        row.reference,
        "Recruter deux conseillers",
        str(row.owner),
        "<dd>2.5</dd>",
        "3 days late",
        finding.get_absolute_url(),
        url("edit-action", row),
    ):
        assert text in html


@pytest.mark.parametrize("state", ActionState)
def test_somebody_with_every_right_is_offered_every_step_of_the_flow(client, finding, state):
    row = action(finding, state)

    assert offered(client, row) == ACTION_FLOW.targets(state)


@pytest.mark.parametrize(("source", "target"), ACTION_FLOW.transitions)
def test_a_step_that_is_offered_is_taken(client, manager, finding, source, target):
    row = action(finding, source)

    response = move(client, row, target)

    row.refresh_from_db()
    assert response.headers["Location"] == row.get_absolute_url()
    assert row.state == target
    assert JournalEntry.objects.get(object_type="action").actor == str(manager.user.key)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (source, target)
        for source in ActionState
        for target in ActionState
        if (source, target) not in ACTION_FLOW.transitions
    ],
)
def test_a_step_that_does_not_exist_is_refused(client, manager, finding, source, target):
    row = action(finding, source)

    response = move(client, row, target)

    row.refresh_from_db()
    assert row.state == source
    # Nobody has a part left in a verified action; everybody else is told why.
    assert response.status_code == (403 if source == ActionState.VERIFIED else 409)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.QUALITY_MANAGER])
def test_owners_do_not_verify_their_own_work(client, finding, role):
    owner = member(finding, role)
    row = action(finding, ActionState.DONE, owner=owner)
    client.force_login(owner)

    page = client.get(url("action", row))
    responses = [move(client, row, to) for to in (ActionState.VERIFIED, ActionState.IN_PROGRESS)]

    row.refresh_from_db()
    assert page.context["steps"] == []
    assert page.context["waits_for_other"]
    assert [response.status_code for response in responses] == [403, 403]
    assert row.state == ActionState.DONE


def test_an_owner_who_verifies_before_the_work_is_done_is_refused_too(client, finding):
    owner = member(finding)
    row = action(finding, owner=owner)
    client.force_login(owner)

    assert move(client, row, ActionState.VERIFIED).status_code == 403


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.QUALITY_MANAGER])
def test_somebody_else_in_charge_verifies(client, finding, role):
    row = action(finding, ActionState.DONE)
    user = member(finding, role)
    client.force_login(user)

    move(client, row, ActionState.VERIFIED, outcome="Vu sur vingt appels")

    row.refresh_from_db()
    assert (row.verified_by, row.outcome) == (user, "Vu sur vingt appels")


@pytest.mark.parametrize(
    ("role", "verifies"),
    [(TeamRole.LEAD, True), (TeamRole.AUDITOR, True), (TeamRole.OBSERVER, False)],
)
def test_auditors_of_the_mission_verify_and_observers_read(client, manager, role, verifies):
    file = CertificationFactory(organisation=manager.organisation)
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    user = UserFactory()
    name_on_team(audit=audit, user=user, role=role, by=manager.user)
    row = action(FindingFactory(assessment=first_assessment(audit)), ActionState.DONE)
    client.force_login(user)

    assert (ActionState.VERIFIED in offered(client, row)) is verifies
    assert move(client, row, ActionState.VERIFIED).status_code == (302 if verifies else 403)


def test_the_owner_carries_the_action_on(client, finding):
    owner = member(finding)
    row = action(finding, owner=owner)
    client.force_login(owner)

    assert offered(client, row) == {
        ActionState.IN_PROGRESS,
        ActionState.DONE,
        ActionState.CANCELLED,
    }
    move(client, row, ActionState.IN_PROGRESS)
    move(client, row, ActionState.DONE, version=2)

    row.refresh_from_db()
    assert row.state == ActionState.DONE


@pytest.mark.parametrize("state", [ActionState.PLANNED, ActionState.IN_PROGRESS])
def test_a_director_who_is_not_the_owner_only_reads(client, finding, state):
    row = action(finding, state)
    client.force_login(member(finding, Role.DIRECTOR))

    assert offered(client, row) == set()
    assert url("edit-action", row) not in client.get(url("action", row)).content.decode()
    assert move(client, row, ActionState.DONE).status_code == 403


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (ActionState.DONE, ActionState.VERIFIED),
        (ActionState.DONE, ActionState.IN_PROGRESS),
        (ActionState.PLANNED, ActionState.CANCELLED),
    ],
)
def test_judging_and_cancelling_need_a_text(client, finding, source, target):
    row = action(finding, source)

    response = move(client, row, target, outcome=" \x00 ")

    row.refresh_from_db()
    assert response.status_code == 409
    assert "Say in a few words" in response.content.decode()
    assert row.state == source


@pytest.mark.parametrize("to", ["", "LATER", "\x00", "<b>"])
def test_a_step_that_has_no_name_is_asked_again(client, finding, to):
    row = action(finding)

    response = move(client, row, to, outcome="Texte gardé")

    assert response.status_code == 422
    assert "Texte gardé" in response.content.decode()


def test_a_text_that_is_too_long_is_kept(client, finding):
    row = action(finding)
    text = "Vu sur site. " * 7692

    response = move(client, row, ActionState.DONE, outcome=text)

    row.refresh_from_db()
    assert (response.status_code, row.state) == (422, ActionState.PLANNED)
    assert text.strip() in response.content.decode()


def test_a_step_sent_twice_is_taken_once(client, finding):
    row = action(finding)

    statuses = [move(client, row, ActionState.IN_PROGRESS).status_code for _time in range(2)]

    assert statuses == [302, 409]
    assert JournalEntry.objects.filter(action="action.moved").count() == 1


def test_a_step_from_an_old_page_keeps_the_text_and_starts_again_from_now(client, finding):
    row = action(finding)
    CorrectiveAction.objects.update(version=4)

    refused = move(client, row, ActionState.DONE, outcome="Script corrigé")
    version = refused.context["form"]["version"].value()
    accepted = move(client, row, ActionState.DONE, outcome="Script corrigé", version=version)

    assert refused.status_code == 409
    assert "Script corrigé" in refused.content.decode()
    assert accepted.status_code == 302


def test_an_action_of_a_closed_finding_offers_no_step(client, finding):
    row = action(finding, ActionState.CANCELLED)
    Finding.objects.update(state="CLOSED", closed_at=timezone.now(), closed_by=UserFactory())

    assert offered(client, row) == set()
    assert move(client, row, ActionState.PLANNED, outcome="Texte gardé").status_code == 409


def test_moving_is_never_a_get(client, finding):
    assert client.get(url("move-action", action(finding))).status_code == 405


@pytest.mark.parametrize("name", ["action", "edit-action", "move-action"])
def test_an_action_of_another_organisation_does_not_exist(client, manager, name):
    foreign = CorrectiveActionFactory()

    statuses = {client.post(url(name, foreign), {"to": "DONE", "version": 1}).status_code}
    if name != "move-action":
        statuses.add(client.get(url(name, foreign)).status_code)

    assert statuses <= {404, 405}
    assert 404 in statuses


def test_an_owner_who_may_not_open_the_finding_is_given_no_link_to_it(client, finding):
    owner = member(finding)
    row = action(finding, owner=owner)
    client.force_login(owner)

    html = client.get(url("action", row)).content.decode()

    assert finding.get_absolute_url() not in html
    assert finding.reference in html


@pytest.mark.parametrize("who", ["manager", "director", "owner"])
def test_every_link_that_is_offered_opens(client, manager, finding, who):
    owner = member(finding)
    row = action(finding, owner=owner)
    user = {
        "manager": lambda: manager.user,
        "director": lambda: member(finding, Role.DIRECTOR),
        "owner": lambda: owner,
    }[who]()
    client.force_login(user)

    html = client.get(url("action", row)).content.decode()

    main = html[html.index("<main") : html.index("</main>")]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_history_tells_each_step_with_its_text(client, manager, finding):
    row = action(finding)
    move(client, row, ActionState.DONE, outcome="Script corrigé")
    move(client, row, ActionState.IN_PROGRESS, outcome="Deux appels sans annonce", version=2)

    history = client.get(url("action", row)).context["history"]

    assert [(line.changes[0].after, line.reason) for line in history] == [
        ("In progress", "Deux appels sans annonce"),
        ("Done, to be verified", "Script corrigé"),
    ]


def test_hostile_text_is_shown_as_it_was_typed(client, finding):
    row = action(finding, title=HOSTILE, description=HOSTILE)
    move(client, row, ActionState.DONE, outcome=HOSTILE)

    html = client.get(url("action", row)).content.decode()

    assert "<script>alert" not in html
    assert html.count("&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_who_verifies_has_at_hand_what_the_action_was_to_remove(client, finding):
    row = action(finding, ActionState.DONE)
    piece = EvidenceFactory(organisation=finding.audit.organisation, title="Relevé de mars")
    finding.evidence.add(piece)

    html = client.get(url("action", row)).content.decode()

    before = html[html.index("<main") : html.index('action="' + url("move-action", row))]
    for text in (finding.required, finding.found, finding.assessment.text_en, "Relevé de mars"):
        assert text in before


@pytest.mark.parametrize("state", [ActionState.PLANNED, ActionState.DONE, ActionState.VERIFIED])
def test_what_was_found_is_not_told_to_an_owner_who_only_sees_the_action(client, finding, state):
    owner = member(finding)
    row = action(finding, state, owner=owner)
    client.force_login(owner)

    response = client.get(url("action", row))

    assert response.status_code == 200
    assert finding.found not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_to_verify_takes_the_same_queries_whatever_the_evidence(client, finding, rows):
    row = action(finding, ActionState.DONE)
    for _row in range(rows):
        finding.evidence.add(EvidenceFactory(organisation=finding.audit.organisation))

    with counted() as queries:
        response = client.get(url("action", row))

    assert len(response.context["evidence"]) == rows
    assert len(queries) == 7


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_its_history(client, finding, rows):
    row = action(finding)
    steps = [ActionState.IN_PROGRESS, ActionState.DONE, ActionState.IN_PROGRESS]
    for version, to in enumerate(steps[:rows], start=1):
        move(client, row, to, version=version)
    client.get(url("action", row))

    with counted() as queries:
        response = client.get(url("action", row))

    assert len(response.context["history"]) == rows
    assert len(queries) == 7
