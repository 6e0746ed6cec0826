"""What a line of the internal control plan says, as forms and the journal write it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from audits.control_enums import EscalationTarget
from audits.models import ControlLine, CorrectiveAction
from crcaudit.accounts.models import Site, User
from engagements.models import Indicator, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFields:
    """One line; see `audits.models.ControlLine` for units, and for what may be empty."""

    requirement: Requirement
    control_point: str
    method: str
    procedure: str = ""
    population: str = ""
    sample: str = ""
    sample_size: int | None = None
    is_per_site: bool = True
    sites: Sequence[Site] = ()
    channels: Sequence[str] = ()
    frequency: str
    weekday: int | None = None
    rank: int | None = None
    window_days: int = 0
    role: str
    responsible: User | None = None
    substitute: User | None = None
    record: str
    record_place: str = ""
    retention_months: int = 36
    indicator: Indicator | None = None
    sign: str = ""
    target: Decimal | None = None
    alert: Decimal | None = None
    nonconformity: Decimal | None = None
    threshold_note: str = ""
    reaction: str = ""
    escalation: str = EscalationTarget.DIRECTOR
    escalate_to: User | None = None
    escalate_after: int | None = 10
    action: CorrectiveAction | None = None


NAMES = tuple(field.name for field in fields(LineFields))
COLUMNS = tuple(name for name in NAMES if name != "sites")
PEOPLE = ("responsible", "substitute", "escalate_to")
RELATED = ("requirement", "indicator", "action", *PEOPLE)


def fields_of(line: ControlLine) -> LineFields:
    """What the line says, its sites in the order of their names."""
    columns = {name: getattr(line, name) for name in COLUMNS}
    columns["channels"] = tuple(line.channels)
    sites = sorted(line.sites.all(), key=lambda site: (site.name, site.pk))
    return LineFields(**columns, sites=tuple(sites))


def columns_of(said: LineFields) -> dict[str, Any]:
    """Columns of the row; the sites are apart."""
    columns = {name: getattr(said, name) for name in COLUMNS}
    return columns | {"channels": list(said.channels)}


def as_json(said: LineFields) -> dict[str, Any]:
    """The same for the journal: people by key, "" for nobody, other rows by code or reference."""
    told = {name: _told(getattr(said, name)) for name in NAMES}
    return told | {name: told[name] or "" for name in PEOPLE}


def changed(old: LineFields, new: LineFields) -> tuple[str, ...]:
    """Names of what differs, in the order of the table of the plan."""
    before, after = as_json(old), as_json(new)
    return tuple(name for name in NAMES if before[name] != after[name])


def _told(value: Any) -> Any:
    if isinstance(value, User):
        return str(value.key)
    if isinstance(value, (Requirement, Indicator)):
        return value.code
    if isinstance(value, CorrectiveAction):
        return value.reference
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (tuple, list)):
        return sorted(row.name if isinstance(row, Site) else str(row) for row in value)
    return value if value is None or isinstance(value, (bool, int)) else str(value)
