"""From one score to another, in steps that add up exactly.

With R the points reached and W the weights of what is rated, a score is R / W. Three things move
it, each with its own formula, in exact fractions:

- what was rated on both sides: each domain d gives the sum of w (s now - s then) / W, over the
  weights W of all that is rated on both sides, which all domains share;
- what left the sum (not rated or not applicable any more, or not comparable): the sum of
  w (r - s) / W then, where r is the former score of what is rated on both sides;
- what came into it: the sum of w (s - r) / W now, where r is the present one of the same.

So a requirement that leaves below the mean raises the score, though nothing was improved: it is
shown apart, and never in a domain. A change of weights between editions is a step of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audits.logic import gap
from audits.logic.comparison import Comparison, Line, Movement, Row


class StepKind(StrEnum):
    """What moved the score, in the order in which it is drawn."""

    NO_LONGER_APPLICABLE = "NO_LONGER_APPLICABLE"
    NO_LONGER_RATED = "NO_LONGER_RATED"
    LEFT = "LEFT"
    WEIGHTS = "WEIGHTS"
    DOMAIN = "DOMAIN"
    NEWLY_RATED = "NEWLY_RATED"
    ENTERED = "ENTERED"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``value`` in [-1, 1], ``count`` how many requirements it is made of.

    ``code`` is the domain of a DOMAIN step, else "". For a domain, ``count`` counts those of which
    the rating moved.
    """

    kind: StepKind
    code: str
    value: Fraction
    count: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """``start`` + the sum of the steps = ``end``, exactly. Both are ratios in [0, 1]."""

    start: Fraction
    steps: tuple[Step, ...]
    end: Fraction


def waterfall(comparison: Comparison) -> Waterfall | None:
    """The steps from the former score to the present one, each audit as it stands.

    A step is there for each domain with anything rated on both sides, even when it did not move;
    the others only when something is in them. None when either audit has no score, or when
    nothing is rated on both sides: there is then no common ground to step on.
    """
    both = [row for row in comparison.rows if _points(row.then) and _points(row.now)]
    start, end = comparison.total.then.score, comparison.total.now.score
    if start is None or end is None or not both:
        return None
    weight = sum(row.now.weight for row in both if row.now)
    then_common = gap.measure(row.then for row in both if row.then).score or Fraction(0)
    reweighted = sum((_share(row.then) * _weight(row.now) for row in both), Fraction(0)) / weight
    now_common = gap.measure(row.now for row in both if row.now).score or Fraction(0)
    left = _left(comparison.rows, base=then_common, weight=comparison.total.then.weight)
    entered = _entered(comparison.rows, base=now_common, weight=comparison.total.now.weight)
    weights = Step(StepKind.WEIGHTS, "", reweighted - then_common, len(both))
    steps = (
        *left,
        *((weights,) if weights.value else ()),
        *_domains(both, weight=weight),
        *entered,
    )
    return Waterfall(start=start, steps=steps, end=end)


def _points(line: Line | None) -> bool:
    return line is not None and line.points is not None


def _share(line: Line | None) -> Fraction:
    if line is None or line.points is None:
        return Fraction(0)
    return Fraction(line.points, line.max_points)


def _weight(line: Line | None) -> int:
    return line.weight if line else 0


def _domains(both: Iterable[Row], *, weight: int) -> tuple[Step, ...]:
    sums: dict[str, tuple[Fraction, int]] = {}
    for row in both:
        code = row.now.domain if row.now else ""
        value, count = sums.get(code, (Fraction(0), 0))
        change = _share(row.now) - _share(row.then)
        sums[code] = (value + _weight(row.now) * change, count + bool(change))
    return tuple(
        Step(StepKind.DOMAIN, code, value / weight, count) for code, (value, count) in sums.items()
    )


def _left(rows: Iterable[Row], *, base: Fraction, weight: int) -> tuple[Step, ...]:
    kinds = {
        Movement.NO_LONGER_APPLICABLE: StepKind.NO_LONGER_APPLICABLE,
        Movement.NO_LONGER_RATED: StepKind.NO_LONGER_RATED,
        Movement.NOT_COMPARABLE: StepKind.LEFT,
    }
    lines = [
        (kinds[row.movement], row.then)
        for row in rows
        if row.then is not None and row.movement in kinds
    ]
    return _steps(lines, base=base, weight=weight, sign=-1)


def _entered(rows: Iterable[Row], *, base: Fraction, weight: int) -> tuple[Step, ...]:
    kinds = {
        Movement.NEWLY_RATED: StepKind.NEWLY_RATED,
        Movement.NOT_COMPARABLE: StepKind.ENTERED,
    }
    lines = [
        (kinds[row.movement], row.now)
        for row in rows
        if row.now is not None and row.movement in kinds
    ]
    return _steps(lines, base=base, weight=weight, sign=1)


def _steps(
    lines: Iterable[tuple[StepKind, Line]], *, base: Fraction, weight: int, sign: int
) -> tuple[Step, ...]:
    sums: dict[StepKind, tuple[Fraction, int]] = {}
    for kind, line in lines:
        if line.points is None:
            continue
        value, count = sums.get(kind, (Fraction(0), 0))
        sums[kind] = (value + line.weight * (_share(line) - base), count + 1)
    ordered = sorted(sums, key=list(StepKind).index)
    return tuple(Step(kind, "", sign * sums[kind][0] / weight, sums[kind][1]) for kind in ordered)
