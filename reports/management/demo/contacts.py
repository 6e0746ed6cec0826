"""Contacts of the operator of the story: its list of reasons, two years of files, costs, feedback.

The files follow weights, seasons and trends of the fixture and a little chance drawn from a fixed
seed. What went before the day on which the operator began is sent that day, the rest at the first
working day after each month.
"""

import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from audits.actions.contacts import feedback
from audits.actions.contacts.costs import CostEntry, record_costs
from audits.actions.contacts.reasons import ReasonFields, add_reason
from audits.actions.measure_import import name_columns, receive_file
from audits.actions.measure_import_reading import read_file
from audits.actions.measure_import_writing import apply_import
from audits.actions.place import place_of
from audits.actions.target import TargetFields, set_target, usual
from audits.contact_enums import ALL_CHANNELS, CostKind
from audits.enums import Channel
from audits.importers.volume_mapping import VolumeMapping
from audits.logic.contacts import by_month, by_reason
from audits.logic.periods import Grain, Period, period_of
from audits.measure_enums import ImportKind, TargetKind
from audits.models import ContactReason, MeasuringPlace, ReasonFeedback
from audits.snapshots.contacts import read_counts
from crcaudit.core.csvs import table
from crcaudit.core.workdays import Calendar
from engagements.logic.search import fold
from engagements.models import Indicator
from reports.management.demo import library
from reports.management.demo.indicators import BEGUN, OPERATOR, subject_of
from reports.management.demo.scene import Scene

MONTHS = 25
_SEED = 1707
_TITLES = ("Mois", "Site", "Famille", "Motif", *map(str, Channel.labels))
_FED = ("ACC-07", "TRT-16", "ECO-03")
_CENT = Decimal("0.01")


@lru_cache(maxsize=1)
def fixture() -> Mapping[str, Any]:
    """What is told: read once."""
    return library.load("contacts")


def schedule(scene: Scene) -> None:
    """The list on the day on which the operator began; a file and the costs after each month."""
    begun = scene.moments.at(BEGUN, 8, 30)
    scene.agenda.add(begun, partial(_list, scene))
    scene.agenda.add(begun + timedelta(minutes=1), partial(_follow, scene))
    for month, day in _months(scene.moments.today):
        when = max(_at(day, 8, 40), begun + timedelta(minutes=5))
        scene.agenda.add(when, partial(_bring, scene, month))
        scene.agenda.add(when + timedelta(minutes=2), partial(_pay, scene, month))
    scene.agenda.add(scene.moments.at(-6, 8, 50), partial(_tell, scene))
    scene.agenda.add(scene.moments.at(-5, 8, 50), partial(_answer, scene))


def _months(today: date) -> list[tuple[Period, date]]:
    """Closed months with the day on which their figures are known, oldest first."""
    running = period_of(today, Grain.MONTH)
    found = []
    for back in range(MONTHS, 0, -1):
        month = running.after(-back)
        day = Calendar().add_working_days(month.end + timedelta(days=1), 0)
        if day < today:
            found.append((month, day))
    return found


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _list(scene: Scene, at: datetime) -> None:
    organisation, by = scene.cast.organisations[OPERATOR], scene.cast.people["qualite"]
    for family in fixture()["families"]:
        fields = ReasonFields(code=family["code"], label=family["label"])
        parent = add_reason(organisation=organisation, fields=fields, by=by, at=at)
        for reason in family["reasons"]:
            fields = ReasonFields(code=reason["code"], label=reason["label"], parent=parent)
            add_reason(organisation=organisation, fields=fields, by=by, at=at)


def _follow(scene: Scene, at: datetime) -> None:
    """The indicators that contacts and costs feed; a target for the share with a reason alone."""
    rows = Indicator.objects.of_catalogue().filter(code__in=_FED).prefetch_related("targets")
    first = _months(scene.moments.today)[0][0].start
    for row in rows.order_by("code"):
        line = usual(row, starts_on=first)
        is_wanted = row.code == "TRT-16"
        set_target(
            organisation=scene.cast.organisations[OPERATOR],
            indicator=row,
            subject=None,
            fields=TargetFields(
                kind=TargetKind.TARGET if is_wanted else TargetKind.FOLLOWED,
                grain=Grain.MONTH,
                starts_on=first,
                operator=line.operator if is_wanted else "",
                value=line.value if is_wanted else None,
                source=line.source if is_wanted else "",
            ),
            by=scene.cast.people["qualite"],
            at=at,
        )


def _bring(scene: Scene, month: Period, at: datetime) -> None:
    """The file of the CRM for one month: all places, a column for each channel."""
    organisation, by = scene.cast.organisations[OPERATOR], scene.cast.people["exploitation"]
    places = _places(scene)
    rows = [row for key, place in places.items() for row in _rows(scene, key, place.name, month)]
    content = ContentFile(table([_TITLES, *rows]), f"motifs-{month.start:%Y-%m}.csv")
    imported = receive_file(
        organisation=organisation, kind=ImportKind.VOLUMES, upload=content, by=by, at=at
    )
    scene.stored.append(imported.file_path)
    mapping = VolumeMapping.from_json(
        imported.mapping | {"places": {fold(place.name): place.pk for place in places.values()}}
    )
    imported = name_columns(imported=imported, mapping=mapping, by=by, at=at)
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    apply_import(imported=imported, without_faulty=False, by=by, at=at)


def _places(scene: Scene) -> dict[str, MeasuringPlace]:
    organisation = scene.cast.organisations[OPERATOR]
    return {key: place_of(organisation, subject_of(scene, key)) for key in fixture()["places"]}


def _rows(scene: Scene, key: str, name: str, month: Period) -> Iterator[list[str | int]]:
    """One row for each reason, and one for the contacts that carry none."""
    place = fixture()["places"][key]
    age = _age(scene, month)
    chance = random.Random(f"{_SEED}:all:{key}:{month.start}")  # noqa: S311 -- a story
    total = place["contacts"] * (1 + fixture()["season"][month.start.month - 1])
    total *= (1 + fixture()["growth"]) ** age * chance.gauss(1, 0.012)
    tagged = total * (1 - place["untagged"] / 100)
    reasons = [(family, one) for family in fixture()["families"] for one in family["reasons"]]
    weights = [_weight(one, month, age, f"{key}:{month.start}") for _family, one in reasons]
    whole = sum(weights)
    for (family, one), weight in zip(reasons, weights, strict=True):
        counts = _split(tagged * weight / whole, age, one.get("leans", {}))
        yield [f"{month.start:%m/%Y}", name, family["label"], one["label"], *counts]
    yield [f"{month.start:%m/%Y}", name, "", "", *_split(total - tagged, age, {})]


def _weight(reason: Mapping[str, Any], month: Period, age: int, where: str) -> float:
    chance = random.Random(f"{_SEED}:{reason['code']}:{where}")  # noqa: S311 -- a story
    busy = fixture()["season"][month.start.month - 1] / max(fixture()["season"])
    grown = (1 + reason["trend"]) ** age
    return float(reason["weight"] * grown * (1 + reason["season"] * busy) * chance.gauss(1, 0.025))


def _age(scene: Scene, month: Period) -> int:
    """How many months after the first one."""
    first = _months(scene.moments.today)[0][0].start
    return (month.start.year - first.year) * 12 + month.start.month - first.month


def _split(contacts: float, age: int, leans: Mapping[str, float]) -> list[int | str]:
    """Contacts by channel, in the order of the columns; an empty cell where there is none."""
    shares = {
        channel: (share + fixture()["drift"].get(channel, 0) * age) * leans.get(channel, 1)
        for channel, share in fixture()["channels"].items()
    }
    whole = sum(shares.values())
    return [
        round(contacts * shares[channel] / whole) if channel in shares else ""
        for channel in Channel.values
    ]


def _pay(scene: Scene, month: Period, at: datetime) -> None:
    """What the month cost: people by channel, the rest for all channels together."""
    organisation = scene.cast.organisations[OPERATOR]
    places = _places(scene)
    counts = by_month(read_counts(organisation, places.values(), [month], with_reasons=False))
    handled = {(row.place, row.channel): row.contacts for row in counts}
    entries = [
        CostEntry(place=place, month=month, channel=channel, kind=kind, amount=amount)
        for key, place in places.items()
        for channel, kind, amount in _costs(scene, key, month, handled, place.pk)
    ]
    by = scene.cast.people["qualite"]
    record_costs(organisation=organisation, entries=entries, by=by, at=at)


def _costs(
    scene: Scene, key: str, month: Period, handled: Mapping[tuple[int, str], int], place: int
) -> Iterator[tuple[str, CostKind, Decimal]]:
    data = fixture()["places"][key]
    chance = random.Random(f"{_SEED}:{key}:{month.start}")  # noqa: S311 -- a story
    dearer = 1 + 0.0015 * _age(scene, month)
    for name, kind in (("salaries", CostKind.SALARIES), ("provider", CostKind.PROVIDER)):
        for channel, each in data.get(name, {}).items():
            # People are paid whether customers call or not: a quiet month costs more a contact.
            usual_count = data["contacts"] * fixture()["channels"][channel]
            count = 0.6 * usual_count + 0.4 * handled.get((place, channel), 0)
            if kind is CostKind.PROVIDER:
                count = handled.get((place, channel), 0)
            yield channel, kind, _euros(count * each * dearer * chance.uniform(0.985, 1.015))
    for name, kind in (
        ("tools", CostKind.TOOLS),
        ("premises", CostKind.PREMISES),
        ("other", CostKind.OTHER),
    ):
        if name in data:
            yield ALL_CHANNELS, kind, _euros(data[name] * dearer * chance.uniform(0.98, 1.02))


def _euros(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_CENT)


def _tell(scene: Scene, at: datetime) -> None:
    """Late deliveries grow: the one who answers for operations is told."""
    organisation = scene.cast.organisations[OPERATOR]
    month = _months(at.date())[-1][0]
    reason = ContactReason.objects.get(organisation=organisation, code="COM-RETARD")
    places = list(_places(scene).values())
    found = by_reason(by_month(read_counts(organisation, places, [month])))
    feedback.send_feedback(
        key=uuid.uuid4(),
        reason=reason,
        fields=feedback.FeedbackFields(
            place=place_of(organisation, None),
            starts_on=month.start,
            ends_on=month.end,
            contacts=found.get(reason.pk, 0),
            total=sum(found.values()),
            process="Suivi des commandes envoyé par SMS",
            found=(
                "Le SMS annonce la livraison avant que le transporteur ait pris le colis. Les "
                "clients appellent le lendemain. Envoyer le SMS à la prise en charge éviterait la "
                "plupart de ces contacts."
            ),
            addressee=scene.cast.people["exploitation"],
        ),
        by=scene.cast.people["qualite"],
        at=at,
    )


def _answer(scene: Scene, at: datetime) -> None:
    organisation = scene.cast.organisations[OPERATOR]
    feedback.answer_feedback(
        feedback=ReasonFeedback.objects.get(organisation=organisation),
        answer="Demande faite au service des commandes : envoi à la prise en charge dès le 15.",
        by=scene.cast.people["exploitation"],
        at=at,
    )
