"""The bridge from the database to documents and charts: frozen values and their text."""

from audits.snapshots.audit import audit_snapshot
from audits.snapshots.codec import SnapshotError, digest, from_json, to_json
from audits.snapshots.control_plan import control_plan_snapshot
from audits.snapshots.plan import AuditPlanSnapshot, audit_plan_snapshot
from audits.snapshots.plan_values import (
    ControlLineView,
    ControlPlanSnapshot,
    GradeView,
    IndicatorView,
    PlanVersionView,
)
from audits.snapshots.values import (
    SCHEMA,
    ActionView,
    AuditSnapshot,
    ConclusionView,
    DomainView,
    EngagementView,
    EvidenceView,
    FindingView,
    RequirementView,
    ScaleLevelView,
)

__all__ = [
    "SCHEMA",
    "ActionView",
    "AuditPlanSnapshot",
    "AuditSnapshot",
    "ConclusionView",
    "ControlLineView",
    "ControlPlanSnapshot",
    "DomainView",
    "EngagementView",
    "EvidenceView",
    "FindingView",
    "GradeView",
    "IndicatorView",
    "PlanVersionView",
    "RequirementView",
    "ScaleLevelView",
    "SnapshotError",
    "audit_plan_snapshot",
    "audit_snapshot",
    "control_plan_snapshot",
    "digest",
    "from_json",
    "to_json",
]
