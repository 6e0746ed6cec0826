"""Waves of the operator's surveys over a year. All invented.

Hot waves are of each quarter, cold ones and those of employees of each half-year. What was asked
before the operator began is recorded on the day on which it began; the quarter that runs is still
being entered.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils.timezone import localdate

from audits.actions.place import place_of
from audits.actions.surveys import waves
from audits.actions.surveys.fields import ReturnFields, WaveFields
from audits.actions.target import TargetFields, set_target, usual
from audits.logic.periods import Grain, Period, period_of
from audits.logic.surveys import SCALES, Question
from audits.models import SurveyWave
from audits.survey_enums import WaveKind
from crcaudit.core.workdays import Calendar
from engagements.models import Indicator
from reports.management.demo import barometer
from reports.management.demo.barometer import PLACES, SEED, bell
from reports.management.demo.indicators import BEGUN, OPERATOR, PROVIDER, subject_of
from reports.management.demo.scene import Scene

# How often each indicator is looked at, and the target that was agreed on; None for the usual one.
TARGETS: Mapping[str, tuple[Grain, int | None]] = {
    "SAT-01": (Grain.QUARTER, None),
    "SAT-02": (Grain.HALF, None),
    "SAT-03": (Grain.HALF, 20),
    "SAT-04": (Grain.QUARTER, None),
    "SAT-05": (Grain.QUARTER, None),
    "SAT-06": (Grain.YEAR, 3),
    "SOC-05": (Grain.HALF, None),
    "SOC-06": (Grain.HALF, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One kind of wave: how many are asked at a place of the size of Lyon, how many answer.

    ``rates`` are the shares of satisfied people wave by wave, oldest first, at each place.
    """

    kind: WaveKind
    grain: Grain
    invited: Mapping[str, int]
    response: float
    rates: Mapping[str, Sequence[float]]
    questions: Sequence[Question]
    source: str
    promoters: tuple[float, float] = (0, 0)
    ease: float = 0


_ASKED = (
    _Asked(
        kind=WaveKind.HOT,
        grain=Grain.QUARTER,
        invited={"lyon": 2_600, "massy": 3_300, PROVIDER: 2_050},
        response=0.21,
        rates={
            "lyon": (0.84, 0.85, 0.835, 0.865),
            "massy": (0.825, 0.81, 0.785, 0.80),
            PROVIDER: (0.80, 0.82, 0.815, 0.83),
        },
        questions=(Question.SATISFACTION, Question.EFFORT),
        source="Questionnaire par SMS après l'appel, extraction de l'outil d'enquête",
        ease=5.7,
    ),
    _Asked(
        kind=WaveKind.COLD,
        grain=Grain.HALF,
        invited={"lyon": 1_500, "massy": 1_500, PROVIDER: 900},
        response=0.28,
        rates={"lyon": (0.80, 0.825), "massy": (0.79, 0.77), PROVIDER: (0.755, 0.79)},
        questions=(Question.SATISFACTION, Question.RECOMMENDATION),
        source="Entretiens téléphoniques de l'institut, clients tirés au sort",
        promoters=(0.44, 0.21),
    ),
    _Asked(
        kind=WaveKind.STAFF,
        grain=Grain.HALF,
        invited={"lyon": 148, "massy": 192, PROVIDER: 120},
        response=0.76,
        rates={"lyon": (0.72, 0.75), "massy": (0.71, 0.62), PROVIDER: (0.66, 0.69)},
        questions=(Question.SATISFACTION, Question.RECOMMENDATION),
        source="Questionnaire interne anonyme",
        promoters=(0.30, 0.31),
    ),
)


def schedule(scene: Scene) -> None:
    """Targets and past waves on the day the operator began, then after each period."""
    begun = scene.moments.at(BEGUN, 8, 40)
    scene.agenda.add(begun, partial(_want, scene))
    for asked in _ASKED:
        for number, period in enumerate(_periods(asked, scene)):
            after = Calendar().add_working_days(period.end + timedelta(days=1), 5)
            day = max(after, begun.date())
            at = begun.replace(year=day.year, month=day.month, day=day.day, hour=10)
            at += timedelta(minutes=number)
            if day < scene.moments.today:
                scene.agenda.add(at, partial(_wave, scene, asked, number, period))
    scene.agenda.add(scene.moments.at(-6, 11, 20), partial(_draft, scene))
    barometer.schedule(scene)


def _periods(asked: _Asked, scene: Scene) -> list[Period]:
    """The closed periods of a kind, oldest first."""
    running = period_of(scene.moments.today, asked.grain)
    count = len(asked.rates["lyon"])
    return [running.after(back) for back in range(-count, 0)]


def _want(scene: Scene, at: datetime) -> None:
    rows = Indicator.objects.of_catalogue().filter(code__in=TARGETS)
    for row in rows.order_by("code").prefetch_related("targets", "inputs"):
        grain, value = TARGETS[row.code]
        running = period_of(scene.moments.today, grain)
        first = running.after(-4 if grain is Grain.QUARTER else -2).start
        catalogue = usual(row, starts_on=first)
        set_target(
            organisation=scene.cast.organisations[OPERATOR],
            indicator=row,
            subject=None,
            fields=TargetFields(
                grain=grain,
                starts_on=first,
                operator=catalogue.operator,
                value=catalogue.value if value is None else Decimal(value),
                source=catalogue.source if value is None else "",
            ),
            by=scene.cast.people["qualite"],
            at=at,
        )


def _record(scene: Scene, asked: _Asked, period: Period, at: datetime) -> SurveyWave:
    return waves.record_wave(
        key=uuid.uuid4(),
        organisation=scene.cast.organisations[OPERATOR],
        fields=WaveFields(
            kind=asked.kind,
            period=period,
            questions=asked.questions,
            subjects=[subject_of(scene, place) for place in PLACES],
            source=asked.source,
            channel="PHONE" if asked.kind == WaveKind.HOT else "",
        ),
        by=scene.cast.people["qualite"],
        at=at,
    )


def _wave(scene: Scene, asked: _Asked, number: int, period: Period, at: datetime) -> None:
    row = _record(scene, asked, period, at)
    returns = {
        place_of(row.organisation, subject_of(scene, place)).pk: _said(asked, place, number)
        for place in PLACES
    }
    by = scene.cast.people["qualite"]
    row = waves.enter_answers(wave=row, version=row.version, returns=returns, by=by, at=at)
    waves.close_wave(wave=row, version=row.version, replaces=False, by=by, at=at)


def _draft(scene: Scene, at: datetime) -> None:
    """The quarter that runs, with the answers of one site so far."""
    asked = _ASKED[0]
    row = _record(scene, asked, period_of(localdate(at), asked.grain), at)
    place = place_of(row.organisation, subject_of(scene, "lyon")).pk
    waves.enter_answers(
        wave=row,
        version=row.version,
        returns={place: _said(asked, "lyon", -1)},
        by=scene.cast.people["qualite"],
        at=at,
    )


def _said(asked: _Asked, place: str, number: int) -> ReturnFields:
    chance = random.Random(f"{SEED}:{asked.kind}:{place}:{number}")  # noqa: S311 -- a story
    invited = asked.invited[place]
    answered = round(invited * asked.response * chance.uniform(0.96, 1.04))
    rate = asked.rates[place][number]
    counts = {
        question: _counts(asked, question, rate, answered, chance) for question in asked.questions
    }
    return ReturnFields(invited, answered, counts)


def _counts(
    asked: _Asked, question: Question, rate: float, answered: int, chance: random.Random
) -> dict[int, int]:
    scale = SCALES[question]
    if question is Question.SATISFACTION:
        rest = 1 - rate
        weights = [rest * 0.18, rest * 0.30, rest * 0.52, rate * 0.46, rate * 0.54]
    elif question is Question.RECOMMENDATION:
        high, low = asked.promoters
        high, low = high + (rate - 0.78), low - (rate - 0.78) / 2
        middle = (1 - high - low) / 2
        weights = [*_falling(low), middle * 0.8, middle * 1.2, high * 0.5, high * 0.5]
    else:
        weights = bell(scale, asked.ease + (rate - 0.82) * 6, 1.15)
    drawn = chance.choices(list(scale), weights=weights, k=answered)
    return {mark: drawn.count(mark) for mark in scale}


def _falling(low: float) -> Iterator[float]:
    """Detractors from 0 to 6: most of them just missed."""
    parts = (0.06, 0.03, 0.05, 0.08, 0.13, 0.30, 0.35)
    yield from (low * part for part in parts)
