"""The lines of a version of the plan, with the last result and the next day of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from audits import control_texts as words
from audits.control_enums import ControlState
from audits.control_values import judged
from audits.logic.control_result import trend
from audits.models import ControlLine, ControlOccurrence, ControlPlan
from audits.snapshots import common

RELATED = (
    "requirement__engagement__domain",
    "responsible",
    "substitute",
    "escalate_to",
    "indicator",
    "action",
)
LAST_RESULTS = 2


@dataclass(frozen=True, slots=True)
class Last:
    """The last result of a line: verdict, day, trend (1 better, -1 worse, 0, None unknown)."""

    row: ControlOccurrence
    words: words.ResultWords
    trend: int | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as lists show it; ``last`` None while nothing was done, ``next`` when nothing is."""

    line: ControlLine
    often: str
    method: str
    role: str
    thresholds: str
    record: str
    last: Last | None
    next: date | None


def lines_of(plan: ControlPlan) -> list[ControlLine]:
    """The lines in the order of the referential, then of the plan: two queries."""
    rows = plan.lines.select_related(*RELATED).prefetch_related("sites")
    found = list(rows.order_by("requirement__engagement__domain__position", "position", "pk"))
    for line in found:
        line.plan = plan
    return found


def rows_of(
    lines: Sequence[ControlLine],
    controls: "QuerySet[ControlOccurrence]",
    *,
    terms: common.Labels,
) -> list[LineRow]:
    """The lines with what was found: two queries. ``controls`` are those the reader sees."""
    last, following = last_results(controls), _next_days(controls)
    return [
        LineRow(
            line,
            words.frequency_text(line),
            words.method_text(line, terms),
            words.role_text(line, terms),
            words.thresholds_text(line),
            words.record_text(line),
            last.get(line.lineage),
            following.get(line.lineage),
        )
        for line in lines
    ]


def last_results(controls: "QuerySet[ControlOccurrence]") -> dict[UUID, Last]:
    """The last result of each line by lineage, over all its versions: one query."""
    place = Window(
        RowNumber(),
        partition_by=[F("line__lineage")],
        order_by=[F("due_date").desc(), F("done_at").desc(), F("pk").desc()],
    )
    rows = (
        controls.filter(state=ControlState.DONE)
        .annotate(place=place)
        .filter(place__lte=LAST_RESULTS)
        .select_related("line", "site")
        .order_by("place")
    )
    found: dict[UUID, list[ControlOccurrence]] = defaultdict(list)
    for row in rows:
        found[row.line.lineage].append(row)
    return {lineage: last_of(done) for lineage, done in found.items()}


def last_of(done: Sequence[ControlOccurrence]) -> Last:
    """The first of the results, newest first, compared with the second."""
    newest = done[0]
    before = judged(done[1]) if len(done) > 1 else None
    found = judged(newest)
    result = words.result_of(newest)
    if found is None or result is None:
        raise ValueError("Only controls that are done have a result.")
    return Last(newest, result, trend(before, found))


def _next_days(controls: "QuerySet[ControlOccurrence]") -> Mapping[UUID, date]:
    rows = controls.filter(state=ControlState.PLANNED).order_by()
    found = rows.values("line__lineage").annotate(day=Min("due_date"))
    return {row["line__lineage"]: row["day"] for row in found}
