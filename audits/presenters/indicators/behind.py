"""The measures behind a period: where, of what, how they were counted, where they are from."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.contact_enums import SOURCES
from audits.enums import Channel
from audits.logic.indicators import Definition, figure
from audits.logic.periods import GRAINS, Grain, Period
from audits.models import MeasureImport, Measurement, MeasuringPlace, SetAsideCount
from audits.presenters.indicators.scope import Scope
from crcaudit.accounts.models import User
from crcaudit.core.formats import number
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator
from engagements.words import parameters_text

_FALSE = "False"


@dataclass(frozen=True, slots=True)
class Behind:
    """One measure behind a period: where, of what, how it was counted, and where it is from.

    ``origin`` says what the product counted it from, "" when somebody entered it; ``set_aside``
    what the product counts where somebody did, "" unless that is another figure.
    """

    measurement: Measurement
    place: str
    period: str
    value: str
    inputs: Sequence[tuple[str, str]]
    convention: str
    size: str
    opens_source: bool
    origin: str
    set_aside: str


def behind(period: Period, indicator: Indicator, scope: Scope, *, user: User) -> list[Behind]:
    """The measures of a period at the places of the scope, in their order.

    Two queries, and one more when some of them come from files.
    """
    if scope.place is None:
        return []
    places = {place.pk: place for place in scope.places}
    at = list(places) if scope.place.is_whole else [scope.place.pk]
    rows = Measurement.objects.filter(
        indicator=indicator, place__in=at, starts_on__range=_around(period)
    ).select_related("source", "recorded_by")
    grains = GRAINS[: GRAINS.index(period.grain) + 1]
    inside = [
        row
        for row in rows
        if Grain(row.grain) in grains and row.period.within(period.grain) == period
    ]
    longest = {
        pk: max((Grain(row.grain) for row in inside if row.place_id == pk), key=GRAINS.index)
        for pk in {row.place_id for row in inside}
    }
    # Of a place one grain counts, the longest one: see `audits.actions.results`.
    found = [row for row in inside if row.grain == longest[row.place_id]]
    found.sort(key=lambda row: (row.starts_on, at.index(row.place_id)))
    labels = {item.key: localized(item, "label") for item in indicator.inputs.all()}
    sources = {row.source_id for row in found if row.source_id is not None}
    read = MeasureImport.objects.visible_to(user).filter(pk__in=sources) if sources else ()
    opened = {row.pk for row in read}
    counts = _set_aside(period, indicator, at)
    return [
        _behind(
            row,
            places[row.place_id],
            indicator,
            labels,
            # Where shorter periods were entered it is said once, beside the first of them.
            beside=(
                row.source_id in opened,
                counts.pop((row.place_id, row.period.within(period.grain)), ""),
            ),
        )
        for row in found
    ]


def _set_aside(period: Period, indicator: Indicator, at: Sequence[int]) -> dict[Any, str]:
    """What the product counts otherwise than it was entered, by place and the period shown."""
    rows = SetAsideCount.objects.filter(
        indicator=indicator, place__in=at, starts_on__range=_around(period)
    )
    labels = {item.key: localized(item, "label") for item in indicator.inputs.all()}
    found: dict[Any, list[str]] = defaultdict(list)
    for row in rows.order_by("starts_on", "pk"):
        if GRAINS.index(row.period.grain) <= GRAINS.index(period.grain):
            inputs = ", ".join(
                f"{labels.get(key, key)} {_plain(value)}" for key, value in row.inputs.items()
            )
            told = {"period": wording.period_text(row.period), "inputs": inputs}
            told["origin"] = wording.origin_text(row.origin)
            text = _("%(period)s, %(origin)s: %(inputs)s") % told
            found[row.place_id, row.period.within(period.grain)].append(text)
    return {key: "; ".join(texts) for key, texts in found.items()}


def _around(period: Period) -> tuple[date, date]:
    """Days on which a measure of the period may begin: a week may begin before it."""
    return period.start - timedelta(days=6), period.end


def _behind(
    row: Measurement,
    place: MeasuringPlace,
    indicator: Indicator,
    labels: Mapping[str, str],
    *,
    beside: tuple[bool, str],
) -> Behind:
    found = figure(Definition(indicator.formula, indicator.statistic), row.part)
    return Behind(
        measurement=row,
        place=place.name,
        period=wording.period_text(row.period),
        value=wording.value_text(found.value, indicator.unit),
        inputs=[(labels.get(key, key), _plain(row.inputs[key])) for key in _in_order(row, labels)],
        convention=convention_text(row.convention),
        size=wording.size_text(found),
        opens_source=beside[0],
        origin=wording.origin_text(row.origin) if row.is_counted else "",
        set_aside=beside[1],
    )


def _in_order(row: Measurement, labels: Mapping[str, str]) -> list[str]:
    """As the indicator declares them; a database keeps the keys of a measure in its own order."""
    known = [key for key in labels if key in row.inputs]
    return [*known, *sorted(row.inputs.keys() - labels.keys())]


def convention_text(convention: Mapping[str, object]) -> str:
    """How a measure was counted, in words; "" when nothing was said."""
    parts = [word(convention[key]) for key, word in _WORDS.items() if key in convention]
    rest = {key: convention[key] for key in sorted(convention.keys() - _WORDS.keys())}
    if rest:
        parts.append(parameters_text(rest))
    return ", ".join(part for part in parts if part)


def _strict(value: object) -> str:
    is_strict = str(value) != _FALSE
    return _("in less than the threshold") if is_strict else _("at the threshold at most")


def _denominator(value: object) -> str:
    return {
        "offered": _("of calls offered"),
        "answered": _("of calls answered"),
        "offered_minus_short_abandons": _("of calls offered without short abandons"),
    }.get(str(value), str(value))


_WORDS: Mapping[str, Callable[[object], str]] = {
    "is_strict": _strict,
    "denominator": _denominator,
    "time_zone": str,
    "counted_from": lambda value: wording.origin_text(str(value)),
    "satisfied_from": lambda value: _("satisfied from %(mark)s") % {"mark": value},
    "satisfaction_max": lambda value: _("out of %(mark)s") % {"mark": value},
    "source": lambda value: str(SOURCES.get(str(value), value)),
    "channel": lambda value: str(Channel(str(value)).label),
}


def _plain(value: str) -> str:
    exact = Fraction(value)
    decimals = 0 if exact.denominator == 1 else 2
    return number(exact, decimals=decimals)
