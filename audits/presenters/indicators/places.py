"""Sites and providers side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from audits import figure_words as wording
from audits.models import MeasuringPlace
from audits.presenters.indicators.scope import Scope
from audits.snapshots.figures import Reading, read_board
from crcaudit.core.templatetags.crc import localized


@dataclass(frozen=True, slots=True)
class PlaceCell:
    """One indicator at one place."""

    value: str
    when: str
    shape: str
    verdict: str
    url: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One indicator at every place."""

    code: str
    name: str
    target: str
    cells: Sequence[PlaceCell]


def places_table(scope: Scope, *, today: date) -> list[PlaceRow]:
    """Every followed indicator at the places of the scope: three queries for each place."""
    boards = {place.pk: _board(scope, place, today) for place in scope.places}
    names: dict[int, Reading] = {}
    for board in boards.values():
        for pk, reading in board.items():
            names.setdefault(pk, reading)
    rows = sorted(names.items(), key=lambda item: item[1].indicator.code)
    return [
        PlaceRow(
            code=reading.indicator.code,
            name=localized(reading.indicator, "name"),
            target=wording.target_text(reading.target, reading.indicator.unit),
            cells=[_cell(scope, place, boards[place.pk].get(pk)) for place in scope.places],
        )
        for pk, reading in rows
    ]


def _board(scope: Scope, place: MeasuringPlace, today: date) -> dict[int, Reading]:
    readings = read_board(scope.organisation, place, today=today)
    return {reading.indicator.pk: reading for reading in readings}


def _cell(scope: Scope, place: MeasuringPlace, reading: Reading | None) -> PlaceCell:
    if reading is None:
        return PlaceCell(wording.NOTHING, "", "none", "", "")
    terms = reading.target.terms if reading.target else None
    shape, verdict = wording.verdict_of(reading.standing, has_target=terms is not None)
    url = reverse("audits:series", args=[scope.organisation.key, reading.indicator.pk])
    return PlaceCell(
        value=wording.value_text(
            reading.found.value if reading.found else None, reading.indicator.unit
        ),
        when=wording.period_text(reading.latest, short=True) if reading.latest else "",
        shape=shape,
        verdict=str(wording.WHY_NOT[reading.unpooled]) if reading.unpooled else verdict,
        url=f"{url}?lieu={place.pk}",
    )
