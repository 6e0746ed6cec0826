"""Frozen values that documents and charts read: one audit at one moment.

Every text is the display text in the snapshot's own language. "" or None means absent, never
zero. Dates are ``datetime.date``; numbers are ``int`` or ``Fraction``; sequences are tuples in
display order. Functions that fill these values from the database live beside this module.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from audits.logic.gap import Gap
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import Readiness

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One piece of evidence, in its current version. ``requirements`` holds codes, may be empty."""

    key: str
    reference: str
    title: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    version: int
    fact_date: date | None
    valid_until: date | None
    confidentiality: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionView:
    """One corrective action. ``effort_days`` None when not estimated; ``finding`` a reference."""

    reference: str
    title: str
    owner: str
    due_date: date | None
    effort_days: Fraction | None
    state: str
    state_label: str
    finding: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. ``severity``: major, minor, watch, improve, strong or note.

    ``shape`` is a verdict kind; ``evidence`` holds lines ready to print. ``position`` is what the
    auditee said of it, "" while nothing: absent from what was frozen before it was kept.
    """

    reference: str
    title: str
    grade: str
    grade_label: str
    severity: str
    shape: str
    requirement: str
    site: str
    required: str
    found: str
    consequence: str
    next_step: str
    evidence: tuple[str, ...]
    found_date: date
    due_date: date | None
    state: str
    state_label: str
    actions: tuple[ActionView, ...]
    position: str = ""
    position_label: str = ""
    position_reason: str = ""


@dataclass(frozen=True, slots=True)
class ConclusionView:
    """What the lead auditor concluded; ``not_covered`` is "" when everything was."""

    summary: str
    recommendation: str
    recommendation_label: str
    not_covered: str
    concluded_on: date
    concluded_by: str


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One requirement as rated on one site ("" = the whole scope).

    ``points`` None unless rated; ``gap`` a ratio in [0, 1], None unless rated. ``evidence`` and
    ``findings`` hold references. ``indicator`` is ready to print, or "". ``proposal`` says what
    the measures proposed and what was made of it, "" where they did not.
    """

    code: str
    text: str
    site: str
    weight: int
    criticality: str
    criticality_label: str
    rating: str
    level: str
    level_label: str
    points: int | None
    max_points: int
    shape: str
    comment: str
    na_reason: str
    control_methods: tuple[str, ...]
    control_method: str
    expected_evidence: tuple[str, ...]
    indicator: str
    evidence: tuple[str, ...]
    findings: tuple[str, ...]
    gap: Fraction | None
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class EngagementView:
    """One service engagement with its requirements; ``shape`` is the worst verdict kind in it."""

    code: str
    text: str
    external_control: str
    requirements: tuple[RequirementView, ...]
    gap: Gap
    shape: str


@dataclass(frozen=True, slots=True)
class DomainView:
    """One domain. ``baseline``: score at the diagnosis in [0, 1], None for the diagnosis itself."""

    code: str
    title: str
    engagements: tuple[EngagementView, ...]
    gap: Gap
    baseline: Fraction | None


@dataclass(frozen=True, slots=True)
class ScaleLevelView:
    """One level of the rating scale; ``letter`` is what a grid shows."""

    code: str
    letter: str
    label: str
    points: int
    is_conform: bool
    shape: str


@dataclass(frozen=True, slots=True)
class AuditSnapshot:
    """One audit or diagnosis, complete: what every document about it is built from."""

    schema: int
    language: str
    audit_key: str
    reference: str
    kind: str
    kind_label: str
    title: str
    state: str
    is_draft: bool
    organisation: str
    sites: tuple[str, ...]
    scope: str
    channels: tuple[str, ...]
    objectives: str
    referential: str
    edition: str
    scheme: str
    notice: str
    certification: str
    start_date: date | None
    end_date: date | None
    target_date: date | None
    lead: str
    team: tuple[tuple[str, str], ...]
    scale: tuple[ScaleLevelView, ...]
    rule_version: str
    thresholds: Thresholds
    domains: tuple[DomainView, ...]
    whole: Gap
    sites_gap: tuple[tuple[str, Gap], ...]
    baseline: Fraction | None
    readiness: Readiness
    findings: tuple[FindingView, ...]
    evidence: tuple[EvidenceView, ...]
    journal_root: str
    conclusion: ConclusionView | None = None
