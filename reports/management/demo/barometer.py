"""Barometers of the operator: the year before, and the latest one. All invented."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils import translation

from audits.actions.surveys import barometer as barometers
from audits.actions.surveys.themes import set_themes
from audits.logic.barometer import SCALE
from audits.models import Barometer, ServiceTheme
from audits.ready_themes import ready_themes
from audits.survey_enums import Aspect
from reports.management.demo.indicators import BEGUN, OPERATOR, PROVIDER, subject_of
from reports.management.demo.scene import Scene

SEED = 1995
PLACES = ("lyon", "massy", PROVIDER)
_BAROMETER = -11
# Mean expected, and mean delivered the year before and this year, at Lyon; the ready themes.
_THEMES = (
    (9.0, 7.3, 7.7),
    (8.7, 6.6, 6.9),
    (8.3, 8.0, 8.2),
    (9.2, 7.6, 7.8),
    (9.1, 6.7, 6.6),
    (8.6, 6.2, 6.8),
    (8.4, 6.9, 7.0),
    (8.1, 7.2, 7.4),
    (8.0, 7.5, 7.6),
)
_PLACE_SHIFTS = {"lyon": 0.0, "massy": -0.35, PROVIDER: -0.15}
_SECTOR = ((8.8, 7.4), (8.6, 6.8), (8.2, 7.9), (9.0, 7.5), (9.0, 7.0), (None, 6.7))
_ANSWERS = {"lyon": 260, "massy": 280, PROVIDER: 180}


def schedule(scene: Scene) -> None:
    """The year before on the day the operator began, the latest some days ago."""
    begun = scene.moments.at(BEGUN, 8, 40)
    scene.agenda.add(begun + timedelta(minutes=2), partial(_last_year, scene))
    scene.agenda.add(scene.moments.at(_BAROMETER, 15), partial(_this_year, scene))


def _last_year(scene: Scene, at: datetime) -> None:
    with translation.override("fr"):
        themes = ready_themes()
    set_themes(
        organisation=scene.cast.organisations[OPERATOR],
        themes=themes,
        by=scene.cast.people["qualite"],
        at=at,
    )
    year = _edition(scene) - 1
    row = _barometer(scene, year, "Étude annuelle par l'institut, clients tirés au sort", at)
    _close(scene, _answer(scene, row, 0, at), at)


def _edition(scene: Scene) -> int:
    """The year of the latest barometer: in the first days of a year, the one before."""
    return scene.moments.workday(_BAROMETER).year


def _this_year(scene: Scene, at: datetime) -> None:
    year = _edition(scene)
    row = _barometer(scene, year, "Étude annuelle par l'institut, clients tirés au sort", at)
    row = _answer(scene, row, 1, at)
    themes = ServiceTheme.objects.filter(organisation=row.organisation)
    marks = {
        theme.pk: barometers.SectorFields(
            expected=None if expected is None else Decimal(str(expected)),
            delivered=Decimal(str(delivered)),
            source="Observatoire fictif des services, étude multi-secteurs",
            year=year - 1,
        )
        for theme, (expected, delivered) in zip(themes, _SECTOR, strict=False)
    }
    row = barometers.set_sector(
        barometer=row, version=row.version, marks=marks, by=scene.cast.people["qualite"], at=at
    )
    _close(scene, row, at)


def _barometer(scene: Scene, year: int, source: str, at: datetime) -> Barometer:
    return barometers.begin_barometer(
        organisation=scene.cast.organisations[OPERATOR],
        year=year,
        source=source,
        by=scene.cast.people["qualite"],
        at=at,
    )


def _answer(scene: Scene, row: Barometer, edition: int, at: datetime) -> Barometer:
    themes = list(ServiceTheme.objects.filter(organisation=row.organisation))
    for place in PLACES:
        chance = random.Random(f"{SEED}:{row.year}:{place}")  # noqa: S311 -- a story
        counts = {}
        for theme, (expected, *delivered) in zip(themes, _THEMES, strict=True):
            shift = _PLACE_SHIFTS[place] * chance.uniform(0.4, 1.6)
            means = {Aspect.EXPECTED: expected, Aspect.DELIVERED: delivered[edition] + shift}
            for aspect, mean in means.items():
                drawn = chance.choices(list(SCALE), bell(SCALE, mean, 1.5), k=_ANSWERS[place])
                counts[theme.pk, str(aspect)] = {mark: drawn.count(mark) for mark in SCALE}
        row = barometers.enter_marks(
            barometer=row,
            version=row.version,
            subject=subject_of(scene, place),
            counts=counts,
            by=scene.cast.people["qualite"],
            at=at,
        )
    return row


def _close(scene: Scene, row: Barometer, at: datetime) -> None:
    barometers.close_barometer(barometer=row, by=scene.cast.people["qualite"], at=at)


def bell(scale: range, mean: float, width: float) -> list[float]:
    """Weights of the marks of a scale around a mean."""
    return [pow(2.718281828, -(((mark - mean) / width) ** 2) / 2) for mark in scale]
