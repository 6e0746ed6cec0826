"""What the units of a sample say together: a rate, how sure it is, and how it meets its target.

Source: `domain.md` 6.3. What cannot be assessed is out of the count, never a zero.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audits.logic.sampling import Method
from audits.logic.statistics import Interval, TargetVerdict, judge, wilson


class Basis(StrEnum):
    """What a rate may be taken for.

    NOTHING: no unit counts, there is no rate. SAMPLE: a random draw, with an interval.
    EXHAUSTIVE: the whole population, without. JUDGEMENT: chosen units, which say nothing of the
    others. PARTIAL: a whole population of which some units are still to be looked at.
    """

    NOTHING = "NOTHING"
    SAMPLE = "SAMPLE"
    EXHAUSTIVE = "EXHAUSTIVE"
    JUDGEMENT = "JUDGEMENT"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, slots=True)
class Counts:
    """Units of a sample by result."""

    conform: int = 0
    not_conform: int = 0
    not_assessable: int = 0
    pending: int = 0

    @property
    def assessed(self) -> int:
        """What the rate is out of."""
        return self.conform + self.not_conform

    @property
    def done(self) -> int:
        """Units that were looked at."""
        return self.assessed + self.not_assessable

    @property
    def size(self) -> int:
        """The whole sample."""
        return self.done + self.pending


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of a sample.

    ``rate`` is None when nothing counts. ``interval`` is None unless ``basis`` is SAMPLE.
    ``verdict`` is None without a target, and for what proves nothing (JUDGEMENT, PARTIAL,
    NOTHING). ``deciding_size`` as in `audits.logic.statistics.Judgement`; None as well when it
    would be more than the population, since then only looking at everything decides.
    """

    counts: Counts
    population: int
    basis: Basis
    rate: Fraction | None
    interval: Interval | None
    verdict: TargetVerdict | None
    deciding_size: int | None


def outcome(counts: Counts, *, population: int, method: Method, target: Fraction | None) -> Outcome:
    """The rate of conform units and what it proves. ``target`` is a ratio, None without one.

    While units are pending the figures of a random sample are those of what was looked at so
    far. Raises ValueError when the sample is larger than its population.
    """
    if counts.size > population:
        raise ValueError("A sample has no more units than its population.")
    basis = _basis(counts, population=population, method=method)
    rate = Fraction(counts.conform, counts.assessed) if counts.assessed else None
    found = None
    if target is not None and basis in {Basis.SAMPLE, Basis.EXHAUSTIVE}:
        found = judge(counts.conform, counts.assessed, target, exhaustive=basis == Basis.EXHAUSTIVE)
    deciding = found.deciding_size if found else None
    return Outcome(
        counts=counts,
        population=population,
        basis=basis,
        rate=rate,
        interval=wilson(counts.conform, counts.assessed) if basis == Basis.SAMPLE else None,
        verdict=found.verdict if found else None,
        deciding_size=deciding if deciding is not None and deciding < population else None,
    )


def _basis(counts: Counts, *, population: int, method: Method) -> Basis:
    if not counts.assessed:
        return Basis.NOTHING
    if method == Method.JUDGEMENT:
        return Basis.JUDGEMENT
    if counts.size < population:
        return Basis.SAMPLE
    return Basis.PARTIAL if counts.pending else Basis.EXHAUSTIVE
