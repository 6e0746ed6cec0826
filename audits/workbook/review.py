"""What an import would write, against what the audit says now: for the page and for the writing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from audits.logic.merging import Outcome, outcome
from audits.models import Assessment, CorrectiveAction, Finding, WorkbookImport
from audits.models.workbook import Kind
from audits.workbook.fields import (
    UNITS,
    Addition,
    Proposal,
    Unit,
    Values,
    kind_of,
    part,
    values_of,
)
from crcaudit.accounts.models import User

Subject = Assessment | Finding | CorrectiveAction


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a row that the workbook changed. ``row`` is as it is now."""

    row: Subject
    unit: Unit
    outcome: Outcome
    taken: Values
    now: Values
    brought: Values

    @property
    def kind(self) -> Kind:
        """What the row is about."""
        return kind_of(self.row)

    @property
    def changes(self) -> Values:
        """What it brings, by name."""
        return {name: self.brought[name] for name in UNITS[self.kind][self.unit]}

    @property
    def name(self) -> str:
        """Its name in forms: unique in the import."""
        return f"choice-{self.kind}-{self.row.pk}-{self.unit}".lower()


@dataclass(frozen=True, slots=True)
class Review:
    """Every changed cell, in the order of the audit, and every new row.

    ``seen`` changes with any of the rows; ``missing`` counts those that the person does not see
    any more.
    """

    cells: tuple[Cell, ...]
    additions: tuple[Addition, ...]
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

    def added(self, kind: Kind) -> tuple[Addition, ...]:
        """The new rows of one kind."""
        return tuple(item for item in self.additions if item.kind is kind)


def proposals_of(imported: WorkbookImport) -> list[Proposal]:
    """The rows that it changes."""
    return [Proposal.from_json(item) for item in imported.proposed if "pk" in item]


def additions_of(imported: WorkbookImport) -> list[Addition]:
    """The rows that it adds."""
    return [Addition.from_json(item) for item in imported.proposed if "key" in item]


def read_rows(imported: WorkbookImport, user: User) -> list[Subject]:
    """The rows that an import changes, as far as the person sees them: one query for each kind."""
    keys: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    for proposal in proposals_of(imported):
        keys[proposal.kind].append(proposal.pk)
    return rows_of(imported, user, keys)


def rows_of(imported: WorkbookImport, user: User, keys: dict[Kind, list[int]]) -> list[Subject]:
    """Rows of its audit that the person sees, in the order of the audit."""
    found: list[Subject] = []
    if wanted := keys[Kind.REQUIREMENT]:
        rows = Assessment.objects.visible_to(user).filter(audit=imported.audit_id, pk__in=wanted)
        rows = rows.select_related("site", "updated_by", "section").order_by("position", "pk")
        found += _with_audit(rows, imported)
    if wanted := keys[Kind.FINDING]:
        findings = Finding.objects.visible_to(user).filter(audit=imported.audit_id, pk__in=wanted)
        findings = findings.select_related("grade", "assessment__site").order_by("number")
        found += _with_audit(findings, imported)
    if wanted := keys[Kind.ACTION]:
        actions = CorrectiveAction.objects.visible_to(user).filter(
            finding__audit=imported.audit_id, pk__in=wanted
        )
        planned = actions.select_related("finding", "owner", "organisation").order_by("number")
        for action in planned:
            action.finding.audit = imported.audit
        found += planned
    return found


def review(imported: WorkbookImport, rows: Iterable[Subject]) -> Review:
    """Compare what came back with these rows, three ways, cell by cell."""
    by_key = {(kind_of(row), row.pk): row for row in rows}
    proposals = {(item.kind, item.pk): item for item in proposals_of(imported)}
    cells = [
        _cell(row, unit, proposals[key])
        for key, row in by_key.items()
        if key in proposals
        for unit in proposals[key].units()
    ]
    versions = " ".join(f"{kind}:{pk}:{row.version}" for (kind, pk), row in by_key.items())
    seen = hashlib.sha256(versions.encode()).hexdigest()[:32]
    missing = len(proposals.keys() - by_key.keys())
    return Review(tuple(cells), tuple(additions_of(imported)), seen, missing)


def _with_audit(rows: Iterable[Assessment | Finding], imported: WorkbookImport) -> list[Subject]:
    found: list[Subject] = []
    for row in rows:
        row.audit = imported.audit
        if isinstance(row, Finding):
            row.assessment.audit = imported.audit
        found.append(row)
    return found


def _cell(row: Subject, unit: Unit, proposal: Proposal) -> Cell:
    now = values_of(row)
    taken, mine = (
        part(values, proposal.kind, unit) for values in (proposal.taken, proposal.brought)
    )
    found = outcome(taken=taken, now=part(now, proposal.kind, unit), brought=mine)
    return Cell(row, unit, found, proposal.taken, now, proposal.brought)
