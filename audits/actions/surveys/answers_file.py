"""The counts of a file of answers, taken into the wave that it was sent for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.listening.common import record
from audits.actions.measure_import import APPLIED_ANSWERS, erase
from audits.actions.measure_import import locked as locked_import
from audits.actions.measure_import import record as record_import
from audits.actions.measure_import_writing import RowsLeftOutError
from audits.actions.surveys.fields import ReturnFields, require_counts, rows_of
from audits.actions.surveys.waves import locked, told, write_returns
from audits.importers.answers import PlaceAnswers
from audits.measure_enums import ImportKind, MeasureImportState
from audits.models import MeasureImport, SurveyWave
from audits.survey_enums import WaveState
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError


@transaction.atomic
def take_answers(
    *, imported: MeasureImport, without_unplaced: bool, by: User, at: datetime
) -> MeasureImport:
    """Write the counts into the wave and erase the file. A second click changes nothing more.

    Places that the file does not name keep what they have. ``without_unplaced`` says that rows of
    no place of the wave may be left out.

    Raises:
        RowsLeftOutError: when some would be left out and nobody said that they may.
        NotAvailableError: when it is not read, could not be, or its wave is not a draft.
        UserError: when more people answered than the wave says were asked.
    """
    wave = SurveyWave.objects.filter(file=imported).first()
    if wave is None:
        raise NotAvailableError(_("No wave takes this file any more."))
    wave = locked(wave)
    imported = locked_import(imported)
    if imported.state == MeasureImportState.APPLIED:
        return imported
    is_ready = imported.state == MeasureImportState.READ and imported.kind == ImportKind.ANSWERS
    if not is_ready or wave.state != WaveState.DRAFT or wave.file_id != imported.pk:
        raise NotAvailableError(_("This step is not available: open the file again."))
    found = [PlaceAnswers.from_json(kept) for kept in imported.proposed]
    if imported.problem_count or not found:
        raise NotAvailableError(_("Nothing was written: correct the file, then send it again."))
    left_out = sum(imported.facts.get("unplaced", {}).values())
    if left_out and not without_unplaced:
        raise RowsLeftOutError(
            _("Say that the answers of no place of the wave may be left out, or name their places.")
        )
    _write(wave, found)
    answered = sum(one.answered for one in found)
    imported.apply(written=answered, replaced=[], by=by, at=at)
    erase(imported, at=at)
    after = {"sha256": imported.sha256, "answers": answered, "left_out": left_out}
    record_import(imported, APPLIED_ANSWERS, after=after, by=by, at=at)
    record("survey.imported", told(wave), after=after, by=by, at=at)
    return imported


def _write(wave: SurveyWave, found: list[PlaceAnswers]) -> None:
    said = {one.place: one for one in found}
    asked = set(wave.questions)
    returns = {}
    for row in rows_of(wave):
        one = said.get(row.place_id)
        fields = ReturnFields(row.invited, row.answered, row.answers.counts)
        if one is not None:
            counts = {key: marks for key, marks in one.counts.items() if key in asked}
            fields = ReturnFields(row.invited, one.answered, counts)
            require_counts(row, fields)
        returns[row.place_id] = fields
    if not said.keys() <= returns.keys():
        raise NotAvailableError(
            _("The places of the wave were changed meanwhile: name the columns once more.")
        )
    write_returns(wave, returns)
