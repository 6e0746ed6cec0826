"""Volumes and costs as measures of the indicators that are made of them.

ACC-07 is the share of the telephone, TRT-16 the share of contacts with a reason, ECO-03 the cost
per contact. Each is written where it is followed, and only over what was written here before: a
measure that somebody typed, or that came from a file, stays as it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.timezone import localdate

from audits.actions.measurement import Entry, record_measures
from audits.contact_enums import FROM_COSTS, FROM_VOLUMES
from audits.enums import Channel
from audits.logic.contacts import Count, by_month, paid, tagged
from audits.logic.periods import Grain, Period
from audits.measure_enums import PlaceKind
from audits.models import Measurement, MeasuringPlace
from audits.snapshots.contacts import read_costs, read_counts
from audits.snapshots.figures import followed_at
from crcaudit.accounts.models import Organisation, User
from engagements.models import Indicator

MIX, TAGGED, COST = "ACC-07", "TRT-16", "ECO-03"
FED: Final = (MIX, TAGGED, COST)
CONVENTIONS: Final[Mapping[str, dict[str, object]]] = {
    MIX: {"source": FROM_VOLUMES, "channel": str(Channel.PHONE)},
    TAGGED: {"source": FROM_VOLUMES},
    COST: {"source": FROM_COSTS},
}

Where = tuple[int, Period]  # a place by its number, and a period
Inputs = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Fed:
    """How many measures changed, and the codes of those that stand as somebody else wrote them."""

    measures: int
    kept: tuple[str, ...]


def feed(organisation: Organisation, touched: Collection[Where], *, by: User, at: datetime) -> Fed:
    """Write the measures that depend on what was touched. Runs in the transaction of the change."""
    places = {place.pk: place for place in MeasuringPlace.objects.filter(organisation=organisation)}
    whole = next((pk for pk, place in places.items() if place.kind == PlaceKind.WHOLE), None)
    months = {period.within(Grain.MONTH) for _place, period in touched}
    asked = set(touched) | {(place, month) for place, _period in touched for month in months}
    if whole is not None:
        asked |= {(whole, month) for month in months}
    followed = _followed(organisation, [places[pk] for pk in {pk for pk, _period in asked}], at=at)
    if not followed:
        return Fed(0, ())
    values = _Values(organisation, list(places.values()), months, whole)
    wanted = [
        (indicator, places[pk], period, inputs)
        for pk, period in sorted(asked)
        for indicator in followed.get(pk, ())
        if (inputs := values.of(indicator.code, pk, period)) is not None
    ]
    entries, kept = _entries(organisation, wanted)
    count = record_measures(organisation=organisation, entries=entries, by=by, at=at)
    return Fed(count, tuple(sorted(kept)))


def _followed(
    organisation: Organisation, places: Iterable[MeasuringPlace], *, at: datetime
) -> dict[int, list[Indicator]]:
    """Which of the fed indicators is followed at each place; a place with none is not in it."""
    found = {}
    for place in places:
        rows = followed_at(organisation, place, today=localdate(at))
        own = [one.indicator for one in rows if one.indicator.code in FED]
        if mine := [row for row in own if row.organisation_id is None]:
            found[place.pk] = mine
    return found


class _Values:
    """What volumes and costs say, for the months that were touched."""

    def __init__(
        self,
        organisation: Organisation,
        places: Sequence[MeasuringPlace],
        months: Collection[Period],
        whole: int | None,
    ) -> None:
        self.whole = whole
        self.counts = read_counts(organisation, places, months)
        self.months = by_month(self.counts)
        self.costs = read_costs(organisation, places, months)

    def of(self, code: str, place: int, period: Period) -> Inputs | None:
        """The inputs; empty when nothing stands behind them, None when it is not of that period."""
        if code == COST:
            return self._cost(place, period) if period.grain is Grain.MONTH else None
        rows = [row for row in self.counts if (row.place, row.period) == (place, period)]
        return _mix(rows) if code == MIX else _tagged(rows)

    def _cost(self, place: int, month: Period) -> Inputs | None:
        counts = _sums((row.place, row.contacts) for row in self.months if row.period == month)
        costs = _sums((row.place, row.amount) for row in self.costs if row.month == month)
        if place == self.whole and place not in costs:
            return {}  # its places are put together by the indicator itself
        found = paid(counts, costs, place, whole=self.whole)  # type: ignore[arg-type]
        if found.contacts is None or found.amount is None:
            return {}
        return {"cost": found.amount, "handled": Decimal(found.contacts)}


def _mix(rows: Sequence[Count]) -> Inputs:
    if not rows:
        return {}
    phone = sum(row.contacts for row in rows if row.channel == Channel.PHONE)
    return {
        "channel_contacts": Decimal(phone),
        "all_contacts": Decimal(sum(row.contacts for row in rows)),
    }


def _tagged(rows: Sequence[Count]) -> Inputs:
    found = tagged(rows)
    return {} if found is None else {"tagged": Decimal(found[0]), "handled": Decimal(found[1])}


def _sums(pairs: Iterable[tuple[int, Decimal | int]]) -> dict[int, Decimal | int]:
    found: dict[int, Decimal | int] = {}
    for place, value in pairs:
        found[place] = found.get(place, 0) + value
    return found


Wanted = tuple[Indicator, MeasuringPlace, Period, Inputs]


def _entries(organisation: Organisation, wanted: Sequence[Wanted]) -> tuple[list[Entry], set[str]]:
    """What is to be written over what stands there, and the codes of what is left alone."""
    known = _known(organisation, wanted)
    entries, kept = [], set()
    for indicator, place, period, inputs in wanted:
        row = known.get((indicator.pk, place.pk, period))
        if row is None and not inputs:
            continue
        if row is not None and row.convention.get("source") not in {FROM_VOLUMES, FROM_COSTS}:
            if inputs:
                kept.add(indicator.code)
            continue
        entries.append(
            Entry(
                indicator=indicator,
                place=place,
                period=period,
                inputs=inputs,
                convention=CONVENTIONS[indicator.code],
                version=row.version if row else None,
            )
        )
    return entries, kept


def _known(
    organisation: Organisation, wanted: Sequence[Wanted]
) -> dict[tuple[int, int, Period], Measurement]:
    if not wanted:
        return {}
    starts = [period.start for _indicator, _place, period, _inputs in wanted]
    rows = Measurement.objects.filter(
        organisation=organisation,
        indicator__in={one[0].pk for one in wanted},
        starts_on__range=(min(starts), max(starts)),
    )
    return dict(_by_cell(rows))


def _by_cell(
    rows: Iterable[Measurement],
) -> Iterator[tuple[tuple[int, int, Period], Measurement]]:
    for row in rows:
        yield (row.indicator_id, row.place_id, row.period), row
