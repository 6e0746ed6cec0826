"""Roll-ups: what the dashboard reads instead of the assessments.

One definition of the sums serves the single section saved with an assessment and the rebuild
of all of them, so that the two cannot differ. What passes with time is not stored: whether
evidence is still valid is counted when it is read (`audits.snapshots.rollups`).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from audits.enums import AssessmentStatus, ReviewVerdict
from audits.logic.gap import Rating
from audits.logic.verdicts import verdict_shape, worst_severity
from audits.models import Assessment, EvidenceLink, Finding, SectionRollup
from audits.models.evidence import NEVER_EXPIRES
from engagements.enums import Criticality, Shape

# Worst last. "Not assessed" hides behind every verdict, but not behind "not applicable".
RANKS = (Shape.NA, Shape.NONE, Shape.OK, Shape.PART, Shape.MINOR, Shape.MAJOR)
PLACE = ("audit_id", "section_id", "site_id")
COLUMNS = (
    "total",
    "not_applicable",
    "examined",
    "conform",
    "weight",
    "reached",
    "critical",
    "blocking",
    "worst",
)
_RATED = Q(status=AssessmentStatus.RATED)
_CRITICAL = Q(criticality=Criticality.CRITICAL)


def sums() -> dict[str, Any]:
    """Aggregates of a set of assessments, by roll-up column; ``worst`` is a rank in `RANKS`.

    Columns of the index "assessment_rollup" alone, rows counted by one of them: with any other,
    the key included, PostgreSQL reads and sorts the whole table.
    """
    return {
        "total": Count("audit"),
        "not_applicable": Count("audit", filter=Q(status=AssessmentStatus.NOT_APPLICABLE)),
        "examined": Count("audit", filter=_RATED),
        "conform": Count("audit", filter=_RATED & Q(is_conform=True)),
        # Not named "weight": an aggregate must not hide the column that the next one sums.
        "weight_sum": Coalesce(Sum("weight", filter=_RATED), 0),
        "reached": Coalesce(Sum(F("weight") * F("points"), filter=_RATED), 0),
        "critical": Count("audit", filter=_CRITICAL),
        "blocking": Count(
            "audit", filter=Q(shape=Shape.MAJOR) | (_CRITICAL & _RATED & Q(is_conform=False))
        ),
        "worst": Max(
            Case(*(When(shape=shape, then=Value(rank)) for rank, shape in enumerate(RANKS)))
        ),
    }


def refresh_section(*, audit_id: int, section_id: int, site_id: int | None) -> None:
    """Compute the roll-up of one engagement again: two queries.

    The few rows are summed here: Django takes longer to write the SQL of `sums` than to read
    them. A test holds that both give the same.
    """
    place = Q(audit=audit_id, section=section_id)
    place &= Q(site=None) if site_id is None else Q(site=site_id)
    rows = Assessment.objects.filter(place).values_list(
        "status", "is_conform", "weight", "points", "shape", "criticality"
    )
    SectionRollup.objects.filter(place).update(**_sum(rows))


def _sum(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(COLUMNS, 0)
    worst = Shape.NA
    for status, is_conform, weight, points, shape, criticality in rows:
        critical = criticality == Criticality.CRITICAL
        found["total"] += 1
        found["critical"] += critical
        found["not_applicable"] += status == AssessmentStatus.NOT_APPLICABLE
        if status == AssessmentStatus.RATED:
            found["examined"] += 1
            found["conform"] += is_conform
            found["weight"] += weight
            found["reached"] += weight * points
        failed = critical and status == AssessmentStatus.RATED and not is_conform
        found["blocking"] += shape == Shape.MAJOR or failed
        worst = max(worst, Shape(shape), key=RANKS.index)
    return found | {"worst": worst}


def refresh_assessment(*, assessment_id: int) -> None:
    """Compute the verdict of one assessment again, and the roll-up of its verdict."""
    row = Assessment.objects.get(pk=assessment_id)
    shape = shape_of(row)
    if row.shape != shape:
        Assessment.objects.filter(pk=row.pk).update(shape=shape)
        refresh_section(audit_id=row.audit_id, section_id=row.section_id, site_id=row.site_id)


def refresh_evidence(assessments: Iterable[int]) -> None:
    """Count the evidence of some assessments again; the verdict does not depend on it.

    One query for the counts, and one for each different result.
    """
    alike: dict[tuple[date | None, int], list[int]] = defaultdict(list)
    for pk, counted in evidence_of(assessments).items():
        alike[counted].append(pk)
    for (until, count), keys in alike.items():
        rows = Assessment.objects.filter(pk__in=keys)
        rows = rows.exclude(evidence_until=until, evidence_count=count)
        rows.update(evidence_until=until, evidence_count=count)


def open_findings(row: Assessment) -> list[Finding]:
    """Open findings of an assessment, worst grade first; read once per object."""
    found: list[Finding] | None = row.__dict__.get("open_findings")
    if found is None:
        rows = Finding.objects.open().filter(assessment=row.pk)
        found = list(rows.select_related("grade").order_by("grade__position", "number"))
        row.__dict__["open_findings"] = found
    return found


def shape_of(row: Assessment) -> str:
    """Verdict of an assessment from its rating and its open findings."""
    return verdict_shape(
        rating=Rating(row.status),
        is_conform=row.is_conform,
        points=row.points,
        severity=worst_severity(finding.grade.severity for finding in open_findings(row)),
        criticality=row.criticality,
    ).value


def evidence_of(assessments: Iterable[int]) -> dict[int, tuple[date | None, int]]:
    """By assessment, the last day on which some linked evidence is valid, and how many there are.

    The day is None without any. A piece that the auditor rejected is there and proves nothing.
    """
    found: dict[int, tuple[date | None, int]] = dict.fromkeys(assessments, (None, 0))
    proves = ~Q(review=ReviewVerdict.REJECTED)
    links = EvidenceLink.objects.filter(
        assessment__in=found, unlinked_at=None, evidence__withdrawn_at=None
    )
    sums = links.values_list("assessment").annotate(
        until=Max(Coalesce("evidence__valid_until", Value(NEVER_EXPIRES)), filter=proves),
        count=Count("pk"),
    )
    return found | {pk: (until, count) for pk, until, count in sums}


@transaction.atomic
def rebuild() -> int:
    """Make every roll-up equal to the sums of its assessments again; number of rows written.

    Everything happens inside the database, in one pass over the assessments. Rows that are
    right already are left alone: writing all of them takes longer than computing the sums.
    """
    table = SectionRollup._meta.db_table  # noqa: SLF001
    select, parameters = _groups().query.sql_with_params()
    words = " ".join(f"WHEN {rank} THEN '{shape}'" for rank, shape in enumerate(RANKS))
    sources = {name: f"s.{name}" for name in (*PLACE, *COLUMNS)}
    sources |= {"weight": "s.weight_sum", "worst": f"CASE s.worst {words} END"}
    # The whole scope has no site, and NULL equals nothing.
    place = (
        "s.audit_id = r.audit_id AND s.section_id = r.section_id "
        "AND COALESCE(s.site_id, 0) = COALESCE(r.site_id, 0)"
    )
    equal = " AND ".join(f"r.{name} = {sources[name]}" for name in COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"CREATE TEMPORARY TABLE sums AS {select}", parameters)
        cursor.execute("CREATE INDEX sums_place ON sums (section_id)")
        cursor.execute(
            f"DELETE FROM {table} AS r "  # noqa: S608 -- built from our own names
            f"WHERE NOT EXISTS (SELECT 1 FROM sums s WHERE {place} AND {equal})"
        )
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(sources)}) "  # noqa: S608 -- as above
            f"SELECT {', '.join(sources.values())} FROM sums s "
            f"WHERE NOT EXISTS (SELECT 1 FROM {table} r WHERE {place})"
        )
        written: int = cursor.rowcount
        cursor.execute("DROP TABLE sums")
    return written


def _groups() -> QuerySet[Assessment, tuple[Any, ...]]:
    """Sums of every place that has assessments."""
    groups: QuerySet[Assessment, Any] = Assessment.objects.values(*PLACE).annotate(**sums())
    return groups.values_list(
        *PLACE, *("weight_sum" if name == "weight" else name for name in COLUMNS)
    )
