"""The findings and the conclusion of an audit as frozen values."""

from collections.abc import Mapping

from django.utils.timezone import localdate

from audits.decision_enums import recommendation_label
from audits.models import AuditConclusion, Finding
from audits.snapshots import common
from audits.snapshots.evidence import Version, evidence_line
from audits.snapshots.values import ConclusionView, FindingView


def finding_view(row: Finding, *, versions: Mapping[int, Version], language: str) -> FindingView:
    """One finding with its actions; ``versions`` has the file judged of each evidence, by key."""
    actions = sorted(row.actions.all(), key=lambda action: action.number)
    return FindingView(
        reference=row.reference,
        title=row.title,
        grade=row.grade.code,
        grade_label=str(common.in_language(row.grade, "label", language)),
        severity=row.grade.severity,
        shape=row.grade.shape,
        requirement=row.assessment.code,
        site=row.assessment.site.name if row.assessment.site else "",
        required=row.required,
        found=row.found,
        consequence=row.consequence,
        next_step=row.next_step,
        evidence=tuple(
            evidence_line(piece, versions.get(piece.pk))
            for piece in sorted(row.evidence.all(), key=lambda piece: piece.number)
        ),
        found_date=row.found_date,
        due_date=row.due_date,
        state=row.state,
        state_label=row.get_state_display(),
        actions=tuple(common.action_view(a, finding=row.reference) for a in actions),
        position=row.position,
        position_label=row.get_position_display() if row.position else "",
        position_reason=row.position_comment,
    )


def conclusion_view(row: AuditConclusion | None) -> ConclusionView | None:
    """What the lead auditor concludes, in the active language."""
    if row is None:
        return None
    return ConclusionView(
        summary=row.summary,
        recommendation=row.recommendation,
        recommendation_label=recommendation_label(row.recommendation, row.audit.kind),
        not_covered=row.not_covered,
        concluded_on=localdate(row.concluded_at),
        concluded_by=str(row.concluded_by),
    )
