"""Everything that a workbook brings back, written in one go, and taken back in one go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audits.actions.workbook_actions import put_back_actions, write_actions
from audits.actions.workbook_findings import put_back_findings, write_findings
from audits.actions.workbook_rows import put_back_requirements, write_requirements
from audits.models import Assessment, Audit, CorrectiveAction, Finding, WorkbookImport
from audits.models.workbook import Kind
from audits.workbook.fields import kind_of, name_of
from audits.workbook.review import Cell, Review, rows_of
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError

_COUNTED = {Kind.REQUIREMENT: "requirements", Kind.FINDING: "findings", Kind.ACTION: "actions"}


def write(
    found: Review, kept: Sequence[Cell], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Everything that is kept and everything new; what an undo needs."""
    cells = {kind: [cell for cell in kept if cell.kind is kind] for kind in Kind}
    findings, actions = found.added(Kind.FINDING), found.added(Kind.ACTION)
    return [
        *write_requirements(cells[Kind.REQUIREMENT], audit=audit, by=by, at=at),
        *write_findings(cells[Kind.FINDING], findings, audit=audit, by=by, at=at),
        *write_actions(cells[Kind.ACTION], actions, audit=audit, by=by, at=at),
    ]


def put_back(imported: WorkbookImport, *, by: User, at: datetime) -> None:
    """Take back what `write` did, actions first, which rest on findings."""
    items = {kind: [row for row in imported.applied if row["kind"] == kind] for kind in Kind}
    keys = {kind: [item["pk"] for item in its] for kind, its in items.items()}
    rows: dict[Kind, dict[int, Any]] = {kind: {} for kind in Kind}
    for row in rows_of(imported, by, keys):
        rows[kind_of(row)][row.pk] = row
    if sum(map(len, rows.values())) != len(imported.applied):
        raise NotAvailableError(
            _("A row of this workbook is gone, or no longer yours to see: nothing was changed.")
        )
    changed = [
        name_of(row)
        for kind in Kind
        for item in items[kind]
        if (row := rows[kind][item["pk"]]).version != item["version"]
    ]
    if changed:
        text = _("Changed since: %(codes)s. Nothing was taken back.")
        raise NotAvailableError(text % {"codes": ", ".join(changed)})
    put_back_actions(items[Kind.ACTION], rows[Kind.ACTION], by=by, at=at)
    put_back_findings(items[Kind.FINDING], rows[Kind.FINDING], by=by, at=at)
    put_back_requirements(items[Kind.REQUIREMENT], rows[Kind.REQUIREMENT], by=by, at=at)


def counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many rows of each kind there are, for the journal; kinds without any are left out."""
    found = {name: sum(row["kind"] == kind for row in rows) for kind, name in _COUNTED.items()}
    return {name: count for name, count in found.items() if count}


def lock_rows(items: list[dict[str, Any]]) -> None:
    """Nobody else changes these rows before the end of the transaction."""
    managers = (
        (Kind.REQUIREMENT, Assessment.objects),
        (Kind.FINDING, Finding.objects),
        (Kind.ACTION, CorrectiveAction.objects),
    )
    for kind, manager in managers:
        keys = [item["pk"] for item in items if item["kind"] == kind and "pk" in item]
        if keys:
            rows = manager.select_for_update().filter(pk__in=keys)
            list(rows.order_by("pk").values_list("pk", flat=True))
