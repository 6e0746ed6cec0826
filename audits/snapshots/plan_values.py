"""Frozen values that the internal control plan is printed from: see `audits.snapshots.values`."""

from dataclasses import dataclass
from datetime import date

from audits.snapshots.values import ActionView


@dataclass(frozen=True, slots=True)
class ControlLineView:
    """One line of the internal control plan; every field is ready to print, "" when not set.

    ``thresholds`` are words where there are no figures; ``last_on`` is the day of the last result,
    ``next_due`` that of the next control, each None without one.
    """

    code: str
    domain: str
    engagement: str
    requirement: str
    criticality: str
    criticality_label: str
    control_point: str
    methods: str
    procedure: str
    sample: str
    site_channel: str
    frequency: str
    frequency_label: str
    responsible: str
    substitute: str
    record: str
    indicator: str
    target: str
    alert: str
    nonconformity: str
    last: str
    reaction: str
    escalation: str
    action: str
    population: str = ""
    thresholds: str = ""
    last_on: date | None = None
    trend: str = ""
    next_due: date | None = None


@dataclass(frozen=True, slots=True)
class PlanVersionView:
    """One version of the internal control plan that the direction approved."""

    number: int
    reason: str
    submitted_by: str
    submitted_on: date | None
    approved_by: str
    approved_on: date | None
    starts_on: date | None
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One indicator sheet of the plan, ready to print."""

    code: str
    name: str
    definition: str
    formula: str
    unit: str
    target: str
    frequency: str
    source: str


@dataclass(frozen=True, slots=True)
class GradeView:
    """One finding grade of the scheme. Delays in days, None when no answer is expected.

    ``working_days`` tells how the delays are counted; ``blocks`` whether an open one bars the
    certification.
    """

    code: str
    label: str
    answer_days: int | None
    evidence_days: int | None
    working_days: bool
    blocks: bool


@dataclass(frozen=True, slots=True)
class ControlPlanSnapshot:
    """The management and internal control plan of one certification file.

    ``roles``: (role, person or substitute); ``exclusions``: (requirement code, reason);
    ``domains``: (code, title, number of engagements, number of requirements). ``versions`` are
    those that the direction approved, latest first; without any, the lines are those that the
    edition proposes. ``uncovered`` are the requirements that no line controls.
    """

    schema: int
    language: str
    organisation: str
    certification: str
    reference: str
    title: str
    is_draft: bool
    referential: str
    edition: str
    scheme: str
    notice: str
    sites: tuple[str, ...]
    scope: str
    channels: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    exclusions: tuple[tuple[str, str], ...]
    domains: tuple[tuple[str, str, int, int], ...]
    lines: tuple[ControlLineView, ...]
    indicators: tuple[IndicatorView, ...]
    grades: tuple[GradeView, ...]
    findings_open: int
    actions: tuple[ActionView, ...]
    journal_root: str
    versions: tuple[PlanVersionView, ...] = ()
    uncovered: tuple[str, ...] = ()
