"""What ``fixtures/demo`` holds, as frozen values. An unknown key in a file is an error.

Days are counted in working days back from today, dates in calendar days from today; see
`reports.management.demo.moments`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

import yaml
from django.conf import settings

from engagements.importers.reading import LOADER

Row = tuple[str | int | float, ...]

# A figure such as 168 651 is not cut at the end of a line.
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationData:
    """An organisation; ``sites`` by key, each with its columns, such as name, city, calendar."""

    name: str
    kind: str
    sites: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """A person who may sign in, or is only invited to. ``title`` is printed beside the address.

    ``roles`` have keys organisation, role and, for a site manager, site.
    """

    email: str
    first_name: str
    last_name: str
    title: str
    is_superuser: bool = False
    is_invited: bool = False
    roles: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationData:
    """A certification file; ``audits`` name the files of its audits, in order.

    ``key`` tells it from the first file of the same organisation, "" for that one.
    """

    organisation: str
    referential: str
    opened_by: str
    day: int
    target: int
    title: str
    scope: str
    channels: tuple[str, ...]
    sites: tuple[str, ...]
    audits: tuple[str, ...] = ()
    key: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentData:
    """What was found on one requirement; ``evidence`` names pieces of evidence."""

    code: str
    level: str
    comment: str = ""
    na_reason: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingData:
    """A finding, written on the day on which its requirement was rated."""

    key: str
    code: str
    grade: str
    title: str
    required: str
    found: str
    consequence: str = ""
    next_step: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDays:
    """When it started, when the first and last rating were given, when it was validated.

    ``validated`` is None while it runs; ``ends_in`` is then its last day as planned, in calendar
    days from today, None when nothing is planned.
    """

    start: int
    first: int
    last: int
    validated: int | None = None
    ends_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditData:
    """One audit. ``assigned`` gives codes of requirements by person, ``team`` roles by person.

    ``previous`` names the audit that it follows, "" for none.
    ``due`` is how many calendar days from today the evidence of some of them is due, by code.
    ``declared`` is what people of the team declared, by person: "" for no link to report; who is
    not in it has yet to declare.
    ``access_after`` is for how many days after its last day the audit stays open to the team,
    None for ever.
    """

    kind: str
    previous: str
    objectives: str
    started_by: str
    rated_by: tuple[str, ...]
    days: AuditDays
    team: Mapping[str, str]
    declared: Mapping[str, str]
    access_after: int | None
    assigned: Mapping[str, tuple[str, ...]]
    due: Mapping[str, int]
    assessments: tuple[AssessmentData, ...]
    findings: tuple[FindingData, ...]

    @classmethod
    def read(cls, name: str) -> Self:
        """The audit of one file."""
        data = load(name)
        return cls(
            kind=data.pop("kind"),
            previous=data.pop("previous", ""),
            objectives=data.pop("objectives"),
            started_by=data.pop("started_by"),
            rated_by=tuple(data.pop("rated_by")),
            days=AuditDays(**data.pop("days")),
            team=data.pop("team", {}),
            declared=data.pop("declared", {}),
            access_after=data.pop("access_after", None),
            assigned={who: tuple(codes) for who, codes in data.pop("assigned", {}).items()},
            due=data.pop("due", {}),
            assessments=tuple(AssessmentData(**_tuples(row)) for row in data.pop("assessments")),
            findings=tuple(FindingData(**_tuples(row)) for row in data.pop("findings")),
            **data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionData:
    """A newer file of a piece of evidence: other figures, other dates."""

    day: int
    by: str
    fact: int
    valid_until: int | None = None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceData:
    """A piece of evidence and what its file says.

    ``by`` is who deposits it, "" for the person who started the audit. ``fact`` is "mois" for
    the last day of the month before the audit, else days before the deposit.
    """

    key: str
    title: str
    file: str
    by: str = ""
    fact: str | int
    valid_until: int | None = None
    confidentiality: str = "INTERNAL"
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    versions: tuple[VersionData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepData:
    """One change of state of an action; ``by`` is "" for its owner."""

    to: str
    day: int
    by: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionData:
    """A corrective action and its life."""

    finding: str
    title: str
    description: str = ""
    owner: str
    day: int
    due: int
    effort_days: Decimal
    steps: tuple[StepData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingData:
    """A finding that was closed, and what was verified."""

    finding: str
    day: int
    by: str
    comment: str


def organisations() -> dict[str, OrganisationData]:
    """Organisations by key."""
    rows = load("people")["organisations"].items()
    return {key: OrganisationData(**{"sites": {}, **row}) for key, row in rows}


def people() -> dict[str, PersonData]:
    """People by key, in the order in which they are printed."""
    return {key: PersonData(**_tuples(row)) for key, row in load("people")["people"].items()}


def certifications() -> tuple[CertificationData, ...]:
    """Certification files, in the order of their opening."""
    return tuple(
        CertificationData(**_tuples(row)) for row in load("certifications")["certifications"]
    )


def evidence() -> dict[str, EvidenceData]:
    """Pieces of evidence by key."""
    return {row["key"]: _evidence(row) for row in load("evidence")["evidence"]}


def actions() -> tuple[ActionData, ...]:
    """Corrective actions of both files of the operator."""
    rows = [*load("actions")["actions"], *load("landline")["actions"]]
    return tuple(_action(row) for row in rows)


def closings() -> tuple[ClosingData, ...]:
    """Findings that were closed."""
    return tuple(ClosingData(**row) for row in load("actions")["closings"])


def _evidence(row: dict[str, Any]) -> EvidenceData:
    versions = tuple(VersionData(**_tuples(version)) for version in row.pop("versions", ()))
    return EvidenceData(**_tuples(row), versions=versions)


def _action(row: dict[str, Any]) -> ActionData:
    steps = tuple(StepData(**step) for step in row.pop("steps", ()))
    effort = Decimal(str(row.pop("effort_days")))
    return ActionData(**row, effort_days=effort, steps=steps)


def load(name: str) -> dict[str, Any]:
    """One file of ``fixtures/demo``, its figures kept whole at the end of a line."""
    path = settings.BASE_DIR / "fixtures" / "demo" / f"{name}.yaml"
    text = _THOUSANDS.sub("\u202f", path.read_text(encoding="utf-8"))
    content: dict[str, Any] = yaml.load(text, LOADER)  # noqa: S506 -- a safe one
    return content


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its lists, and their lists, as tuples."""
    return {key: _frozen(value) for key, value in row.items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
