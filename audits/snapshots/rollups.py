"""Stored roll-ups as values, and their pooling into a gap."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DateField,
    Expression,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import get_language

from audits.enums import AuditKind, AuditState
from audits.logic.gap import Gap
from audits.logic.gap_rules import v1
from audits.models import Assessment, Audit, AuditSection, proven_on
from crcaudit.core import prepared

SUMS = (
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


class Rollup(NamedTuple):
    """Sums of one engagement on one site, with the names of its sections in one language.

    ``with_evidence`` counts the applicable requirements whose evidence is valid on the day that
    was asked for: the only figure that changes without anybody saving anything.
    """

    section: int
    code: str
    title: str
    domain: int
    domain_code: str
    domain_title: str
    site: str
    total: int
    not_applicable: int
    examined: int
    conform: int
    weight: int
    reached: int
    critical: int
    blocking: int
    worst: str
    with_evidence: int


def stored_rollups(days: Mapping[int, date]) -> dict[int, list[Rollup]]:
    """Stored roll-ups of some audits, in the order of the edition: one query, no model rows.

    ``days`` says for each audit on which day evidence must be valid, see `Audit.evidence_day`.
    """
    found: dict[int, list[Rollup]] = {audit: [] for audit in days}
    rows = prepared.read(_stored, list(days), get_language() or "fr", list(days.values()))
    for audit, *row in rows:
        found[audit].append(Rollup._make(row))
    return found


def _stored(
    audits: Sequence[int], language: str, days: Sequence[date]
) -> QuerySet[Any, tuple[Any, ...]]:
    pairs = zip(audits, days, strict=True)
    day = Case(
        *(When(audit=audit, then=Value(day)) for audit, day in pairs), output_field=DateField()
    )
    return (
        AuditSection.objects.filter(rollups__audit__in=audits)
        .order_by("parent__position", "position", "rollups__site__name")
        .values_list("rollups__audit", *_columns(language, day))
    )


def _columns(language: str, day: Expression) -> tuple[str | Coalesce, ...]:
    """What a `Rollup` holds, in its order; ``day`` is an expression on an assessment."""
    title = f"title_{language}"
    proven = (
        Assessment.objects.alias(place=Coalesce("site", 0))
        .filter(
            proven_on(day),
            audit=OuterRef("rollups__audit"),
            section=OuterRef("pk"),
            place=Coalesce(OuterRef("rollups__site"), 0),
        )
        .values("section")
        .annotate(count=Count("*"))
    )
    return (
        "pk",
        "code",
        title,
        "parent",
        "parent__code",
        f"parent__{title}",
        Coalesce("rollups__site__name", Value("")),
        *(f"rollups__{name}" for name in SUMS),
        Coalesce(Subquery(proven.values("count")), 0),
    )


def pooled(rows: Iterable[Rollup], *, max_points: int) -> Gap:
    """Pool sums into one gap; ``max_points`` is the best level of the audit's scale."""
    total = not_applicable = examined = conform = with_evidence = weight = reached = 0
    for row in rows:
        total += row.total
        not_applicable += row.not_applicable
        examined += row.examined
        conform += row.conform
        with_evidence += row.with_evidence
        weight += row.weight
        reached += row.reached
    return Gap(
        total=total,
        not_applicable=not_applicable,
        applicable=total - not_applicable,
        examined=examined,
        conform=conform,
        with_evidence=with_evidence,
        weight=weight,
        reached=Fraction(reached, max_points),
    )


def engagement_scores(rows: Iterable[Rollup], *, max_points: int) -> dict[str, Fraction | None]:
    """Score of each engagement over its sites, by code; None when nothing was examined."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        reached, weight = sums.get(row.code, (0, 0))
        sums[row.code] = (reached + row.reached, weight + row.weight)
    return {
        code: v1.score(Fraction(reached, max_points), weight)
        for code, (reached, weight) in sums.items()
    }


def diagnosis_gaps(audit: Audit) -> dict[str, Gap]:
    """Gap of each domain at the diagnosis of the same file, by code; "" is the whole.

    Empty for the diagnosis itself, and where none was validated.
    """
    if audit.kind == AuditKind.DIAGNOSIS:
        return {}
    rows = AuditSection.objects.filter(
        rollups__audit__certification=audit.certification_id,
        rollups__audit__kind=AuditKind.DIAGNOSIS,
        rollups__audit__state=AuditState.VALIDATED,
    )
    columns = _columns(get_language() or "fr", TruncDate("audit__validated_at"))
    found = list(rows.values_list("rollups__audit__max_points", *columns))
    groups: dict[str, list[Rollup]] = defaultdict(list)
    for _points, *row in found:
        rollup = Rollup._make(row)
        groups[""].append(rollup)
        groups[rollup.domain_code].append(rollup)
    return {code: pooled(group, max_points=found[0][0]) for code, group in groups.items()}
