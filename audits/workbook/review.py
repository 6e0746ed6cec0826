"""What an import would write, against what the audit says now: for the page and for the writing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.logic.merging import Outcome, outcome
from audits.models import Assessment, WorkbookImport
from audits.workbook.difference import Proposal, Unit, Values, current
from crcaudit.accounts.models import User


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a requirement that the workbook changed. ``row`` is as it is now."""

    row: Assessment
    unit: Unit
    outcome: Outcome
    taken: Values
    now: Values
    brought: Values

    @property
    def name(self) -> str:
        """Its name in forms: unique in the import."""
        return f"choice-{self.row.pk}-{self.unit.lower()}"


@dataclass(frozen=True, slots=True)
class Review:
    """Every changed cell, in the order of the audit. ``seen`` changes with any of their rows.

    ``missing`` counts the requirements that the person does not see any more.
    """

    cells: tuple[Cell, ...]
    seen: str
    missing: int

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        """Cells that wait for a choice."""
        return tuple(cell for cell in self.cells if cell.outcome is Outcome.CONFLICT)

    @property
    def changes(self) -> tuple[Cell, ...]:
        """Cells that are written as they came."""
        return tuple(cell for cell in self.cells if cell.outcome is Outcome.MINE)

    @property
    def agreed(self) -> tuple[Cell, ...]:
        """Cells that somebody else changed alike meanwhile."""
        return tuple(cell for cell in self.cells if cell.outcome is Outcome.AGREED)


def read_rows(imported: WorkbookImport, user: User) -> list[Assessment]:
    """The requirements that an import changes, as far as the person sees them: one query."""
    keys = [item["pk"] for item in imported.proposed]
    rows = (
        Assessment.objects.visible_to(user)
        .filter(audit=imported.audit_id, pk__in=keys)
        .select_related("site", "updated_by", "section")
        .order_by("position", "pk")
    )
    found = list(rows)
    for row in found:
        row.audit = imported.audit
    return found


def review(imported: WorkbookImport, rows: Iterable[Assessment]) -> Review:
    """Compare what came back with these rows, three ways, cell by cell."""
    by_key: Mapping[int, Assessment] = {row.pk: row for row in rows}
    proposals = {item["pk"]: Proposal.from_json(item) for item in imported.proposed}
    cells = [
        _cell(row, unit, proposals[pk])
        for pk, row in by_key.items()
        if pk in proposals
        for unit in proposals[pk].units()
    ]
    versions = " ".join(f"{row.pk}:{row.version}" for row in by_key.values())
    seen = hashlib.sha256(versions.encode()).hexdigest()[:32]
    return Review(tuple(cells), seen, len(proposals.keys() - by_key.keys()))


def _cell(row: Assessment, unit: Unit, proposal: Proposal) -> Cell:
    now = current(row)
    found = outcome(
        taken=proposal.taken.unit(unit), now=now.unit(unit), brought=proposal.brought.unit(unit)
    )
    return Cell(row, unit, found, proposal.taken, now, proposal.brought)
