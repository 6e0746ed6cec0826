"""Three audits of a third party: one to review, one with a finding to answer, one to decide on."""

from datetime import datetime
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from audits.actions.evidence import add_file
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.actions.finding_steps import present_findings
from audits.decision_enums import Recommendation
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Certification
from crcaudit.accounts.models import Organisation, User
from engagements.enums import Severity
from tests.browser.documents import pdf
from tests.browser.world_steps import begin, rate, rows_of
from tests.factories.audits import name_on_team
from tests.factories.decisions import conclude

PIECES = 10


def to_review(file: Certification, by: User, colleague: User, at: datetime) -> dict[str, str]:
    """An audit without a lead: ten pieces of evidence, the last two of several pages.

    A colleague has examined everything else. The diagnosis before it is the organisation's own.
    """
    before = begin(file, AuditKind.DIAGNOSIS, by, at)
    audit = begin(file, AuditKind.INITIAL, by, at)
    name_on_team(audit=audit, user=colleague, role=TeamRole.AUDITOR)
    rows = rows_of(audit)
    for number, row in enumerate(rows[:PIECES], start=1):
        if number > PIECES - 2:
            upload = SimpleUploadedFile(f"Relevé {number}.pdf", pdf(3))
        else:
            table = f"Mois;Taux\nM1;{80 + number}\n"
            upload = SimpleUploadedFile(f"Relevé {number}.csv", table.encode())
        add_file(assessment=row, upload=upload, by=by, at=at)
    _rate(rows[PIECES:], colleague, at)
    return {"certification": str(audit.key), "before": str(before.key)}


def to_answer(file: Certification, by: User, lead: User, at: datetime) -> dict[str, str]:
    """A concluded audit with a major nonconformity, which its organisation has not answered."""
    audit = begin(file, AuditKind.INITIAL, by, at)
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
    rows = rows_of(audit)
    _rate(rows, lead, at)
    grades = file.edition.referential.scheme.grades
    fields = FindingFields(
        grade=grades.get(severity=Severity.MAJOR),
        title="Taux sous l'objectif",
        required="Le taux de l'engagement, chaque jour ouvré.",
        found="Deux relevés sur dix sous l'objectif.",
        found_date=at.date(),
    )
    finding = add_finding(key=uuid4(), assessment=rows[0], fields=fields, by=lead, at=at)
    present_findings(audit=audit, by=lead, at=at)
    conclude(audit, lead, recommendation=Recommendation.SUPPLEMENTARY_AUDIT)
    return {"answered": str(finding.key)}


def to_decide(
    file: Certification, body: Organisation, by: User, lead: User, at: datetime
) -> dict[str, str]:
    """A concluded audit without a finding, before the body of its file."""
    Certification.objects.filter(pk=file.pk).update(body=body)
    audit = begin(file, AuditKind.INITIAL, by, at)
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
    _rate(rows_of(audit), lead, at)
    conclude(audit, lead)
    return {"certified": str(file.key)}


def _rate(rows: list[Assessment], by: User, at: datetime) -> None:
    for row in rows:
        rate(row, "C", by, at)
