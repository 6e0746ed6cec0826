"""Counted contacts and costs as the rules take them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Q, Sum

from audits.logic.contacts import Cost, Count
from audits.logic.periods import Grain, Period
from audits.models import ContactCost, ContactVolume, MeasuringPlace
from crcaudit.accounts.models import Organisation

_TO_THURSDAY = timedelta(days=3)  # a week belongs to the month of its Thursday


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
        within(months), organisation=organisation, place__in=[place.pk for place in places]
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


def within(months: Collection[Period]) -> Q:
    """Volumes that belong to one of the months; adjoining months are one range."""
    found = Q(pk__in=())
    begin = end = None
    for month in sorted(months):
        if begin is not None and end is not None and month.start > end + timedelta(days=1):
            found |= _between(begin, end)
            begin = None
        begin, end = begin or month.start, month.end
    return found | _between(begin, end) if begin and end else found


def _between(begin: date, end: date) -> Q:
    weeks = (begin - _TO_THURSDAY, end - _TO_THURSDAY)
    return Q(grain=Grain.MONTH, starts_on__range=(begin, end)) | Q(
        grain=Grain.WEEK, starts_on__range=weeks
    )
