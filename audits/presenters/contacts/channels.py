"""How channels are mixed over twelve months, and what a contact costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits.charts.contacts import Column, mix_chart
from audits.charts.series import Dot, series_chart
from audits.contact_enums import ALL_CHANNELS, CostKind
from audits.enums import Channel
from audits.figure_words import period_text
from audits.logic.contacts import Cost, Count, Paid, at_place, by_channel, by_month, paid
from audits.logic.periods import Period
from audits.presenters.contacts.asked import YEAR, Asked
from audits.presenters.contacts.reasons import signed_percent
from audits.presenters.indicators.scope import Scope
from audits.snapshots.contacts import read_costs, read_counts
from crcaudit.core.formats import DASH, NO_BREAK, number, percent


@dataclass(frozen=True, slots=True)
class MixRow:
    """One month: contacts in all, and of each channel the contacts and their share."""

    label: str
    total: int | None
    cells: Sequence[tuple[int, str]]
    growth: str


@dataclass(frozen=True, slots=True)
class Mix:
    """Twelve months of channels, the latest month first in the table."""

    channels: Sequence[str]
    rows: Sequence[MixRow]
    chart: SafeString


@dataclass(frozen=True, slots=True)
class CostRow:
    """One month at the place: euros, contacts, euros for one; ``note`` says who is left out."""

    label: str
    amount: str
    contacts: str
    each: str
    kinds: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """One place, or one channel, over the month shown."""

    name: str
    amount: str
    contacts: str
    each: str


@dataclass(frozen=True, slots=True)
class Costs:
    """What contacts cost: month by month at the place, then by place and by channel."""

    rows: Sequence[CostRow]
    kinds: Sequence[str]
    chart: SafeString
    places: Sequence[CostLine]
    channels: Sequence[CostLine]
    month: str
    is_empty: bool


def last_year(asked: Asked) -> list[Period]:
    """The twelve months up to the one that is asked for, oldest first."""
    return [asked.last.after(-n) for n in range(YEAR - 1, -1, -1)]


def read_months(scope: Scope, asked: Asked) -> list[Count]:
    """Contacts of twenty-four months by place, channel and month, without reasons. One query."""
    months = [asked.last.after(-n) for n in range(2 * YEAR)]
    rows = read_counts(scope.organisation, scope.places, months, with_reasons=False)
    return by_month(rows)


def mix_of(scope: Scope, asked: Asked, counts: Sequence[Count]) -> Mix:
    """The channels of the place. No query."""
    months = last_year(asked)
    by_period: dict[Period, list[Count]] = defaultdict(list)
    for row in _at_place(scope, counts):
        by_period[row.period].append(row)
    mixes = {month: by_channel(by_period[month]) for month in by_period}
    used = [channel for channel in Channel if any(channel in mix for mix in mixes.values())]
    columns = [_column(month, mixes.get(month, {}), used) for month in months]
    return Mix(
        channels=[str(channel.label) for channel in used],
        rows=[_mix_row(month, mixes, used) for month in reversed(months)],
        chart=mix_chart(
            columns,
            [str(channel.label) for channel in used],
            title=_("Share of each channel in the contacts, month by month"),
        )
        if any(column.shares for column in columns)
        else SafeString(""),
    )


def costs_of(scope: Scope, asked: Asked, counts: Sequence[Count]) -> Costs:
    """What contacts cost at the place. One query."""
    months = last_year(asked)
    costs = read_costs(scope.organisation, scope.places, months)
    names = {place.pk: place.name for place in scope.places}
    whole = _whole(scope)
    place = scope.place.pk if scope.place else 0
    found = {
        month: paid(_contacts(counts, month), _amounts(costs, month), place, whole=whole)
        for month in months
    }
    kinds = [kind for kind in CostKind if any(cost.kind == kind for cost in costs)]
    last = asked.last
    return Costs(
        rows=[
            _cost_row(month, found[month], _of_place(costs, month, place, whole), kinds, names)
            for month in reversed(months)
        ],
        kinds=[str(kind.label) for kind in kinds],
        chart=_cost_chart(found),
        places=[
            _line(
                one.name, paid(_contacts(counts, last), _amounts(costs, last), one.pk, whole=whole)
            )
            for one in scope.places
        ],
        channels=_by_channel(scope, counts, _of_place(costs, last, place, whole), last),
        month=period_text(last),
        is_empty=not costs,
    )


def euros(value: Fraction | Decimal | None, *, decimals: int = 2) -> str:
    """Euros as printed: "4,21 €"; a dash for None."""
    return DASH if value is None else f"{number(value, decimals=decimals)}{NO_BREAK}€"


def _whole(scope: Scope) -> int | None:
    return next((one.pk for one in scope.places if one.is_whole), None)


def _at_place(scope: Scope, counts: Sequence[Count]) -> list[Count]:
    place = scope.place
    return at_place(counts, place.pk, whole=_whole(scope)) if place else []


def _column(month: Period, mix: Mapping[str, int], used: Sequence[str]) -> Column:
    total = sum(mix.values())
    shares = [Fraction(mix.get(channel, 0), total) for channel in used] if total else []
    names = [str(Channel(channel).label) for channel in used]
    text = ", ".join(
        f"{name} {percent(share, decimals=1)}" for name, share in zip(names, shares, strict=False)
    )
    label = period_text(month, short=True).partition(" ")[0]
    return Column(label, [float(share) for share in shares], text or DASH)


def _mix_row(
    month: Period, mixes: Mapping[Period, Mapping[str, int]], used: list[Channel]
) -> MixRow:
    mix = mixes.get(month)
    if mix is None:
        return MixRow(period_text(month), None, [(0, DASH) for _channel in used], DASH)
    total = sum(mix.values())
    year = mixes.get(month.after(-YEAR))
    cells = [
        (mix.get(channel, 0), percent(Fraction(mix.get(channel, 0), total), decimals=1))
        if total
        else (0, DASH)
        for channel in used
    ]
    was = sum(year.values()) if year else 0
    growth = signed_percent(Fraction(total - was, was)) if was else DASH
    return MixRow(period_text(month), total, cells, growth)


def _contacts(counts: Iterable[Count], month: Period) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in counts:
        if row.period == month:
            found[row.place] += row.contacts
    return dict(found)


def _amounts(costs: Iterable[Cost], month: Period) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in costs:
        if row.month == month:
            found[row.place] += row.amount
    return dict(found)


def _of_place(costs: Iterable[Cost], month: Period, place: int, whole: int | None) -> list[Cost]:
    """Costs that stand behind the figure of the place: for the whole, its own or its places'."""
    rows = [row for row in costs if row.month == month]
    own = [row for row in rows if row.place == place]
    return own if place != whole or own else rows


def _cost_row(
    month: Period,
    found: Paid,
    costs: Sequence[Cost],
    kinds: Sequence[str],
    names: Mapping[int, str],
) -> CostRow:
    of_kind: dict[str, Decimal] = defaultdict(Decimal)
    for row in costs:
        if row.place not in found.left_out:
            of_kind[row.kind] += row.amount
    left_out = [names[pk] for pk in found.left_out if pk in names]
    note = _("without %(places)s: contacts or costs are missing") % {"places": ", ".join(left_out)}
    return CostRow(
        label=period_text(month),
        amount=euros(found.amount, decimals=0),
        contacts=DASH if found.contacts is None else number(found.contacts),
        each=euros(found.each),
        kinds=[euros(of_kind.get(kind), decimals=0) for kind in kinds],
        note=note if left_out else "",
    )


def _line(name: str, found: Paid) -> CostLine:
    contacts = DASH if found.contacts is None else number(found.contacts)
    return CostLine(name, euros(found.amount, decimals=0), contacts, euros(found.each))


def _by_channel(
    scope: Scope, counts: Sequence[Count], costs: Sequence[Cost], month: Period
) -> list[CostLine]:
    """What was entered for one channel, over its contacts; what is paid for all stands alone.

    For the whole, a channel of a place that has contacts without costs, or costs without contacts,
    is on neither side.
    """
    rows = [row for row in _at_place(scope, counts) if row.period == month]
    of_whole = {row.place for row in costs} == {_whole(scope)}
    paid_at = {(row.place, row.channel) for row in costs}
    both = paid_at & {(row.place, row.channel) for row in rows}
    lines = []
    for channel in Channel:
        own = [
            row.amount
            for row in costs
            if row.channel == channel and (of_whole or (row.place, channel) in both)
        ]
        handled = [
            row.contacts
            for row in rows
            if row.channel == channel and (of_whole or (row.place, channel) in both)
        ]
        if own:
            found = Paid(sum(handled) if handled else None, sum(own, Decimal()))
            lines.append(_line(str(channel.label), found))
    shared = [row.amount for row in costs if row.channel == ALL_CHANNELS]
    if shared:
        lines.append(
            CostLine(
                _("All channels together"), euros(sum(shared, Decimal()), decimals=0), DASH, DASH
            )
        )
    return lines


def _cost_chart(found: Mapping[Period, Paid]) -> SafeString:
    if all(one.each is None for one in found.values()):
        return SafeString("")
    dots = [
        Dot(
            label=period_text(month, short=True).partition(" ")[0],
            value=None if one.each is None else float(one.each),
            text=euros(one.each),
        )
        for month, one in found.items()
    ]
    return series_chart(
        dots,
        title=_("Cost per contact, month by month"),
        words=lambda value: euros(Fraction(value)),
        limits=None,
    )
