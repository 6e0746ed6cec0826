"""The verdict of an audit from its stored sums, for one file or for many."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from audits.logic.gap import Gap
from audits.logic.readiness import OpenFinding, Readiness, Sums, assess_sums
from audits.models import Audit
from audits.snapshots.audit import thresholds
from audits.snapshots.rollups import Rollup, engagement_scores


def readiness_of(
    audit: Audit,
    rollups: Iterable[Rollup],
    *,
    domains: Mapping[str, Gap],
    findings: Iterable[OpenFinding],
    shortfalls: Iterable[tuple[str, str, int]],
) -> Readiness:
    """Whether the audit is ready for certification, by its own thresholds.

    ``domains`` are by code; ``shortfalls`` are critical requirements below compliant, as code, name
    of the site ("" for the whole) and points.
    """
    best = audit.max_points
    sums = Sums(
        domains=domains,
        engagements=engagement_scores(rollups, max_points=best),
        shortfalls=[(code, site, Fraction(points, best)) for code, site, points in shortfalls],
    )
    return assess_sums(sums, findings, thresholds(audit))
