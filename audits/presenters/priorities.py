"""Which gaps to close first, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from audits.logic.ranking import Ranked, rank
from audits.presenters.simulation import Base, GapRow, days_text, gap_rows
from audits.snapshots import movement
from audits.ticks import Ticks
from crcaudit.core.formats import number


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One gap of the ranking: ``gain`` in [0, 1] on the whole score.

    ``effort`` in person-days, "" when unknown; ``per_day`` in points of percentage per person-day,
    "" without an effort.
    """

    place: int
    gap: GapRow
    gain: Fraction
    effort: str
    per_day: str


def ranking(base: Base) -> list[Ranked]:
    """Gaps by points gained per day of effort, best first."""
    return rank(base.items, movement.efforts(base.actions), points=base.compliant.points)


def ranked_rows(base: Base, rows: Sequence[Ranked], *, first: int) -> list[RankedRow]:
    """Some rows of the ranking; ``first`` is the place of the first one."""
    gaps = {row.pk: row for row in gap_rows(base, Ticks())}
    return [
        RankedRow(
            place=place,
            gap=gaps[row.key],
            gain=row.gain,
            effort="" if row.effort is None else days_text(row.effort),
            per_day="" if row.rate is None else number(row.rate * 100, decimals=2),
        )
        for place, row in enumerate(rows, start=first)
    ]
