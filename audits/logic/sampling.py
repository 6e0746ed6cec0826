"""How many to look at, and which ones: sizes of samples, and a draw that anybody can redo.

Source of the rule for sites: IAF MD 1, as summed up in `domain.md` 3.2; of the sizes: 6.3.

The draw, version "v1"
----------------------
It needs nothing but SHA-256. The population is a list numbered from 1; ``seed`` is a text.

* The key of unit ``i`` named ``label`` is the SHA-256, in hexadecimal, of the UTF-8 text
  ``{seed}:{i}:{label}``.
* SIMPLE: units in the order of their keys (then of their numbers); the first ``size``.
* SYSTEMATIC: ``start`` is the SHA-256 of ``{seed}:start`` read as a number, modulo ``N``; then, for
  ``k`` from 0 to ``size`` - 1, the unit ``(start + k * N // size) mod N + 1``.
* STRATIFIED: each stratum gets its share of ``size`` rounded down; what is left goes one by one
  to the strata with the largest remainders (on a tie, in alphabetical order); within a stratum,
  as SIMPLE.
* EVERYTHING: every unit, in the order of the list.
* JUDGEMENT: the units that the auditor chose, in the order of the list. Nothing is drawn.

Units that the auditor chose beforehand (sites only) come first, in the order of the list; the rest
is drawn SIMPLE among the others. A change of any of this is a new version, never an edit of "v1".
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from heapq import nsmallest
from math import isqrt
from typing import overload

V1 = "v1"
MAX_LISTED = 20_000
MAX_COUNTED = 1_000_000
MAX_SIZE = 2_000
MIN_RANDOM_SHARE = Fraction(1, 4)


class Method(StrEnum):
    """How units are taken."""

    SIMPLE = "SIMPLE"
    SYSTEMATIC = "SYSTEMATIC"
    STRATIFIED = "STRATIFIED"
    EVERYTHING = "EVERYTHING"
    JUDGEMENT = "JUDGEMENT"


class SiteRule(StrEnum):
    """Kinds of audit that the rule for sites tells apart."""

    INITIAL = "INITIAL"
    SURVEILLANCE = "SURVEILLANCE"
    RENEWAL = "RENEWAL"


# Times the square root of the number of sites, in fifths: exact, as 0.6 is not in floats.
_FIFTHS = {SiteRule.INITIAL: 5, SiteRule.SURVEILLANCE: 3, SiteRule.RENEWAL: 4}


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that may be drawn. ``stratum`` is "" when the list gives none."""

    label: str
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A unit of the sample: its place in the list, from 1, and whether the auditor chose it."""

    position: int
    unit: Unit
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class SiteSize:
    """Sites to visit beside the central function, and how many of them at least by chance."""

    size: int
    at_random: int


def site_size(sites: int, rule: SiteRule) -> SiteSize:
    """Sites to visit out of ``sites`` with the same activity, the central function not counted.

    Rounded up. At least a quarter of the sample is drawn at random, also rounded up. Raises
    ValueError when there is no site.
    """
    if sites < 1:
        raise ValueError("A rule for sites needs at least one site.")
    squared = _FIFTHS[rule] ** 2 * sites  # of five times the size
    size = -(-_ceil_root(squared) // 5)
    return SiteSize(size, at_random=least_at_random(size))


def least_at_random(size: int) -> int:
    """How many sites of a sample of ``size`` must be drawn at random: a quarter, rounded up."""
    return -int(-size * MIN_RANDOM_SHARE // 1)


class Counted(Sequence[Unit]):
    """A population that is only known by its number: its units are called "1" to "size".

    Units are made when asked for, as there may be a million of them.
    """

    def __init__(self, size: int) -> None:
        self._numbers = range(1, size + 1)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Unit: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Unit]: ...

    def __getitem__(self, index: int | slice) -> Unit | Sequence[Unit]:
        if isinstance(index, slice):
            return [Unit(str(number)) for number in self._numbers[index]]
        return Unit(str(self._numbers[index]))


def fingerprint(population: Sequence[Unit]) -> str:
    """SHA-256 of a population: of one line "label<TAB>stratum<LF>" per unit, in order, in UTF-8."""
    lines = sha256()
    for unit in population:
        lines.update(f"{unit.label}\t{unit.stratum}\n".encode())
    return lines.hexdigest()


def draw(
    population: Sequence[Unit],
    *,
    seed: str,
    size: int,
    method: Method,
    chosen: Collection[int] = (),
) -> tuple[Taken, ...]:
    """The sample, in the order in which units were taken: see "v1" above.

    Args:
        population: in its recorded order; labels are distinct.
        seed: of the draw; not used by EVERYTHING and JUDGEMENT.
        size: of the whole sample, chosen units included.
        method: of the draw.
        chosen: positions, from 1, that the auditor chose: those of JUDGEMENT, and with SIMPLE
            those that are in the sample before anything is drawn.

    Raises:
        ValueError: when the sample cannot have this size, or the choice does not go with it.
    """
    _check(population, size=size, method=method, chosen=chosen)
    picked = sorted(chosen)
    if method == Method.JUDGEMENT:
        positions: Sequence[int] = ()
    elif method == Method.EVERYTHING:
        positions = range(1, size + 1)
    elif method == Method.SYSTEMATIC:
        positions = _systematic(len(population), seed=seed, size=size)
    elif method == Method.STRATIFIED:
        positions = _stratified(population, seed=seed, size=size)
    else:
        apart = frozenset(picked)
        left = [place for place in range(1, len(population) + 1) if place not in apart]
        positions = _first(population, left, seed=seed, size=size - len(picked))
    return (
        *(Taken(place, population[place - 1], is_chosen=True) for place in picked),
        *(Taken(place, population[place - 1]) for place in positions),
    )


def allocation(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """How many units of each stratum a sample of ``size`` holds: in proportion, largest remainders.

    ``strata`` holds the number of units by name. A small stratum may get none. The sum is
    ``size``. Raises ValueError when ``size`` is more than there are units.
    """
    whole = sum(strata.values())
    if not 0 <= size <= whole:
        raise ValueError("A sample has no more units than its population.")
    if not whole:
        return dict(strata)
    shares = {name: divmod(size * count, whole) for name, count in strata.items()}
    given = {name: floor for name, (floor, _rest) in shares.items()}
    left = size - sum(given.values())
    for name in sorted(shares, key=lambda name: (-shares[name][1], name))[:left]:
        given[name] += 1
    return given


def strata_of(population: Sequence[Unit]) -> dict[str, int]:
    """Number of units by stratum, in the order in which the list names them."""
    found: dict[str, int] = {}
    for unit in population:
        found[unit.stratum] = found.get(unit.stratum, 0) + 1
    return found


def _check(
    population: Sequence[Unit], *, size: int, method: Method, chosen: Collection[int]
) -> None:
    whole = len(population)
    if not 1 <= size <= whole:
        raise ValueError("A sample has at least one unit, and no more than its population.")
    if method == Method.EVERYTHING and size != whole:
        raise ValueError("Everything is the size of the population.")
    if chosen and method not in {Method.SIMPLE, Method.JUDGEMENT}:
        raise ValueError("Nothing is chosen with this method.")
    if len(set(chosen)) != len(chosen) or any(not 1 <= place <= whole for place in chosen):
        raise ValueError("Chosen positions are distinct and in the population.")
    if len(chosen) > size or (method == Method.JUDGEMENT and len(chosen) != size):
        raise ValueError("The size is at least the number of chosen units.")


def _first(
    population: Sequence[Unit], positions: Sequence[int], *, seed: str, size: int
) -> list[int]:
    """The ``size`` positions with the smallest keys, in that order."""
    return nsmallest(
        size, positions, key=lambda place: (_key(seed, place, population[place - 1]), place)
    )


def _key(seed: str, position: int, unit: Unit) -> str:
    return sha256(f"{seed}:{position}:{unit.label}".encode()).hexdigest()


def _systematic(whole: int, *, seed: str, size: int) -> list[int]:
    start = int(sha256(f"{seed}:start".encode()).hexdigest(), 16) % whole
    return [(start + step * whole // size) % whole + 1 for step in range(size)]


def _stratified(population: Sequence[Unit], *, seed: str, size: int) -> list[int]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(population, start=1):
        places[unit.stratum].append(place)
    wanted = allocation({name: len(found) for name, found in places.items()}, size)
    return [
        place
        for name in sorted(places)
        for place in _first(population, places[name], seed=seed, size=wanted[name])
    ]


def _ceil_root(value: int) -> int:
    root = isqrt(value)
    return root + (root * root < value)
