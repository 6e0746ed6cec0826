"""What each criterion holds on a day: a version of the organisation, or the ready grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audits.logic.scorecard import DEFAULT, REQUIRED, Criterion, Line
from audits.models import ScorecardGrid, ScorecardLine
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator


@dataclass(frozen=True, slots=True)
class Held:
    """An indicator with its line."""

    indicator: Indicator
    line: Line


@dataclass(frozen=True, slots=True)
class Grid:
    """One version. ``number`` is 0 and ``starts_on`` None for the ready one."""

    number: int
    starts_on: date | None
    required: int
    criteria: Mapping[Criterion, Sequence[Held]]

    @property
    def indicators(self) -> dict[int, Indicator]:
        """What it holds, each once."""
        return {one.indicator.pk: one.indicator for row in self.criteria.values() for one in row}


class Grids:
    """Every version of an organisation, and the ready one. Three queries."""

    def __init__(self, organisation: Organisation) -> None:
        self.rows = list(
            ScorecardGrid.objects.filter(organisation=organisation)
            .select_related("created_by")
            .order_by("starts_on", "number")
        )
        self.ready = ready_grid()
        lines = ScorecardLine.objects.filter(grid__in=self.rows).select_related("indicator")
        held: dict[int, dict[Criterion, list[Held]]] = {
            row.pk: {criterion: [] for criterion in Criterion} for row in self.rows
        }
        for row in lines.order_by("pk"):
            line = Line(row.indicator.code, row.weight, row.is_critical)
            held[row.grid_id][Criterion(row.criterion)].append(Held(row.indicator, line))
        self.grids = [
            Grid(row.number, row.starts_on, row.required, held[row.pk]) for row in self.rows
        ]

    def on(self, day: date) -> Grid:
        """The version in force on a day; the ready one before the first."""
        begun = [grid for grid in self.grids if grid.starts_on and grid.starts_on <= day]
        return begun[-1] if begun else self.ready

    @property
    def latest(self) -> Grid:
        """The last version written, the ready one without any."""
        return max(self.grids, key=lambda grid: grid.number, default=self.ready)


def ready_grid() -> Grid:
    """What the criteria hold until an organisation chooses: see `audits.logic.scorecard`."""
    codes = {line.code for lines in DEFAULT.values() for line in lines}
    rows = {row.code: row for row in Indicator.objects.of_catalogue().filter(code__in=codes)}
    return Grid(
        number=0,
        starts_on=None,
        required=REQUIRED,
        criteria={
            criterion: [Held(rows[line.code], line) for line in lines if line.code in rows]
            for criterion, lines in DEFAULT.items()
        },
    )
