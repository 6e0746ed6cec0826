"""Findings of a workbook: written, changed and taken back as on their own pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audits import permissions
from audits.actions.finding import add_finding, edit_finding, take_back_finding
from audits.actions.finding_fields import FindingFields, fields_of
from audits.actions.workbook_rows import gathered, named, refuse_writing
from audits.finding_rules import grades_of
from audits.models import Assessment, Audit, Finding
from audits.models.workbook import Kind
from audits.workbook.fields import Addition, Values, finding_values
from audits.workbook.review import Cell
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from engagements.models import FindingGrade


def write_findings(
    cells: Sequence[Cell], added: Sequence[Addition], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Change those of ``cells``, then write the new ones, each with its row of the journal.

    Gives, of each, what an undo needs: see `WorkbookImport`.

    Raises:
        NotAvailableError: naming the first one that may not be written, or no longer.
    """
    grades = {row.code: row for row in grades_of(audit)} if cells or added else {}
    written = []
    for row, changes in gathered(cells):
        if not permissions.can_edit_finding(by, row):
            refuse_writing(row.reference)
        before = finding_values(row)
        version = _edit(row, before | changes, grades, by=by, at=at)
        kept = {name: before[name] for name in changes}
        written.append({"kind": Kind.FINDING, "pk": row.pk, "version": version, "before": kept})
    rows = _requirements(added, audit, by)
    for item in added:
        finding = _add(item, rows, grades, by=by, at=at)
        written.append({"kind": Kind.FINDING, "pk": finding.pk, "version": finding.version})
    return written


def put_back_findings(
    items: Sequence[Mapping[str, Any]], rows: Mapping[int, Finding], *, by: User, at: datetime
) -> None:
    """What `write_findings` did, taken back, the newest first.

    Raises:
        NotAvailableError: naming the first one that may not be changed any more.
    """
    grades: dict[str, FindingGrade] = {}
    for item in reversed(items):
        row = rows[item["pk"]]
        grades = grades or {grade.code: grade for grade in grades_of(row.audit)}
        if not permissions.can_edit_finding(by, row):
            refuse_writing(row.reference)
        with named(row.reference):
            if "before" in item:
                _edit(row, finding_values(row) | item["before"], grades, by=by, at=at)
            else:
                take_back_finding(finding=row, version=item["version"], by=by, at=at)


def _edit(
    row: Finding, values: Values, grades: Mapping[str, FindingGrade], *, by: User, at: datetime
) -> int:
    with named(row.reference):
        fields = replace(fields_of(row), **_columns(values, grades))
        saved = edit_finding(finding=row, version=row.version, fields=fields, by=by, at=at)
    return saved.version


def _add(
    item: Addition,
    rows: Mapping[str, Assessment],
    grades: Mapping[str, FindingGrade],
    *,
    by: User,
    at: datetime,
) -> Finding:
    assessment = rows.get(item.values["requirement"])
    if assessment is None or not permissions.can_write_finding(by, assessment.audit):
        refuse_writing(item.label)
    with named(item.label):
        fields = FindingFields(**_columns(item.values, grades))
        return add_finding(key=UUID(item.key), assessment=assessment, fields=fields, by=by, at=at)


def _columns(values: Values, grades: Mapping[str, FindingGrade]) -> dict[str, Any]:
    grade = grades.get(values["grade"])
    if grade is None:
        raise NotAvailableError(_("Choose a grade of the audit's own scheme."))
    texts = ("title", "required", "found", "consequence", "next_step")
    return {
        "grade": grade,
        "found_date": date.fromisoformat(values["found_date"]),
        **{name: values[name] for name in texts},
    }


def _requirements(added: Sequence[Addition], audit: Audit, user: User) -> dict[str, Assessment]:
    """The requirements of new findings that the person sees, by key: one query."""
    if not added:
        return {}
    keys = {item.values["requirement"] for item in added}
    rows = Assessment.objects.visible_to(user).filter(audit=audit, pk__in=keys)
    found = {str(row.pk): row for row in rows.select_related("site")}
    for row in found.values():
        row.audit = audit
    return found
