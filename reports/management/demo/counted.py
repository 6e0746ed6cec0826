"""What the product counts by itself at the operator, and one figure that somebody typed over it."""

from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils.timezone import localdate

from audits.actions.feeding import feed
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.target import TargetFields, set_target, usual
from audits.logic.periods import Grain
from audits.measure_enums import TargetKind
from audits.models import Measurement
from reports.management.demo import indicators
from reports.management.demo.scene import Scene

HEARD_AT = ("lyon", "massy")


def schedule(scene: Scene) -> None:
    """What is followed, and a count after each month. Before `indicators.schedule`.

    The sites come first: a target of the whole would judge their closed periods already.
    """
    begun = scene.moments.at(indicators.BEGUN, 8, 10)
    scene.agenda.add(begun, partial(want, scene))
    for one in indicators.recorded(Grain.MONTH, scene.moments.today):
        at = indicators.at_hour(max(one.day, begun.date()), 8, 22)
        scene.agenda.add(at, partial(count, scene))
    scene.agenda.add(scene.moments.at(-1, 16), partial(enter_otherwise, scene))
    scene.agenda.add(scene.moments.at(-1, 18, 30), partial(count, scene))


def want(scene: Scene, at: datetime) -> None:
    """What the product counts: with its usual target, or only followed."""
    first = indicators.recorded(Grain.MONTH, scene.moments.today)[0].period.start
    organisation, by = scene.cast.organisations[indicators.OPERATOR], scene.cast.people["qualite"]
    followed_only = TargetFields(
        grain=Grain.MONTH, starts_on=first, kind=TargetKind.FOLLOWED, operator="", value=None
    )
    for data in indicators.followed():
        for site in HEARD_AT if data.heard else ():
            set_target(
                organisation=organisation,
                indicator=indicators.by_code()[data.code],
                subject=scene.cast.sites[site],
                fields=followed_only,
                by=by,
                at=at,
            )
    for row in indicators.fixture()["counted"]:
        indicator = indicators.by_code()[row["code"]]
        catalogue = usual(indicator, starts_on=first)
        wanted = TargetFields(
            grain=Grain.MONTH,
            starts_on=first,
            operator=catalogue.operator,
            value=catalogue.value,
            source=catalogue.source,
        )
        set_target(
            organisation=organisation,
            indicator=indicator,
            subject=None,
            fields=wanted if row.get("wanted") else followed_only,
            by=by,
            at=at,
        )


def count(scene: Scene, at: datetime) -> None:
    """The night after a month: what the product counts of it."""
    months = [one.period for one in indicators.recorded(Grain.MONTH, localdate(at))]
    feed(scene.cast.organisations[indicators.OPERATOR], months=months, at=at)


def enter_otherwise(scene: Scene, at: datetime) -> None:
    """Somebody types over what was counted: their figure stays."""
    data = indicators.fixture()["entered_otherwise"]
    organisation = scene.cast.organisations[indicators.OPERATOR]
    place = place_of(organisation, indicators.subject_of(scene, data["place"]))
    period = indicators.recorded(Grain.MONTH, scene.moments.today)[-1].period
    indicator = indicators.by_code()[data["code"]]
    known = Measurement.objects.filter(
        indicator=indicator, place=place, grain=period.grain, starts_on=period.start
    ).first()
    entry = Entry(
        indicator=indicator,
        place=place,
        period=period,
        inputs={key: Decimal(value) for key, value in data["inputs"].items()},
        is_exhaustive=False,
        version=known.version if known else None,
    )
    by = scene.cast.people[data["by"]]
    record_measures(organisation=organisation, entries=[entry], by=by, at=at)
