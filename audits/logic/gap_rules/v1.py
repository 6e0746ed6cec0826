"""Gap rule v1: how counts and sums become figures, and what a figure must reach.

A published rule is never edited: a change is a new module beside this one, and an audit keeps
the version that it was computed with. Source: ADR-0004.
"""

from dataclasses import dataclass
from fractions import Fraction

RULE_VERSION = "v1"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a scheme asks before certification.

    The two scores are ratios in [0, 1]; ``open_minors`` is the largest number of open minor
    nonconformities that still passes. Raises ValueError outside these bounds.
    """

    global_score: Fraction = Fraction(9, 10)
    domain_score: Fraction = Fraction(8, 10)
    open_minors: int = 4

    def __post_init__(self) -> None:
        if not (0 <= self.global_score <= 1 and 0 <= self.domain_score <= 1):
            raise ValueError("A score threshold is a ratio between 0 and 1.")
        if self.open_minors < 0:
            raise ValueError("The number of open minors allowed cannot be negative.")


def score(reached: Fraction, weight: int) -> Fraction | None:
    """Weighted conformity score: points reached over points possible, on examined requirements.

    ``reached`` is the sum of weight x s, ``weight`` the sum of weights. Ratio in [0, 1]; None
    when nothing was examined.
    """
    return reached / weight if weight else None


def share(part: int, whole: int) -> Fraction | None:
    """Coverage, simple conformity rate and evidence coverage: a count over a count.

    Ratio in [0, 1]; None when the whole is empty, which is not zero.
    """
    return Fraction(part, whole) if whole else None


def progress(now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """Score now minus score then, in [-1, 1]; None when either is not assessed."""
    if now is None or then is None:
        return None
    return now - then


def share_closed(now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """Part of the former gap that is closed: 1 is all of it, negative when the score fell.

    None when either score is not assessed, or when there was no gap to close.
    """
    if now is None or then is None or then == 1:
        return None
    return (now - then) / (1 - then)


def reaches(value: Fraction | None, threshold: Fraction) -> bool:
    """Whether a score is at or above its threshold, exactly; a score not assessed is not."""
    return value is not None and value >= threshold
