"""Indicators along the customer journey, and by dimension."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from audits import figure_words as wording
from audits.charts.series import band_of, spark
from audits.models import SetAsideCount
from audits.presenters.indicators.scope import Scope
from audits.snapshots.figures import Reading
from crcaudit.core.formats import percent
from crcaudit.core.templatetags.crc import localized
from engagements import words
from engagements.enums import Dimension

SOCIAL_SHARE = Fraction(25, 100)  # of the indicators of NF Service; source: seed document 000


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator with its latest value. ``badge`` is "" unless a threshold was passed."""

    code: str
    name: str
    url: str
    value: str
    target: str
    when: str
    shape: str
    verdict: str
    badge: str
    spark: SafeString

    @property
    def is_bad(self) -> bool:
        """Whether the value is on the wrong side of its target."""
        return self.shape in {"part", "minor", "major"} and bool(self.badge)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the journey: how many of its indicators are at their target."""

    label: str
    met: int
    judged: int
    shape: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Share:
    """A dimension and its weight among what is followed."""

    label: str
    count: int
    share: str
    cards: Sequence[Card]
    is_short: bool


def stages_of(readings: Iterable[Reading], scope: Scope) -> list[Stage]:
    """The stages that have something to follow, in the order of the journey."""
    by_stage: dict[str, list[Reading]] = {}
    for reading in readings:
        by_stage.setdefault(reading.indicator.journey_stage, []).append(reading)
    order = [*words.STAGES, *sorted(by_stage.keys() - words.STAGES.keys())]
    address = _series_address(scope)
    return [_stage(code, by_stage[code], address) for code in order if code in by_stage]


def shares_of(readings: Sequence[Reading], scope: Scope) -> list[Share]:
    """The dimensions with their share; the social one is short under `SOCIAL_SHARE`."""
    counts = Counter(reading.indicator.dimension for reading in readings)
    total, address = counts.total(), _series_address(scope)
    return [
        Share(
            label=str(label),
            count=counts[code],
            share=percent(Fraction(counts[code], total), decimals=0) if total else "",
            cards=[card_of(one, address) for one in readings if one.indicator.dimension == code],
            is_short=code == Dimension.SOCIAL
            and bool(total)
            and Fraction(counts[code], total) < SOCIAL_SHARE,
        )
        for code, label in Dimension.choices
    ]


def card_of(reading: Reading, address: tuple[str, str]) -> Card:
    """One indicator as a card; ``address`` surrounds its number in that of its series."""
    indicator, found, standing = reading.indicator, reading.found, reading.standing
    terms = reading.target.terms if reading.target else None
    shape, verdict = wording.verdict_of(standing, has_target=terms is not None)
    if reading.unpooled is not None:
        shape, verdict = "none", str(wording.WHY_NOT[reading.unpooled])
    badge = ""
    if standing is not None and reading.is_missed:
        badge = verdict
    return Card(
        code=indicator.code,
        name=localized(indicator, "name"),
        url=f"{address[0]}{indicator.pk}{address[1]}",
        value=wording.value_text(found.value if found else None, indicator.unit),
        target=wording.target_text(reading.target, indicator.unit),
        when=wording.period_text(reading.latest, short=True) if reading.latest else "",
        shape=shape,
        verdict=verdict,
        badge=badge,
        spark=spark(reading.values, band=band_of(terms), is_bad=reading.is_missed),
    )


def _series_address(scope: Scope) -> tuple[str, str]:
    """What stands before and after the number of an indicator in the address of its series.

    Worked out once for a page of a hundred.
    """
    before = reverse("audits:series", args=[scope.organisation.key, 0]).removesuffix("0/")
    return before, f"/?lieu={scope.place.pk}" if scope.place is not None else "/"


def _stage(code: str, readings: Sequence[Reading], address: tuple[str, str]) -> Stage:
    judged = [one for one in readings if one.standing is not None]
    met = sum(not one.is_missed for one in judged)
    shape = "none" if not judged else "ok" if met == len(judged) else "major"
    return Stage(
        label=words.word(words.STAGES, code),
        met=met,
        judged=len(judged),
        shape=shape,
        cards=[card_of(one, address) for one in readings],
    )


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A period in which somebody entered another figure than the product counts."""

    code: str
    name: str
    place: str
    period: str
    origin: str
    url: str


def set_aside_in(scope: Scope) -> list[AsideLine]:
    """Those of the places that the reader sees, latest first: one query."""
    places = {place.pk: place.name for place in scope.places}
    rows = SetAsideCount.objects.filter(organisation=scope.organisation, place__in=places)
    return [
        AsideLine(
            code=row.indicator.code,
            name=localized(row.indicator, "name"),
            place=places[row.place_id],
            period=wording.period_text(row.period),
            origin=wording.origin_text(row.origin),
            url=_period_address(scope, row),
        )
        for row in rows.select_related("indicator").order_by("-starts_on", "indicator__code", "pk")
    ]


def _period_address(scope: Scope, row: SetAsideCount) -> str:
    asked = urlencode({"lieu": row.place_id, "periode": row.starts_on.isoformat()})
    address = reverse("audits:series", args=[scope.organisation.key, row.indicator_id])
    return f"{address}?{asked}#mesures"
