"""Waves of surveys and barometers, made as people make them."""

import uuid

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.place import place_of
from audits.actions.surveys import barometer as barometers
from audits.actions.surveys import waves
from audits.actions.surveys.fields import ReturnFields, WaveFields
from audits.actions.surveys.themes import ThemeFields, set_themes
from audits.logic.barometer import SCALE
from audits.logic.periods import Grain, period_of
from audits.logic.surveys import FEEDS, SCALES, WAVES, Question
from audits.models import ServiceTheme
from audits.survey_enums import Aspect, WaveKind
from tests.factories.figures import indicator, member_of

KEYS = {
    "SAT-03": ("promoters", "detractors", "respondents"),
    "SAT-04": ("score_total", "respondents"),
    "SAT-05": ("respondents", "invited"),
    "SOC-06": ("respondents", "staff"),
}
SATISFACTION, RECOMMENDATION, EFFORT = Question


def catalogue():
    """The indicators that waves feed, as the catalogue defines them; by code."""
    found = {
        feed.code: indicator(
            feed.code,
            keys=KEYS.get(feed.code, ("satisfied", "respondents")),
            formula=feed.definition.formula,
            statistic=feed.definition.statistic,
        )
        for feed in FEEDS
    }
    found[WAVES] = indicator(
        WAVES,
        keys=("waves",),
        formula="waves",
        statistic="count",
        frequency="annual",
        unit="nombre",
    )
    return found


def spread(question, **marks):
    """Counts of every mark of a question: ``m5=40`` is forty answers of 5, the others none."""
    given = {int(name.removeprefix("m")): count for name, count in marks.items()}
    return {mark: given.get(mark, 0) for mark in SCALES[question]}


def described(day=None, *, kind=WaveKind.HOT, subjects=(None,), grain=Grain.MONTH, **values):
    """A wave as a form gives it: satisfaction at the whole this month unless said otherwise."""
    defaults = {"questions": (SATISFACTION,), "source": "Outil d'enquête"}
    return WaveFields(
        kind=kind,
        period=period_of(day or localdate(), grain),
        subjects=subjects,
        **(defaults | values),
    )


def wave(organisation, day=None, *, by=None, **values):
    """A wave that is being entered."""
    return waves.record_wave(
        key=uuid.uuid4(),
        organisation=organisation,
        fields=described(day, **values),
        by=by or member_of(organisation),
        at=timezone.now(),
    )


def answer(row, returns, **values):
    """Enter answers; ``returns`` maps a site, a provider or None to its `ReturnFields`."""
    row.refresh_from_db()
    places = {place_of(row.organisation, subject).pk: one for subject, one in returns.items()}
    return waves.enter_answers(
        **{
            "wave": row,
            "version": row.version,
            "returns": places,
            "by": row.recorded_by,
            "at": timezone.now(),
        }
        | values
    )


def close(row, **values):
    """Close it."""
    row.refresh_from_db()
    return waves.close_wave(
        **{
            "wave": row,
            "version": row.version,
            "replaces": False,
            "by": row.recorded_by,
            "at": timezone.now(),
        }
        | values
    )


def closed_wave(organisation, day=None, *, satisfied=80, size=100, subjects=(None,), **values):
    """A closed wave of ``size`` answers at each place, ``satisfied`` of them of 5."""
    row = wave(organisation, day, subjects=subjects, **values)
    counts = spread(SATISFACTION, m5=satisfied, m2=size - satisfied)
    one = ReturnFields(invited=size * 4, counts={SATISFACTION: counts})
    answer(row, dict.fromkeys(subjects, one))
    return close(row)


def themes(organisation, *labels, by=None):
    """The themes, in this order."""
    set_themes(
        organisation=organisation,
        themes=[ThemeFields(label) for label in labels],
        by=by or member_of(organisation),
        at=timezone.now(),
    )
    return list(ServiceTheme.objects.filter(organisation=organisation))


def marks(**given):
    """Counts of every mark of the barometer: ``m8=30`` is thirty answers of 8."""
    counts = {int(name.removeprefix("m")): count for name, count in given.items()}
    return {mark: counts.get(mark, 0) for mark in SCALE}


def barometer(organisation, year=None, *, by=None):
    """The barometer of a year, this one unless said otherwise, that is being entered."""
    return barometers.begin_barometer(
        organisation=organisation,
        year=year or localdate().year,
        source="Étude annuelle",
        by=by or member_of(organisation),
        at=timezone.now(),
    )


def mark(row, theme, expected, delivered, *, subject=None):
    """Enter what customers of a place expect and got of one theme."""
    row.refresh_from_db()
    return barometers.enter_marks(
        barometer=row,
        version=row.version,
        subject=subject,
        counts={(theme.pk, Aspect.EXPECTED): expected, (theme.pk, Aspect.DELIVERED): delivered},
        by=row.recorded_by,
        at=timezone.now(),
    )
