"""Where files stand as their last validated audit left them: what may be shown to others.

Nothing here is of an audit under way but that it exists and when; nothing names a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from audits.enums import AssessmentStatus
from audits.logic.cycle import Cycle
from audits.logic.gap import Gap
from audits.logic.readiness import OpenFinding, Readiness
from audits.models import Assessment, Audit, Certification, Finding
from audits.models.finding import reference_of
from audits.presenters.cycle import NO_DAYS, cycle_days, file_cycle
from audits.presenters.readiness import readiness_of
from audits.snapshots.audit import thresholds
from audits.snapshots.rollups import Rollup, pooled, stored_rollups
from engagements.enums import Criticality, Severity

FIELDS = (
    "certification",
    "reference",
    "kind",
    "state",
    "start_date",
    "end_date",
    "max_points",
    "global_threshold",
    "domain_threshold",
    "open_minors_limit",
    "validated_at",
)


@dataclass(frozen=True, slots=True)
class Domain:
    """Score of one domain in the validated audit."""

    code: str
    title: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one file stands; ``audit`` is the last validated one, None while there is none.

    ``audits`` are all of the file, oldest first: of those under way only the days may be shown.
    ``next_day`` is the first day of the next one that has not begun, else the day by which the
    cycle asks for one.
    """

    certification: Certification
    audit: Audit | None
    audits: tuple[Audit, ...]
    cycle: Cycle
    is_planned: bool
    whole: Gap | None
    domains: tuple[Domain, ...]
    readiness: Readiness | None
    majors: int
    days_since: int | None
    next_day: date | None

    @property
    def running(self) -> tuple[Audit, ...]:
        """Audits under way."""
        return tuple(audit for audit in self.audits if audit.is_open)

    @property
    def score(self) -> Fraction | None:
        """Pooled over the whole; None when nothing was examined or validated."""
        return self.whole.score if self.whole else None

    @property
    def threshold(self) -> Fraction | None:
        """Score asked of the whole; None before the first validated audit."""
        return thresholds(self.audit).global_score if self.audit else None

    @property
    def domain_threshold(self) -> Fraction | None:
        """Score asked of each domain; None before the first validated audit."""
        return thresholds(self.audit).domain_score if self.audit else None


def standings(files: Sequence[Certification], *, today: date) -> dict[int, Standing]:
    """Standing of each file, by primary key: five queries whatever their number.

    The scheme of each file must be loaded.
    """
    if not files:
        return {}
    audits: dict[int, list[Audit]] = defaultdict(list)
    rows = Audit.objects.filter(certification__in=files).only(*FIELDS)
    for audit in rows.order_by("start_date", "pk"):
        audits[audit.certification_id].append(audit)
    last = {pk: done for pk, own in audits.items() if (done := _last_validated(own))}
    days = cycle_days(files)
    rollups = stored_rollups({audit.pk: audit.evidence_day(today) for audit in last.values()})
    findings, shortfalls = _findings(last.values()), _shortfalls(last.values())
    found: dict[int, Standing] = {}
    for file in files:
        own, ended = audits[file.pk], last.get(file.pk)
        start, term = days.get(file.pk, NO_DAYS)
        cycle, is_planned = file_cycle(file, own, start=start, term=term, today=today)
        parts = _Parts(ended, rollups, findings, shortfalls)
        found[file.pk] = Standing(
            certification=file,
            audit=ended,
            audits=tuple(own),
            cycle=cycle,
            is_planned=is_planned,
            whole=parts.whole,
            domains=parts.domains,
            readiness=parts.readiness,
            majors=parts.majors,
            days_since=(today - localdate(ended.validated_at)).days if ended else None,
            next_day=_next_day(own, cycle, today),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is computed from the rows of one audit, among those of several."""

    audit: Audit | None
    all_rollups: Mapping[int, Sequence[Rollup]]
    all_findings: Mapping[int, Sequence[OpenFinding]]
    all_shortfalls: Mapping[int, Sequence[tuple[str, str, int]]]

    @property
    def rollups(self) -> Sequence[Rollup]:
        return self.all_rollups.get(self.audit.pk, ()) if self.audit else ()

    @property
    def whole(self) -> Gap | None:
        return pooled(self.rollups, max_points=self.audit.max_points) if self.audit else None

    @property
    def domains(self) -> tuple[Domain, ...]:
        if self.audit is None:
            return ()
        groups: dict[str, list[Rollup]] = defaultdict(list)
        for row in self.rollups:
            groups[row.domain_code].append(row)
        best = self.audit.max_points
        return tuple(
            Domain(code, rows[0].domain_title, pooled(rows, max_points=best))
            for code, rows in groups.items()
        )

    @property
    def findings(self) -> Sequence[OpenFinding]:
        return self.all_findings.get(self.audit.pk, ()) if self.audit else ()

    @property
    def majors(self) -> int:
        return sum(1 for finding in self.findings if finding.severity == Severity.MAJOR)

    @property
    def readiness(self) -> Readiness | None:
        if self.audit is None:
            return None
        return readiness_of(
            self.audit,
            self.rollups,
            domains={domain.code: domain.gap for domain in self.domains},
            findings=self.findings,
            shortfalls=self.all_shortfalls.get(self.audit.pk, ()),
        )


def _next_day(audits: Iterable[Audit], cycle: Cycle, today: date) -> date | None:
    coming = [row.start_date for row in audits if row.is_open and row.start_date > today]
    return min(coming, default=cycle.upcoming.latest if cycle.upcoming else None)


def _last_validated(audits: Iterable[Audit]) -> Audit | None:
    done = [(audit.validated_at, audit.pk, audit) for audit in audits if audit.validated_at]
    return max(done)[-1] if done else None


def _findings(audits: Iterable[Audit]) -> dict[int, list[OpenFinding]]:
    """Open findings by audit, drafts left out."""
    found: dict[int, list[OpenFinding]] = defaultdict(list)
    rows = Finding.objects.open().filter(audit__in=list(audits)).order_by("audit", "number")
    columns = ("audit", "number", "assessment__code", "title", "grade__severity")
    for audit, number, code, title, severity in rows.values_list(*columns):
        found[audit].append(OpenFinding(reference_of(number), code, title, severity))
    return found


def _shortfalls(audits: Iterable[Audit]) -> dict[int, list[tuple[str, str, int]]]:
    """Critical requirements below compliant, by audit: code, site, points."""
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    rows = Assessment.objects.filter(
        audit__in=list(audits),
        criticality=Criticality.CRITICAL,
        status=AssessmentStatus.RATED,
        is_conform=False,
    ).order_by("audit", "position")
    columns = ("audit", "code", Coalesce("site__name", Value("")), "points")
    for audit, code, site, points in rows.values_list(*columns):
        found[audit].append((code, site, points))
    return found
