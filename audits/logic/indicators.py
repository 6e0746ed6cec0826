"""Value of an indicator, what it is worth, and how it stands against its target.

Values are exact fractions in the unit of the indicator (percent as 0 to 100). Percentages are
never averaged: parts are pooled by summing the inputs of the formula. Intervals are at 95 %.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from audits.logic.spread import Distribution, mean_interval, percentile
from audits.logic.statistics import (
    Interval,
    TargetVerdict,
    deciding_size,
    net_promoter,
    wilson,
)
from engagements.logic.formula import Expression, Number, Operation, parse, value_of

Inputs = Mapping[str, Fraction]

PROPORTION, NPS, SCORE, MEAN = "proportion", "nps", "score", "mean"
AT_LEAST, MORE_THAN, AT_MOST, LESS_THAN, EQUAL = ">=", ">", "<=", "<", "="
RISING, FALLING = (AT_LEAST, MORE_THAN), (AT_MOST, LESS_THAN)
_HUNDRED = Fraction(100)


class Rank(StrEnum):
    """Where a value stands between its target and the threshold of nonconformity."""

    MET = "MET"
    BELOW = "BELOW"
    ALERT = "ALERT"
    NONCONFORM = "NONCONFORM"


@dataclass(frozen=True, slots=True)
class Definition:
    """What the value of an indicator is made of. ``statistic`` is a code of `StatisticKind`."""

    formula: str
    statistic: str


@dataclass(frozen=True, slots=True)
class Part:
    """What was measured at one place over one period.

    ``is_exhaustive`` when the whole population was measured. ``convention`` is how it was counted
    (threshold, denominator, time zone): parts counted differently are not put together.
    ``distribution`` counts the units by whole value (seconds, marks), empty when it is not known.
    """

    inputs: Inputs
    is_exhaustive: bool = True
    convention: tuple[tuple[str, str], ...] = ()
    distribution: Distribution = field(default_factory=dict)


class Unpooled(StrEnum):
    """Why parts cannot be put together."""

    CONVENTIONS = "CONVENTIONS"
    SCORES = "SCORES"


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of an indicator.

    ``value`` is None when it cannot be computed: a denominator is zero, an input is missing.
    ``size`` is the number of units behind a proportion, a net score, or a mean of which every unit
    is known; None for other statistics and for counts that are no whole numbers. ``interval`` is in
    the unit of the value; None when the measure is exhaustive or the statistic has none.
    """

    value: Fraction | None
    size: int | None = None
    is_exhaustive: bool = True
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A target: ``operator`` and ``value``, the thresholds of alert and of nonconformity.

    A threshold is None when nobody set it; `terms_hold` says in which order they stand.
    """

    operator: str
    value: Fraction
    alert: Fraction | None = None
    nonconformity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure against its target.

    ``verdict`` follows the interval of a sample, or the plain value of an exhaustive measure; a
    sample without an interval proves nothing. ``rank`` follows the plain value. ``deciding_size``
    is the sample that would decide at the same rate; None unless a proportion is not proven.
    """

    verdict: TargetVerdict
    rank: Rank
    deciding_size: int | None = None


def figure(definition: Definition, part: Part) -> Figure:
    """Value, size and interval of a part."""
    tree = _tree(definition.formula)
    try:
        value = value_of(tree, part.inputs)
    except KeyError:
        return Figure(None, is_exhaustive=part.is_exhaustive)
    if value is not None and definition.statistic == MEAN:
        return _mean(value, tree, part)
    if value is None or definition.statistic not in {PROPORTION, NPS}:
        return Figure(value, is_exhaustive=part.is_exhaustive)
    if definition.statistic == NPS:
        return _net_score(value, part)
    return _proportion(value, tree, part)


def pool(parts: Iterable[Part], *, statistic: str) -> Part | Unpooled:
    """Parts put together: inputs summed key by key; exhaustive when every one is.

    Scores have no numerator to sum: they are put together from their distributions, or not at
    all. Nothing gives a part without inputs. Neither order nor steps change the result.
    """
    found = list(parts)
    if len(found) == 1:
        return found[0]
    if len({part.convention for part in found}) > 1:
        return Unpooled.CONVENTIONS
    if statistic == SCORE and not all(part.distribution for part in found):
        return Unpooled.SCORES
    inputs: dict[str, Fraction] = {}
    counts: dict[int, int] = {}
    for part in found:
        for key, value in part.inputs.items():
            inputs[key] = inputs.get(key, Fraction(0)) + value
        for seconds, count in part.distribution.items():
            counts[seconds] = counts.get(seconds, 0) + count
    if statistic == SCORE:
        inputs = {key: Fraction(percentile(counts, _rank_of(key)) or 0) for key in inputs}
    return Part(
        inputs=inputs,
        is_exhaustive=all(part.is_exhaustive for part in found),
        convention=found[0].convention if found else (),
        distribution=counts,
    )


def stand(found: Figure, terms: Terms) -> Standing | None:
    """Standing of a figure; None when it has no value."""
    if found.value is None:
        return None
    rank = _rank(found.value, terms)
    if found.is_exhaustive:
        met = rank is Rank.MET
        return Standing(TargetVerdict.PROVEN if met else TargetVerdict.MISSED, rank)
    if found.interval is None:
        return Standing(TargetVerdict.NOT_PROVEN, rank)
    verdict = _of_interval(found.interval, terms)
    open_question = verdict is TargetVerdict.NOT_PROVEN
    return Standing(verdict, rank, _deciding(found, terms) if open_question else None)


def meets(value: Fraction | float, operator: str, target: Fraction) -> bool:
    """Whether a value meets a target; ``>`` and ``<`` are strict, as "in less than" is."""
    if operator == AT_LEAST:
        return value >= target
    if operator == MORE_THAN:
        return value > target
    if operator == AT_MOST:
        return value <= target
    if operator == LESS_THAN:
        return value < target
    return value == target


def terms_hold(terms: Terms) -> bool:
    """Whether the thresholds stand in order: each one is worse than the one before, or equal.

    A target that is one exact value has no side, hence no threshold.
    """
    given = [t for t in (terms.value, terms.alert, terms.nonconformity) if t is not None]
    if terms.operator == EQUAL:
        return len(given) == 1
    worse = sorted(given, reverse=terms.operator in RISING)
    return given == worse


@lru_cache(maxsize=1024)
def _tree(formula: str) -> Expression:
    return parse(formula)


def _rank(value: Fraction, terms: Terms) -> Rank:
    if meets(value, terms.operator, terms.value):
        return Rank.MET
    if _is_beyond(value, terms.nonconformity, terms.operator):
        return Rank.NONCONFORM
    return Rank.ALERT if _is_beyond(value, terms.alert, terms.operator) else Rank.BELOW


def _is_beyond(value: Fraction, threshold: Fraction | None, operator: str) -> bool:
    """A value on the threshold is still on its good side."""
    if threshold is None:
        return False
    return value < threshold if operator in RISING else value > threshold


def _of_interval(interval: Interval, terms: Terms) -> TargetVerdict:
    met = [meets(end, terms.operator, terms.value) for end in (interval.low, interval.high)]
    if all(met):
        return TargetVerdict.PROVEN
    holds_target = interval.low <= terms.value <= interval.high
    is_open = any(met) or (terms.operator == EQUAL and holds_target)
    return TargetVerdict.NOT_PROVEN if is_open else TargetVerdict.MISSED


def _deciding(found: Figure, terms: Terms) -> int | None:
    """Only for shares in percent: other proportions have no common scale of their target."""
    if found.value is None or not 0 <= terms.value <= _HUNDRED or found.size is None:
        return None
    rate, target = found.value / 100, terms.value / 100
    if not 0 <= rate <= 1 or terms.operator == EQUAL:
        return None
    if terms.operator in FALLING:
        rate, target = 1 - rate, 1 - target
    return deciding_size(rate, target)


def _proportion(value: Fraction, tree: Expression, part: Part) -> Figure:
    """A share ``scale * successes / size``; without interval when it is none."""
    counted = _counts(tree, part.inputs)
    if counted is None:
        return Figure(value, is_exhaustive=part.is_exhaustive)
    scale, successes, size = counted
    found = None
    if not part.is_exhaustive and (bounds := wilson(successes, size)):
        found = Interval(bounds.low * float(scale), bounds.high * float(scale))
    return Figure(value, size, part.is_exhaustive, found)


def _counts(tree: Expression, inputs: Inputs) -> tuple[Fraction, int, int] | None:
    """Scale, successes and size of ``scale * a / b`` when they are counts, a within b."""
    if not isinstance(tree, Operation) or tree.sign != "/":
        return None
    scale, upper = Fraction(1), tree.left
    if isinstance(upper, Operation) and upper.sign == "*" and isinstance(upper.left, Number):
        scale, upper = upper.left.value, upper.right
    successes, size = value_of(upper, inputs), value_of(tree.right, inputs)
    if successes is None or size is None or successes.denominator != 1 or size.denominator != 1:
        return None
    if not 0 <= successes <= size or not size:
        return None
    return scale, int(successes), int(size)


def _mean(value: Fraction, tree: Expression, part: Part) -> Figure:
    """With size and interval where each unit of the denominator is in the distribution."""
    units = sum(part.distribution.values())
    whole = value_of(tree.right, part.inputs) if isinstance(tree, Operation) else None
    if not units or whole != units:
        return Figure(value, is_exhaustive=part.is_exhaustive)
    found = None if part.is_exhaustive else mean_interval(part.distribution)
    return Figure(value, units, part.is_exhaustive, found)


def _net_score(value: Fraction, part: Part) -> Figure:
    counts = [part.inputs.get(key) for key in ("promoters", "detractors", "respondents")]
    if any(count is None or count.denominator != 1 for count in counts):
        return Figure(value, is_exhaustive=part.is_exhaustive)
    promoters, detractors, size = (int(count) for count in counts if count is not None)
    if min(promoters, detractors) < 0 or promoters + detractors > size:
        return Figure(value, is_exhaustive=part.is_exhaustive)
    score = None if part.is_exhaustive else net_promoter(promoters, detractors, size)
    if score is None:
        return Figure(value, size, part.is_exhaustive)
    found = Interval(float(value) - score.margin, float(value) + score.margin)
    return Figure(value, size, is_exhaustive=False, interval=found)


def _rank_of(key: str) -> int:
    """Percentile that an input such as ``p95_wait`` names. Raises ValueError for another one."""
    name = key.partition("_")[0]
    if not (name.startswith("p") and name[1:].isdecimal()):
        raise ValueError(f"{key} is no percentile.")
    return int(name[1:])
