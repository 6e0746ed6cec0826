"""Waves of surveys: recorded, their answers entered or corrected, closed, withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.common import Subject as Told
from audits.actions.listening.common import record
from audits.actions.place import Subject, place_of
from audits.actions.surveys.feeding import Others, feed_indicators
from audits.actions.surveys.fields import (
    ReturnFields,
    Returns,
    WaveFields,
    answered_of,
    answers_json,
    columns_of,
    json_of,
    json_of_wave,
    require_complete,
    require_counts,
    require_sound,
    return_json,
    rows_of,
)
from audits.actions.surveys.files import release_file
from audits.models import AnswerCount, SurveyWave, WaveReturn
from audits.survey_enums import WaveState
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.numbering import next_number

KIND = "survey_wave"
CHANGED = gettext_lazy(
    "Somebody changed this wave meanwhile. Nothing you typed is lost: look, then save again."
)
ALREADY = gettext_lazy(
    "This form was already sent once, with something else. Send it again to record another wave."
)
_STEP = gettext_lazy("This step is not available: open the wave again.")


@transaction.atomic
def record_wave(
    *, key: UUID, organisation: Organisation, fields: WaveFields, by: User, at: datetime
) -> SurveyWave:
    """Keep a wave whose answers are to be entered. The same form twice leaves one.

    Raises:
        NotAvailableError: when the key was used for another one.
        UserError: when the period is to come, nothing is asked or no place is named.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    known = SurveyWave.objects.filter(key=key).first()
    if known is not None:
        same = known.recorded_by_id == by.pk and json_of_wave(known) == json_of(fields, known)
        if same and known.organisation_id == organisation.pk:
            return known
        raise NotAvailableError(ALREADY)
    require_sound(fields, at=at)
    wave = SurveyWave.objects.create(
        key=key,
        organisation=organisation,
        number=next_number(f"survey:{organisation.key}"),
        recorded_at=at,
        recorded_by=by,
        **columns_of(fields),
    )
    _set_places(wave, fields.subjects)
    record("survey.recorded", told(wave), after=json_of_wave(wave), by=by, at=at)
    return wave


@transaction.atomic
def edit_wave(
    *, wave: SurveyWave, version: int, fields: WaveFields, by: User, at: datetime
) -> SurveyWave:
    """Say otherwise what a wave is, while it is being entered.

    Answers of places and questions that stay are kept.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is closed or withdrawn.
        UserError: as `record_wave`.
    """
    wave = locked(wave)
    if wave.state != WaveState.DRAFT:
        raise NotAvailableError(_STEP)
    require_sound(fields, at=at)
    before = json_of_wave(wave)
    if before == json_of(fields, wave):
        return wave
    require_version(wave, version)
    columns = columns_of(fields) | {"version": wave.version + 1}
    for name, value in columns.items():
        setattr(wave, name, value)
    wave.save(update_fields=list(columns))
    _set_places(wave, fields.subjects)
    asked = [str(question) for question in wave.questions]
    counts = AnswerCount.objects.filter(place_return__wave=wave)
    counts.exclude(question__in=asked).delete()
    record("survey.edited", told(wave), before=before, after=json_of_wave(wave), by=by, at=at)
    return wave


@transaction.atomic
def enter_answers(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    wave: SurveyWave,
    version: int,
    returns: Returns,
    reason: str = "",
    replaces: bool = False,
    by: User,
    at: datetime,
) -> SurveyWave:
    """Write the answers of each place; those of a closed wave are corrected, with a reason.

    The measures that a closed wave feeds are written again, as by `close_wave`.

    Raises:
        AlreadyMeasuredError: when measures come from elsewhere now, unless ``replaces``.
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is withdrawn.
        UserError: when counts do not hold together, or a correction says no reason.
    """
    wave = locked(wave)
    if wave.state == WaveState.WITHDRAWN:
        raise NotAvailableError(_STEP)
    rows = rows_of(wave)
    before = answers_json(rows)
    for row in rows:
        require_counts(row, returns.get(row.place_id, ReturnFields()))
    after = {row.place.name: return_json(returns.get(row.place_id)) for row in rows}
    if before == after:
        return wave
    require_version(wave, version)
    is_correction = wave.state == WaveState.CLOSED
    if is_correction and not reason:
        raise UserError(_("Say why the answers of a closed wave are corrected."))
    write_returns(wave, returns)
    if is_correction:
        require_complete(wave)
        feed_indicators(wave, others=_others(replaces), by=by, at=at)
    action = "survey.corrected" if is_correction else "survey.entered"
    record(action, told(wave), before=before, after=after, reason=reason, by=by, at=at)
    return wave


@transaction.atomic
def close_wave(
    *, wave: SurveyWave, version: int, replaces: bool, by: User, at: datetime
) -> SurveyWave:
    """Write the measures of the indicators that the wave feeds. A second click changes nothing.

    ``replaces`` says that measures which come from elsewhere may be written over.

    Raises:
        AlreadyMeasuredError: when there are some and nobody said so.
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is withdrawn.
        UserError: when answers are missing, or a period is to come.
    """
    wave = locked(wave)
    if wave.state == WaveState.CLOSED:
        return wave
    if wave.state != WaveState.DRAFT:
        raise NotAvailableError(_STEP)
    require_version(wave, version)
    require_complete(wave)
    wave.close(by=by, at=at)
    written = feed_indicators(wave, others=_others(replaces), by=by, at=at)
    after = {"state": str(WaveState.CLOSED), "measures": written}
    record("survey.closed", told(wave), after=after, by=by, at=at)
    return wave


@transaction.atomic
def withdraw_wave(*, wave: SurveyWave, reason: str, by: User, at: datetime) -> SurveyWave:
    """Take a wave out of the indicators for ever.

    Raises:
        NotAvailableError: when it is withdrawn already.
        UserError: when no reason is said.
    """
    wave = locked(wave)
    if wave.state == WaveState.WITHDRAWN:
        raise NotAvailableError(_STEP)
    if not reason:
        raise UserError(_("Say why the wave is withdrawn."))
    before, was_closed = {"state": wave.state}, wave.state == WaveState.CLOSED
    wave.withdraw(at=at)
    release_file(wave, by=by, at=at)
    if was_closed:
        feed_indicators(wave, others=Others.LEFT, by=by, at=at)
    after = {"state": str(WaveState.WITHDRAWN)}
    record("survey.withdrawn", told(wave), before=before, after=after, reason=reason, by=by, at=at)
    return wave


def locked(wave: SurveyWave) -> SurveyWave:
    """The row as it is now, held until the end of the transaction, after its organisation."""
    Organisation.objects.select_for_update(no_key=True).get(pk=wave.organisation_id)
    rows = SurveyWave.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=wave.pk)


def require_version(wave: SurveyWave, version: int) -> None:
    """Raises EditConflictError when somebody changed it since."""
    if wave.version != version:
        raise EditConflictError(CHANGED, wave)


def told(wave: SurveyWave) -> Told:
    """What the rows of the journal are about."""
    return Told(KIND, wave.key, wave.reference, wave.organisation)


def write_returns(wave: SurveyWave, returns: Returns) -> None:
    """The answers of each place as given, in the transaction of the caller."""
    rows = list(wave.returns.all())
    for row in rows:
        fields = returns.get(row.place_id, ReturnFields())
        row.invited, row.answered = fields.invited, answered_of(fields)
    WaveReturn.objects.bulk_update(rows, ["invited", "answered"])
    AnswerCount.objects.filter(place_return__wave=wave).delete()
    AnswerCount.objects.bulk_create(
        AnswerCount(place_return=row, question=str(question), mark=mark, count=count)
        for row in rows
        for question, counts in returns.get(row.place_id, ReturnFields()).counts.items()
        for mark, count in counts.items()
    )
    wave.version += 1
    wave.save(update_fields=["version"])


def _set_places(wave: SurveyWave, subjects: Sequence[Subject]) -> None:
    wanted = {place_of(wave.organisation, subject).pk for subject in subjects}
    wave.returns.exclude(place__in=wanted).delete()
    known = set(wave.returns.values_list("place", flat=True))
    WaveReturn.objects.bulk_create(
        WaveReturn(wave=wave, place_id=place) for place in sorted(wanted - known)
    )


def _others(replaces: bool) -> Others:  # noqa: FBT001 -- what a tick says
    return Others.REPLACED if replaces else Others.REFUSED
