"""Writing many requirements at once as the grid writes one: version, verdict, roll-up, journal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from audits.actions import rollup
from audits.actions.assessment import KIND, judgement
from audits.models import Assessment, Audit, Finding
from audits.workbook.difference import Unit
from crcaudit.accounts.models import User
from crcaudit.core import journal

_COLUMNS = (
    "status",
    "level",
    "points",
    "is_conform",
    "na_reason",
    "comment",
    "shape",
    "version",
    "updated_at",
    "updated_by",
)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Write:
    """One part of a requirement to write: level and reason, or comment. ``action`` as noted."""

    row: Assessment
    unit: Unit
    action: str
    values: tuple[str, ...]


def write_rows(
    writes: Sequence[Write], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Write all of them; the rows are locked by the caller, in whose transaction this runs.

    Gives, by requirement, ``pk``, ``before`` by unit, and ``version`` as written: what an undo
    needs. A requirement of several parts gets one version and one journal row for each.

    Raises:
        UserError: see `judgement`.
    """
    written: dict[int, dict[str, Any]] = {}
    rows: dict[int, Assessment] = {}
    changes = []
    for write in writes:
        row = rows.setdefault(write.row.pk, write.row)
        item = written.setdefault(row.pk, {"pk": row.pk, "before": {}, "version": row.version + 1})
        item["before"][write.unit.value] = _present(row, write.unit)
        changes.append(_change(row, write, audit))
    _with_findings(rows)
    for row in rows.values():
        row.shape = rollup.shape_of(row)
        row.version, row.updated_at, row.updated_by = row.version + 1, at, by
    Assessment.objects.bulk_update(rows.values(), _COLUMNS, batch_size=_BATCH)
    for section, site in {(row.section_id, row.site_id) for row in rows.values()}:
        rollup.refresh_section(audit_id=audit.pk, section_id=section, site_id=site)
    if changes:
        stream = journal.organisation_stream(audit.organisation.key)
        journal.record_many(changes, stream=stream, by=by, at=at)
    return list(written.values())


def _present(row: Assessment, unit: Unit) -> list[str]:
    return [row.comment] if unit is Unit.COMMENT else [row.level, row.na_reason]


def _change(row: Assessment, write: Write, audit: Audit) -> journal.Change:
    """Set the values on the row, and say from what to what."""
    values = _columns(write, audit)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return journal.Change(write.action, KIND, row.pk, row.code, before=before, after=values)


def _columns(write: Write, audit: Audit) -> dict[str, Any]:
    if write.unit is Unit.COMMENT:
        return {"comment": write.values[0]}
    level, reason = write.values
    return asdict(judgement(audit.scale, level=level, na_reason=reason))


def _with_findings(rows: dict[int, Assessment]) -> None:
    """Open findings of the rows, which count in their verdict: one query."""
    found: dict[int, list[Finding]] = {pk: [] for pk in rows}
    open_ones = Finding.objects.open().filter(assessment__in=rows)
    for finding in open_ones.select_related("grade").order_by("grade__position", "number"):
        found[finding.assessment_id].append(finding)
    for pk, row in rows.items():
        row.open_findings = found[pk]  # type: ignore[attr-defined]
