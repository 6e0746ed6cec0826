"""The scheme: scale, grades, names, thresholds."""

from collections.abc import Iterable
from dataclasses import asdict

from engagements.importers.values import GradeData, ScaleLevelData, SchemeData
from engagements.models import FindingGrade, RatingLevel, Scheme
from engagements.writing.common import both, holds


def write_scheme(data: SchemeData) -> Scheme:
    """A new scheme with its scale and its grades."""
    scheme = Scheme.objects.create(code=data.code, **_scheme_fields(data))
    RatingLevel.objects.bulk_create(
        RatingLevel(scheme=scheme, position=position, **_level_fields(level))
        for position, level in enumerate(data.scale)
    )
    FindingGrade.objects.bulk_create(
        FindingGrade(scheme=scheme, position=position, **_grade_fields(grade))
        for position, grade in enumerate(data.grades)
    )
    return scheme


def is_same_scheme(scheme: Scheme, data: SchemeData) -> bool:
    """Whether the rules in the database are those of the file."""
    return (
        holds(scheme, _scheme_fields(data))
        and _all_hold(scheme.levels.all(), [_level_fields(level) for level in data.scale])
        and _all_hold(scheme.grades.all(), [_grade_fields(grade) for grade in data.grades])
    )


def _all_hold(rows: Iterable[object], wanted: list[dict[str, object]]) -> bool:
    found = list(rows)
    return len(found) == len(wanted) and all(map(holds, found, wanted))


def _scheme_fields(data: SchemeData) -> dict[str, object]:
    return {
        **both("name", data.name),
        "certification_body": data.certification_body,
        "validity_years": data.validity_years,
        **both("surveillance", data.surveillance),
        **asdict(data.cycle),
        **both("domain_label", data.levels.domain),
        **both("engagement_label", data.levels.engagement),
        **both("requirement_label", data.levels.requirement),
        "gap_rule": data.gap_rule,
        "global_threshold": data.thresholds.global_score,
        "domain_threshold": data.thresholds.domain_score,
        "open_minors_limit": data.thresholds.open_minors,
        "minor_becomes_major": data.escalation.minor_becomes_major,
        "minors_per_major": data.escalation.minors_per_major,
        "critical_is_major": data.escalation.critical_is_major,
    }


def _level_fields(level: ScaleLevelData) -> dict[str, object]:
    return {
        "code": level.code,
        "letter": level.letter,
        **both("label", level.label),
        "points": level.points,
        "is_conform": level.is_conform,
        "is_excluded": level.points is None,
        "shape": level.shape,
    }


def _grade_fields(grade: GradeData) -> dict[str, object]:
    return {
        "code": grade.code,
        **both("label", grade.label),
        **both("short", grade.short),
        "severity": grade.severity,
        "blocks": grade.blocks,
        "needs_action": grade.needs_action,
        "answer_days": grade.answer_days,
        "evidence_days": grade.evidence_days,
        "working_days": grade.working_days,
        "shape": grade.shape,
    }
