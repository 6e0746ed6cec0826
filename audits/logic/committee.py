"""What the operational committee looks at first: what moved, what is under target, what to decide.

Nothing is told of a figure that is missing: without the period just before, no change is claimed.
The order of every list depends on the values alone, never on that of the rows.
Source: domain.md 4.3 chapter 3, and the seed on steering (weekly or monthly committee).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from audits.logic.alerts import Status
from audits.logic.control_chart import natural_limits, standing_out
from audits.logic.indicators import FALLING, RISING
from audits.logic.statistics import Interval

MISSED_PERIODS = 2  # running without a complaint, before the committee is asked to decide
LATE_CONTROLS = 2  # running, of one line at one place


class Cause(StrEnum):
    """Why a change matters, heaviest first."""

    CROSSED_DOWN = "CROSSED_DOWN"
    CROSSED_UP = "CROSSED_UP"
    VERDICT = "VERDICT"
    SIGNAL = "SIGNAL"
    INTERVAL = "INTERVAL"


class Sense(StrEnum):
    """Whether a value went towards its target. NONE when nobody can say."""

    WORSE = "WORSE"
    BETTER = "BETTER"
    NONE = "NONE"


class Subject(StrEnum):
    """What a proposal is about; in the order in which they are put forward."""

    PLAN_LATE = "PLAN_LATE"
    NO_COMPLAINT = "NO_COMPLAINT"
    CONTROL_LATE = "CONTROL_LATE"
    ACTION_LATE = "ACTION_LATE"


_CAUSES, _SENSES, _SUBJECTS = tuple(Cause), tuple(Sense), tuple(Subject)
_CROSSINGS = {
    (Status.MET, Status.MISSED): Cause.CROSSED_DOWN,
    (Status.MISSED, Status.MET): Cause.CROSSED_UP,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One closed period. ``value`` is None without a figure, ``interval`` when there is none."""

    status: Status
    value: Fraction | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """The closed periods of an indicator at a place, oldest first, gaps filled.

    ``key`` tells tracks apart and orders those that matter alike. ``operator`` and ``target`` are
    those of the last period; "" and None without a target.
    """

    key: tuple[str, str]
    points: tuple[Point, ...]
    operator: str = ""
    target: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A change that matters: why, heaviest first, and in which sense."""

    key: tuple[str, str]
    causes: tuple[Cause, ...]
    sense: Sense


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision to take. ``key`` names the object, ``weight`` orders those of one subject.

    ``weight`` counts missed periods, controls running, or days late.
    """

    subject: Subject
    key: str
    weight: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A control that was due. ``done_on`` is None while it is not done."""

    due: date
    done_on: date | None = None

    def was_late(self, today: date) -> bool:
        """Done after its day, or not done while that day has passed."""
        return self.due < (self.done_on or today)


def movement(track: Track) -> Move | None:
    """Why the last period matters; None when it has no figure or nothing moved.

    Only the period just before is compared with: what happened over a gap is not known.
    """
    if not track.points or track.points[-1].value is None:
        return None
    last = track.points[-1]
    before = track.points[-2] if len(track.points) > 1 else None
    known = before if before is not None and before.value is not None else None
    found = set() if known is None else _compared(known, last)
    if _stands_out(track.points):
        found.add(Cause.SIGNAL)
    if not found:
        return None
    sense = Sense.NONE if known is None else _sense(known, last, track)
    return Move(track.key, tuple(cause for cause in _CAUSES if cause in found), sense)


def ranked(tracks: Iterable[Track]) -> list[Move]:
    """What moved, what matters most first: heaviest cause, worse before better, more causes."""
    moves = [move for track in tracks if (move := movement(track)) is not None]
    return sorted(moves, key=_weight)


def in_order_of_moves(
    moves: Iterable[tuple[Sequence[str], str, tuple[str, str]]],
) -> list[tuple[str, str]]:
    """Keys of moves kept as codes of causes, sense and key, in the order of `ranked`."""
    found = (
        Move(key, tuple(Cause(cause) for cause in causes), Sense(sense))
        for causes, sense, key in moves
    )
    return [move.key for move in sorted(found, key=_weight)]


def missed_run(points: Sequence[Point]) -> int:
    """Closed periods missed since the last one that was met; 0 unless the last figure was missed.

    A period without a figure, or that decides nothing, neither counts nor ends the run.
    """
    count = 0
    for point in reversed(points):
        if point.status is Status.MISSED:
            count += 1
        elif point.status is Status.MET:
            break
    return count


def late_run(turns: Iterable[Turn], *, today: date) -> int:
    """How many controls running, of those that were due before today, were late up to the last."""
    count = 0
    for turn in sorted(turns, key=lambda one: one.due, reverse=True):
        if turn.due >= today:
            continue
        if not turn.was_late(today):
            break
        count += 1
    return count


def in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Each once: by subject, then the heaviest first, then by key."""
    return sorted(
        set(proposals), key=lambda one: (_SUBJECTS.index(one.subject), -one.weight, one.key)
    )


def _weight(move: Move) -> tuple[int, int, int, tuple[str, str]]:
    heaviest = _CAUSES.index(move.causes[0])
    return heaviest, _SENSES.index(move.sense), -len(move.causes), move.key


def _compared(before: Point, last: Point) -> set[Cause]:
    found = set()
    if before.status is not last.status and Status.NO_FIGURE not in {before.status, last.status}:
        found.add(_CROSSINGS.get((before.status, last.status), Cause.VERDICT))
    if _is_beyond(before, last):
        found.add(Cause.INTERVAL)
    return found


def _is_beyond(before: Point, last: Point) -> bool:
    """Whether two figures, one a sample at least, differ by more than chance explains."""
    if before.interval is None and last.interval is None:
        return False
    (low, high), (other_low, other_high) = _bounds(before), _bounds(last)
    return high < other_low or other_high < low


def _bounds(point: Point) -> tuple[float, float]:
    if point.interval is not None:
        return point.interval.low, point.interval.high
    value = float(point.value or 0)
    return value, value


def _stands_out(points: Sequence[Point]) -> bool:
    values = [point.value for point in points]
    limits = natural_limits(values)
    return limits is not None and len(values) - 1 in standing_out(values, limits)


def _sense(before: Point, last: Point, track: Track) -> Sense:
    if before.value is None or last.value is None or before.value == last.value:
        return Sense.NONE
    if track.operator in RISING:
        is_better = last.value > before.value
    elif track.operator in FALLING:
        is_better = last.value < before.value
    elif track.target is None:
        return Sense.NONE
    else:
        gaps = abs(last.value - track.target), abs(before.value - track.target)
        if gaps[0] == gaps[1]:
            return Sense.NONE
        is_better = gaps[0] < gaps[1]
    return Sense.BETTER if is_better else Sense.WORSE
