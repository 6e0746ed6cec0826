"""Which target is in force, and whether another one would change what was already judged."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Line(Protocol):
    """A target that begins on a day and lasts until the next one of its series."""

    @property
    def starts_on(self) -> date:
        """Its first day."""


T = TypeVar("T", bound=Line)


def in_force(day: date, own: Sequence[T], whole: Sequence[T]) -> T | None:
    """The line of a place on a day: its own, else that of the whole; None before either.

    Both series are in the order of their days.
    """
    return _at(day, own) or _at(day, whole)


def rewrites(start: date, *, current: date, own: Iterable[date], whole: Iterable[date]) -> bool:
    """Whether a line that begins on ``start`` would change the target of a period that is over.

    ``current`` is the first day of the period that runs. ``own`` are the first days of the lines
    of the same place, ``whole`` those of the whole, on which the place falls back; empty when
    the line is of the whole. A period without any target may be given one afterwards.
    """
    own = list(own)
    earliest = min([*own, *whole], default=date.max)
    following = min((day for day in own if day > start), default=date.max)
    return max(start, earliest) < min(following, current)


def _at(day: date, lines: Sequence[T]) -> T | None:
    place = bisect_right([line.starts_on for line in lines], day)
    return lines[place - 1] if place else None
