"""The wall: what is under its objective now, by place, the worst first, and nobody's name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Max
from django.utils.translation import get_language

from audits.logic.alerts import Reading, Rule, Status, missed_run
from audits.models import InternalComplaint, Measurement, MeasuringPlace
from audits.presenters.alerts import (
    LEVEL_SHAPES,
    figure_text,
    length_text,
    level_text,
    target_text,
)
from audits.snapshots.alerts import SLACK, Series, readings_of
from audits.snapshots.common import in_language
from crcaudit.accounts.models import Organisation, User
from engagements.models import Indicator

SHOWN, FEW = 8, 4


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator under its objective at one place. ``level`` is "" without a complaint."""

    place: str
    code: str
    name: str
    value: str
    target: str
    since: str
    level: str
    level_shape: str


@dataclass(frozen=True, slots=True)
class Wall:
    """What is shown. ``met`` of ``judged`` series are at their objective."""

    items: list[Item]
    more: int
    met: int
    judged: int
    by_place: list[tuple[str, int]]
    measured_at: datetime | None

    @property
    def is_short(self) -> bool:
        """Few enough to be written larger."""
        return len(self.items) <= FEW


def wall_of(organisation: Organisation, user: User, *, today: date) -> Wall:
    """The wall of one organisation, of the places that the user reads."""
    places = {row.pk: row for row in MeasuringPlace.objects.overseen_by(user).in_order()}
    own = {pk: row for pk, row in places.items() if row.organisation_id == organisation.pk}
    readings = readings_of(organisation, today=today, reach=Rule().reach + SLACK)
    last = {
        series: known[-1]
        for series, found in readings.items()
        if series.place in own
        if (known := [one for one in found if one.status is not Status.NO_FIGURE])
    }
    under = [series for series, one in last.items() if one.status is Status.MISSED]
    runs = {series: len(missed_run(readings[series], Rule())) for series in under}
    under.sort(key=lambda one: (-runs[one], -_distance(last[one]), one))
    complaints = _complaints(organisation)
    indicators = Indicator.objects.in_bulk({series.indicator for series in under[:SHOWN]})
    items = [
        _item(one, last[one], runs[one], own[one.place], indicators, complaints)
        for one in under[:SHOWN]
    ]
    rows = Measurement.objects.filter(organisation=organisation)
    return Wall(
        items=items,
        more=len(under) - len(items),
        met=sum(one.status is Status.MET for one in last.values()),
        judged=len(last),
        by_place=_by_place(under, own),
        measured_at=rows.aggregate(at=Max("recorded_at"))["at"],
    )


def _by_place(
    under: Iterable[Series], places: Mapping[int, MeasuringPlace]
) -> list[tuple[str, int]]:
    """How many are under their objective at each place, in the order of places."""
    counts: dict[int, int] = defaultdict(int)
    for series in under:
        counts[series.place] += 1
    return [(row.name, counts[pk]) for pk, row in places.items()]


def _distance(one: Reading) -> Fraction:
    """How far from its target, as a share of it."""
    if one.value is None or not one.target:
        return Fraction(0)
    return abs(one.value - one.target) / abs(one.target)


def _complaints(organisation: Organisation) -> dict[Series, InternalComplaint]:
    rows = InternalComplaint.objects.not_closed().filter(organisation=organisation)
    return {Series(r.indicator_id, r.place_id): r for r in rows.select_related("place")}


def _item(  # noqa: PLR0913, PLR0917 -- one line each
    series: Series,
    one: Reading,
    count: int,
    place: MeasuringPlace,
    indicators: Mapping[int, Indicator],
    complaints: Mapping[Series, InternalComplaint],
) -> Item:
    indicator = indicators[series.indicator]
    complaint = complaints.get(series)
    return Item(
        place=place.name,
        code=indicator.code,
        name=str(in_language(indicator, "name", (get_language() or "fr")[:2])),
        value=figure_text(one.value, indicator.unit),
        target=target_text(one.operator, one.target, indicator.unit),
        since=length_text(one.period.grain, count),
        level=level_text(complaint) if complaint else "",
        level_shape=LEVEL_SHAPES[complaint.level] if complaint else "",
    )
