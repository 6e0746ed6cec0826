"""How long each step of something took, from the moments at which each began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Step(Generic[Name]):
    """From ``start`` to ``end``; ``end`` is None while it lasts. ``days`` are calendar days."""

    name: Name
    start: date
    end: date | None
    days: int


def steps(
    begun: Sequence[tuple[Name, date | None]], *, ended: date | None, today: date
) -> list[Step[Name]]:
    """The steps that were begun, in the order given; each lasts until the next one that was.

    ``begun`` is in the order of time. The last one ends on ``ended``, or lasts until today.
    """
    known = [(name, start) for name, start in begun if start is not None]
    found = []
    for place, (name, start) in enumerate(known):
        is_last = place + 1 == len(known)
        end = ended if is_last else known[place + 1][1]
        found.append(Step(name, start, end, max(0, ((end or today) - start).days)))
    return found
