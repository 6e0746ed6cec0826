"""Which rating the measures of an engagement of result propose, and why.

A requirement is of result when its edition states a target for an indicator of it. Each indicator
is taken over its last closed period, as `audits.logic.indicators.stand` judges it:

- target proven: the best compliant level;
- target missed, and the value is beyond the threshold of nonconformity, or none is set: the worst;
- target missed, and the value is not beyond that threshold: the best level that is not compliant
  and still worth points, the worst one when the scale has none;
- not proven, not measured, or without a target: nothing, as neither is known.

Of several indicators the worst decides: one that is missed proposes its level whatever the others
say, and the compliant level is proposed only when all are proven. A person always decides.
Source: domain.md 6.3 (three verdicts, [R]) and 10.1 (scales are data); ADR-0023.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from audits.logic.indicators import Rank, Standing, Terms
from audits.logic.statistics import TargetVerdict

V1 = "v1"


class Outcome(StrEnum):
    """What an indicator says, and what several say together; see `WORST_FIRST`."""

    PROVEN = "PROVEN"
    OPEN = "OPEN"
    UNMEASURED = "UNMEASURED"
    PARTIAL = "PARTIAL"
    MISSED = "MISSED"


WORST_FIRST = (
    Outcome.MISSED,
    Outcome.PARTIAL,
    Outcome.UNMEASURED,
    Outcome.OPEN,
    Outcome.PROVEN,
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale that may be proposed: those with points."""

    code: str
    points: int
    is_conform: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What one indicator says. ``deciding_size`` is the sample that would decide, None unless open.

    It is None too where no sample decides: only an exhaustive measure does then.
    """

    code: str
    outcome: Outcome
    deciding_size: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """``level`` is "" when nothing is proposed; ``because`` are the indicators that decide."""

    level: str
    outcome: Outcome
    because: tuple[Said, ...]


def said_of(code: str, standing: Standing | None, terms: Terms | None) -> Said:
    """What the last closed period of an indicator says; ``standing`` None without a figure."""
    if standing is None or terms is None:
        return Said(code, Outcome.UNMEASURED)
    if standing.verdict is TargetVerdict.PROVEN:
        return Said(code, Outcome.PROVEN)
    if standing.verdict is TargetVerdict.NOT_PROVEN:
        return Said(code, Outcome.OPEN, standing.deciding_size)
    tolerated = terms.nonconformity is not None and standing.rank is not Rank.NONCONFORM
    return Said(code, Outcome.PARTIAL if tolerated else Outcome.MISSED)


def propose(indicators: Iterable[Said], scale: Sequence[Level]) -> Proposal | None:
    """The rating that the indicators of one requirement propose; None without any indicator.

    Raises:
        ValueError: when the scale has no compliant level, or none that is not.
    """
    found = list(indicators)
    if not found:
        return None
    outcome = next(each for each in WORST_FIRST if any(one.outcome is each for one in found))
    because = tuple(one for one in found if one.outcome is outcome)
    return Proposal(_level(outcome, scale), outcome, because)


def _level(outcome: Outcome, scale: Sequence[Level]) -> str:
    good = [level for level in scale if level.is_conform]
    bad = sorted((level for level in scale if not level.is_conform), key=lambda one: one.points)
    if not good or not bad:
        raise ValueError("A scale has levels that are compliant, and levels that are not.")
    if outcome is Outcome.PROVEN:
        return max(good, key=lambda one: one.points).code
    if outcome is Outcome.MISSED:
        return bad[0].code
    if outcome is Outcome.PARTIAL:
        return (bad[-1] if bad[-1].points else bad[0]).code
    return ""
