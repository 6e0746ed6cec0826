"""What an auditor writes in a finding, and which of it fits the requirement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audits.calendars import calendar_of
from audits.finding_rules import grade_problem
from audits.logic.deadlines import due_date
from audits.models import Assessment, Evidence, EvidenceLink, Finding
from crcaudit.core.exceptions import UserError
from engagements.models import FindingGrade


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFields:
    """What the auditor writes."""

    grade: FindingGrade
    title: str
    required: str
    found: str
    consequence: str = ""
    next_step: str = ""
    found_date: date
    evidence: tuple[Evidence, ...] = ()
    page: int | None = None
    recurs: Finding | None = None


def answer_due(assessment: Assessment, *, grade: FindingGrade, start: date) -> date | None:
    """Last day to answer, None when the grade sets no limit. Counted as `proof_due`."""
    return _counted(assessment, grade.answer_days, grade, start)


def proof_due(assessment: Assessment, *, grade: FindingGrade, start: date) -> date | None:
    """Last day to bring proof, None when the grade sets no limit.

    ``start`` is the day on which the auditee was told. Counted in calendar or in working days
    as the grade says; working days are those of the site, or of the file's sites for a finding
    on the whole scope.
    """
    return _counted(assessment, grade.evidence_days, grade, start)


def _counted(
    assessment: Assessment, days: int | None, grade: FindingGrade, start: date
) -> date | None:
    if days is None:
        return None

    def add_working_days(start: date, days: int) -> date:
        return calendar_of(assessment).add_working_days(start, days)

    return due_date(start, days, working_days=grade.working_days, add_working_days=add_working_days)


def evidence_choices(assessment: Assessment, finding: Finding | None = None) -> list[Evidence]:
    """Evidence that a finding may name: linked to the requirement, or named already."""
    links = EvidenceLink.objects.filter(assessment=assessment, unlinked_at=None)
    rows = Evidence.objects.filter(pk__in=links.values("evidence"), withdrawn_at=None)
    if finding is not None:
        rows = Evidence.objects.filter(pk__in=rows.values("pk")) | finding.evidence.all()
    return list(rows.distinct().order_by("number"))


def earlier_findings(assessment: Assessment) -> list[Finding]:
    """Findings of earlier audits of the organisation on the same requirement, newest first.

    The same by its code within the referential, whatever the edition.
    """
    audit = assessment.audit
    rows = Finding.objects.presented().filter(
        audit__organisation=audit.organisation_id,
        audit__certification__edition__referential=audit.certification.edition.referential_id,
        assessment__code=assessment.code,
        audit__started_at__lt=audit.started_at,
    )
    rows = rows.select_related("grade", "audit").defer("audit__frozen")
    return list(rows.order_by("-found_date", "-pk"))


def fields_of(finding: Finding) -> FindingFields:
    """The present values, evidence in order of number."""
    return FindingFields(
        grade=finding.grade,
        title=finding.title,
        required=finding.required,
        found=finding.found,
        consequence=finding.consequence,
        next_step=finding.next_step,
        found_date=finding.found_date,
        evidence=tuple(finding.evidence.order_by("number")),
        page=finding.page,
        recurs=finding.recurs,
    )


def as_json(fields: FindingFields) -> dict[str, Any]:
    """Values as the journal keeps them: grade by code, evidence by reference, dates in ISO."""
    return {
        "grade": fields.grade.code,
        "title": fields.title,
        "required": fields.required,
        "found": fields.found,
        "consequence": fields.consequence,
        "next_step": fields.next_step,
        "found_date": fields.found_date.isoformat(),
        "evidence": [row.reference for row in fields.evidence],
        "page": fields.page,
        "recurs": str(fields.recurs.key) if fields.recurs else None,
    }


def columns(fields: FindingFields) -> dict[str, Any]:
    """Values by column; evidence is not a column."""
    names = ("grade", "title", "required", "found", "consequence", "next_step", "found_date")
    return {name: getattr(fields, name) for name in (*names, "page", "recurs")}


def require_fitting(
    assessment: Assessment, fields: FindingFields, *, kept: tuple[Evidence, ...]
) -> None:
    """Refuse what does not belong to the requirement.

    ``kept`` is the evidence that the finding named before, whatever became of its link.

    Raises:
        UserError: naming what to choose instead.
    """
    scheme = assessment.audit.certification.edition.referential.scheme_id
    if fields.grade.scheme_id != scheme:
        raise UserError(_("Choose a grade of the audit's own scheme."))
    problem = grade_problem(assessment, fields.grade)
    if problem:
        raise UserError(problem)
    new = {row.pk for row in fields.evidence} - {row.pk for row in kept}
    if new and not new <= {row.pk for row in evidence_choices(assessment)}:
        raise UserError(_("Choose evidence that is linked to this requirement."))
    if fields.recurs is not None and fields.recurs not in earlier_findings(assessment):
        raise UserError(_("Choose an earlier finding on the same requirement."))
