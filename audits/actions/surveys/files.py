"""Files of answers: received for a wave, given back to be used elsewhere, never kept for long."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions.measure_import import ABANDONED, erase, receive_file, record
from audits.measure_enums import STILL_OPEN, ImportKind, MeasureImportState
from audits.models import MeasureImport, SurveyWave
from audits.storage import Upload
from audits.survey_enums import WaveState
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError

KEPT = timedelta(days=7)  # a file of answers that nobody takes is erased after that


def receive_answers(*, wave: SurveyWave, upload: Upload, by: User, at: datetime) -> MeasureImport:
    """Keep a file of answers until its counts are taken. One sent before gives way to it.

    Raises:
        NotAvailableError: when the wave is closed or withdrawn.
        FileRefusedError, UnreadableTableError, SameFileError: as `receive_file`.
    """
    _require_draft(wave)
    imported = receive_file(
        organisation=wave.organisation, kind=ImportKind.ANSWERS, upload=upload, by=by, at=at
    )
    with transaction.atomic():
        row = SurveyWave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
        _require_draft(row)
        release_file(row, by=by, at=at)
        row.file = imported
        row.save(update_fields=["file"])
    return imported


def release_file(wave: SurveyWave, *, by: User | None, at: datetime) -> None:
    """Let the file of a wave be sent again; what was not taken of it is erased."""
    if wave.file_id is None:
        return
    rows = MeasureImport.objects.select_for_update(of=("self",)).select_related("organisation")
    imported = rows.get(pk=wave.file_id)
    if imported.state in STILL_OPEN:
        _give_up(imported, by=by, at=at)
    elif imported.state == MeasureImportState.APPLIED:
        imported.undo(at=at)


@transaction.atomic
def forget_files(*, at: datetime) -> int:
    """Erase the files of answers that nobody took within `KEPT`; how many."""
    rows = MeasureImport.objects.select_for_update(of=("self",)).select_related("organisation")
    late = rows.open().filter(kind=ImportKind.ANSWERS, received_at__lte=at - KEPT)
    found = list(late.order_by("pk"))
    for imported in found:
        _give_up(imported, by=None, at=at)
    return len(found)


def _give_up(imported: MeasureImport, *, by: User | None, at: datetime) -> None:
    imported.abandon()
    erase(imported, at=at)
    record(imported, ABANDONED, after={"sha256": imported.sha256}, by=by, at=at)


def _require_draft(wave: SurveyWave) -> None:
    if wave.state != WaveState.DRAFT:
        raise NotAvailableError(_("This wave takes no file any more: it is no longer a draft."))
