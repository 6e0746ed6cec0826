"""The yearly barometer: what customers expect of each theme, what they got, and the gap.

Marks are 1 to 10, as counts of answers. A gap is the mean expected less the mean delivered: above
zero, the service is behind what is expected. The two are asked of people who need not be the same,
so that the variances of both means add up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import TypeVar

from audits.logic.spread import Distribution, mean_interval, mean_of, student, variance_of_mean
from audits.logic.statistics import Interval

SCALE = range(1, 11)


class GapVerdict(StrEnum):
    """What the answers prove of a gap; NONE when one of the two marks is missing."""

    BEHIND = "BEHIND"
    AHEAD = "AHEAD"
    NOT_PROVEN = "NOT_PROVEN"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mean mark out of 10, None when nobody answered; its size, and its interval at 95 %."""

    value: Fraction | None
    size: int
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Expected less delivered, None when one is missing, with its interval and what it proves."""

    value: Fraction | None
    interval: Interval | None
    verdict: GapVerdict


@dataclass(frozen=True, slots=True)
class Standing:
    """One theme at one place."""

    expected: Mark
    delivered: Mark
    gap: Gap


def mark_of(counts: Distribution) -> Mark:
    """The mean of answers by mark."""
    return Mark(mean_of(counts), sum(counts.values()), mean_interval(counts))


def standing_of(expected: Distribution, delivered: Distribution) -> Standing:
    """A theme from its answers by mark; either may be empty."""
    asked, got = mark_of(expected), mark_of(delivered)
    return Standing(asked, got, _gap(asked, got, expected, delivered))


def summed(parts: Iterable[Distribution]) -> dict[int, int]:
    """Answers of several places as one, mark by mark."""
    found: dict[int, int] = {}
    for part in parts:
        for mark, count in part.items():
            found[mark] = found.get(mark, 0) + count
    return found


Name = TypeVar("Name")


def ranked(standings: Mapping[Name, Standing]) -> Sequence[Name]:
    """Names of the themes, largest gap first; those without a gap last, in their order."""
    gaps = {name: one.gap.value for name, one in standings.items()}
    known = [name for name, gap in gaps.items() if gap is not None]
    known.sort(key=lambda name: gaps[name] or Fraction(0), reverse=True)
    return [*known, *(name for name, gap in gaps.items() if gap is None)]


def _gap(asked: Mark, got: Mark, expected: Distribution, delivered: Distribution) -> Gap:
    if asked.value is None or got.value is None:
        return Gap(None, None, GapVerdict.NONE)
    value = asked.value - got.value
    spread = (variance_of_mean(expected), variance_of_mean(delivered))
    if spread[0] is None or spread[1] is None:
        return Gap(value, None, GapVerdict.NOT_PROVEN)
    # Of the smaller group: with fewer degrees of freedom no gap is called proven too early.
    half = student(min(asked.size, got.size) - 1) * sqrt(spread[0] + spread[1])
    found = Interval(float(value) - half, float(value) + half)
    if found.low > 0:
        return Gap(value, found, GapVerdict.BEHIND)
    return Gap(value, found, GapVerdict.AHEAD if found.high < 0 else GapVerdict.NOT_PROVEN)
