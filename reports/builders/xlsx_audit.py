"""The workbook of an audit: what a person would otherwise copy out of the report.

One sheet each for the summary, the requirements, the findings, the actions and the evidence.
Columns are data.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.logic.gap import Gap
from audits.snapshots import ActionView, AuditSnapshot, RequirementView
from crcaudit.core.worksheets import Value
from reports.builders.sheets import Column, Sheet, TimelessArchive

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 -- the format knows no time zone


def build_audit_workbook(snapshot: AuditSnapshot) -> bytes:
    """Bytes of the XLSX, in the snapshot's own language. Same snapshot, same bytes."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    with override(snapshot.language):
        book = Workbook(write_only=True)
        book.properties.creator = "CRC Audit"
        book.properties.title = f"{snapshot.reference} {snapshot.title}"
        book.properties.created = book.properties.modified = EPOCH
        _write_summary(book, snapshot)
        _write(book, _("Requirements"), requirement_columns(), _requirements(snapshot))
        _write(book, _("Findings"), finding_columns(), snapshot.findings)
        _write(book, _("Actions"), action_columns(), _actions(snapshot))
        _write(book, _("Evidence"), evidence_columns(), snapshot.evidence)
        raw = io.BytesIO()
        # What `book.save` does, less the time of day that it would write into the file.
        ExcelWriter(book, TimelessArchive(raw, "w")).save()
    return raw.getvalue()


def requirement_columns() -> list[Column]:
    """One row per requirement and site."""
    return [
        Column(_("Code"), lambda r: r.code, 12),
        Column(_("Site"), lambda r: r.site),
        Column(_("Requirement"), lambda r: r.text, 70),
        Column(_("Criticality"), lambda r: r.criticality_label),
        Column(_("Weight"), lambda r: r.weight, 8),
        Column(_("Rating"), _rating, 24),
        Column(_("Points"), lambda r: r.points, 8),
        Column(_("Out of"), lambda r: r.max_points, 8),
        Column(_("Gap (%)"), lambda r: _percent(r.gap), 9),
        Column(_("Comment"), lambda r: r.comment, 50),
        Column(_("Reason for not applicable"), lambda r: r.na_reason, 40),
        Column(_("Indicator"), lambda r: r.indicator, 20),
        Column(_("Evidence"), lambda r: ", ".join(r.evidence), 20),
        Column(_("Findings"), lambda r: ", ".join(r.findings), 16),
        Column(_("Expected evidence"), lambda r: "\n".join(r.expected_evidence), 50),
        Column(_("How it is controlled"), lambda r: r.control_method, 50),
    ]


def finding_columns() -> list[Column]:
    """One row per finding."""
    return [
        Column(_("Reference"), lambda f: f.reference, 10),
        Column(_("Grade"), lambda f: f.grade_label, 24),
        Column(_("Requirement"), lambda f: f.requirement, 12),
        Column(_("Site"), lambda f: f.site),
        Column(_("Title"), lambda f: f.title, 40),
        Column(_("Required"), lambda f: f.required, 50),
        Column(_("Found"), lambda f: f.found, 60),
        Column(_("Consequence"), lambda f: f.consequence, 40),
        Column(_("Next step"), lambda f: f.next_step, 40),
        Column(_("Evidence"), lambda f: "\n".join(f.evidence), 40),
        Column(_("Found on"), lambda f: f.found_date, 12),
        Column(_("Proof due on"), lambda f: f.due_date, 12),
        Column(_("State"), lambda f: f.state_label),
    ]


def action_columns() -> list[Column]:
    """One row per corrective action."""
    return [
        Column(_("Reference"), lambda a: a.reference, 10),
        Column(_("Finding"), lambda a: a.finding, 10),
        Column(_("Title"), lambda a: a.title, 50),
        Column(_("Owner"), lambda a: a.owner, 28),
        Column(_("Due date"), lambda a: a.due_date, 12),
        Column(_("Effort (days)"), lambda a: _number(a.effort_days), 12),
        Column(_("State"), lambda a: a.state_label, 22),
    ]


def evidence_columns() -> list[Column]:
    """One row per piece of evidence, in the version that was judged."""
    return [
        Column(_("Reference"), lambda e: e.reference, 10),
        Column(_("Title"), lambda e: e.title, 50),
        Column(_("File"), lambda e: e.file_name, 40),
        Column(_("Version"), lambda e: e.version, 8),
        Column(_("Size (bytes)"), lambda e: e.size, 12),
        Column("SHA-256", lambda e: e.sha256, 66),
        Column(_("Date of the fact"), lambda e: e.fact_date, 14),
        Column(_("Valid until"), lambda e: e.valid_until, 12),
        Column(_("Confidentiality"), lambda e: e.confidentiality, 20),
        Column(_("Requirements"), lambda e: ", ".join(e.requirements), 30),
    ]


def _write_summary(book: Any, snapshot: AuditSnapshot) -> None:
    facts: list[tuple[str, Value]] = [
        (_("Reference"), snapshot.reference),
        (_("Audit"), snapshot.kind_label),
        (_("Organisation"), snapshot.organisation),
        (_("Certification file"), snapshot.certification),
        (_("Referential"), snapshot.referential),
        (_("Edition"), snapshot.edition),
        (_("Notice"), snapshot.notice),
        (_("Sites"), ", ".join(snapshot.sites)),
        (_("First day"), snapshot.start_date),
        (_("Last day"), snapshot.end_date),
        (_("Gap rule"), snapshot.rule_version),
    ]
    columns = [Column(_("Subject"), _first, 40), Column(_("Value"), _second, 60)]
    sheet = Sheet(book, _("Summary"), columns)
    for fact in facts:
        sheet.append([column.value(fact) for column in columns])
    sheet.append([])
    sheet.append_bold(_gap_headers())
    for domain in snapshot.domains:
        sheet.append(_gap_row(f"{domain.code} {domain.title}", domain.gap))
    sheet.append(_gap_row(_("Whole"), snapshot.whole))
    if snapshot.sites_gap:
        sheet.append([])
        sheet.append_bold([_("Site"), *_gap_headers()[1:]])
        for name, found in snapshot.sites_gap:
            sheet.append(_gap_row(name, found))


def _gap_headers() -> list[str]:
    return [
        _("Domain"),
        _("Requirements"),
        _("Applicable"),
        _("Rated"),
        _("Compliant"),
        _("With valid evidence"),
        _("Conformity (%)"),
        _("Gap (points)"),
    ]


def _gap_row(name: str, gap: Gap) -> list[Value]:
    counts = (gap.total, gap.applicable, gap.examined, gap.conform, gap.with_evidence)
    return [name, *counts, _percent(gap.score), _percent(gap.gap)]


def _write(book: Any, title: str, columns: Sequence[Column], items: Iterable[Any]) -> None:
    sheet = Sheet(book, title, columns)
    sheet.append_bold([column.header for column in columns])
    values = [column.value for column in columns]
    for item in items:
        sheet.append([value(item) for value in values])


def _requirements(snapshot: AuditSnapshot) -> Iterator[RequirementView]:
    for domain in snapshot.domains:
        for engagement in domain.engagements:
            yield from engagement.requirements


def _actions(snapshot: AuditSnapshot) -> Iterator[ActionView]:
    for finding in snapshot.findings:
        yield from finding.actions


def _rating(row: RequirementView) -> str:
    if row.rating == "NOT_ASSESSED":
        return _("not assessed")
    return row.level_label


def _first(fact: tuple[str, Value]) -> Value:
    return fact[0]


def _second(fact: tuple[str, Value]) -> Value:
    return fact[1]


def _percent(value: Fraction | None) -> float | str:
    """A share in percent with two decimals; never 0 for what was not assessed."""
    return _("not assessed") if value is None else round(float(value * 100), 2)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
