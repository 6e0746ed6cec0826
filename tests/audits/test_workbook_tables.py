"""Findings and actions of a workbook: written without a network, shown first, taken back whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audits.actions import assessment as grid
from audits.actions import corrective_action as planning
from audits.actions import workbook as actions
from audits.actions.audit import validate_audit
from audits.actions.finding import WRITTEN, discard_finding, edit_finding
from audits.actions.finding_fields import fields_of
from audits.actions.finding_steps import present_findings
from audits.enums import ActionState, AuditKind, FindingState, TeamRole
from audits.models import Assessment, CorrectiveAction, Finding, WorkbookImport
from audits.models.workbook import ImportState, Kind
from audits.workbook.review import read_rows, review
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from engagements.enums import Criticality
from tests.audits.test_workbook_actions import apply, journal_of, problems_of, undo
from tests.audits.workbook_files import bring, opened, taken, typed
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
FOUND, PLANNED = "Constats", "Actions"


@pytest.fixture
def audit():
    """One of the organisation's own: its findings are presented as they are written."""
    return running_audit()


@pytest.fixture
def user(audit):
    return manager_of(audit).user


@pytest.fixture
def rows(audit):
    return list(audit.assessments.order_by("position"))


@pytest.fixture
def third(rows):
    """A certification audit of the same file."""
    return running_audit(certification=rows[0].audit.certification, kind=AuditKind.INITIAL)


@pytest.fixture
def auditor(third):
    person = UserFactory(language="fr")
    name_on_team(audit=third, user=person, role=TeamRole.LEAD)
    return person


def written(**cells):
    """A new finding, as typed in the sheet; ``row`` is its row there."""
    row = cells.pop("row", 2)
    values = {"B": "NC majeure", "C": "EX-1.1.2", "E": "Délai", "G": "Trois sur dix"}
    return {(FOUND, f"{letter}{row}"): value for letter, value in (values | cells).items()}


def planned(**cells):
    """A new action, as typed in the sheet."""
    row = cells.pop("row", 2)
    values = {"C": "Recruter", "F": date(2026, 9, 1)}
    return {(PLANNED, f"{letter}{row}"): value for letter, value in (values | cells).items()}


def rate(row, user):
    row = Assessment.objects.select_related("audit__organisation").get(pk=row.pk)
    grid.rate(assessment=row, version=row.version, level="C", by=user, at=timezone.now())


def places(audit, user, cells):
    return [place[:3] for place in problems_of(audit, user, typed(taken(audit, user), cells))]


def only(model):
    return model.objects.select_related().get()


def test_a_finding_written_without_a_network_becomes_a_draft_of_the_team(third, auditor):
    content = typed(taken(third, auditor), written(H="Clients perdus", J="2026-03-05"))

    imported = bring(third, auditor, content)

    assert not Finding.objects.exists()
    apply(imported, auditor)
    finding = only(Finding)
    row = third.assessments.get(code="EX-1.1.2")
    assert (finding.reference, finding.state) == ("F-01", FindingState.DRAFT)
    assert (finding.assessment, finding.grade.code) == (row, "NC_MAJ")
    assert (finding.title, finding.found) == ("Délai", "Trois sur dix")
    assert (finding.required, finding.consequence) == (row.text_fr, "Clients perdus")
    assert (finding.found_date, finding.created_by) == (date(2026, 3, 5), auditor)
    assert journal_of(WRITTEN, actions.BROUGHT) == [
        (WRITTEN, str(auditor.key)),
        (actions.BROUGHT, str(auditor.key)),
    ]


def test_in_ones_own_audit_it_is_presented_counts_and_has_its_due_date(audit, user, rows):
    rate(rows[1], user)
    imported = bring(audit, user, typed(taken(audit, user), written(C="ex-1.1.2 ", B="NC_MAJ")))

    apply(imported, user)

    finding = only(Finding)
    assert (finding.state, finding.found_date) == (FindingState.PRESENTED, timezone.localdate())
    assert finding.due_date is not None
    assert Assessment.objects.get(pk=rows[1].pk).shape == "major"


def test_a_finding_and_its_action_may_come_in_one_workbook(audit, user):
    owner = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    due = timezone.localdate() + timedelta(days=30)
    cells = written() | planned(B="F-N1", E=owner.email, F=due, G=2.5, D="En deux fois")

    imported = apply(bring(audit, user, typed(taken(audit, user), cells)), user)

    action = only(CorrectiveAction)
    assert (action.finding, action.owner) == (only(Finding), owner)
    assert (action.due_date, action.effort_days) == (due, Decimal("2.5"))
    assert (action.title, action.description) == ("Recruter", "En deux fois")
    assert action.state == ActionState.PLANNED
    assert [imported.count(kind) for kind in Kind] == [0, 1, 1]


@pytest.mark.parametrize("said", [lambda u: u.email.upper(), str, lambda u: f"{u} ({u.email})"])
def test_who_is_in_charge_is_named_by_address_or_by_name(audit, user, rows, said):
    FindingFactory(assessment=rows[0], audit=audit)
    owner = MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user
    reference = only(Finding).reference

    imported = bring(
        audit, user, typed(taken(audit, user), planned(B=reference, E=said(owner), row=3))
    )

    assert imported.proposed[0]["values"]["owner"] == str(owner.key)


def test_what_is_wrong_in_new_rows_is_said_cell_by_cell(audit, user, rows):
    FindingFactory(assessment=rows[0], audit=audit, number=1)
    tomorrow = timezone.localdate() + timedelta(days=2)
    cells = (
        written(B="Grave", C="EX-9", row=3)
        | written(B=None, E="x" * 201, G=None, J=tomorrow, row=4)
        | written(K=date(2026, 5, 1), D="Lyon", H="=1+1", row=5)
        | planned(B="F-99", E="Personne", G="deux", row=2)
        | planned(B="F-01", E=user.email, F=date(2026, 3, 3), H="En cours", row=3)
        | {(PLANNED, "C4"): "Sans rien", (PLANNED, "A70"): "Autre", (PLANNED, "C70"): "x"}
    )

    assert places(audit, user, cells) == [
        *(
            (FOUND, 3, "B"),
            (FOUND, 3, "C"),
            (FOUND, 4, "B"),
            (FOUND, 4, "E"),
            (FOUND, 4, "G"),
            (FOUND, 4, "J"),
        ),
        *((FOUND, 5, "D"), (FOUND, 5, "H"), (FOUND, 5, "K")),
        *((PLANNED, 2, "B"), (PLANNED, 2, "E"), (PLANNED, 2, "G")),
        *((PLANNED, 3, "F"), (PLANNED, 3, "H")),
        *((PLANNED, 4, "B"), (PLANNED, 4, "E"), (PLANNED, 4, "F"), (PLANNED, 70, "A")),
    ]
    assert not WorkbookImport.objects.exists()


def test_a_minor_on_a_critical_requirement_is_refused_in_its_cell(audit, user, rows):
    Assessment.objects.filter(pk=rows[1].pk).update(criticality=Criticality.CRITICAL)
    content = typed(taken(audit, user), written(B="NC_MIN"))

    (problem,) = problems_of(audit, user, content)

    assert problem[:3] == (FOUND, 2, "B")
    assert "always major" in problem[3]


def test_on_sites_a_finding_says_on_which(user):
    (manager,) = user.memberships.all()
    lyon, massy = (
        SiteFactory(organisation=manager.organisation, name=name) for name in ("Lyon", "Massy")
    )
    file = CertificationFactory(organisation=manager.organisation)
    file.sites.set([lyon, massy])
    audit = running_audit(certification=file, is_per_site=True)
    content = taken(audit, user)

    assert places(audit, user, written()) == [(FOUND, 2, "D")]
    assert places(audit, user, written(D="Brest")) == [(FOUND, 2, "D")]
    apply(bring(audit, user, typed(content, written(D="massy"))), user)
    assert only(Finding).assessment.site == massy


def test_an_unchanged_workbook_with_findings_and_actions_brings_back_nothing(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit, title="=1+1", found="é" * 19_000)
    CorrectiveActionFactory(finding=finding, effort_days=Decimal("2.50"), outcome="_x000D_ \n x")
    CorrectiveActionFactory(finding=finding, owner=user)
    content = taken(audit, user)

    assert bring(audit, user, content) is None
    assert bring(audit, user, typed(content, {})) is None


def test_what_changed_of_a_finding_and_of_an_action_is_written_there(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit)
    action = CorrectiveActionFactory(finding=finding, owner=user)
    member = MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user
    cells = {
        (FOUND, "E2"): "Délai dépassé",
        (FOUND, "I2"): "Renfort",
        (PLANNED, "E2"): str(member),
        (PLANNED, "F2"): "30/06/2026",
        (PLANNED, "G2"): "1,5",
        (PLANNED, "H2"): "En cours",
        (PLANNED, "I2"): "Commencé lundi",
    }

    imported = apply(bring(audit, user, typed(taken(audit, user), cells)), user)

    finding.refresh_from_db()
    action.refresh_from_db()
    assert (finding.title, finding.next_step, finding.version) == ("Délai dépassé", "Renfort", 2)
    assert (action.owner, action.due_date) == (member, date(2026, 6, 30))
    assert (action.effort_days, action.state) == (Decimal("1.5"), ActionState.IN_PROGRESS)
    assert action.outcome == "Commencé lundi"
    assert journal_of("finding.edited", planning.EDITED, planning.MOVED) == [
        (name, str(user.key)) for name in ("finding.edited", planning.EDITED, planning.MOVED)
    ]
    assert [imported.count(kind) for kind in Kind] == [0, 1, 1]


def test_a_conflict_of_a_finding_is_chosen_cell_by_cell(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit)
    content = typed(
        taken(audit, user), {(FOUND, "E2"): "Hors ligne", (FOUND, "H2"): "Sans conflit"}
    )
    fields = fields_of(Finding.objects.select_related("grade").get(pk=finding.pk))
    online = type(fields)(**{name: getattr(fields, name) for name in fields.__slots__}
                          | {"title": "En ligne", "next_step": "Autre"})  # fmt: skip
    edit_finding(finding=finding, version=1, fields=online, by=user, at=timezone.now())

    imported = bring(audit, user, content)
    found = review(imported, read_rows(imported, user))
    apply(imported, user, "mine")

    assert [cell.unit for cell in found.conflicts] == ["TITLE"]
    assert [cell.unit for cell in found.changes] == ["CONSEQUENCE"]
    finding.refresh_from_db()
    assert (finding.title, finding.consequence, finding.next_step) == (
        *("Hors ligne", "Sans conflit", "Autre"),
    )


def test_the_same_step_taken_meanwhile_is_no_conflict_and_another_one_is_said(audit, user, rows):
    action = CorrectiveActionFactory(finding=FindingFactory(assessment=rows[0], audit=audit))
    content = taken(audit, user)
    started = typed(content, {(PLANNED, "H2"): "En cours"})
    cancelled = typed(content, {(PLANNED, "H2"): "Annulée", (PLANNED, "I2"): "Sans objet"})
    for state in (ActionState.IN_PROGRESS, ActionState.DONE):
        action = planning.move_action(
            action=action, version=action.version, to=state, outcome="", by=user, at=timezone.now()
        )
        if state == ActionState.IN_PROGRESS:
            assert bring(audit, user, started) is None

    (problem,) = problems_of(audit, user, cancelled)

    assert problem[:3] == (PLANNED, 2, "H")
    assert "does not lead on" in problem[3]


def test_a_step_that_must_be_explained_asks_for_it(audit, user, rows):
    CorrectiveActionFactory(finding=FindingFactory(assessment=rows[0], audit=audit))

    assert places(audit, user, {(PLANNED, "H2"): "Annulée"}) == [(PLANNED, 2, "I")]
    assert places(audit, user, {(PLANNED, "I2"): "Vu"}) == [(PLANNED, 2, "I")]
    assert places(audit, user, {(PLANNED, "H2"): "Ailleurs"}) == [(PLANNED, 2, "H")]
    assert places(audit, user, {(PLANNED, "H2"): None}) == [(PLANNED, 2, "H")]


def test_the_manager_of_a_third_partys_audit_brings_actions_and_nothing_else(third, auditor, user):
    draft = FindingFactory(assessment=third.assessments.first(), audit=third, number=1, draft=True)
    present_findings(audit=third, by=auditor, at=timezone.now())
    content = taken(third, user)
    book = opened(content)
    found, sheet = book[FOUND], book[PLANNED]

    assert {cell.protection.locked for row in found["A2:L9"] for cell in row} == {True}
    assert [sheet["A2"].value, sheet["B2"].protection.locked] == ["ACT-N1", False]
    assert places(third, user, {(FOUND, "E2"): "Autre", (FOUND, "E3"): "Nouveau"}) == [
        *((FOUND, 2, "E"), (FOUND, 3, "A")),
    ]
    cells = planned(B="F-01", E=user.email)
    apply(bring(third, user, typed(content, cells)), user)
    assert only(CorrectiveAction).finding == draft


def test_no_action_answers_a_draft(third, auditor):
    """For a member who observes, and for an auditor who became one since."""
    person = manager_of(third).user
    member = name_on_team(audit=third, user=person, role=TeamRole.OBSERVER)
    FindingFactory(assessment=third.assessments.first(), audit=third, number=1, draft=True)
    type(member).objects.filter(pk=member.pk).update(role=TeamRole.AUDITOR)
    cells = (
        written(row=3)
        | planned(B="F-01", E=person.email)
        | planned(B="F-N1", F="2099-01-01", row=3)
    )

    found = problems_of(third, person, typed(taken(third, person), cells))

    assert [(place[1], place[2]) for place in found] == [(2, "B"), (3, "B"), (3, "E")]
    assert all("draft" in place[3] for place in found[:2])


def test_an_auditor_plans_no_action_and_verifies_one(third, auditor, user):
    finding = FindingFactory(assessment=third.assessments.first(), audit=third)
    action = CorrectiveActionFactory(finding=finding)
    planning.move_action(
        action=action, version=1, to=ActionState.DONE, outcome="Fait", by=user, at=timezone.now()
    )
    content = taken(third, auditor)
    sheet = opened(content)[PLANNED]

    assert [sheet[f"{letter}2"].protection.locked for letter in "CFHI"] == [
        *(True, True, False, False),
    ]
    assert sheet["A3"].value is None
    assert "@" not in sheet["E2"].value
    assert places(third, auditor, {(PLANNED, "F2"): "2026-12-01", (PLANNED, "C3"): "x"}) == [
        *((PLANNED, 2, "F"), (PLANNED, 3, "A")),
    ]
    cells = {(PLANNED, "H2"): "Vérifiée efficace", (PLANNED, "I2"): "Vu sur place"}
    apply(bring(third, auditor, typed(content, cells)), auditor)
    action.refresh_from_db()
    assert (action.state, action.verified_by) == (ActionState.VERIFIED, auditor)


def test_a_contributor_brings_back_the_progress_of_their_own_action(audit, user, rows):
    person = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    Assessment.objects.filter(pk=rows[0].pk).update(assigned_to=person)
    finding = FindingFactory(assessment=rows[0], audit=audit)
    mine = CorrectiveActionFactory(finding=finding, owner=person)
    theirs = CorrectiveActionFactory(finding=finding, owner=user)
    content = taken(audit, person)
    sheet = opened(content)[PLANNED]

    assert [sheet[f"H{row}"].protection.locked for row in (2, 3)] == [False, True]
    assert places(audit, person, {(PLANNED, "F2"): "2026-12-01", (PLANNED, "H3"): "En cours"}) == [
        *((PLANNED, 2, "F"), (PLANNED, 3, "H")),
    ]
    cells = {(PLANNED, "H2"): "Faite, à vérifier", (PLANNED, "I2"): "Fait lundi"}
    apply(bring(audit, person, typed(content, cells)), person)
    mine.refresh_from_db()
    assert (mine.state, mine.outcome) == (ActionState.DONE, "Fait lundi")
    assert CorrectiveAction.objects.get(pk=theirs.pk).state == ActionState.PLANNED


def test_nobody_verifies_their_own_work_through_a_workbook(audit, user, rows):
    action = CorrectiveActionFactory(
        finding=FindingFactory(assessment=rows[0], audit=audit), owner=user
    )
    planning.move_action(
        action=action, version=1, to=ActionState.DONE, outcome="", by=user, at=timezone.now()
    )
    cells = {(PLANNED, "H2"): "Vérifiée efficace", (PLANNED, "I2"): "Bien"}

    (problem,) = problems_of(audit, user, typed(taken(audit, user), cells))

    assert problem[:3] == (PLANNED, 2, "H")
    assert "not yours to take" in problem[3]


def test_once_the_audit_is_validated_its_actions_go_on_and_nothing_else(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit, number=1)
    action = CorrectiveActionFactory(finding=finding, owner=user)
    rate(rows[1], user)
    audit = validate_audit(audit=audit, by=user, at=timezone.now())
    content = taken(audit, user)
    sheet = opened(content)[FOUND]

    assert sheet["E2"].protection.locked
    assert places(audit, user, {(FOUND, "E2"): "Autre"}) == [(FOUND, 2, "E")]
    imported = bring(audit, user, typed(content, {(PLANNED, "F2"): "2026-12-01"}))
    apply(imported, user)
    action.refresh_from_db()
    assert action.due_date == date(2026, 12, 1)
    undo(imported, user)
    action.refresh_from_db()
    assert action.due_date == date(2026, 5, 15)
    contributor = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    with pytest.raises(NotAvailableError, match="validated"):
        bring(audit, contributor, content)


def test_a_second_click_writes_no_second_finding(audit, user):
    imported = bring(audit, user, typed(taken(audit, user), written()))
    seen = review(imported, read_rows(imported, user)).seen
    apply(imported, user)

    apply(imported, user, seen=seen)

    assert Finding.objects.count() == 1


def test_all_or_nothing_with_new_rows(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit, number=1)
    cells = written(row=3) | planned(B="F-01", E=user.email)
    imported = bring(audit, user, typed(taken(audit, user), cells))
    before = (Finding.objects.count(), JournalEntry.objects.count())
    Finding.objects.filter(pk=finding.pk).update(
        state=FindingState.CLOSED, closed_at=timezone.now(), closed_by=user
    )

    with pytest.raises(NotAvailableError, match=r"ACT-N1.*closed"):
        apply(imported, user)

    assert (Finding.objects.count(), JournalEntry.objects.count()) == before
    assert not CorrectiveAction.objects.exists()


def test_what_was_added_is_taken_back_and_its_number_is_not_given_again(audit, user, rows):
    rate(rows[1], user)
    cells = written() | planned(B="F-N1", E=user.email, F=timezone.localdate())
    imported = apply(bring(audit, user, typed(taken(audit, user), cells)), user)
    assert Assessment.objects.get(pk=rows[1].pk).shape == "major"

    imported = undo(imported, user)
    undo(imported, user)

    assert (Finding.objects.count(), CorrectiveAction.objects.count()) == (0, 0)
    assert imported.state == ImportState.UNDONE
    assert Assessment.objects.get(pk=rows[1].pk).shape == "ok"
    assert len(journal_of("finding.taken_back", "action.taken_back")) == 2
    apply(bring(audit, user, typed(taken(audit, user), written())), user)
    assert only(Finding).reference == "F-02"


def test_drafts_are_taken_back_until_they_are_presented(third, auditor):
    first = apply(bring(third, auditor, typed(taken(third, auditor), written())), auditor)
    undo(first, auditor)
    assert not Finding.objects.exists()

    second = apply(bring(third, auditor, typed(taken(third, auditor), written())), auditor)
    present_findings(audit=third, by=auditor, at=timezone.now())

    with pytest.raises(NotAvailableError, match=r"Changed since: F-02\."):
        undo(second, auditor)
    assert only(Finding).state == FindingState.PRESENTED


def test_nothing_is_taken_back_once_something_rests_on_it(audit, user, rows):
    cells = written() | {("D1 Domaine D1", "I2"): "Vu"}
    imported = apply(bring(audit, user, typed(taken(audit, user), cells)), user)
    CorrectiveActionFactory(finding=only(Finding))
    comments = list(audit.assessments.values_list("comment", flat=True))

    with pytest.raises(NotAvailableError, match=r"F-01: .*rests on it: it stays"):
        undo(imported, user)

    assert Finding.objects.exists()
    assert list(audit.assessments.values_list("comment", flat=True)) == comments


def test_what_was_changed_is_put_back_and_a_step_is_not(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit)
    action = CorrectiveActionFactory(finding=finding, owner=user)
    cells = {(FOUND, "E2"): "Autre", (PLANNED, "F2"): "2026-12-01"}
    undo(apply(bring(audit, user, typed(taken(audit, user), cells)), user), user)
    finding.refresh_from_db()
    action.refresh_from_db()
    assert (finding.title, action.due_date) == ("Délai non tenu", date(2026, 5, 15))

    cells = {(FOUND, "E2"): "Autre", (PLANNED, "H2"): "En cours"}
    imported = apply(bring(audit, user, typed(taken(audit, user), cells)), user)

    with pytest.raises(NotAvailableError, match="step of an action is not taken back"):
        undo(imported, user)
    finding.refresh_from_db()
    assert finding.title == "Autre"


def test_a_draft_that_was_thrown_away_meanwhile_is_said_only_when_it_was_changed(third, auditor):
    draft = FindingFactory(
        assessment=third.assessments.first(), audit=third, draft=True, created_by=auditor
    )
    content = taken(third, auditor)
    discard_finding(finding=draft, by=auditor, at=timezone.now())

    assert bring(third, auditor, content) is None
    (problem,) = problems_of(third, auditor, typed(content, {(FOUND, "E2"): "Autre"}))
    assert problem[:3] == (FOUND, 2, "A")


def test_a_right_that_went_since_the_preview_stops_the_writing(third, auditor):
    imported = bring(third, auditor, typed(taken(third, auditor), written()))
    third.team.update(role=TeamRole.OBSERVER)
    person = type(auditor).objects.get(pk=auditor.pk)

    with pytest.raises(NotAvailableError, match="may no longer write F-N1"):
        apply(imported, person)


def test_a_manager_who_is_none_any_more_writes_and_takes_back_nothing(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit, number=1)
    action = CorrectiveActionFactory(finding=finding, owner=user)
    content = taken(audit, user)
    member = user.memberships.get()
    brought = (
        {(PLANNED, "F2"): "2026-12-01"},
        {(PLANNED, "H2"): "En cours"},
        planned(B="F-01", E=user.email, row=3),
        {(FOUND, "E2"): "Autre"},
    )

    for cells in brought:
        imported = bring(audit, user, typed(content, cells))
        type(member).objects.filter(pk=member.pk).update(role=Role.DIRECTOR)
        former = type(user).objects.get(pk=user.pk)
        if cells == brought[1]:
            CorrectiveAction.objects.update(owner=UserFactory())
        with pytest.raises(NotAvailableError, match="may no longer write"):
            apply(imported, former)
        type(member).objects.filter(pk=member.pk).update(role=Role.QUALITY_MANAGER)

    written_ones = [
        apply(bring(audit, user, typed(taken(audit, user), cells)), user)
        for cells in (brought[0], brought[3])
    ]
    type(member).objects.filter(pk=member.pk).update(role=Role.DIRECTOR)
    former = type(user).objects.get(pk=user.pk)
    for imported in written_ones:
        with pytest.raises(NotAvailableError, match="may no longer write"):
            undo(imported, former)
    action.refresh_from_db()
    assert action.due_date == date(2026, 12, 1)


def test_what_is_gone_or_closed_meanwhile_is_said_in_its_cell(audit, user, rows):
    finding = FindingFactory(assessment=rows[0], audit=audit, number=1)
    CorrectiveActionFactory(finding=finding)
    gone = CorrectiveActionFactory(finding=finding)
    content = taken(audit, user)
    gone.delete()
    Finding.objects.filter(pk=finding.pk).update(
        state=FindingState.CLOSED, closed_at=timezone.now(), closed_by=user
    )
    cells = {(PLANNED, "H2"): "En cours", (PLANNED, "C3"): "Autre", (FOUND, "E2"): "Autre"}
    cells |= planned(B="F-01", E=user.email, row=4)
    cells |= planned(B="F-N7", E=user.email, row=5)

    found = problems_of(audit, user, typed(content, cells))

    assert [place[:3] for place in found] == [
        *((FOUND, 2, "E"), (PLANNED, 2, "H"), (PLANNED, 3, "A"), (PLANNED, 4, "B")),
        (PLANNED, 5, "B"),
    ]
    said = ("“Closed”", "the finding is closed", "is gone", "reopen it", "is not written")
    assert [part in place[3] for place, part in zip(found, said, strict=True)] == [True] * 5


def test_a_text_too_long_for_a_cell_stays_whole_and_is_not_changed_there(audit, user, rows):
    FindingFactory(assessment=rows[0], audit=audit, number=1, found="😀" * 19_000, due_date=None)
    content = taken(audit, user)

    assert opened(content)[FOUND]["G2"].protection.locked
    assert bring(audit, user, content) is None
    found = problems_of(
        audit, user, typed(content, {(FOUND, "G2"): "Court", (FOUND, "K2"): "2026-05-01"})
    )
    assert [(place[:3], place[3][:30]) for place in found] == [
        ((FOUND, 2, "G"), "The text is too long for a cel"),
        ((FOUND, 2, "K"), "This cell is protected: empty "),
    ]


def test_rows_of_the_tables_that_are_gone_or_doubled_are_said(audit, user, rows):
    FindingFactory(assessment=rows[0], audit=audit, number=1)
    FindingFactory(assessment=rows[0], audit=audit, number=2)
    twice = {(FOUND, "A3"): "F-01"} | written(row=4) | written(row=5) | {(FOUND, "A5"): "F-N1"}

    found = problems_of(audit, user, typed(taken(audit, user), twice))

    assert [place[:3] for place in found] == [
        *((FOUND, None, ""), (FOUND, 3, "A"), (FOUND, 5, "A")),
    ]


def test_as_many_questions_whatever_the_number_of_changed_rows(audit, user, rows):
    counts = []
    for number in (1, 1, 3):
        for _n in range(number):
            finding = FindingFactory(assessment=rows[0], audit=audit)
            CorrectiveActionFactory(finding=finding, owner=user)
        last = Finding.objects.count() + 1
        cells = {(FOUND, f"E{row}"): "Autre" for row in range(2, last + 1)}
        cells |= {(PLANNED, f"F{row}"): "2026-12-01" for row in range(2, last + 1)}
        cells |= written(row=last + 1) | written(row=last + 2)
        content = typed(taken(audit, user), cells)
        with counted() as statements:
            bring(audit, user, content)
        counts.append(len(statements))

    assert counts[1] == counts[2]  # the first one had no earlier preview to abandon
