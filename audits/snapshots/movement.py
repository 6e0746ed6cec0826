"""What movement is computed from: ratings of audits, pending actions, how late past ones were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    ExpressionWrapper,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from audits.enums import ActionState
from audits.logic.comparison import Line, Link
from audits.logic.gap import Rated, Rating
from audits.logic.whatif import Level
from audits.models import Assessment, Audit, CorrectiveAction
from audits.models.corrective_action import CorrectiveActionQuerySet
from crcaudit.core import prepared
from engagements.models import RequirementMapping


def lines_of(audits: Sequence[Audit], *, today: date) -> dict[int, list[Line]]:
    """Every requirement of some audits, by id of the audit, in the order of the grid: one query.

    Evidence counts when valid on the day of `Audit.evidence_day`.
    """
    best = {audit.pk: audit.max_points for audit in audits}
    found: dict[int, list[Line]] = {pk: [] for pk in best}
    days = [audit.evidence_day(today) for audit in audits]
    for audit, proven, conform, *values in prepared.read(_lines, list(best), "", days):
        line = Line._make((*values, best[audit], bool(conform), bool(proven)))
        found[audit].append(line)
    return found


def _lines(
    audits: Sequence[int], _language: str, days: Sequence[date]
) -> QuerySet[Any, tuple[Any, ...]]:
    """Columns of a `Line`, but for the last three."""
    pairs = zip(audits, days, strict=True)
    day = Case(
        *(When(audit=audit, then=Value(day)) for audit, day in pairs), output_field=DateField()
    )
    rows = Assessment.objects.filter(audit__in=audits).order_by("audit", "position", "pk")
    return rows.values_list(
        "audit",
        # Compared there: the days would be read one by one.
        ExpressionWrapper(Q(evidence_until__gte=day), output_field=BooleanField()),
        "is_conform",
        "pk",
        "requirement",
        Coalesce("site", 0),
        "code",
        Coalesce("site__name", Value("")),
        "section__parent__code",
        "section__code",
        "weight",
        "criticality",
        "status",
        "level",
        "points",
    )


def rated_of(line: Line) -> Rated:
    """The line as a value of the gap."""
    return Rated(
        code=line.code,
        weight=line.weight,
        domain=line.domain,
        engagement=line.engagement,
        site=line.site,
        criticality=line.criticality,
        rating=Rating(line.rating),
        points=line.points,
        max_points=line.max_points,
        is_conform=line.is_conform,
        has_evidence=line.has_evidence,
    )


def mapping_between(then: Audit, now: Audit) -> list[Link] | None:
    """Links from the edition of one audit to that of the other; None when it is the same one.

    Where only the way back is mapped, it is read the other way round.
    """
    old, new = then.certification.edition_id, now.certification.edition_id
    if old == new:
        return None
    rows = RequirementMapping.objects.filter(
        old_edition__in=[old, new], new_edition__in=[old, new]
    ).order_by("pk")
    found = list(rows.values_list("old_edition", "old", "new", "relation"))
    there = [Link(a, b, relation) for edition, a, b, relation in found if edition == old]
    if there:
        return there
    opposite = {"NEW": "REMOVED", "REMOVED": "NEW", "MERGED": "SPLIT", "SPLIT": "MERGED"}
    return [
        Link(b, a, opposite.get(relation, relation))
        for edition, a, b, relation in found
        if edition == new
    ]


class PendingAction(NamedTuple):
    """An action that is still to be done, on the requirement and the site of its finding.

    ``place`` is the id of the site, 0 for the whole scope; ``effort`` in person-days, None when
    nobody estimated it.
    """

    pk: int
    key: str
    reference: str
    title: str
    due: date
    effort: Decimal | None
    requirement: int
    place: int


def pending_actions(actions: CorrectiveActionQuerySet, audit: Audit) -> list[PendingAction]:
    """Pending ones among ``actions``, of the file of the audit, earliest first: one query."""
    rows = (
        actions.pending()
        .filter(finding__audit__certification=audit.certification_id)
        .order_by("due_date", "number", "pk")
        .values_list(
            "pk",
            "key",
            "number",
            "title",
            "due_date",
            "effort_days",
            "finding__assessment__requirement",
            Coalesce("finding__assessment__site", 0),
        )
    )
    return [
        PendingAction(pk, str(key), CorrectiveAction(number=number).reference, *rest)
        for pk, key, number, *rest in rows
    ]


def targets(
    actions: Iterable[PendingAction], lines: Iterable[Line]
) -> dict[int, list[PendingAction]]:
    """The actions of each requirement of an audit, by id of the assessment.

    An action counts on the site of its finding; one about the whole scope counts on every site,
    and one about a site counts on the whole where the audit does not tell sites apart.
    """
    waiting: dict[int, list[PendingAction]] = defaultdict(list)
    for action in actions:
        waiting[action.requirement].append(action)
    found = {}
    for line in lines:
        own = [
            action
            for action in waiting.get(line.requirement, ())
            if line.place == action.place or not line.place or not action.place
        ]
        if own:
            found[line.pk] = own
    return found


def lateness_days(organisation_id: int) -> list[int]:
    """Days between due date and completion of every finished action: one query, any order."""
    rows = CorrectiveAction.objects.filter(
        organisation=organisation_id, state__in=[ActionState.DONE, ActionState.VERIFIED]
    )
    pairs = rows.values_list("due_date", "done_at").order_by()
    return [(localdate(done) - due).days for due, done in pairs if done is not None]


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """A level that can be given; ``label`` in the language asked for."""

    code: str
    label: str
    shape: str
    value: Level


def scale_of(audit: Audit, language: str) -> list[ScaleLevel]:
    """The levels of the audit's scale that are worth points, best first."""
    levels = [
        ScaleLevel(
            code=row["code"],
            label=row[f"label_{language}"],
            shape=row["shape"],
            value=Level(points=row["points"], is_conform=row["is_conform"]),
        )
        for row in audit.scale
        if not row["is_excluded"]
    ]
    return sorted(levels, key=lambda level: -level.value.points)


def compliant_level(scale: Sequence[ScaleLevel]) -> ScaleLevel:
    """The lowest level that counts as compliant: what finishing an action is taken to reach."""
    good = [level for level in scale if level.value.is_conform]
    return good[-1] if good else scale[0]


def efforts(
    actions: Mapping[int, Iterable[PendingAction]],
) -> dict[int, list[Fraction | None]]:
    """Estimates of the actions of each requirement, None for one without."""
    return {
        key: [None if row.effort is None else Fraction(row.effort) for row in rows]
        for key, rows in actions.items()
    }
