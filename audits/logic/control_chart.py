"""Natural limits of a series of single values (XmR chart), and the points that stand out.

Source: Wheeler, Understanding Variation, 1993: limits at 2.66 mean moving ranges around the mean;
a run of eight points on one side of the mean is a shift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

LEAST_POINTS = 8
RUN = 8
_FACTOR = Fraction(266, 100)


@dataclass(frozen=True, slots=True)
class Limits:
    """Centre and natural limits, in the unit of the values; not cut at 0 or 100."""

    centre: Fraction
    low: Fraction
    high: Fraction


def natural_limits(values: Sequence[Fraction | None]) -> Limits | None:
    """Limits of values in the order of time; None with fewer than `LEAST_POINTS` of them.

    A missing value breaks the series: no range is taken across it.
    """
    known = [value for value in values if value is not None]
    if len(known) < LEAST_POINTS:
        return None
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if not ranges:
        return None
    centre = sum(known, Fraction(0)) / len(known)
    reach = _FACTOR * sum(ranges, Fraction(0)) / len(ranges)
    return Limits(centre, centre - reach, centre + reach)


def standing_out(values: Sequence[Fraction | None], limits: Limits) -> tuple[int, ...]:
    """Positions of the points beyond a limit, or that end a run of `RUN` or more on one side.

    A missing value, and one on the centre itself, ends a run. In order, each once.
    """
    found, side, length = [], 0, 0
    for position, value in enumerate(values):
        now = 0 if value is None else (value > limits.centre) - (value < limits.centre)
        length = length + 1 if now and now == side else int(now != 0)
        side = now
        beyond = value is not None and not limits.low <= value <= limits.high
        if beyond or length >= RUN:
            found.append(position)
    return tuple(found)
