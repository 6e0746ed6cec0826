"""The scorecard of providers: a subcontractor at the second level, a grid, and a review.

The operator of the story reads its provider and the one that works for it at night; its client
organisation reads the three, as far as each shares its file.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from audits.actions import provider_review as reviews
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.scorecard_grid import GridFields, LineFields, write_scorecard_grid
from audits.actions.sharing import ShareFields, share_file
from audits.logic.periods import Grain, Period, period_of
from audits.logic.scorecard import Criterion
from audits.models import AskedItem, ProviderReview, Subcontractor
from audits.scorecard_enums import AskedState
from audits.sharing_enums import ShareLevel
from audits.snapshots.provider_tree import all_of, provider_tree
from audits.snapshots.scorecard_grids import ready_grid
from engagements.models import Indicator
from reports.management.demo import library
from reports.management.demo.indicators import OPERATOR, recorded
from reports.management.demo.scene import Scene
from reports.management.demo.sharing import CLIENT, LANDLINE

_GRID, _NIGHT = -138, -8  # working days; the night subcontractor is listed the day before
_SEED = 2027


def schedule(scene: Scene) -> None:
    """The grid first, then the review, what came of it, and the figures of the night."""
    moments, agenda = scene.moments, scene.agenda
    review = _data()["review"]
    agenda.add(moments.at(_GRID, 9), partial(_write_grid, scene))
    agenda.add(moments.at(review["prepared"], 9), partial(_prepare, scene))
    agenda.add(moments.at(review["held"], 16), partial(_close, scene))
    for item in review["asked"]:
        if "done" in item:
            agenda.add(moments.at(item["done"]["day"], 11), partial(_settle, scene, item))
    agenda.add(moments.at(_NIGHT, 8), partial(_share_landline, scene))
    for one in recorded(Grain.MONTH, moments.today)[-_data()["night"]["months"] :]:
        day = max(one.day, moments.workday(_NIGHT))
        agenda.add(_at(day, 8, 30), partial(_record, scene, one.period))


def _data() -> dict[str, Any]:
    found: dict[str, Any] = library.load("providers")
    return found


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _write_grid(scene: Scene, at: datetime) -> None:
    """The ready grid with what the operator follows besides, from the first month measured."""
    data = _data()["grid"]
    rows = {row.code: row for row in Indicator.objects.of_catalogue()}
    lines = [
        LineFields(criterion, held.indicator, held.line.weight, held.line.is_critical)
        for criterion, row in ready_grid().criteria.items()
        for held in row
    ]
    lines += [LineFields(Criterion(c), rows[code], weight) for c, code, weight in data["more"]]
    first = recorded(Grain.MONTH, scene.moments.today)[0].period.start
    write_scorecard_grid(
        organisation=scene.cast.organisations[OPERATOR],
        seen=0,
        fields=GridFields(lines, first, data["required"], data["reason"]),
        by=scene.cast.people["qualite"],
        at=at,
    )


def _prepare(scene: Scene, at: datetime) -> None:
    organisation = scene.cast.organisations[OPERATOR]
    tree = provider_tree(organisation, own_list=True)
    provider = next(one for one in all_of(tree) if one.name == _data()["review"]["provider"])
    period = period_of(at.date(), Grain.MONTH).after(-1)
    by = scene.cast.people["qualite"]
    reviews.prepare_review(
        organisation=organisation, provider=provider, period=period, by=by, at=at
    )


def _close(scene: Scene, at: datetime) -> None:
    data, by = _data()["review"], scene.cast.people["qualite"]
    review = _review(scene)
    fields = reviews.ReviewFields(
        held_on=timezone.localdate(at),
        strengths=data["strengths"],
        conclusion=data["conclusion"],
        asked=[
            reviews.Asked(item["what"], scene.moments.workday(item["due"]))
            for item in data["asked"]
        ],
    )
    reviews.edit_review(review=review, version=review.version, fields=fields, by=by, at=at)
    reviews.close_review(review=review, by=by, at=at + timedelta(minutes=20))


def _settle(scene: Scene, item: dict[str, Any], at: datetime) -> None:
    reviews.settle_asked(
        item=AskedItem.objects.get(review=_review(scene), what=item["what"]),
        state=AskedState.DONE,
        outcome=item["done"]["outcome"],
        by=scene.cast.people["qualite"],
        at=at,
    )


def _review(scene: Scene) -> ProviderReview:
    return ProviderReview.objects.get(organisation=scene.cast.organisations[OPERATOR])


def _share_landline(scene: Scene, at: datetime) -> None:
    """The client organisation reads the provider that works on the landline, too."""
    share_file(
        certification=scene.certifications[LANDLINE],
        client=scene.cast.organisations[CLIENT],
        fields=ShareFields(ShareLevel.RESULTS),
        by=scene.certifications[LANDLINE].opened_by,
        at=at,
    )


def _record(scene: Scene, period: Period, at: datetime) -> None:
    """A month of the night, with a little chance drawn from a fixed seed."""
    organisation, night = scene.cast.organisations[OPERATOR], _data()["night"]
    row = Subcontractor.objects.get(
        certification__organisation=organisation, name=night["provider"]
    )
    place = place_of(organisation, row)
    codes = [line["code"] for line in night["figures"]]
    rows = Indicator.objects.of_catalogue().filter(code__in=codes).prefetch_related("inputs")
    indicators = {one.code: one for one in rows}
    entries = [
        Entry(
            indicator=indicators[line["code"]],
            place=place,
            period=period,
            inputs=dict(_inputs(indicators[line["code"]], _on(line, scene, period), period)),
            is_exhaustive=not line.get("sample", False),
        )
        for line in night["figures"]
    ]
    record_measures(
        organisation=organisation, entries=entries, by=scene.cast.people["qualite"], at=at
    )


def _on(line: dict[str, Any], scene: Scene, period: Period) -> dict[str, Any]:
    """The line as it was over the period: ``last`` is the rate of the last month recorded."""
    last = recorded(Grain.MONTH, scene.moments.today)[-1].period
    return line | {"usual": line["last"]} if period == last and "last" in line else line


def _inputs(
    indicator: Indicator, line: dict[str, Any], period: Period
) -> Iterator[tuple[str, Any]]:
    chance = random.Random(f"{_SEED}:{indicator.code}:{period.start}")  # noqa: S311 -- a story
    part, whole = (item.key for item in indicator.inputs.all())
    scale = 100 if indicator.unit == "%" else 1
    volume = line["volume"]
    rate = line["usual"] * chance.uniform(0.995, 1.005)
    yield part, Decimal(min(round(volume * rate / scale), volume if scale > 1 else 10**9))
    yield whole, Decimal(volume)
