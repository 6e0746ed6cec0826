"""The page of a finding, closing it and opening it again."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import assessment as assessment_actions
from audits.actions.audit import validate_audit
from audits.enums import AuditKind, TeamRole
from audits.models import Finding
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HOSTILE = "<svg onload=alert(1)>"


@pytest.fixture
def assessment(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return first_assessment(running_audit(certification=file))


def grade(assessment, code):
    return assessment.audit.certification.edition.referential.scheme.grades.get(code=code)


@pytest.fixture
def weak(assessment):
    """A finding that needs no action."""
    return FindingFactory(assessment=assessment, grade=grade(assessment, "PS"), due_date=None)


def url(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def close(row):
    Finding.objects.filter(pk=row.pk).update(
        state="CLOSED",
        closed_at=timezone.now(),
        closed_by=UserFactory(),
        closing_comment="Vu sur site",
    )


def named(assessment, manager, role, kind=AuditKind.INITIAL):
    """A finding of an external audit, and somebody named on it."""
    audit = running_audit(certification=assessment.audit.certification, kind=kind)
    user = UserFactory(language="en")
    name_on_team(audit=audit, user=user, role=role, by=manager.user)
    row = first_assessment(audit)
    return FindingFactory(assessment=row, grade=grade(row, "PS")), user


def test_the_page_holds_the_whole_finding(client, assessment):
    evidence = EvidenceFactory(organisation=assessment.audit.organisation)
    row = FindingFactory(
        assessment=assessment,
        consequence="Le client rappelle",
        next_step="Renfort en décembre",
        due_date=localdate() - timedelta(days=2),
    )
    row.evidence.add(evidence)
    action = CorrectiveActionFactory(finding=row)

    html = client.get(url("finding", row)).content.decode()

    for text in (
        row.required,
        row.found,
        "Le client rappelle",
        "Renfort en décembre",
        f"{evidence.reference}",
        evidence.get_absolute_url(),
        action.get_absolute_url(),
        "2 days late",
        url("edit-finding", row),
        url("add-action", row),
    ):
        assert text in html


def test_closing_is_offered_when_nothing_is_missing(client, weak):
    assert url("close-finding", weak) in client.get(url("finding", weak)).content.decode()


def test_closing_is_not_offered_but_explained_while_an_action_waits(client, weak):
    action = CorrectiveActionFactory(finding=weak)

    response = client.get(url("finding", weak))

    html = response.content.decode()
    assert url("close-finding", weak) not in html
    assert f"Action {action.reference} is not verified yet" in html


def test_closing_asks_what_was_verified(client, weak):
    response = client.post(url("close-finding", weak), {"version": 1, "comment": "  "})

    weak.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["comment"]
    assert weak.state == "PRESENTED"


def test_a_finding_closes_with_its_comment(client, manager, weak):
    response = client.post(url("close-finding", weak), {"version": 1, "comment": "Vu sur site"})

    weak.refresh_from_db()
    assert response.headers["Location"] == weak.get_absolute_url()
    assert (weak.state, weak.closed_by, weak.closing_comment) == (
        "CLOSED",
        manager.user,
        "Vu sur site",
    )


def test_a_finding_that_needs_an_action_is_not_closed_without_one(client, assessment):
    row = FindingFactory(assessment=assessment)

    page = client.get(url("close-finding", row))
    refused = client.post(url("close-finding", row), {"version": 1, "comment": "Vu sur site"})

    row.refresh_from_db()
    assert "needs a corrective action" in page.content.decode()
    assert (refused.status_code, row.state) == (409, "PRESENTED")
    assert "Vu sur site" in refused.content.decode()


def test_closing_twice_closes_once(client, weak):
    sent = {"version": 1, "comment": "Vu sur site"}

    statuses = [client.post(url("close-finding", weak), sent).status_code for _time in range(2)]

    assert statuses == [302, 409]
    assert JournalEntry.objects.filter(action="finding.closed").count() == 1
    assert client.get(url("close-finding", weak)).status_code == 409


def test_what_changed_since_the_page_was_opened_is_read_before_closing(client, weak):
    Finding.objects.update(version=2, found="Bien pire")

    refused = client.post(url("close-finding", weak), {"version": 1, "comment": "Vu sur site"})
    version = refused.context["form"]["version"].value()
    accepted = client.post(url("close-finding", weak), {"version": version, "comment": "Relu"})

    assert (refused.status_code, accepted.status_code) == (409, 302)


def test_reopening_needs_a_reason_and_is_traced(client, weak):
    close(weak)

    missing = client.post(url("reopen-finding", weak), {"version": 1, "reason": ""})
    done = client.post(url("reopen-finding", weak), {"version": 1, "reason": "Revenu en mai"})

    weak.refresh_from_db()
    entry = JournalEntry.objects.get(action="finding.reopened")
    assert (missing.status_code, done.status_code) == (422, 302)
    assert (weak.state, entry.reason) == ("PRESENTED", "Revenu en mai")
    assert client.get(url("reopen-finding", weak)).status_code == 409


def test_reopening_twice_reopens_once(client, weak):
    close(weak)
    sent = {"version": 1, "reason": "Revenu en mai"}

    statuses = [client.post(url("reopen-finding", weak), sent).status_code for _time in range(2)]

    assert statuses == [302, 409]
    assert JournalEntry.objects.filter(action="finding.reopened").count() == 1


def test_the_history_keeps_what_was_verified_and_why_it_came_back(client, weak):
    client.post(url("close-finding", weak), {"version": 1, "comment": "Vu sur site"})
    client.post(url("reopen-finding", weak), {"version": 2, "reason": "Revenu en mai"})

    history = client.get(url("finding", weak)).context["history"]

    assert [(line.what, line.reason) for line in history] == [
        ("Finding reopened", "Revenu en mai"),
        ("Finding closed", "Vu sur site"),
    ]


def test_a_finding_of_a_validated_audit_is_frozen_but_still_closes(client, assessment, weak):
    user = UserFactory()
    assessment_actions.rate(assessment=assessment, version=1, level="P", by=user, at=timezone.now())
    validate_audit(audit=assessment.audit, by=user, at=timezone.now())

    html = client.get(url("finding", weak)).content.decode()
    closed = client.post(url("close-finding", weak), {"version": 1, "comment": "Vu"})

    assert url("edit-finding", weak) not in html
    assert url("close-finding", weak) in html
    assert closed.status_code == 302


@pytest.mark.parametrize("name", ["close-finding", "reopen-finding"])
@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR, Role.SITE_MANAGER])
def test_who_only_reads_neither_closes_nor_reopens(client, manager, weak, name, role):
    if name == "reopen-finding":
        close(weak)
    site = None
    if role == Role.SITE_MANAGER:
        site = SiteFactory(organisation=manager.organisation)
    member = MembershipFactory(organisation=manager.organisation, role=role, site=site)
    type(weak.assessment).objects.update(assigned_to=member.user)
    client.force_login(member.user)
    before = Finding.objects.values().get()

    page = client.get(url("finding", weak))
    sent = {"version": 1, "comment": "x", "reason": "x"}
    statuses = [
        client.get(url(name, weak)).status_code,
        client.post(url(name, weak), sent).status_code,
    ]

    assert page.status_code == 200
    assert url(name, weak) not in page.content.decode()
    assert statuses == [403, 403]
    assert Finding.objects.values().get() == before


@pytest.mark.parametrize("role", [TeamRole.LEAD, TeamRole.AUDITOR, TeamRole.OBSERVER])
def test_in_an_external_audit_the_lead_auditor_alone_closes(client, manager, assessment, role):
    row, user = named(assessment, manager, role)
    client.force_login(user)

    response = client.post(url("close-finding", row), {"version": 1, "comment": "Vu"})

    assert response.status_code == (302 if role == TeamRole.LEAD else 403)


def test_the_audited_organisation_does_not_close_what_an_auditor_found(client, manager, assessment):
    row, _user = named(assessment, manager, TeamRole.LEAD)

    page = client.get(url("finding", row))
    response = client.post(url("close-finding", row), {"version": 1, "comment": "Vu"})

    row.refresh_from_db()
    assert url("close-finding", row) not in page.content.decode()
    assert url("add-action", row) in page.content.decode()
    assert (response.status_code, row.state) == (403, "PRESENTED")


@pytest.mark.parametrize(
    "name", ["finding", "edit-finding", "close-finding", "reopen-finding", "add-action"]
)
@pytest.mark.parametrize("who", ["other manager", "nobody", "unassigned contributor"])
def test_a_finding_that_is_not_yours_does_not_exist(client, manager, weak, name, who):
    user = {
        "other manager": lambda: MembershipFactory().user,
        "nobody": UserFactory,
        "unassigned contributor": lambda: (
            MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user
        ),
    }[who]()
    client.force_login(user)

    statuses = {client.get(url(name, weak)).status_code}
    if name != "finding":
        statuses.add(client.post(url(name, weak), {"version": 1}).status_code)

    assert statuses == {404}


def test_evidence_that_the_reader_may_not_open_is_not_named(client, manager, assessment):
    row, user = named(assessment, manager, TeamRole.AUDITOR)
    hidden = EvidenceFactory(
        organisation=manager.organisation, title="Pièce réservée", created_by=manager.user
    )
    row.evidence.add(hidden)

    mine = client.get(url("finding", row)).content.decode()
    client.force_login(user)
    theirs = client.get(url("finding", row)).content.decode()

    assert "Pièce réservée" in mine
    assert "Pièce réservée" not in theirs


@pytest.mark.parametrize("who", ["manager", "director", "lead", "observer", "contributor"])
def test_every_link_that_is_offered_opens(client, manager, assessment, who):
    role = TeamRole.LEAD if who == "lead" else TeamRole.OBSERVER
    row, user = named(assessment, manager, role)
    if who == "manager":
        user = manager.user
    elif who in {"director", "contributor"}:
        member = MembershipFactory(organisation=manager.organisation, role=Role(who.upper()))
        user = member.user
        type(assessment).objects.update(assigned_to=user)
    link_evidence(row)
    CorrectiveActionFactory(finding=row, state="CANCELLED")
    client.force_login(user)

    html = client.get(url("finding", row)).content.decode()

    main = html[html.index("<main") : html.index("</main>")]
    links = {link for link in re.findall(r'href="(/[^"]*)"', main) if link != url("finding", row)}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def link_evidence(row):
    """Evidence of the requirement, named in the finding."""
    row.evidence.add(EvidenceLinkFactory(assessment=row.assessment).evidence)


def test_hostile_text_is_shown_as_it_was_typed(client, manager, assessment):
    manager.user.last_name = HOSTILE
    manager.user.save()
    row = FindingFactory(
        assessment=assessment,
        title=HOSTILE,
        required=HOSTILE,
        found=HOSTILE,
        consequence=HOSTILE,
        next_step=HOSTILE,
        grade=grade(assessment, "PS"),
    )
    CorrectiveActionFactory(finding=row, title=HOSTILE, owner=manager.user, state="CANCELLED")
    client.post(url("close-finding", row), {"version": 1, "comment": HOSTILE})

    html = client.get(url("finding", row)).content.decode()

    assert "<svg onload" not in html
    assert html.count("&lt;svg onload=alert(1)&gt;") >= 9


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_hangs_on_it(client, assessment, rows):
    row = FindingFactory(assessment=assessment)
    for _row in range(rows):
        CorrectiveActionFactory(finding=row)
        row.evidence.add(EvidenceFactory(organisation=assessment.audit.organisation))

    with counted() as queries:
        response = client.get(url("finding", row))

    assert len(response.context["actions"]) == len(response.context["evidence"]) == rows
    assert len(queries) == 11
