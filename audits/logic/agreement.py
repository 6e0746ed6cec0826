"""How far evaluators who graded the same contact agree.

Sources: Cohen, "A coefficient of agreement for nominal scales", 1960; Fleiss, "Measuring nominal
scale agreement among many raters", 1971; the words of `strength_of`: Landis and Koch, 1977. One
contact has a dozen criteria: a kappa of so few says where to talk, and proves nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

PAIR = 2


class Strength(StrEnum):
    """Landis and Koch's words for a kappa."""

    POOR = "POOR"
    SLIGHT = "SLIGHT"
    FAIR = "FAIR"
    MODERATE = "MODERATE"
    SUBSTANTIAL = "SUBSTANTIAL"
    ALMOST_PERFECT = "ALMOST_PERFECT"


_UP_TO = (
    (Fraction(20, 100), Strength.SLIGHT),
    (Fraction(40, 100), Strength.FAIR),
    (Fraction(60, 100), Strength.MODERATE),
    (Fraction(80, 100), Strength.SUBSTANTIAL),
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Absolute gaps of scores to the reference, in points: their ``total`` over ``scores``."""

    total: Fraction
    scores: int

    @property
    def mean(self) -> Fraction | None:
        """None when no score was compared."""
        return self.total / self.scores if self.scores else None


def agreement(marks: Sequence[str]) -> Fraction | None:
    """Share of the pairs of evaluators who gave one criterion the same mark.

    None with fewer than two marks.
    """
    pairs = len(marks) * (len(marks) - 1) // 2
    if not pairs:
        return None
    alike = sum(count * (count - 1) // 2 for count in Counter(marks).values())
    return Fraction(alike, pairs)


def share_alike(first: Sequence[str], second: Sequence[str]) -> Fraction | None:
    """Share of the criteria to which two evaluators gave the same mark; None without criteria.

    Raises ValueError when they did not mark the same number.
    """
    if not first:
        return None
    return Fraction(sum(a == b for a, b in zip(first, second, strict=True)), len(first))


def pairwise(marks: Sequence[Sequence[str]]) -> dict[tuple[int, int], Fraction | None]:
    """`share_alike` of each two evaluators, by their places; ``marks`` has a row for each."""
    return {
        (a, b): share_alike(marks[a], marks[b]) for a, b in combinations(range(len(marks)), PAIR)
    }


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> Fraction | None:
    """Cohen's kappa of two evaluators; at most 1, 0 is what chance alone would give.

    None without criteria, and when both gave everything one same mark: chance explains it all.
    """
    observed = share_alike(first, second)
    if observed is None:
        return None
    one, other, n = Counter(first), Counter(second), len(first)
    expected = Fraction(sum(one[mark] * other[mark] for mark in one), n * n)
    return _kappa(observed, expected)


def fleiss_kappa(table: Iterable[Sequence[str]]) -> Fraction | None:
    """Fleiss' kappa: a row for each criterion, holding a mark of each evaluator.

    None without criteria, or when everything has one same mark. Raises ValueError unless every
    criterion has the same number of marks, two at least.
    """
    rows = [Counter(marks) for marks in table]
    if not rows:
        return None
    raters = {row.total() for row in rows}
    if len(raters) != 1 or min(raters) < PAIR:
        raise ValueError("Every criterion has the same number of marks, two at least.")
    n = raters.pop()
    pairs = n * (n - 1)
    alike = sum(count * (count - 1) for row in rows for count in row.values())
    totals: Counter[str] = sum(rows, Counter())
    marks = n * len(rows)
    expected = Fraction(sum(count * count for count in totals.values()), marks * marks)
    return _kappa(Fraction(alike, pairs * len(rows)), expected)


def kappa(marks: Sequence[Sequence[str]]) -> Fraction | None:
    """Cohen's for two evaluators, Fleiss' for more, None for fewer; a row for each evaluator."""
    if len(marks) < PAIR:
        return None
    if len(marks) == PAIR:
        return cohen_kappa(*marks)
    return fleiss_kappa(list(zip(*marks, strict=True)))


def strength_of(value: Fraction) -> Strength:
    """The word for a kappa; each band holds its upper end, and below 0 is poor."""
    if value < 0:
        return Strength.POOR
    found = (word for limit, word in _UP_TO if value <= limit)
    return next(found, Strength.ALMOST_PERFECT)


def gaps(scores: Iterable[Fraction | None], reference: Fraction | None) -> Gaps:
    """Gaps of the scores to the agreed one; what is not assessed is not compared."""
    if reference is None:
        return Gaps(Fraction(0), 0)
    found = [abs(score - reference) for score in scores if score is not None]
    return Gaps(sum(found, Fraction(0)), len(found))


def _kappa(observed: Fraction, expected: Fraction) -> Fraction | None:
    return None if expected == 1 else (observed - expected) / (1 - expected)
