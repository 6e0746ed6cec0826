"""From the presentation of a finding to its closure: each side in its turn, nothing skipped."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from audits.actions.finding import close_finding, discard_finding, edit_finding
from audits.actions.finding_fields import fields_of
from audits.actions.finding_steps import (
    answer_finding,
    bring_proof,
    judge_answer,
    present_findings,
    refuse_proof,
    take_position,
)
from audits.enums import (
    ACTION_FLOW,
    FINDING_FLOW,
    OPEN_FINDING_STATES,
    ActionState,
    AuditeePosition,
    AuditKind,
    FindingState,
    Opinion,
)
from audits.models import CorrectiveAction, Finding, FindingAnswer
from audits.models.finding import STEPS
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from engagements.enums import Severity
from engagements.models import FindingGrade
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    CorrectiveActionFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.findings import (
    ANSWER,
    AT,
    accepted,
    answered,
    presented,
    proven,
    settle_actions,
    written,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


def test_what_a_third_party_writes_is_a_draft_and_weighs_nothing(audit, lead, auditee):
    draft = written(audit, lead)
    first = first_assessment(audit)

    assert (draft.state, draft.due_date, draft.presented_at) == ("DRAFT", None, None)
    assert first.shape == "none"
    assert Finding.objects.visible_to(lead).filter(pk=draft.pk).exists()
    assert not Finding.objects.visible_to(auditee).exists()


def test_an_audit_of_ones_own_presents_at_once():
    audit = running_audit()
    finding = written(audit, manager_of(audit).user)

    assert (finding.state, finding.presented_at) == ("PRESENTED", AT)


def test_presenting_opens_every_draft_to_the_auditee_and_time_runs_from_that_day(
    audit, lead, auditee
):
    written(audit, lead)
    written(audit, lead, title="Second")

    rows = present_findings(audit=audit, by=lead, at=AT)

    day = localdate(AT)
    grade = rows[0].grade
    assert [row.state for row in rows] == ["PRESENTED", "PRESENTED"]
    assert rows[0].answer_due == day + timedelta(days=grade.answer_days)
    assert rows[0].due_date == day + timedelta(days=grade.evidence_days)
    assert set(Finding.objects.visible_to(auditee)) == set(rows)
    message = QueuedMessage.objects.get()
    assert message.recipient == auditee
    assert "Délai non tenu" in message.body
    assert "Second" in message.body


def test_presenting_nothing_is_not_available(audit, lead):
    with pytest.raises(NotAvailableError):
        present_findings(audit=audit, by=lead, at=AT)


def test_a_discarded_draft_is_gone_and_the_journal_keeps_what_it_said(audit, lead):
    draft = written(audit, lead)

    discard_finding(finding=draft, by=lead, at=AT)

    assert not Finding.objects.exists()
    entry = JournalEntry.objects.get(action="finding.discarded")
    assert (entry.object_key, entry.before["title"]) == (str(draft.key), "Délai non tenu")


def test_what_was_presented_is_not_discarded(audit, lead):
    with pytest.raises(NotAvailableError):
        discard_finding(finding=presented(audit, lead), by=lead, at=AT)


def test_what_was_answered_is_not_rewritten(audit, lead, auditee):
    row = answered(audit, lead, auditee)

    with pytest.raises(NotAvailableError):
        edit_finding(finding=row, version=row.version, fields=fields_of(row), by=lead, at=AT)


def test_a_disagreement_needs_its_reason_and_leaves_one_row(audit, lead, auditee):
    finding = presented(audit, lead)
    with pytest.raises(UserError):
        take_position(
            finding=finding, position=AuditeePosition.DISPUTED, comment="", by=auditee, at=AT
        )

    take_position(
        finding=finding,
        position=AuditeePosition.DISPUTED,
        comment="Mauvais mois",
        by=auditee,
        at=AT,
    )

    row = Finding.objects.get(pk=finding.pk)
    assert (row.position, row.position_comment, row.position_by) == (
        "DISPUTED",
        "Mauvais mois",
        auditee,
    )
    assert JournalEntry.objects.filter(action="finding.positioned").count() == 1


def test_an_answer_needs_an_action_when_the_grade_does(audit, lead, auditee):
    finding = presented(audit, lead)

    with pytest.raises(NotAvailableError, match="plan"):
        answer_finding(key=uuid4(), finding=finding, fields=ANSWER, by=auditee, at=AT)


def test_the_same_answer_sent_twice_is_one_answer(audit, lead, auditee):
    finding = presented(audit, lead)
    CorrectiveActionFactory(finding=finding)
    key = uuid4()

    first = answer_finding(key=key, finding=finding, fields=ANSWER, by=auditee, at=AT)
    again = answer_finding(key=key, finding=finding, fields=ANSWER, by=auditee, at=AT)

    assert first == again
    assert JournalEntry.objects.filter(action="finding.answered").count() == 1
    assert set(QueuedMessage.objects.values_list("recipient", flat=True)) == {lead.pk, auditee.pk}


def test_a_refused_answer_is_kept_and_another_one_is_due(audit, lead, auditee):
    row = answered(audit, lead, auditee)

    back = judge_answer(
        finding=row,
        version=row.version,
        opinion=Opinion.REFUSED,
        reason="La cause décrit l'effet",
        by=lead,
        at=AT,
    )
    answer_finding(key=uuid4(), finding=back, fields=ANSWER, by=auditee, at=AT)

    assert back.state == FindingState.PRESENTED
    assert list(FindingAnswer.objects.values_list("number", "opinion")) == [(1, "REFUSED"), (2, "")]
    assert Finding.objects.get(pk=row.pk).state == FindingState.ANSWERED


def test_a_refusal_says_what_is_missing(audit, lead, auditee):
    row = answered(audit, lead, auditee)

    with pytest.raises(UserError):
        judge_answer(
            finding=row, version=row.version, opinion=Opinion.REFUSED, reason="", by=lead, at=AT
        )


def test_nobody_judges_their_own_answer_not_even_in_the_database(audit, lead, auditee):
    row = answered(audit, lead, auditee)

    with pytest.raises(UserError):
        judge_answer(
            finding=row, version=row.version, opinion=Opinion.ACCEPTED, reason="", by=auditee, at=AT
        )
    answer = row.answers.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        answer.judge(opinion=Opinion.ACCEPTED, reason="", by=auditee, at=AT)


def test_an_opinion_on_what_somebody_just_judged_is_a_conflict(audit, lead, auditee):
    row = answered(audit, lead, auditee)

    with pytest.raises(EditConflictError):
        judge_answer(
            finding=row,
            version=row.version - 1,
            opinion=Opinion.ACCEPTED,
            reason="",
            by=lead,
            at=AT,
        )


def test_an_answer_is_judged_once_and_never_removed_by_the_database_too(audit, lead, auditee):
    accepted(audit, lead, auditee)
    answer = FindingAnswer.objects.get()

    for change in (
        lambda: FindingAnswer.objects.update(opinion_reason="Autre"),
        answer.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_proof_waits_for_the_actions(audit, lead, auditee):
    row = accepted(audit, lead, auditee)

    with pytest.raises(NotAvailableError, match="ACT-"):
        bring_proof(key=uuid4(), finding=row, statement="Fait", evidence=(), by=auditee, at=AT)


def test_proof_names_evidence_of_the_requirement_only(audit, lead, auditee):
    row = accepted(audit, lead, auditee)
    settle_actions(row)
    good = EvidenceLinkFactory(assessment=row.assessment).evidence
    other = EvidenceLinkFactory(assessment=audit.assessments.order_by("position")[1]).evidence

    with pytest.raises(UserError):
        bring_proof(key=uuid4(), finding=row, statement="Fait", evidence=[other], by=auditee, at=AT)
    proof = bring_proof(
        key=uuid4(), finding=row, statement="Fait", evidence=[good], by=auditee, at=AT
    )

    assert list(proof.evidence.all()) == [good]


def test_a_refused_proof_asks_for_another(audit, lead, auditee):
    row = proven(audit, lead, auditee)

    back = refuse_proof(finding=row, version=row.version, reason="Un seul mois", by=lead, at=AT)

    assert (back.state, back.proven_at) == (FindingState.ACCEPTED, None)
    assert back.proofs.get().opinion == Opinion.REFUSED


def test_closing_accepts_the_proof(audit, lead, auditee):
    row = proven(audit, lead, auditee)

    closed = close_finding(finding=row, version=row.version, comment="Chiffres vus", by=lead, at=AT)

    assert closed.state == FindingState.CLOSED
    assert (closed.proofs.get().opinion, closed.proofs.get().opinion_by) == ("ACCEPTED", lead)


@pytest.mark.parametrize("stage", [presented, answered])
def test_a_gap_found_by_a_third_party_is_not_closed_before_its_answer_is_accepted(
    audit, lead, auditee, stage
):
    row = stage(audit, lead, auditee) if stage is answered else stage(audit, lead)
    settle_actions(row)

    with pytest.raises(NotAvailableError):
        close_finding(finding=row, version=row.version, comment="Vu", by=lead, at=AT)


def at_state(finding: Finding, state: FindingState, user) -> None:
    """Bring a row to a state by the way of a new row, as no update may jump."""
    reached = {
        FindingState.DRAFT: 0,
        FindingState.PRESENTED: 1,
        FindingState.ANSWERED: 2,
        FindingState.ACCEPTED: 3,
        FindingState.PROVEN: 4,
        FindingState.CLOSED: 5,
    }[state]
    finding.pk, finding.key, finding.number = None, uuid4(), finding.number + 1
    finding._state.adding = True
    for place, step in enumerate(STEPS):
        setattr(finding, step, AT if place < reached else None)
    finding.closed_by = user if state == FindingState.CLOSED else None
    finding.state = state
    finding.save()


@pytest.mark.parametrize(("source", "target"), list(product(FindingState, FindingState)))
def test_the_database_knows_the_table_of_moves(audit, lead, source, target):
    finding = written(audit, lead)
    at_state(finding, source, lead)
    later = Finding.objects.get(pk=finding.pk)
    wanted = {
        "presented_at": AT if target != FindingState.DRAFT else None,
        "answered_at": AT,
        "accepted_at": AT,
        "proven_at": AT,
        "closed_at": None,
        "closed_by": None,
    }
    reached = list(FindingState).index(target)
    for place, step in enumerate(STEPS):
        wanted[step] = AT if place < reached else None
    wanted["closed_by"] = lead if target == FindingState.CLOSED else None
    allowed = target in FINDING_FLOW.targets(source) or source == target

    if allowed:
        assert Finding.objects.filter(pk=later.pk).update(state=target, **wanted) == 1
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            Finding.objects.filter(pk=later.pk).update(state=target, **wanted)


@pytest.mark.parametrize(("source", "target"), list(product(ActionState, ActionState)))
def test_the_database_knows_the_moves_of_an_action(source, target):
    dates = {
        ActionState.DONE: {"done_at": AT},
        ActionState.VERIFIED: {"done_at": AT, "verified_at": AT, "verified_by": UserFactory()},
    }
    action = CorrectiveActionFactory(state=source, **dates.get(source, {}))
    wanted = {"done_at": None, "verified_at": None, "verified_by": None, **dates.get(target, {})}
    allowed = target in ACTION_FLOW.targets(source) or source == target
    rows = CorrectiveAction.objects.filter(pk=action.pk)

    if allowed:
        assert rows.update(state=target, **wanted) == 1
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(state=target, **wanted)


@pytest.mark.parametrize("state", sorted(OPEN_FINDING_STATES))
@pytest.mark.parametrize("missing", STEPS)
def test_a_state_without_its_date_is_refused_by_the_database(audit, lead, state, missing):
    finding = written(audit, lead)
    at_state(finding, state, lead)
    present = getattr(Finding.objects.get(pk=finding.pk), missing)

    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**{missing: None if present else AT})


def test_the_position_and_the_return_are_held_by_the_database(audit, lead):
    finding = presented(audit, lead)
    rows = Finding.objects.filter(pk=finding.pk)

    for change in (
        {"position": "DISPUTED", "position_at": AT, "position_by": lead},
        {"position": "AGREED"},
        {"recurs": finding},
        {"escalated_at": AT},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_a_finding_returns_from_an_earlier_audit_of_the_same_requirement(audit, lead):
    before = running_audit(certification=audit.certification, kind=AuditKind.MOCK)
    type(before).objects.filter(pk=before.pk).update(started_at=AT - timedelta(days=400))
    earlier = FindingFactory(assessment=first_assessment(before))
    elsewhere = FindingFactory(assessment=before.assessments.order_by("position")[1])

    again = written(audit, lead, recurs=earlier)

    assert again.recurs == earlier
    with pytest.raises(UserError):
        written(audit, lead, recurs=elsewhere)


def test_a_critical_requirement_takes_a_minor_where_the_scheme_allows_it(audit, lead):
    first = first_assessment(audit)
    type(first).objects.filter(pk=first.pk).update(criticality="critical")
    type(audit).objects.filter(pk=audit.pk).update(critical_is_major=False)
    minor = FindingGrade.objects.filter(
        scheme__referentials__editions=audit.certification.edition_id, severity=Severity.MINOR
    ).first()

    assert written(audit, lead, grade=minor).grade == minor
