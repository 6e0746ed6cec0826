"""What waves and their answers are as actions take them: checked, and as the journal holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.place import Subject, place_of
from audits.logic.periods import Period
from audits.logic.surveys import SCALES, Counts, Question
from audits.models import SurveyWave, WaveReturn
from audits.survey_enums import WaveKind
from crcaudit.core.exceptions import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFields:
    """What a wave is. ``subjects`` are its places, None for the whole; ``channel`` may be ""."""

    kind: WaveKind
    period: Period
    questions: Sequence[Question]
    subjects: Sequence[Subject]
    source: str
    channel: str = ""
    is_exhaustive: bool = False


@dataclass(frozen=True, slots=True)
class ReturnFields:
    """What came back from one place. ``invited`` and ``answered`` are None when not known.

    ``counts`` has every mark of a question that was answered there, and no other question.
    """

    invited: int | None = None
    answered: int | None = None
    counts: Mapping[Question, Counts] = field(default_factory=dict)


Returns = Mapping[int, ReturnFields]  # by primary key of the place


def require_complete(wave: SurveyWave) -> None:
    """Raises UserError unless every place has answers, and as many as were asked when all were."""
    for row in rows_of(wave):
        answers, words = row.answers, {"place": row.place.name}
        if not any(answers.size(question) for question in wave.questions):
            raise UserError(_("%(place)s: enter the answers, or take the place out.") % words)
        if not wave.is_exhaustive:
            continue
        sizes = {row.invited, row.answered, *map(answers.size, wave.questions)}
        if len(sizes) > 1:
            raise UserError(
                _(
                    "%(place)s: not everybody who was asked answered every question, so that the "
                    "answers are a sample. Change that in the description of the wave."
                )
                % words
            )


def require_sound(fields: WaveFields, *, at: datetime) -> None:
    """Raises UserError unless the description of a wave holds together."""
    if fields.period.start > localdate(at):
        raise UserError(_("A period that has not begun cannot be surveyed yet."))
    if not fields.questions or not fields.subjects:
        raise UserError(_("Say what was asked, and at which places."))
    if fields.kind == WaveKind.STAFF and Question.EFFORT in fields.questions:
        raise UserError(_("The effort is asked of customers, not of employees."))
    if None in fields.subjects and len(fields.subjects) > 1:
        raise UserError(
            _("Choose all sites together, or sites and providers one by one, not both.")
        )


def require_counts(row: WaveReturn, fields: ReturnFields) -> None:
    """Raises UserError unless the counts of a place hold together."""
    words = {"place": row.place.name}
    asked = set(row.wave.questions)
    for question, counts in fields.counts.items():
        if question not in asked or set(counts) != set(SCALES[question]):
            raise UserError(_("%(place)s: give every mark its count, or none.") % words)
    most = max((sum(counts.values()) for counts in fields.counts.values()), default=0)
    if fields.answered is not None and fields.answered < most:
        raise UserError(
            _("%(place)s: fewer people answered than gave a mark to one question.") % words
        )
    answered = answered_of(fields)
    if fields.invited is not None and answered is not None and answered > fields.invited:
        raise UserError(_("%(place)s: more people answered than were asked.") % words)


def answered_of(fields: ReturnFields) -> int | None:
    """Said, or the answers to the question that most answered; None without any."""
    if fields.answered is not None or not fields.counts:
        return fields.answered
    return max(sum(counts.values()) for counts in fields.counts.values())


def rows_of(wave: SurveyWave) -> list[WaveReturn]:
    """The places of a wave with their counts. Two queries."""
    rows = wave.returns.select_related("place__site", "place__subcontractor", "wave")
    return list(rows.prefetch_related("counts").order_by("pk"))


def columns_of(fields: WaveFields) -> dict[str, Any]:
    """A description as columns."""
    return {
        "kind": str(fields.kind),
        "grain": str(fields.period.grain),
        "starts_on": fields.period.start,
        "channel": str(fields.channel),
        "asks_satisfaction": Question.SATISFACTION in fields.questions,
        "asks_recommendation": Question.RECOMMENDATION in fields.questions,
        "asks_effort": Question.EFFORT in fields.questions,
        "is_exhaustive": fields.is_exhaustive,
        "source": fields.source,
    }


def json_of_wave(wave: SurveyWave) -> dict[str, Any]:
    """A wave as the journal holds it."""
    places = WaveReturn.objects.filter(wave=wave).values_list("place", flat=True)
    names = ("kind", "grain", "channel", "is_exhaustive", "source")
    return {
        **{name: getattr(wave, name) for name in names},
        "starts_on": wave.starts_on.isoformat(),
        "questions": [str(question) for question in wave.questions],
        "places": sorted(places),
    }


def json_of(fields: WaveFields, wave: SurveyWave) -> dict[str, Any]:
    """A description as the journal would hold it."""
    columns = columns_of(fields)
    names = ("kind", "grain", "channel", "is_exhaustive", "source")
    return {
        **{name: columns[name] for name in names},
        "starts_on": fields.period.start.isoformat(),
        "questions": [str(question) for question in SCALES if question in fields.questions],
        "places": sorted(place_of(wave.organisation, subject).pk for subject in fields.subjects),
    }


def answers_json(rows: Sequence[WaveReturn]) -> dict[str, Any]:
    """The answers of every place as the journal holds them: counts, and nobody."""
    return {
        row.place.name: return_json(
            ReturnFields(row.invited, row.answered, row.answers.counts)
            if row.answered is not None or row.invited is not None
            else None
        )
        for row in rows
    }


def return_json(fields: ReturnFields | None) -> dict[str, Any]:
    """The answers of one place as the journal holds them."""
    if fields is None:
        fields = ReturnFields()
    counts = {
        str(question): {str(mark): fields.counts[question][mark] for mark in scale}
        for question, scale in SCALES.items()
        if question in fields.counts
    }
    return {"invited": fields.invited, "answered": answered_of(fields), **counts}
