"""Findings of a third party, at each step that its two sides take in turn."""

from datetime import UTC, date, datetime
from uuid import uuid4

from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.actions.finding_steps import (
    AnswerFields,
    answer_finding,
    bring_proof,
    judge_answer,
    present_findings,
)
from audits.enums import ActionState, CauseMethod, Opinion
from audits.models import Audit, Finding
from crcaudit.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.audits import CorrectiveActionFactory, first_assessment

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANSWER = AnswerFields(
    correction="Courriers en retard traités",
    corrected_on=date(2026, 11, 20),
    extent="L'autre site a été contrôlé : rien",
    cause_method=CauseMethod.FIVE_WHYS,
    cause_steps=["Absence non remplacée", "Aucun remplaçant formé"],
    root_cause="Le plan de charge ignore les absences",
)


def written(audit: Audit, by: User, **changes: object) -> Finding:
    """A draft: a major nonconformity on the first requirement."""
    assessment = first_assessment(audit)
    grade = assessment.audit.certification.edition.referential.scheme.grades.get(code="NC_MAJ")
    values = {
        "grade": grade,
        "title": "Délai non tenu",
        "required": "Répondre en cinq jours",
        "found": "Trois réponses sur dix hors délai",
        "found_date": date(2026, 11, 19),
        **changes,
    }
    fields = FindingFields(**values)
    return add_finding(key=uuid4(), assessment=assessment, fields=fields, by=by, at=AT)


def presented(audit: Audit, lead: User) -> Finding:
    """The auditee knows of it."""
    written(audit, lead)
    return present_findings(audit=audit, by=lead, at=AT)[0]


def answered(audit: Audit, lead: User, auditee: User) -> Finding:
    """An action is planned, and `ANSWER` waits for the lead."""
    finding = presented(audit, lead)
    CorrectiveActionFactory(finding=finding)
    answer_finding(key=uuid4(), finding=finding, fields=ANSWER, by=auditee, at=AT)
    return Finding.objects.get(pk=finding.pk)


def accepted(audit: Audit, lead: User, auditee: User) -> Finding:
    """Proof is due."""
    row = answered(audit, lead, auditee)
    return judge_answer(
        finding=row, version=row.version, opinion=Opinion.ACCEPTED, reason="", by=lead, at=AT
    )


def settle_actions(finding: Finding) -> None:
    """Done and verified, each by somebody else than its owner."""
    for action in finding.actions.all():
        action.move(to=ActionState.DONE, by=action.owner, at=AT, outcome="")
        action.move(to=ActionState.VERIFIED, by=UserFactory(), at=AT, outcome="Vu")


def proven(audit: Audit, lead: User, auditee: User) -> Finding:
    """Its actions are settled, and a proof waits for the lead."""
    row = accepted(audit, lead, auditee)
    settle_actions(row)
    bring_proof(key=uuid4(), finding=row, statement="98 % en avril", evidence=(), by=auditee, at=AT)
    return Finding.objects.get(pk=row.pk)
