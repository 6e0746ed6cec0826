"""Contacts by reason and channel: over a month, for the whole, weighed, compared, paid for.

Contacts are summed and never averaged. A missing count is no zero: what was not counted is left
out of both sides, or cannot be computed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from audits.logic.periods import Grain, Period

VITAL = Fraction(80, 100)


@dataclass(frozen=True, slots=True)
class Count:
    """Contacts of one period at one place. ``reason`` is None for those that carry none."""

    place: int
    period: Period
    channel: str
    reason: int | None
    contacts: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Euros of one kind over one month at one place; ``channel`` is "" for all together."""

    place: int
    month: Period
    channel: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Weight:
    """One line of the Pareto. ``share`` and ``together`` are of the contacts with a reason.

    ``is_vital`` while the lines before it have not reached 80 %.
    """

    reason: int
    contacts: int
    share: Fraction
    together: Fraction
    is_vital: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """What contacts cost over a month.

    ``contacts`` and ``amount`` are of the same places. ``left_out`` are places that have one
    without the other: they are on neither side. Both are None when there is nothing to divide.
    """

    contacts: int | None
    amount: Decimal | None
    left_out: tuple[int, ...] = ()

    @property
    def each(self) -> Fraction | None:
        """Euros for one contact; None when it cannot be computed."""
        if not self.contacts or self.amount is None:
            return None
        return Fraction(self.amount) / self.contacts


def by_month(counts: Iterable[Count]) -> list[Count]:
    """The counts of each place by month.

    A month that was counted as a month is taken so; else its weeks, each in the month of its
    Thursday, as `audits.logic.periods` has it.
    """
    found: dict[tuple[int, Period], dict[Grain, list[Count]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in counts:
        found[one.place, one.period.within(Grain.MONTH)][one.period.grain].append(one)
    months = []
    for (place, month), grains in found.items():
        taken = grains.get(Grain.MONTH) or [row for rows in grains.values() for row in rows]
        sums: dict[tuple[str, int | None], int] = defaultdict(int)
        for row in taken:
            sums[row.channel, row.reason] += row.contacts
        months += [
            Count(place, month, channel, reason, contacts)
            for (channel, reason), contacts in sums.items()
        ]
    return months


def at_place(months: Iterable[Count], place: int, *, whole: int | None) -> list[Count]:
    """The counts by month of one place.

    Those of the whole are what was counted for the whole, in a month in which something was; else
    its places put together.
    """
    rows = list(months)
    if place != whole:
        return [row for row in rows if row.place == place]
    counted = {row.period for row in rows if row.place == whole}
    return [row for row in rows if (row.place == whole) == (row.period in counted)]


def in_months(counts: Iterable[Count], months: Collection[Period]) -> list[Count]:
    """Those of some months."""
    return [row for row in counts if row.period in months]


def by_reason(counts: Iterable[Count]) -> dict[int, int]:
    """Contacts of each reason; those without one are in none."""
    found: dict[int, int] = defaultdict(int)
    for row in counts:
        if row.reason is not None:
            found[row.reason] += row.contacts
    return dict(found)


def into_families(contacts: Mapping[int, int], family: Mapping[int, int]) -> dict[int, int]:
    """Contacts of each family; ``family`` maps a reason to its own, a family to itself."""
    found: dict[int, int] = defaultdict(int)
    for reason, count in contacts.items():
        found[family[reason]] += count
    return dict(found)


def pareto(contacts: Mapping[int, int]) -> list[Weight]:
    """Reasons from the most contacts to the fewest; those of equal weight by their number.

    A reason without contacts is left out. Empty when nothing carries a reason.
    """
    total = sum(contacts.values())
    weights: list[Weight] = []
    before = 0
    for reason, count in sorted(contacts.items(), key=lambda item: (-item[1], item[0])):
        if not count:
            continue
        is_vital = Fraction(before, total) < VITAL
        before += count
        weights.append(
            Weight(reason, count, Fraction(count, total), Fraction(before, total), is_vital)
        )
    return weights


def tagged(counts: Sequence[Count]) -> tuple[int, int] | None:
    """Contacts with a reason, and all contacts; None when nothing was counted. See TRT-16."""
    if not counts:
        return None
    return (
        sum(row.contacts for row in counts if row.reason is not None),
        sum(row.contacts for row in counts),
    )


def by_channel(counts: Iterable[Count]) -> dict[str, int]:
    """Contacts of each channel on which something was counted. See ACC-07."""
    found: dict[str, int] = defaultdict(int)
    for row in counts:
        found[row.channel] += row.contacts
    return dict(found)


def change(now: int, before: int | None) -> Fraction | None:
    """How much a count grew, as a share of what it was; None when it was nothing or unknown."""
    return Fraction(now - before, before) if before else None


def paid(
    counts: Mapping[int, int], costs: Mapping[int, Decimal], place: int, *, whole: int | None
) -> Paid:
    """What the contacts of a place cost over one month.

    ``counts`` and ``costs`` are sums by place, without a key where nothing is known. The whole is
    what was entered for the whole; a side on which nothing was is its places put together, and then
    only those that have both.
    """
    if place != whole:
        return Paid(counts.get(place), costs.get(place))
    places = (counts.keys() | costs.keys()) - {whole}
    if whole in costs:
        handled = counts.get(whole) if whole in counts else _sum(counts, places)
        return Paid(handled, costs[whole])
    both = places & counts.keys() & costs.keys()
    left_out = tuple(sorted(places - both))
    if not both:
        return Paid(None, None, left_out)
    return Paid(
        sum(counts[one] for one in both), sum((costs[one] for one in both), Decimal()), left_out
    )


def _sum(counts: Mapping[int, int], places: Iterable[int]) -> int | None:
    known = [counts[place] for place in places if place in counts]
    return sum(known) if known else None
