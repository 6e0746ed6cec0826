"""What the operator of the story wants of its indicators, and a year of figures.

The figures follow the usual course of each indicator, its season and a little chance that is drawn
from a fixed seed, but where `courses` of the fixture says otherwise. What went before the day on
which the operator began is written that day, the rest at the first working day after each period.
"""

import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.utils import timezone

from audits.actions.alert_rule import RuleFields, write_rule
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import Subject, place_of
from audits.actions.target import TargetFields, set_target, usual
from audits.logic.periods import Grain, Period, period_of
from audits.models import MeasuringPlace, Subcontractor
from crcaudit.core.workdays import Calendar
from engagements.models import Indicator
from reports.management.demo import library
from reports.management.demo.scene import Scene

OPERATOR, PROVIDER, WHOLE = "operateur", "prestataire", "ensemble"
BEGUN = -139  # working days; the provider is known since the day before
MONTHS, WEEKS = 12, 16
_SEED = 2026
# How busy each month is: holidays of summer and the end of the year, and billing in January.
_SEASON = (0.9, 0.3, 0.1, 0, 0.1, 0.3, 0.8, 1, 0.4, 0.1, 0.3, 0.9)
_SCALES = {"per_1000": 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedData:
    """One line of ``followed``: see the fixture."""

    code: str
    usual: float
    volume: int
    season: float
    weekly: bool = False
    sample: bool = False
    heard: bool = False
    target: float | None = None

    @property
    def grain(self) -> Grain:
        """How long its periods last."""
        return Grain.WEEK if self.weekly else Grain.MONTH


@dataclass(frozen=True, slots=True)
class Recorded:
    """A closed period and the day on which its figures were written."""

    period: Period
    day: date


@lru_cache(maxsize=1)
def fixture() -> Mapping[str, Any]:
    """What is told: read once, for each figure asks it."""
    return library.load("indicators")


@lru_cache(maxsize=1)
def followed() -> tuple[FollowedData, ...]:
    """The indicators of the story."""
    return tuple(FollowedData(**row) for row in fixture()["followed"])


@lru_cache(maxsize=8)
def recorded(grain: Grain, today: date) -> tuple[Recorded, ...]:
    """Closed periods whose figures were written before today, oldest first."""
    running = period_of(today, grain)
    count = WEEKS if grain is Grain.WEEK else MONTHS
    found = []
    for back in range(-count - 1, 0):
        period = running.after(back)
        day = Calendar().add_working_days(period.end + timedelta(days=1), 0)
        if day < today:
            found.append(Recorded(period, day))
    return tuple(found[-count:])


def schedule(scene: Scene) -> None:
    """Targets on the day on which the operator began; figures then, and after each period."""
    begun = scene.moments.at(BEGUN, 8, 10)
    scene.agenda.add(begun, partial(_want, scene))
    # A week before the figure that it is about: nothing earlier is looked at by it.
    written = recorded(Grain.MONTH, scene.moments.today)[-1].day - timedelta(days=7)
    scene.agenda.add(at_hour(written, 8, 15), partial(_rule, scene))
    by_day: dict[date, list[Recorded]] = {}
    for grain in (Grain.MONTH, Grain.WEEK):
        for one in recorded(grain, scene.moments.today):
            by_day.setdefault(max(one.day, begun.date()), []).append(one)
    for day, periods in sorted(by_day.items()):
        scene.agenda.add(at_hour(day, 8, 20), partial(_record, scene, periods))


def at_hour(day: date, hour: int, minute: int) -> datetime:
    """An hour of a day."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def subject_of(scene: Scene, place: str) -> Subject:
    """The site or the provider of a key of ``places``; None for all of them together."""
    if place == WHOLE:
        return None
    if place != PROVIDER:
        return scene.cast.sites[place]
    rows = Subcontractor.objects.filter(
        certification__organisation=scene.cast.organisations[OPERATOR], name="Prestataire Démo"
    )
    return rows.order_by("pk").first()


def _want(scene: Scene, at: datetime) -> None:
    """The target of the catalogue, or another one, since the first period that is measured."""
    indicators = by_code()
    for data in followed():
        first = recorded(data.grain, scene.moments.today)[0].period.start
        catalogue = usual(indicators[data.code], starts_on=first)
        value = catalogue.value if data.target is None else Decimal(str(data.target))
        set_target(
            organisation=scene.cast.organisations[OPERATOR],
            indicator=indicators[data.code],
            subject=None,
            fields=TargetFields(
                grain=data.grain,
                starts_on=first,
                operator=catalogue.operator,
                value=value,
                parameters=catalogue.parameters,
                source=catalogue.source if data.target is None else "",
            ),
            by=scene.cast.people["qualite"],
            at=at,
        )


def _rule(scene: Scene, at: datetime) -> None:
    """At Massy, absence is looked at before it passes its limit."""
    organisation = scene.cast.organisations[OPERATOR]
    write_rule(
        key=uuid.uuid4(),
        organisation=organisation,
        indicator=by_code()["SOC-01"],
        place=place_of(organisation, scene.cast.sites["massy"]),
        fields=RuleFields(trend_points=4),
        by=scene.cast.people["qualite"],
        at=at,
    )


def _record(scene: Scene, periods: list[Recorded], at: datetime) -> None:
    organisation = scene.cast.organisations[OPERATOR]
    indicators = by_code()
    sizes = dict(fixture()["places"])
    sizes[WHOLE] = sum(sizes.values())
    places = {key: place_of(organisation, subject_of(scene, key)) for key in sizes}
    entries = [
        _entry(scene, data, indicators[data.code], one, places[key], key, float(sizes[key]))
        for one in periods
        for data in followed()
        if data.grain is one.period.grain
        for key in sizes
        if data.heard == (key == WHOLE)
    ]
    record_measures(
        organisation=organisation, entries=entries, by=scene.cast.people["qualite"], at=at
    )


def _entry(  # noqa: PLR0913, PLR0917 -- one line each
    scene: Scene,
    data: FollowedData,
    indicator: Indicator,
    one: Recorded,
    place: MeasuringPlace,
    key: str,
    size: float,
) -> Entry:
    chance = random.Random(f"{_SEED}:{data.code}:{key}:{one.period.start}")  # noqa: S311 -- a story
    busy = _SEASON[one.period.start.month - 1]
    volume = round(data.volume * size * (1 + 0.15 * busy) * chance.uniform(0.97, 1.03))
    rate = _course(scene, data, one.period, key)
    if rate is None:
        worse = -1 if indicator.direction == "higher" else 1
        rate = data.usual + worse * data.season * busy + chance.gauss(0, data.season / 4)
    return Entry(
        indicator=indicator,
        place=place,
        period=one.period,
        inputs=dict(_inputs(indicator, rate, volume)),
        is_exhaustive=not data.sample,
    )


def _course(scene: Scene, data: FollowedData, period: Period, key: str) -> float | None:
    """What the fixture says of the last periods; None where nothing is said."""
    for row in fixture()["courses"]:
        if (row["code"], row["place"]) != (data.code, key):
            continue
        last = recorded(data.grain, scene.moments.today)[-1].period
        values = row["values"]
        for back, value in enumerate(reversed(values)):
            if last.after(-back) == period:
                return float(value)
    return None


def _inputs(indicator: Indicator, rate: float, volume: int) -> Iterator[tuple[str, Decimal]]:
    """Figures that give the rate, whole numbers all."""
    keys = [item.key for item in indicator.inputs.all()]
    if indicator.code == "ACC-03":
        yield from _pair("outage_time", "open_time", 100 - rate, volume)
    elif indicator.code == "PEC-03":
        short = round(volume * 0.01)
        yield "short_abandoned", Decimal(short)
        yield "offered", Decimal(volume)
        yield "abandoned", Decimal(short + round((volume - short) * rate / 100))
    elif indicator.unit == "%":
        yield from _pair(keys[0], keys[1], rate, volume)
    else:
        yield keys[0], Decimal(round(rate * volume))
        yield keys[1], Decimal(volume)


def _pair(part: str, whole: str, rate: float, volume: int) -> Iterator[tuple[str, Decimal]]:
    yield part, Decimal(min(volume, max(0, round(volume * rate / 100))))
    yield whole, Decimal(volume)


def by_code() -> Mapping[str, Any]:
    """Every indicator of the story."""
    codes = {data.code for data in followed()} | {row["code"] for row in fixture()["counted"]}
    rows = Indicator.objects.of_catalogue().filter(code__in=codes)
    return {row.code: row for row in rows.prefetch_related("inputs", "targets")}
