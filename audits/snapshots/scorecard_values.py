"""A scorecard as values: the same on the screen, in the table that is taken away, in a review.

Written into a review by `audits.snapshots.codec`: a field added later needs a default.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from audits.logic.scorecard import Criterion, Held


@dataclass(frozen=True, slots=True)
class LineValue:
    """One indicator of a criterion for one provider over one period.

    ``value`` is in the unit, None when nothing was measured or it cannot be computed. ``low`` and
    ``high`` are the bounds at 95 % of a sample. ``operator`` is "" and ``target`` None without a
    target. ``verdict`` and ``rank`` are those of `audits.logic.indicators.Standing`, "" without.
    ``source`` says who measured, see `audits.snapshots.scorecard`; ``unpooled`` why parts are not
    put together. ``measured`` of ``expected`` providers of the branch have a figure.
    """

    indicator: int
    code: str
    name_fr: str
    name_en: str
    unit: str
    weight: int
    is_critical: bool
    value: Fraction | None
    size: int | None
    is_exhaustive: bool
    low: Fraction | None
    high: Fraction | None
    operator: str
    target: Fraction | None
    is_own_target: bool
    verdict: str
    rank: str
    deciding_size: int | None
    source: str
    unpooled: str
    measured: int
    expected: int


@dataclass(frozen=True, slots=True)
class CriterionValue:
    """One criterion: see `audits.logic.scorecard.Score`."""

    criterion: Criterion
    share: Fraction | None
    held: Held
    judged: int
    total: int
    capped_by: tuple[str, ...]
    lines: tuple[LineValue, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The scorecard of one provider, with those under it when ``is_branch``, over one period.

    ``grid`` is the version of the grid, 0 for the ready one; ``required`` is in percent.
    """

    provider: str
    is_branch: bool
    grain: str
    starts_on: date
    grid: int
    required: int
    criteria: tuple[CriterionValue, ...]


@dataclass(frozen=True, slots=True)
class FrozenScorecard:
    """What a review keeps: the provider alone, and with those under it, named in order."""

    organisation: str
    alone: Card
    branch: Card
    below: tuple[str, ...]
