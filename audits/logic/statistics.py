"""What a sample proves: Wilson interval, verdict against a target, sample sizes.

Everything is at 95 % confidence, except the size of a sample that is still to be drawn. Rates and
margins are ratios in [0, 1], exact where they are an input, floats where a square root or a
logarithm makes them approximate. Source: Wilson, 1927.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, log, sqrt

Z_95 = Fraction(1_959_964, 1_000_000)
# Quantiles of the normal law by confidence in percent.
QUANTILES = {90: Fraction(1_644_854, 1_000_000), 95: Z_95, 99: Fraction(2_575_829, 1_000_000)}
_Z2 = Z_95 * Z_95
_HALF = Fraction(1, 2)


class TargetVerdict(StrEnum):
    """What a figure says about its target."""

    PROVEN = "PROVEN"
    MISSED = "MISSED"
    NOT_PROVEN = "NOT_PROVEN"


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % confidence interval of a rate; both ends are ratios in [0, 1]."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A rate against its target.

    ``interval`` is None when the whole population was measured: the figure is then exhaustive
    and simply above or below. ``deciding_size`` is the sample size that would decide at the same
    rate; None unless NOT_PROVEN, and None when the rate equals the target, since then only an
    exhaustive measure decides.
    """

    verdict: TargetVerdict
    rate: Fraction
    size: int
    exhaustive: bool
    interval: Interval | None
    deciding_size: int | None


@dataclass(frozen=True, slots=True)
class NetPromoter:
    """Net promoter score and half-width of its 95 % interval, both in points of -100..100."""

    score: Fraction
    margin: float


def wilson(successes: int, size: int) -> Interval | None:
    """Wilson interval of ``successes`` out of ``size``; None when the sample is empty.

    Raises ValueError unless 0 <= successes <= size.
    """
    _check_counts(successes, size)
    if not size:
        return None
    n, z2 = float(size), float(_Z2)
    p = successes / n
    shrink = 1 + z2 / n
    centre = (p + z2 / (2 * n)) / shrink
    half = float(Z_95) * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / shrink
    # The ends are exactly 0 and 1 there; rounding would make them miss a target of 0 or 100 %.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == size else centre + half
    return Interval(low, high)


def judge(
    successes: int, size: int, target: Fraction, *, exhaustive: bool = False
) -> Judgement | None:
    """Verdict of a rate that should be at least ``target``; None when nothing was measured.

    Proven when the lower bound reaches the target, missed when the upper bound is under it. For
    a rate that should be at most t, pass the complement: size - successes, and 1 - t. Raises
    ValueError when the target is not in [0, 1] or the counts are impossible.
    """
    if not 0 <= target <= 1:
        raise ValueError("A target is a ratio between 0 and 1.")
    interval = wilson(successes, size)
    if interval is None:
        return None
    rate = Fraction(successes, size)
    if exhaustive:
        verdict = TargetVerdict.PROVEN if rate >= target else TargetVerdict.MISSED
        return Judgement(verdict, rate, size, exhaustive=True, interval=None, deciding_size=None)
    verdict = _against(interval, target)
    open_question = verdict == TargetVerdict.NOT_PROVEN
    return Judgement(
        verdict,
        rate,
        size,
        exhaustive=False,
        interval=interval,
        deciding_size=deciding_size(rate, target) if open_question else None,
    )


def _against(interval: Interval, target: Fraction) -> TargetVerdict:
    if interval.low >= target:
        return TargetVerdict.PROVEN
    if interval.high < target:
        return TargetVerdict.MISSED
    return TargetVerdict.NOT_PROVEN


def deciding_size(rate: Fraction, target: Fraction) -> int | None:
    """Smallest sample whose Wilson interval around ``rate`` leaves the target out.

    At least 1. None when the rate equals the target, or when the target is 100 %: no sample
    proves that no failure exists.
    """
    if target in (rate, 1):
        return None
    # The ends of the interval solve (rate - t)^2 = z^2 t (1 - t) / n, here taken for n.
    return max(1, ceil(_Z2 * target * (1 - target) / (rate - target) ** 2))


def sample_size(
    margin: Fraction,
    *,
    expected_rate: Fraction = _HALF,
    population: int | None = None,
    confidence: int = 95,
) -> int:
    """Sample needed to know a rate within plus or minus ``margin``.

    ``expected_rate`` one half is the safe choice. ``population`` is the number of units that
    exist, None when it is very large; the sample never exceeds it. ``confidence`` is in percent.
    Raises ValueError when the margin or the expected rate is not strictly between 0 and 1, the
    confidence is none of `QUANTILES`, or the population is empty.
    """
    if not (0 < margin < 1 and 0 < expected_rate < 1):
        raise ValueError("Margin and expected rate are ratios strictly between 0 and 1.")
    if confidence not in QUANTILES:
        raise ValueError(f"No quantile is known at {confidence} %.")
    z2 = QUANTILES[confidence] ** 2
    needed = z2 * expected_rate * (1 - expected_rate) / (margin * margin)
    if population is None:
        return ceil(needed)
    if population < 1:
        raise ValueError("A population has at least one unit.")
    return ceil(needed / (1 + (needed - 1) / population))


def zero_failure_sample(failure_rate: Fraction) -> int:
    """Sample without any failure needed to be 95 % sure that failures are at most this rate.

    Raises ValueError when the rate is not strictly between 0 and 1.
    """
    if not 0 < failure_rate < 1:
        raise ValueError("A failure rate is a ratio strictly between 0 and 1.")
    return ceil(log(0.05) / log(1 - failure_rate))


def net_promoter(promoters: int, detractors: int, size: int) -> NetPromoter | None:
    """Net promoter score of ``size`` answers; None when nobody answered.

    Raises ValueError when the counts are impossible.
    """
    _check_counts(promoters, size)
    _check_counts(detractors, size - promoters)
    if not size:
        return None
    difference = Fraction(promoters - detractors, size)
    variance = Fraction(promoters + detractors, size) - difference * difference
    return NetPromoter(100 * difference, 100 * float(Z_95) * sqrt(variance / size))


def _check_counts(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise ValueError(f"Impossible counts: {part} out of {whole}.")
