"""What the result of an internal control says: rate, certainty, level against its thresholds.

Rates are exact ratios in [0, 1]. Source: domain.md 4.3 (target, alert, nonconformity) and 6.3.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from audits.logic.statistics import Interval, TargetVerdict, judge, wilson


class Sign(StrEnum):
    """How a value is compared with its thresholds; < and > are strict."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"


HIGHER = frozenset({Sign.AT_LEAST, Sign.MORE_THAN})


class Level(StrEnum):
    """What a result is, best first; ``NOTHING`` when there was nothing to look at.

    ``GAPS`` is what is not all compliant where the line has no thresholds.
    """

    CONFORM = "CONFORM"
    NOTHING = "NOTHING"
    OFF_TARGET = "OFF_TARGET"
    GAPS = "GAPS"
    PARTIAL = "PARTIAL"
    ALERT = "ALERT"
    NONCONFORM = "NONCONFORM"


RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Three values under one sign; ``alert`` and ``nonconformity`` are None where not set.

    With >= and > they are shares of what is compliant, with <= and < shares of what is not.
    """

    sign: Sign
    target: Fraction
    alert: Fraction | None = None
    nonconformity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many units were looked at and how many comply, in a sample or in all of them."""

    checked: int
    compliant: int
    is_exhaustive: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A result and what it is worth.

    ``share`` is what the thresholds speak of: of what complies, or of what does not, see
    `Thresholds`; None without counts. ``interval`` is that of ``share``, None unless a sample;
    ``certainty`` says what a sample proves of the target, None without one.
    """

    level: Level
    share: Fraction | None = None
    interval: Interval | None = None
    certainty: TargetVerdict | None = None


def in_order(limits: Thresholds) -> bool:
    """Whether each threshold is worse than the one before, or equal: target, alert, the last."""
    values = [v for v in (limits.target, limits.alert, limits.nonconformity) if v is not None]
    ordered = sorted(values, reverse=limits.sign in HIGHER)
    return values == ordered


def judge_counts(counted: Counted, limits: Thresholds | None) -> Judged:
    """The level of a counted result.

    Raises ValueError unless 0 <= compliant <= checked.
    """
    checked, compliant = counted.checked, counted.compliant
    if not 0 <= compliant <= checked:
        raise ValueError(f"Impossible counts: {compliant} out of {checked}.")
    if not checked:
        return Judged(Level.NOTHING)
    is_higher = limits is None or limits.sign in HIGHER
    spoken_of = compliant if is_higher else checked - compliant
    share = Fraction(spoken_of, checked)
    return Judged(
        level=_level(share, limits),
        share=share,
        interval=None if counted.is_exhaustive else wilson(spoken_of, checked),
        certainty=_certainty(counted, limits),
    )


def _level(share: Fraction, limits: Thresholds | None) -> Level:
    if limits is None:
        return Level.CONFORM if share == 1 else Level.GAPS
    if meets(share, limits.sign, limits.target):
        return Level.CONFORM
    worst = limits.nonconformity
    if worst is not None and not meets(share, limits.sign, worst):
        return Level.NONCONFORM
    if limits.alert is not None and not meets(share, limits.sign, limits.alert):
        return Level.ALERT
    return Level.OFF_TARGET


def _certainty(counted: Counted, limits: Thresholds | None) -> TargetVerdict | None:
    if limits is None or counted.is_exhaustive:
        return None
    target = limits.target if limits.sign in HIGHER else 1 - limits.target
    found = judge(counted.compliant, counted.checked, target)
    return found.verdict if found else None


def meets(value: Fraction, sign: Sign, threshold: Fraction) -> bool:
    """Whether the value is on the right side of the threshold."""
    if sign == Sign.AT_LEAST:
        return value >= threshold
    if sign == Sign.MORE_THAN:
        return value > threshold
    return value <= threshold if sign == Sign.AT_MOST else value < threshold


@dataclass(frozen=True, slots=True)
class DoneControl:
    """A control that was done: of which line and place, due and done when, with what result.

    ``line`` is what the versions of a line have in common; ``place`` None stands for all sites.
    """

    line: Hashable
    place: Hashable | None
    due: date
    done: date
    judged: Judged


def last_per_line(done: Iterable[DoneControl]) -> dict[Hashable, DoneControl]:
    """The last result of each line: of the latest due day, the worst when several are due then.

    Lines of which nothing was done are not in it.
    """
    found: dict[Hashable, DoneControl] = {}
    for row in done:
        known = found.get(row.line)
        if known is None or _order(row) > _order(known):
            found[row.line] = row
    return found


def _order(row: DoneControl) -> tuple[date, int, date]:
    return (row.due, RANK[row.judged.level], row.done)


def trend(before: Judged | None, last: Judged | None) -> int | None:
    """1 better, -1 worse, 0 the same as the result before; None without two that compare."""
    if before is None or last is None or Level.NOTHING in {before.level, last.level}:
        return None
    ranks = RANK[before.level] - RANK[last.level]
    return (ranks > 0) - (ranks < 0)
