"""How mystery contacts are spread, so that no hour, day, channel, scenario or site is forgotten.

The spread, version "v1"
------------------------
It needs nothing but SHA-256, so that the same seed gives the same plan on every machine. A list of
``m`` values is dealt ``n`` times in rounds: in round ``r`` value number ``i`` (from 0) has the key
SHA-256 of the UTF-8 text ``{seed}:{name}:{r}:{i}``, and values are taken in the order of their
keys; the last round stops at ``n``. So no two values are dealt numbers of times more than one
apart, and no value comes back before the others have come.

Channels, sites, hours and testers are dealt over the whole campaign (names "channel", "site",
"hour", "tester"); the scenarios of a channel over its contacts ("scenario:{channel}"), and the
working days of a site over its contacts ("day:{site}"). A change of any of this is a new version.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeVar

V1 = "v1"
MAX_SIZE = 1_000
PROMOTERS_FROM, DETRACTORS_TO, BEST = 9, 6, 10

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Planned:
    """One contact of the plan. Sites, scenarios and testers by the numbers that came in."""

    site: int
    channel: str
    scenario: int
    day: date
    hour: int
    tester: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is spread over: nothing of it may be empty.

    ``days`` are the working days of each site, ``scenarios`` those of each channel, ``hours`` the
    hours that begin within the opening, each in the order in which they are dealt from.
    """

    days: Mapping[int, Sequence[date]]
    scenarios: Mapping[str, Sequence[int]]
    hours: Sequence[int]
    testers: Sequence[int]


def deal(values: Sequence[Value], n: int, *, seed: str, name: str) -> list[Value]:
    """``n`` values in rounds: see above. Raises ValueError when there is nothing to deal."""
    if not values:
        raise ValueError(f"Nothing to deal: {name}.")
    rounds = -(-n // len(values))
    return [
        values[i]
        for r in range(rounds)
        for i in sorted(range(len(values)), key=lambda i: (_key(seed, name, r, i), i))
    ][:n]


def spread(ground: Ground, *, size: int, seed: str) -> tuple[Planned, ...]:
    """The plan of a campaign, in the order of days and hours.

    Raises ValueError unless ``size`` is from 1 to `MAX_SIZE` and nothing of the ground is empty.
    """
    if not 1 <= size <= MAX_SIZE:
        raise ValueError(f"A campaign has 1 to {MAX_SIZE} contacts.")
    channels = deal(list(ground.scenarios), size, seed=seed, name="channel")
    sites = deal(list(ground.days), size, seed=seed, name="site")
    hours = deal(ground.hours, size, seed=seed, name="hour")
    testers = deal(ground.testers, size, seed=seed, name="tester")
    scenarios = _within(channels, ground.scenarios, seed=seed, name="scenario")
    days = _within(sites, ground.days, seed=seed, name="day")
    plan = map(Planned, sites, channels, scenarios, days, hours, testers)
    return tuple(sorted(plan, key=lambda row: (row.day, row.hour)))


def _within(
    groups: Sequence[Value], values: Mapping[Value, Sequence[object]], *, seed: str, name: str
) -> list[object]:
    """For each contact, the next value that is dealt to its group."""
    counts = Counter(groups)
    dealt = {
        group: iter(deal(values[group], count, seed=seed, name=f"{name}:{group}"))
        for group, count in counts.items()
    }
    return [next(dealt[group]) for group in groups]


def _key(seed: str, name: str, r: int, i: int) -> str:
    return sha256(f"{seed}:{name}:{r}:{i}".encode()).hexdigest()


def opinions(notes: Sequence[int]) -> tuple[int, int]:
    """Promoters (9 and 10) and detractors (0 to 6) among notes from 0 to 10.

    Raises ValueError for any other note.
    """
    if any(not 0 <= note <= BEST for note in notes):
        raise ValueError("A recommendation is from 0 to 10.")
    promoters = sum(note >= PROMOTERS_FROM for note in notes)
    return promoters, sum(note <= DETRACTORS_TO for note in notes)
