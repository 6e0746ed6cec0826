"""Where the score is heading, from the due dates of actions and from how late past ones were.

Method, in the words of the help of the screen:

- a requirement is brought to compliant on the day when the last of its pending actions is done;
  nothing else moves: what has no action stays as it is rated today;
- an action is done on its due date, shifted by a number of days that past actions of the
  organisation give: day of completion minus due date, negative when early. An action that is
  overdue is shifted from today, as if it were due today;
- three shifts are used: the one that 1 past action in 10 stayed within, 1 in 2, and 9 in 10 (the
  nearest rank: days that were really seen, without interpolation). They give the high, the middle
  and the low line;
- below `FEWEST` past actions there is nothing to learn from: the high line then keeps every due
  date, the low line stays at the score of today, and there is no middle line.

Limits: the band supposes that all actions are early together, or late together, so that it is
wider than a margin of error; it knows of no action that is not planned yet, of no rating that
falls, and of no action that proves ineffective. It is no probability of being certified.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from audits.logic import gap
from audits.logic.gap import Rated, Rating

FEWEST = 5  # past actions under which no lateness is stated
HIGH, MIDDLE, LOW = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Days between due date and completion, of ``sample`` past actions; negative is early.

    ``high``, ``middle`` and ``low`` shift the line of that name, so high <= middle <= low. With
    fewer than `FEWEST` past actions ``high`` is 0, and the two others are None: nothing is stated.
    """

    sample: int
    high: int
    middle: int | None
    low: int | None

    @property
    def is_known(self) -> bool:
        """Whether past actions say anything."""
        return self.middle is not None


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending action that brings the item ``target`` (a key of the items) to compliant."""

    due: date
    target: int


@dataclass(frozen=True, slots=True)
class Point:
    """Scores in [0, 1] from this day on; ``middle`` is None without past actions to learn from."""

    day: date
    low: Fraction
    middle: Fraction | None
    high: Fraction


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Steps of the three lines from today to the horizon, both included, in order of days.

    ``moving`` counts the requirements that pending actions would raise; ``late`` those of them
    that the low line does not see compliant by the horizon.
    """

    points: tuple[Point, ...]
    lateness: Lateness
    moving: int
    late: int


def past_lateness(days: Iterable[int]) -> Lateness:
    """What past actions say, from the days between due date and completion of each."""
    seen = sorted(days)
    if len(seen) < FEWEST:
        return Lateness(len(seen), 0, None, None)
    return Lateness(len(seen), _rank(seen, HIGH), _rank(seen, MIDDLE), _rank(seen, LOW))


def _rank(ordered: Sequence[int], share: Fraction) -> int:
    """Smallest value that at least ``share`` of the values do not pass."""
    return ordered[ceil(share * len(ordered)) - 1]


def compliant(item: Rated, points: int) -> Rated:
    """The item once it is compliant at ``points``; never lower than it stands."""
    reached = points if item.points is None else max(points, item.points)
    return replace(item, rating=Rating.RATED, points=reached, is_conform=True)


def trajectory(  # noqa: PLR0913 -- keyword-only, one line each
    items: Mapping[int, Rated],
    pending: Iterable[Pending],
    *,
    lateness: Lateness,
    points: int,
    today: date,
    horizon: date,
) -> Trajectory | None:
    """The three lines from ``today`` to ``horizon``.

    Args:
        items: the rated requirements of the latest audit, by any key.
        pending: actions still to be done; those on an item that is unknown, not applicable or
            already compliant move nothing and are left out.
        lateness: see `past_lateness`.
        points: what the lowest compliant level of the scale is worth.
        today: first day, on which nothing more is done than what is rated.
        horizon: last day, such as that of the certification audit.

    Returns:
        None when nothing is rated today, or when the horizon is not after today.
    """
    due = _due_by_item(items, pending)
    still = gap.measure(item for key, item in items.items() if key not in due)
    now = (still + gap.measure(items[key] for key in due)).score
    if now is None or horizon <= today:
        return None
    days = {
        shift: {key: _done(day, shift, today=today) for key, day in due.items()}
        for shift in {lateness.high, lateness.middle, lateness.low} - {None}
        if shift is not None
    }

    def score(shift: int | None, at: date) -> Fraction:
        """Score on a day when actions slip by ``shift`` days; None: nothing more is done."""
        if shift is None:
            return now
        moved = gap.measure(
            compliant(items[key], points) if day <= at else items[key]
            for key, day in days[shift].items()
        )
        return (still + moved).score or now

    marks = {day for done in days.values() for day in done.values() if day <= horizon}
    ends = days.get(lateness.low, {}) if lateness.low is not None else {}
    return Trajectory(
        points=(
            Point(today, now, now if lateness.is_known else None, now),
            *(
                Point(
                    day,
                    score(lateness.low, day),
                    score(lateness.middle, day) if lateness.is_known else None,
                    score(lateness.high, day),
                )
                for day in sorted(marks | {horizon})
            ),
        ),
        lateness=lateness,
        moving=len(due),
        late=sum(1 for key in due if key not in ends or ends[key] > horizon),
    )


def _due_by_item(items: Mapping[int, Rated], pending: Iterable[Pending]) -> dict[int, date]:
    """The last due date of each item that an action would raise, in the order of the items."""
    last: dict[int, date] = {}
    for action in pending:
        if action.target not in last or last[action.target] < action.due:
            last[action.target] = action.due
    return {key: last[key] for key, item in items.items() if key in last and _can_rise(item)}


def _can_rise(item: Rated) -> bool:
    return item.rating != Rating.NOT_APPLICABLE and not item.is_conform


def _done(due: date, shift: int, *, today: date) -> date:
    """Day of completion: nothing that is pending today is done before tomorrow."""
    return max(max(due, today) + timedelta(days=shift), today + timedelta(days=1))
