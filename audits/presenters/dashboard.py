"""What the dashboard and the home page show, from roll-ups and few rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse

from audits.enums import AuditKind
from audits.logic.gap import Gap
from audits.logic.readiness import OpenFinding, Readiness
from audits.logic.verdicts import Verdict, group_shape
from audits.models import Audit, Certification
from audits.presenters.blockers import (
    BlockerLine,
    Issue,
    Shortfall,
    blocker_lines,
    read_issues,
    read_shortfalls,
)
from audits.presenters.readiness import readiness_of
from audits.snapshots.audit import thresholds
from audits.snapshots.rollups import Rollup, pooled, stored_rollups

# Not the scale nor the frozen snapshots, which are long to read.
AUDIT_FIELDS = (
    "certification",
    "key",
    "kind",
    "is_per_site",
    "max_points",
    "global_threshold",
    "domain_threshold",
    "open_minors_limit",
    "minors_per_major",
    "validated_at",
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One engagement of the map."""

    code: str
    title: str
    shape: str
    url: str


@dataclass(frozen=True, slots=True)
class DomainLine:
    """One domain: its engagements, its score today and at the diagnosis."""

    code: str
    title: str
    tiles: tuple[Tile, ...]
    gap: Gap
    baseline: Fraction | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Where a certification file stands; ``audit`` None before the first one."""

    certification: Certification
    audit: Audit | None
    diagnosis: Audit | None
    whole: Gap | None
    baseline: Fraction | None
    domains: tuple[DomainLine, ...]
    sites: tuple[tuple[str, Gap], ...]
    readiness: Readiness | None
    blockers: tuple[BlockerLine, ...]
    days_left: int | None

    @property
    def progress(self) -> Fraction | None:
        """Score now minus score at the diagnosis; None when there is nothing to compare."""
        if self.whole is None or self.whole.score is None or self.baseline is None:
            return None
        if self.audit == self.diagnosis:
            return None
        return self.whole.score - self.baseline

    @property
    def threshold(self) -> Fraction | None:
        """Score asked of the whole; None before the first audit."""
        return thresholds(self.audit).global_score if self.audit else None

    @property
    def domain_threshold(self) -> Fraction | None:
        """Score asked of each domain; None before the first audit."""
        return thresholds(self.audit).domain_score if self.audit else None

    @property
    def weakest(self) -> tuple[str, Fraction] | None:
        """Engagement with the lowest score."""
        return self.readiness.weakest if self.readiness else None

    @property
    def to_reach(self) -> Fraction | None:
        """What the score still lacks to the threshold; 0 when reached, None before rating."""
        if self.audit is None or self.whole is None or self.whole.score is None:
            return None
        return max(Fraction(0), thresholds(self.audit).global_score - self.whole.score)


def overview(certification: Certification, *, today: date) -> Overview:
    """Read one file: latest audit against its diagnosis."""
    audits = list(certification.audits.only(*AUDIT_FIELDS).order_by("-started_at", "-pk"))
    audit = audits[0] if audits else None
    diagnosis = next((a for a in audits if a.kind == AuditKind.DIAGNOSIS), None)
    rollups = stored_rollups({a.pk: a.evidence_day(today) for a in (diagnosis, audit) if a})
    now = rollups.get(audit.pk, []) if audit else []
    then = rollups.get(diagnosis.pk, []) if diagnosis else []
    domains = _domains(audit, diagnosis, now, then)
    issues = read_issues(audit) if audit else []
    shortfalls = read_shortfalls(audit, now) if audit else []
    readiness = _readiness(audit, now, domains, issues, shortfalls) if audit else None
    best = audit.max_points if audit else 1
    baseline = pooled(then, max_points=diagnosis.max_points) if diagnosis else None
    return Overview(
        certification=certification,
        audit=audit,
        diagnosis=diagnosis,
        whole=pooled(now, max_points=best) if audit else None,
        baseline=baseline.score if baseline else None,
        domains=domains,
        sites=_sites(audit, now),
        readiness=readiness,
        blockers=(
            blocker_lines(audit, readiness, issues, shortfalls, today)
            if audit and readiness
            else ()
        ),
        days_left=((certification.target_date - today).days if certification.target_date else None),
    )


def _readiness(
    audit: Audit,
    rows: Iterable[Rollup],
    domains: Iterable[DomainLine],
    issues: Iterable[Issue],
    shortfalls: Iterable[Shortfall],
) -> Readiness:
    return readiness_of(
        audit,
        rows,
        domains={line.code: line.gap for line in domains},
        findings=[OpenFinding(i.reference, i.requirement, i.title, i.severity) for i in issues],
        shortfalls=[(row.code, row.site, row.points) for row in shortfalls],
    )


def _domains(
    audit: Audit | None,
    diagnosis: Audit | None,
    now: Sequence[Rollup],
    then: Sequence[Rollup],
) -> tuple[DomainLine, ...]:
    if audit is None:
        return ()
    baselines: dict[str, Fraction | None] = {}
    if diagnosis is not None and diagnosis != audit:
        baselines = {
            rows[0].domain_code: pooled(rows, max_points=diagnosis.max_points).score
            for rows in _by_domain(then)
        }
    base = reverse("audits:grid", args=[audit.key])
    return tuple(
        DomainLine(
            code=rows[0].domain_code,
            title=rows[0].domain_title,
            tiles=_tiles(rows, base),
            gap=pooled(rows, max_points=audit.max_points),
            baseline=baselines.get(rows[0].domain_code),
        )
        for rows in _by_domain(now)
    )


def _by_domain(rows: Iterable[Rollup]) -> list[list[Rollup]]:
    groups: dict[str, list[Rollup]] = {}
    for row in rows:
        groups.setdefault(row.domain_code, []).append(row)
    return list(groups.values())


def _tiles(rows: Sequence[Rollup], base: str) -> tuple[Tile, ...]:
    engagements: dict[str, list[Rollup]] = {}
    for row in rows:
        engagements.setdefault(row.code, []).append(row)
    return tuple(
        Tile(
            code=code,
            title=group[0].title,
            shape=group_shape(Verdict(row.worst) for row in group).value,
            url=f"{base}?engagement={code}",
        )
        for code, group in engagements.items()
    )


def _sites(audit: Audit | None, rows: Sequence[Rollup]) -> tuple[tuple[str, Gap], ...]:
    if audit is None or not audit.is_per_site:
        return ()
    groups: dict[str, list[Rollup]] = {}
    for row in rows:
        groups.setdefault(row.site, []).append(row)
    return tuple(
        (name, pooled(group, max_points=audit.max_points)) for name, group in groups.items()
    )
