"""The seven criteria on which a client organisation reads a provider, and what each comes to.

The criteria are those of the article on outsourced call centres (seed document 003): quality of
service, availability of agents, speed of answer, customer satisfaction, handling of calls,
operational efficiency, flexibility and adaptability. A criterion counts the weights of the
indicators that meet their target, among those that can be judged. What was not measured, or what a
sample leaves open, is in neither sum: it neither raises nor lowers anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audits.logic.indicators import Part, Standing, Unpooled, pool
from audits.logic.statistics import TargetVerdict

REQUIRED = 80  # percent of the weights that a criterion needs to be held, unless a grid says else
_HUNDRED = 100


class Criterion(StrEnum):
    """The seven criteria, in the order of seed document 003."""

    QUALITY = "QUALITY"
    AVAILABILITY = "AVAILABILITY"
    SPEED = "SPEED"
    SATISFACTION = "SATISFACTION"
    HANDLING = "HANDLING"
    EFFICIENCY = "EFFICIENCY"
    FLEXIBILITY = "FLEXIBILITY"


class Held(StrEnum):
    """Where a criterion stands, best first; NONE when nothing of it could be judged."""

    HELD = "HELD"
    PARTLY = "PARTLY"
    MISSED = "MISSED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator within a criterion, by its code in the catalogue. ``weight`` is 1 or more."""

    code: str
    weight: int = 1
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its standing over the period; None when it has no figure or no target."""

    line: Line
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Score:
    """What a criterion comes to.

    ``share`` is the weight of what meets its target over the weight of what was judged, in
    [0, 1]; None when nothing was. ``judged`` and ``total`` count indicators. ``capped_by`` are the
    codes of the critical indicators that were missed, in the order of the lines.
    """

    share: Fraction | None
    held: Held
    judged: int
    total: int
    capped_by: tuple[str, ...] = ()


# What each criterion holds until an organisation chooses otherwise. Section numbers are those of
# seed document 003. An indicator without a usual target weighs once a target is set for it.
DEFAULT: Mapping[Criterion, tuple[Line, ...]] = {
    # 1: solved at the first contact, right answers, complaints settled and settled soon.
    Criterion.QUALITY: (
        Line("TRT-01", 3),
        Line("TRT-14", 3),
        Line("QUA-02", 2),
        Line("REC-01", 2),
        Line("REC-02", 1),
        Line("REC-07", 1),
    ),
    # 2: open when announced, reachable, enough people present.
    Criterion.AVAILABILITY: (
        Line("ACC-01", 3),
        Line("ACC-02", 2),
        Line("ACC-03", 2),
        Line("ECO-05", 1),
        Line("SOC-01", 1),
    ),
    # 3: the wait before somebody answers, on the telephone, by message and in writing.
    Criterion.SPEED: (
        Line("PEC-01", 3),
        Line("PEC-02", 2),
        Line("PEC-03", 2),
        Line("PEC-09", 1),
        Line("PEC-10", 1),
        Line("TRT-08", 1),
    ),
    # 4: what surveys say. How many answer a survey (SAT-05) says nothing of the provider.
    Criterion.SATISFACTION: (
        Line("SAT-01", 3),
        Line("SAT-02", 2),
        Line("SAT-03", 2),
        Line("SAT-04", 1),
    ),
    # 5: greeting, listening, transferring, taking leave, and the trace that is kept. The catalogue
    # calls identification and confidentiality a critical requirement.
    Criterion.HANDLING: (
        Line("QUA-01", 3),
        Line("TRT-15", 3, is_critical=True),
        Line("TRT-06", 2),
        Line("CLO-02", 2),
        Line("CLO-03", 2),
        Line("PEC-12", 1),
        Line("CLO-01", 1),
        Line("TRT-02", 1),
    ),
    # 6: what an hour gives and costs, and the people and skills that hold it.
    Criterion.EFFICIENCY: (
        Line("ECO-03", 3),
        Line("ECO-01", 2),
        Line("TRT-03", 2),
        Line("ECO-07", 1),
        Line("SOC-02", 1),
        Line("SOC-08", 1),
    ),
    # 7: peaks foreseen and absorbed (forecast, saturation, age of the backlog), plannings that
    # hold, what is asked done in time, ideas.
    Criterion.FLEXIBILITY: (
        Line("ECO-06", 3),
        Line("TRT-12", 2),
        Line("ACC-04", 2),
        Line("PIL-02", 2),
        Line("SOC-23", 1),
        Line("SOC-22", 1),
    ),
}


def is_judged(standing: Standing | None) -> bool:
    """Whether a figure says yes or no: a sample that proves neither does not."""
    return standing is not None and standing.verdict is not TargetVerdict.NOT_PROVEN


def is_met(standing: Standing | None) -> bool:
    """Whether the target is proven."""
    return standing is not None and standing.verdict is TargetVerdict.PROVEN


def score(lines: Iterable[Judged], *, required: int = REQUIRED) -> Score:
    """What a criterion comes to; the order of the lines changes nothing but ``capped_by``.

    ``required`` is in percent. Held from there on, missed under half of it, partly held between.
    A critical indicator that is proven missed makes the criterion missed, whatever its share.
    """
    found = list(lines)
    judged = [one for one in found if is_judged(one.standing)]
    weight = sum(one.line.weight for one in judged)
    if not weight:
        return Score(None, Held.NONE, 0, len(found))
    met = sum(one.line.weight for one in judged if is_met(one.standing))
    capped = tuple(
        one.line.code for one in judged if one.line.is_critical and not is_met(one.standing)
    )
    share = Fraction(met, weight)
    held = Held.MISSED if capped else _held(share, required)
    return Score(share, held, len(judged), len(found), capped)


def together(parts: Sequence[Part], *, statistic: str) -> Part | Unpooled | None:
    """Parts of a provider, or of it and of those under it, put together; None of none.

    Numerators and denominators are summed, see `audits.logic.indicators.pool`.
    """
    return pool(parts, statistic=statistic) if parts else None


def _held(share: Fraction, required: int) -> Held:
    if share * _HUNDRED >= required:
        return Held.HELD
    return Held.PARTLY if share * 2 * _HUNDRED >= required else Held.MISSED
