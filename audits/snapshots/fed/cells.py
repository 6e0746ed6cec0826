"""The closed months that are counted, and what a count is filed under."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from audits.logic.feeding import Count, with_whole
from audits.logic.periods import Grain, Period, period_of
from crcaudit.accounts.models import Organisation


class FedCell(NamedTuple):
    """Code of the indicator, number of the site or None for all of them, and the period."""

    code: str
    site: int | None
    period: Period


Cells = Mapping[FedCell, Count]


@dataclass(frozen=True, slots=True)
class Span:
    """Months of an organisation that are over, in order, read on a day."""

    organisation: Organisation
    months: tuple[Period, ...]
    today: date

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.months[0].start, self.months[-1].end

    def month_of(self, day: date) -> Period | None:
        """The month of a day, None when it is none of those."""
        month = period_of(day, Grain.MONTH)
        return month if month in self.months else None


def together(found: Iterable[tuple[FedCell, Count]]) -> dict[FedCell, Count]:
    """Counts by site, with those of the whole where something is of no single site."""
    groups: dict[tuple[str, Period], dict[int | None, Count]] = defaultdict(dict)
    for cell, count in found:
        groups[cell.code, cell.period][cell.site] = count
    return {
        FedCell(code, site, period): count
        for (code, period), by_site in groups.items()
        for site, count in with_whole(by_site).items()
    }
