"""Measures that the product counts by itself: from what, for which places, written how.

Source of the indicators and of their inputs: the catalogue (`fixtures/indicators.yaml`).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

from engagements.logic.formula import Name, Number, Operation, parse, value_of

LISTENING, CALIBRATION, MYSTERY = "LISTENING", "CALIBRATION", "MYSTERY"
CONTROLS, ACTIONS, AUDITS = "CONTROLS", "ACTIONS", "AUDITS"
PLAN_DONE, ON_TIME, CONFORMITY = "PIL-01", "PIL-02", "PIL-03"
EFFECTIVE, COVERED = "PIL-04", "PIL-05"
STEERING = (PLAN_DONE, ON_TIME, CONFORMITY, EFFECTIVE, COVERED)
OF_LISTENING: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "QUA-01", "QUA-02", "QUA-03", "PEC-12", "CLO-01", "CLO-02", "TRT-14", "TRT-15",
            "SOC-11",
        ),
        LISTENING,
    ),
    "QUA-04": CALIBRATION,
    "QUA-05": MYSTERY,
}  # fmt: skip
FED = (*OF_LISTENING, *STEERING)
# Everything is counted: contacts planned and debriefed, scores of the rounds, controls, actions.
EXHAUSTIVE = frozenset({"QUA-03", "QUA-04", "SOC-11", *STEERING})
# As it stands on a day: what has passed cannot be counted again.
OF_THE_DAY = frozenset({COVERED})
# Denominators that count what was looked at, whatever it is, as a control does.
_LOOKED_AT = frozenset({"checked", "evaluated"})
_SMALLEST = Decimal("0.0001")
_HUNDRED = Fraction(100)

Inputs = Mapping[str, Fraction | int]
Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted for one indicator, place and period."""

    origin: str
    inputs: Inputs
    is_exhaustive: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """What one audit gives: ``reached`` of ``weight`` times ``best``, the points of the best level.

    ``reached`` sums weight times points over the requirements that were examined.
    """

    reached: int
    weight: int
    best: int


def is_measurable(formula: str, inputs: Inputs) -> bool:
    """Whether they give a value: nothing counted is no measure, and never zero."""
    values = {key: Fraction(value) for key, value in inputs.items()}
    return value_of(parse(formula), values) is not None


def entered(inputs: Inputs) -> dict[str, Decimal]:
    """As a measure keeps them: decimal numbers, scores to the ten-thousandth of a point."""
    return {key: _decimal(Fraction(value)) for key, value in inputs.items()}


def control_keys(formula: str) -> tuple[str, str] | None:
    """The inputs that the counts of a control are: what complies, of what was looked at.

    Only of ``100 * part / whole`` whose whole is declared as what was checked or evaluated. A
    whole such as "received" counts events, and a control that looks at 50 of them does not.
    """
    tree = parse(formula)
    if not isinstance(tree, Operation) or tree.sign != "/":
        return None
    share, whole = tree.left, tree.right
    is_share = isinstance(share, Operation) and share.sign == "*"
    if not is_share or not isinstance(whole, Name) or whole.key not in _LOOKED_AT:
        return None
    factor, part = share.left, share.right  # type: ignore[union-attr]
    if factor != Number(_HUNDRED) or not isinstance(part, Name) or part == whole:
        return None
    return part.key, whole.key


def with_whole(by_site: Mapping[int | None, Count]) -> dict[int | None, Count]:
    """By site, and for the whole (None) everything where something is of no single site.

    Where all is of sites the whole is left to be put together from them.
    """
    if None not in by_site:
        return dict(by_site)
    return {**by_site, None: summed(by_site.values())}


def summed(counts: Iterable[Count]) -> Count:
    """Counts of one indicator put together: inputs summed key by key."""
    found = list(counts)
    inputs: dict[str, Fraction | int] = {}
    for one in found:
        for key, value in one.inputs.items():
            inputs[key] = inputs.get(key, 0) + value
    return Count(found[0].origin, inputs, all(one.is_exhaustive for one in found))


def conformity(audits: Collection[Graded]) -> Inputs:
    """PIL-03 of several audits: weighted points obtained and possible, on one common scale.

    Whole numbers, whatever each scale is: 0 to 3 and 0 to 100 count alike.
    """
    common = lcm(*(one.best for one in audits)) if audits else 1
    return {
        "weighted_score": sum(one.reached * (common // one.best) for one in audits),
        "weighted_max": sum(one.weight * common for one in audits),
    }


def first_of(*sources: Mapping[Cell, Count]) -> dict[Cell, Count]:
    """Each cell once: an earlier source has the word where it counted something."""
    found: dict[Cell, Count] = {}
    for source in reversed(sources):
        found.update(source)
    return found


def _decimal(value: Fraction) -> Decimal:
    if value.denominator == 1:
        return Decimal(value.numerator)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN)
