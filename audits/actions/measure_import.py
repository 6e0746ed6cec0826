"""Files of figures: received, their columns named, given up. A job reads them in between."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits import storage
from audits.importers.answer_mapping import AnswerMapping, guessed_answers, without_texts
from audits.importers.call_mapping import CallMapping, guessed
from audits.importers.measure_mapping import MOST_ROWS, Known, MeasureMapping, guessed_columns
from audits.importers.tables import HEAD_ROWS, Head, as_csv, read_head
from audits.importers.volume_mapping import VolumeMapping, guessed_volumes
from audits.measure_enums import STILL_OPEN, ImportKind, MeasureImportState
from audits.models import ColumnMapping, MeasureImport
from audits.storage import Upload
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.files import FileRefusedError, Limits, Refusal, display_name
from crcaudit.core.files.limits import MEBIBYTE
from crcaudit.core.files.names import extension_of
from engagements.models import Indicator

KIND = "measure_import"
RECEIVED, QUEUED, ABANDONED = "figures.received", "figures.queued", "figures.abandoned"
APPLIED_ANSWERS = "figures.applied"
ACCEPTED: Final = ("csv", "xlsx")
# One row per call or per answer: a year of a large centre.
_RECORD_LIMITS: Final = Limits(
    max_bytes=300 * MEBIBYTE,
    max_unpacked=600 * MEBIBYTE,
    max_rows=1_048_576,
    max_cells=30_000_000,
)
_TABLE_LIMITS: Final = Limits(
    max_bytes=20 * MEBIBYTE, max_rows=MOST_ROWS + 1, max_cells=MOST_ROWS * 60
)
_STATE = MeasureImportState

AnyMapping = CallMapping | MeasureMapping | AnswerMapping | VolumeMapping


def limits_of(kind: ImportKind) -> Limits:
    """How large a file of that kind may be."""
    return _RECORD_LIMITS if kind in {ImportKind.CALLS, ImportKind.ANSWERS} else _TABLE_LIMITS


class SameFileError(UserError):
    """A file that was already received; ``known`` is what became of it."""

    def __init__(self, known: MeasureImport) -> None:
        super().__init__(_("This very file was already received: nothing was added."))
        self.known = known


def receive_file(
    *, organisation: Organisation, kind: ImportKind, upload: Upload, by: User, at: datetime
) -> MeasureImport:
    """Keep a file and look at its titles. Nothing is measured yet.

    Raises:
        FileRefusedError: by the gate, or when it is neither CSV nor XLSX.
        UnreadableTableError: when it is no table.
        SameFileError: when it was received already and is not given up.
    """
    _require_table(display_name(upload.name or ""))
    with storage.received(upload, limits=limits_of(kind)) as received:
        inspected = received.inspected
        _require_new(organisation, kind, inspected.sha256)
        head = _head(received.path, inspected.extension, inspected.encoding)
        mapping = remembered(organisation, kind, head.columns) or _guess(organisation, kind, head)
        with storage.placed(received.path, organisation.key) as path:
            try:
                return _create(
                    organisation=organisation,
                    kind=kind,
                    file_name=inspected.display_name,
                    file_path=path,
                    file_size=inspected.size,
                    sha256=inspected.sha256,
                    head=head,
                    mapping=mapping,
                    by=by,
                    at=at,
                )
            except IntegrityError:  # sent twice at once: the other one came first
                _require_new(organisation, kind, inspected.sha256)
                raise


@transaction.atomic
def _create(
    *, organisation: Organisation, head: Head, by: User, at: datetime, mapping: Any, **facts: Any
) -> MeasureImport:
    imported = MeasureImport.objects.create(
        organisation=organisation,
        encoding=head.form.encoding,
        delimiter=head.form.delimiter,
        columns=list(head.columns),
        sample=_sample(head, mapping, is_answers=facts["kind"] == ImportKind.ANSWERS),
        mapping=mapping,
        received_at=at,
        received_by=by,
        **facts,
    )
    after = {"sha256": imported.sha256, "size": imported.file_size, "kind": imported.kind}
    record(imported, RECEIVED, after=after, by=by, at=at)
    return imported


@transaction.atomic
def name_columns(
    *, imported: MeasureImport, mapping: AnyMapping, by: User, at: datetime
) -> MeasureImport:
    """Say what the columns are; a job then reads the file. They are remembered for the next one.

    Raises:
        NotAvailableError: when the file is being read, is written, or was given up.
    """
    imported = locked(imported)
    if imported.state not in {_STATE.RECEIVED, _STATE.READ, _STATE.FAILED}:
        raise NotAvailableError(_("This step is not available: open the file again."))
    imported.mapping = mapping.to_json()
    imported.state, imported.error, imported.attempt = _STATE.QUEUED, "", 0
    imported.done, imported.total = 0, imported.file_size
    imported.proposed, imported.problems, imported.problem_count = [], [], 0
    imported.save()
    ColumnMapping.objects.update_or_create(
        organisation=imported.organisation,
        kind=imported.kind,
        signature=signature(imported.columns),
        defaults={"mapping": imported.mapping, "used_at": at},
    )
    record(imported, QUEUED, after={"mapping": imported.mapping}, by=by, at=at)
    return imported


@transaction.atomic
def abandon_import(*, imported: MeasureImport, by: User, at: datetime) -> MeasureImport:
    """Give a file up and erase it. A second click changes nothing more.

    Raises:
        NotAvailableError: when it is written.
    """
    imported = locked(imported)
    if imported.state == _STATE.ABANDONED:
        return imported
    if imported.state not in STILL_OPEN:
        raise NotAvailableError(_("This step is not available: its measures are written."))
    imported.abandon()
    erase(imported, at=at)
    record(imported, ABANDONED, after={"sha256": imported.sha256}, by=by, at=at)
    return imported


def known_indicators(organisation: Organisation) -> list[tuple[Known, tuple[str, str, str]]]:
    """Indicators that the organisation may measure, each with its code and names."""
    rows = Indicator.objects.offered_to(organisation).prefetch_related("inputs").order_by("code")
    return [
        (
            Known(row.code, tuple(item.key for item in row.inputs.all())),
            (row.code, row.name_fr, row.name_en),
        )
        for row in rows
    ]


def remembered(
    organisation: Organisation, kind: ImportKind, columns: Sequence[str]
) -> Mapping[str, Any] | None:
    """What the columns of a file with the same titles were last said to be; None for a new one."""
    rows = ColumnMapping.objects.filter(
        organisation=organisation, kind=kind, signature=signature(columns)
    )
    return rows.values_list("mapping", flat=True).first()


def signature(columns: Sequence[str]) -> str:
    """SHA-256 of the titles in order."""
    return hashlib.sha256(json.dumps(list(columns)).encode()).hexdigest()


def erase(imported: MeasureImport, *, at: datetime) -> None:
    """Forget the file itself; what it was, and what came of it, stays."""
    path = imported.file_path
    imported.file_path, imported.erased_at, imported.sample = "", at, []
    if imported.kind == ImportKind.ANSWERS:  # a column named wrongly may have told of people
        imported.facts, imported.problems = {}, []
    imported.save(update_fields=["file_path", "erased_at", "sample", "facts", "problems"])
    transaction.on_commit(partial(storage.remove, path))


def locked(imported: MeasureImport) -> MeasureImport:
    """The import, locked, with its organisation."""
    rows = MeasureImport.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=imported.pk)


def record(  # noqa: PLR0913 -- keyword-only but two, one line each
    imported: MeasureImport,
    action: str,
    *,
    after: Mapping[str, Any],
    by: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    """One row of the journal of the organisation."""
    change = journal.Change(
        action, KIND, imported.key, imported.file_name, after=after, reason=reason
    )
    stream = journal.organisation_stream(imported.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)


def _head(path: Path, extension: str, encoding: str | None) -> Head:
    if extension == "xlsx":
        with as_csv(path, most=HEAD_ROWS) as table:
            return read_head(table, encoding="utf-8")
    return read_head(path, encoding=encoding or "utf-8")


def _guess(organisation: Organisation, kind: ImportKind, head: Head) -> dict[str, Any]:
    if kind == ImportKind.CALLS:
        return guessed(head.columns, head.sample).to_json()
    if kind == ImportKind.ANSWERS:
        return guessed_answers(head.columns).to_json()
    if kind == ImportKind.VOLUMES:
        return guessed_volumes(head.columns, head.sample).to_json()
    known = [item for item, _names in known_indicators(organisation)]
    return guessed_columns(head.columns, head.sample, known).to_json()


def _sample(head: Head, mapping: Any, *, is_answers: bool) -> list[list[str]]:
    rows = [list(row) for row in head.sample]
    return without_texts(rows, AnswerMapping.from_json(mapping)) if is_answers else rows


def _require_table(name: str) -> None:
    extension = extension_of(name)
    if extension not in ACCEPTED:
        raise FileRefusedError(
            Refusal.TYPE_NOT_ACCEPTED,
            extension=f".{extension}" if extension else "?",
            accepted=".csv, .xlsx",
        )


def _require_new(organisation: Organisation, kind: ImportKind, sha256: str) -> None:
    rows = MeasureImport.objects.filter(organisation=organisation, kind=kind, sha256=sha256)
    known = rows.filter(state__in=[*STILL_OPEN, _STATE.APPLIED]).first()
    if known is not None:
        raise SameFileError(known)
