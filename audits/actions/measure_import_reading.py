"""Files of figures, read by a job: what they would write is kept until somebody confirms it."""

from functools import partial
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from audits import storage
from audits.actions import import_jobs
from audits.actions.contacts.importing import known_reasons
from audits.actions.measure_import import known_indicators
from audits.importers.answer_mapping import AnswerMapping
from audits.importers.call_mapping import CallMapping
from audits.importers.measure_mapping import MeasureMapping
from audits.importers.tables import Form, UnreadableTableError, as_csv
from audits.importers.volume_mapping import VolumeMapping
from audits.measure_enums import ImportKind
from audits.models import MeasureImport
from crcaudit.core.files.names import extension_of
from engagements.logic.search import fold


def read_file(*, import_id: int) -> None:
    """Read a waiting file and keep what it would write. Called by a job; twice does no harm."""
    imported = import_jobs.claim(import_id=import_id, at=now())
    if imported is None:
        return
    with translation.override(imported.received_by.language):
        try:
            found = _read(imported)
        except UnreadableTableError as error:
            import_jobs.fail(imported, cause=str(error))
        except FileNotFoundError:
            import_jobs.fail(imported, cause=_("The file is gone: send it again."))
        else:
            import_jobs.finish(imported, **found)


def _read(imported: MeasureImport) -> dict[str, Any]:
    with storage.on_disk(imported.file_path) as path:
        if extension_of(imported.file_name) == "xlsx":
            with as_csv(path) as table:
                return _read_table(imported, table)
        return _read_table(imported, path)


def _read_table(imported: MeasureImport, path: Path) -> dict[str, Any]:
    form = Form(imported.encoding, imported.delimiter)
    if imported.kind == ImportKind.CALLS:
        return _read_calls(imported, path, form)
    if imported.kind == ImportKind.ANSWERS:
        return _read_answers(imported, path, form)
    if imported.kind == ImportKind.VOLUMES:
        return _read_contacts(imported, path, form)
    # Not at the top: polars and the readers are for the job alone.
    from audits.importers.measurements import read_measures  # noqa: PLC0415

    mapping = MeasureMapping.from_json(imported.mapping)
    known = known_indicators(imported.organisation)
    by_name = {fold(name): item for item, names in known for name in names}
    read = read_measures(path, form, mapping, titles=imported.columns, known=by_name)
    return {
        "row_count": read.rows,
        "problem_count": read.problem_count,
        "problems": [_problem(problem) for problem in read.problems],
        "proposed": [] if read.problems else [one.to_json() for one in read.proposals],
        "facts": {},
    }


def _read_contacts(imported: MeasureImport, path: Path, form: Form) -> dict[str, Any]:
    from audits.importers.volumes import read_volumes  # noqa: PLC0415

    read = read_volumes(
        path,
        form,
        VolumeMapping.from_json(imported.mapping),
        titles=imported.columns,
        known=known_reasons(imported.organisation),
    )
    is_whole = not read.problems and not read.unknown
    return {
        "row_count": read.rows,
        "problem_count": read.problem_count,
        "problems": [_problem(problem) for problem in read.problems],
        "proposed": [one.to_json() for one in read.proposals] if is_whole else [],
        "facts": {"unknown_reasons": read.unknown},
    }


def _read_calls(imported: MeasureImport, path: Path, form: Form) -> dict[str, Any]:
    from audits.importers.call_contacts import contacts_found  # noqa: PLC0415
    from audits.importers.call_measures import proposals  # noqa: PLC0415
    from audits.importers.call_records import read_calls  # noqa: PLC0415
    from audits.importers.volumes import Expected  # noqa: PLC0415

    mapping = CallMapping.from_json(imported.mapping)
    read = read_calls(
        path,
        form,
        mapping,
        titles=imported.columns,
        progress=partial(_progress, imported),
    )
    known = known_reasons(imported.organisation) if read.contacts else Expected({}, {}, localdate())
    contacts = contacts_found(read.contacts, mapping, known)
    return {
        "row_count": read.rows,
        "problem_count": read.problem_count,
        "problems": [_problem(problem) for problem in read.problems],
        "proposed": [one.to_json() for one in proposals(read.totals, mapping)],
        "facts": {
            "unplaced": read.unplaced,
            "offered": sum(total.offered for total in read.totals),
            "answered": sum(total.answered for total in read.totals),
            "first_day": read.first_day and read.first_day.isoformat(),
            "last_day": read.last_day and read.last_day.isoformat(),
            "contacts": [one.to_json() for one in contacts.proposals],
            "unknown_reasons": contacts.unknown_reasons,
            "unknown_channels": contacts.unknown_channels,
        },
    }


def _read_answers(imported: MeasureImport, path: Path, form: Form) -> dict[str, Any]:
    from audits.importers.answers import read_answers  # noqa: PLC0415

    mapping = AnswerMapping.from_json(imported.mapping)
    read = read_answers(path, form, mapping, titles=imported.columns)
    return {
        "row_count": read.rows,
        "problem_count": read.problem_count,
        "problems": [_problem(problem) for problem in read.problems],
        "proposed": [] if read.problems else [one.to_json() for one in read.places],
        "facts": {"unplaced": read.unplaced},
    }


def _progress(imported: MeasureImport, done: int) -> None:
    import_jobs.renew(imported, done=done, at=now())


def _problem(problem: Any) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "message": problem.message}
