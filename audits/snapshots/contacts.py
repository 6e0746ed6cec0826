"""Counted contacts and costs as the rules take them."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Q, Sum

from audits.logic.contacts import Cost, Count
from audits.logic.periods import Grain, Period
from audits.models import ContactCost, ContactVolume, MeasuringPlace
from crcaudit.accounts.models import Organisation

_BEFORE = timedelta(days=6)  # a week of the month may begin before it


def read_counts(
    organisation: Organisation,
    places: Iterable[MeasuringPlace],
    months: Collection[Period],
    *,
    channel: str = "",
    with_reasons: bool = True,
) -> list[Count]:
    """Contacts by place and period, at least of those months. One query, none without a month.

    Without reasons, ``reason`` is None in all of them and the database sums them.
    """
    rows = ContactVolume.objects.filter(
        _within(months), organisation=organisation, place__in=[place.pk for place in places]
    )
    if channel:
        rows = rows.filter(channel=channel)
    keys = ["place_id", "grain", "starts_on", "channel", *(["reason_id"] if with_reasons else [])]
    summed = rows.order_by().values_list(*keys).annotate(sum=Sum("contacts"))
    return [
        Count(place, Period(Grain(grain), start), at, rest[0] if with_reasons else None, rest[-1])
        for place, grain, start, at, *rest in summed
    ]


def read_costs(
    organisation: Organisation, places: Iterable[MeasuringPlace], months: Collection[Period]
) -> list[Cost]:
    """Costs of those months. One query."""
    rows = ContactCost.objects.filter(
        organisation=organisation,
        place__in=[place.pk for place in places],
        starts_on__in=[month.start for month in months],
    )
    names = ("place_id", "starts_on", "channel", "kind", "amount")
    return [
        Cost(place, Period(Grain.MONTH, start), channel, kind, amount)
        for place, start, channel, kind, amount in rows.values_list(*names)
    ]


def _within(months: Collection[Period]) -> Q:
    """Periods that may belong to one of the months; adjoining months are one range."""
    found = Q(pk__in=())
    begin = end = None
    for month in sorted(months):
        if end is not None and month.start <= end + timedelta(days=1):
            end = month.end
            continue
        if begin is not None:
            found |= Q(starts_on__range=(begin - _BEFORE, end))
        begin, end = month.start, month.end
    if begin is not None:
        found |= Q(starts_on__range=(begin - _BEFORE, end))
    return found
