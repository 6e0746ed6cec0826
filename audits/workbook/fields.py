"""What a person fills in, as texts, and the parts of it that are compared and chosen as one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from audits.models import Assessment, CorrectiveAction, Finding
from audits.models.workbook import Kind
from audits.workbook.columns import ACTION_ENTRY, ACTION_STEP, FINDING_ENTRY

# By name: texts as they are, days in ISO, grades, levels and states by code, people by key.
Values = dict[str, str]


class Unit(StrEnum):
    """What is chosen as one."""

    RATING = "RATING"
    COMMENT = "COMMENT"
    GRADE = "GRADE"
    TITLE = "TITLE"
    REQUIRED = "REQUIRED"
    FOUND = "FOUND"
    CONSEQUENCE = "CONSEQUENCE"
    NEXT_STEP = "NEXT_STEP"
    FOUND_DATE = "FOUND_DATE"
    DESCRIPTION = "DESCRIPTION"
    OWNER = "OWNER"
    DUE_DATE = "DUE_DATE"
    EFFORT_DAYS = "EFFORT_DAYS"
    STEP = "STEP"


# A rating goes with its reason and a step with what was done; everything else stands alone.
UNITS: Mapping[Kind, Mapping[Unit, tuple[str, ...]]] = {
    Kind.REQUIREMENT: {Unit.RATING: ("level", "na_reason"), Unit.COMMENT: ("comment",)},
    Kind.FINDING: {Unit(name.upper()): (name,) for name in FINDING_ENTRY},
    Kind.ACTION: {Unit(name.upper()): (name,) for name in ACTION_ENTRY} | {Unit.STEP: ACTION_STEP},
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row that came back otherwise than it was taken away."""

    kind: Kind
    pk: int
    taken: Values
    brought: Values

    def to_json(self) -> dict[str, Any]:
        """As kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Proposal":
        """As it was kept."""
        return cls(Kind(data["kind"]), data["pk"], data["taken"], data["brought"])

    def units(self) -> Iterator[Unit]:
        """The parts that were changed in the workbook."""
        for unit in UNITS[self.kind]:
            if part(self.taken, self.kind, unit) != part(self.brought, self.kind, unit):
                yield unit


@dataclass(frozen=True, slots=True)
class Addition:
    """One row that was written in the workbook.

    ``key`` is drawn when it comes back, so that writing it twice writes it once; ``label`` is
    what stood in its first cell. A finding names its ``requirement``, and an action its
    ``finding``, by primary key; an action on a finding of the same workbook, by that one's key.
    """

    kind: Kind
    key: str
    label: str
    values: Values

    def to_json(self) -> dict[str, Any]:
        """As kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Addition":
        """As it was kept."""
        return cls(Kind(data["kind"]), data["key"], data["label"], data["values"])


def part(values: Values, kind: Kind, unit: Unit) -> tuple[str, ...]:
    """The part of these values that is compared and chosen as one."""
    return tuple(values[name] for name in UNITS[kind][unit])


def kind_of(row: Assessment | Finding | CorrectiveAction) -> Kind:
    """What the row is about."""
    if isinstance(row, Assessment):
        return Kind.REQUIREMENT
    return Kind.FINDING if isinstance(row, Finding) else Kind.ACTION


def name_of(row: Assessment | Finding | CorrectiveAction) -> str:
    """Code of a requirement, reference of a finding or of an action."""
    return row.code if isinstance(row, Assessment) else row.reference


def values_of(row: Assessment | Finding | CorrectiveAction) -> Values:
    """What the audit says now. A finding has its grade, and an action its owner, loaded."""
    if isinstance(row, Assessment):
        return {"level": row.level, "na_reason": row.na_reason, "comment": row.comment}
    if isinstance(row, Finding):
        return finding_values(row)
    effort = row.effort_days
    return {
        "title": row.title,
        "description": row.description,
        "owner": str(row.owner.key),
        "due_date": row.due_date.isoformat(),
        "effort_days": "" if effort is None else f"{effort:.2f}",
        "state": row.state,
        "outcome": row.outcome,
    }


def finding_values(row: Finding) -> Values:
    """What the auditor writes of a finding; see `values_of`."""
    texts = ("title", "required", "found", "consequence", "next_step")
    return {
        "grade": row.grade.code,
        **{name: getattr(row, name) for name in texts},
        "found_date": row.found_date.isoformat(),
    }
