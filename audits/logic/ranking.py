"""Which gaps to close first: points of the whole score gained per day of effort.

The gain is that of the requirement alone, brought to compliant while all else stays. The effort is
the sum of what its pending actions were estimated at; when there is no action, or one without an
estimate, it is unknown and said so: it is never guessed, and such gaps come after the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from audits.logic import gap
from audits.logic.gap import Rated, Rating
from audits.logic.trajectory import compliant


@dataclass(frozen=True, slots=True)
class Ranked:
    """One gap: ``key`` of the item, ``gain`` on the whole score in [0, 1].

    ``effort`` in person-days, None when unknown. ``rate`` is gain per person-day; None when the
    effort is unknown, or none: what costs nothing has no rate and comes first.
    """

    key: int
    gain: Fraction
    effort: Fraction | None

    @property
    def rate(self) -> Fraction | None:
        """Points of score per person-day."""
        return self.gain / self.effort if self.effort else None


def rank(
    items: Mapping[int, Rated],
    efforts: Mapping[int, Iterable[Fraction | None]],
    *,
    points: int,
) -> list[Ranked]:
    """Gaps that closing would gain something, best first.

    ``efforts`` are those of the pending actions of each item, None for one without an estimate;
    ``points`` is what the lowest compliant level is worth. Those of equal worth keep the order of
    the items.
    """
    whole = gap.measure(items.values())
    found = []
    for key, item in items.items():
        if item.rating == Rating.NOT_APPLICABLE or item.is_conform:
            continue
        gain = _gain(whole.reached, whole.weight, item, compliant(item, points))
        if gain > 0:
            found.append(Ranked(key, gain, _effort(efforts.get(key, ()))))
    return sorted(found, key=_order)


def _gain(reached: Fraction, weight: int, before: Rated, after: Rated) -> Fraction:
    """Score with the item compliant minus score now; from nothing rated, all of it is gained."""
    was = gap.measure([before])
    becomes = gap.measure([after])
    now = reached / weight if weight else Fraction(0)
    return (reached - was.reached + becomes.reached) / (weight - was.weight + becomes.weight) - now


def _effort(efforts: Iterable[Fraction | None]) -> Fraction | None:
    days = list(efforts)
    if not days:
        return None
    known = [day for day in days if day is not None]
    return sum(known, Fraction(0)) if len(known) == len(days) else None


def _order(row: Ranked) -> tuple[int, Fraction, Fraction]:
    """Free first, then by rate, then what has no estimate; the greater gain wins a tie."""
    if row.effort is None:
        return (2, -row.gain, Fraction(0))
    if row.rate is None:
        return (0, -row.gain, Fraction(0))
    return (1, -row.rate, -row.gain)
