"""What a count of units by whole value says: percentiles, and how well a mean is known."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

from audits.logic.statistics import Z_95, Interval

Distribution = Mapping[int, int]
_FEWEST = 5  # fewer say next to nothing of their spread, and the quantile below is not exact


def percentile(distribution: Distribution, rank: int) -> int | None:
    """Smallest value that at least ``rank`` percent of the units do not exceed; None of none.

    Nearest rank: it is always a value that was measured.
    """
    total = sum(distribution.values())
    if not total:
        return None
    seen = 0
    for value in sorted(distribution):
        seen += distribution[value]
        if seen * 100 >= rank * total:
            return value
    raise AssertionError("The last value covers every unit.")


def mean_of(distribution: Distribution) -> Fraction | None:
    """Mean of the units, exact; None of none."""
    total = sum(distribution.values())
    if not total:
        return None
    return Fraction(sum(value * count for value, count in distribution.items()), total)


def variance_of_mean(distribution: Distribution) -> float | None:
    """Variance of the mean as an estimate, s^2 / n; None of fewer than `_FEWEST` units."""
    size, mean = sum(distribution.values()), mean_of(distribution)
    if mean is None or size < _FEWEST:
        return None
    squares = sum(count * (value - mean) ** 2 for value, count in distribution.items())
    return float(squares / (size - 1) / size)


def mean_interval(distribution: Distribution) -> Interval | None:
    """95 % Student interval of the mean; None of fewer than `_FEWEST` units."""
    mean, variance = mean_of(distribution), variance_of_mean(distribution)
    if mean is None or variance is None:
        return None
    half = student(sum(distribution.values()) - 1) * sqrt(variance)
    return Interval(float(mean) - half, float(mean) + half)


def student(freedom: int) -> float:
    """Quantile of Student's law at 95 %, two-sided, for four degrees of freedom or more.

    Expansion of Cornish and Fisher around the normal law; within 0.02 of the tables.
    """
    z, v = float(Z_95), float(freedom)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3
