"""An audit as a workbook: taken away, brought back, written whole or not at all, taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits import permissions, storage
from audits.actions.assessment import COMMENTED, RATED, UNDONE
from audits.actions.workbook_rows import Write, write_rows
from audits.models import Assessment, Audit, WorkbookImport
from audits.models.workbook import ImportState
from audits.storage import Upload
from audits.workbook.collect import collect
from audits.workbook.difference import Unit, check_stamp, find_differences
from audits.workbook.problems import Problem, Problems
from audits.workbook.reader import Entry, check_tables, opened, read_entries, read_stamp
from audits.workbook.review import Cell, Review, read_rows, review
from audits.workbook.stamp import BadStampError, Stamp
from audits.workbook.writer import write_book
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.files import IMPORT, FileRefusedError, Received, Refusal, display_name
from crcaudit.core.files.names import extension_of

KIND = "audit"
TAKEN, COMPARED, BROUGHT, ABANDONED, UNDONE_IMPORT = (
    "workbook.taken_away",
    "workbook.compared",
    "workbook.brought_back",
    "workbook.abandoned",
    "workbook.undone",
)
ACTIONS = {Unit.RATING: RATED, Unit.COMMENT: COMMENTED}


class WorkbookRefusedError(UserError):
    """A workbook that cannot come back as it is; ``problems`` says all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("Nothing was written: correct the workbook, then send it again."))
        self.problems = problems


class ChoiceMissingError(UserError):
    """A conflict for which nothing was chosen."""


def take_away(*, audit: Audit, by: User, at: datetime) -> bytes:
    """Bytes of the XLSX of what the person may see, in their language; noted in the journal."""
    with override(by.language):
        book = collect(audit, by, language=by.language, at=at)
        content = write_book(book)
    count = sum(len(sheet.rows) for sheet in book.stamp.sheets)
    with transaction.atomic():
        _record(audit, TAKEN, after={"requirements": count}, by=by, at=at)
    return content


def bring_back(*, audit: Audit, upload: Upload, by: User, at: datetime) -> WorkbookImport | None:
    """Read a workbook and keep what it would change; None when it changes nothing.

    Nothing of the audit is written. An earlier preview of the person is abandoned.

    Raises:
        FileRefusedError: by the gate, or when it is no workbook at all.
        NotAvailableError: when the audit is validated.
        WorkbookRefusedError: with every problem of every sheet.
    """
    _require_open(audit)
    if extension_of(display_name(upload.name or "")) != "xlsx":
        extension = extension_of(display_name(upload.name or ""))
        raise FileRefusedError(
            Refusal.TYPE_NOT_ACCEPTED,
            extension=f".{extension}" if extension else "?",
            accepted=".xlsx",
        )
    problems = Problems()
    with storage.received(upload, limits=IMPORT) as received:
        stamp, entries = _read(received, audit, problems)
        inspected = received.inspected
    rows = {row.pk: row for row in _visible(audit, by)} if entries else {}
    found = find_differences(audit, by, entries, rows, problems)
    if problems or stamp is None:
        sheets = [sheet.title for sheet in stamp.sheets] if stamp else []
        raise WorkbookRefusedError(problems.listed(sheets))
    with transaction.atomic():
        for old in WorkbookImport.objects.waiting().filter(audit=audit, brought_by=by):
            old.abandon(at=at)
            _record(audit, ABANDONED, after={"sha256": old.sha256}, by=by, at=at)
        if found.is_empty:
            return None
        after = {"requirements": len(found.proposals), "sha256": inspected.sha256}
        _record(audit, COMPARED, after=after, by=by, at=at)
        return WorkbookImport.objects.create(
            audit=audit,
            file_name=inspected.display_name,
            sha256=inspected.sha256,
            taken_at=stamp.at,
            proposed=[proposal.to_json() for proposal in found.proposals],
            theirs=found.theirs,
            agreed=found.agreed,
            brought_at=at,
            brought_by=by,
        )


@transaction.atomic
def apply_import(
    *, imported: WorkbookImport, seen: str, choices: dict[str, str], by: User, at: datetime
) -> WorkbookImport:
    """Write every change and every choice, or nothing. A second click changes nothing more.

    ``seen`` is that of the `Review` that the person looked at; ``choices`` has "mine" or "theirs"
    for the name of each conflict.

    Raises:
        EditConflictError: when a row changed since the page was shown; ``current`` is the review
            as it is now.
        ChoiceMissingError: when a conflict has no choice.
        NotAvailableError: when it was abandoned or grew old, the audit is validated, or a
            requirement is no longer the person's to see.
    """
    imported = _locked(imported)
    if imported.state == ImportState.APPLIED:
        return imported
    if imported.state != ImportState.PREVIEWED or imported.is_expired(at):
        raise NotAvailableError(
            _("This step is not available: send the workbook again to see what it brings back.")
        )
    _require_open(imported.audit)
    _lock_rows(item["pk"] for item in imported.proposed)
    found = review(imported, read_rows(imported, by))
    if found.missing:
        raise NotAvailableError(
            _("A requirement of this workbook is no longer yours to see: nothing was written.")
        )
    if found.seen != seen:
        raise EditConflictError(
            _("Somebody changed these requirements meanwhile. Nothing was written: look again."),
            found,
        )
    missing = [cell for cell in found.conflicts if choices.get(cell.name) not in {"mine", "theirs"}]
    if missing:
        raise ChoiceMissingError(_("Choose what stays for each conflict."))
    writes = _writes(found, choices)
    _require_rights(writes, imported.audit, by)
    applied = write_rows(writes, audit=imported.audit, by=by, at=at)
    imported.apply(applied=applied, at=at)
    after = {"requirements": len(applied), "sha256": imported.sha256}
    _record(imported.audit, BROUGHT, after=after, by=by, at=at)
    return imported


@transaction.atomic
def undo_import(*, imported: WorkbookImport, by: User, at: datetime) -> WorkbookImport:
    """Put every requirement back as it was before, or none. A second click changes nothing more.

    Raises:
        NotAvailableError: naming the requirements that changed since, when there are any; when the
            audit is validated, or nothing was written.
    """
    imported = _locked(imported)
    if imported.state == ImportState.UNDONE:
        return imported
    if imported.state != ImportState.APPLIED:
        raise NotAvailableError(_("This step is not available: nothing was written."))
    _require_open(imported.audit)
    written = {item["pk"]: item for item in imported.applied}
    _lock_rows(written)
    rows = list(_visible(imported.audit, by, written))
    changed = [row.code for row in rows if row.version != written[row.pk]["version"]]
    if changed or len(rows) != len(written):
        raise NotAvailableError(_changed_since(changed))
    writes = [
        Write(row, Unit(unit), UNDONE, tuple(values))
        for row in rows
        for unit, values in written[row.pk]["before"].items()
    ]
    _require_rights(writes, imported.audit, by)
    write_rows(writes, audit=imported.audit, by=by, at=at)
    imported.undo(at=at)
    after = {"requirements": len(rows), "sha256": imported.sha256}
    _record(imported.audit, UNDONE_IMPORT, after=after, by=by, at=at)
    return imported


@transaction.atomic
def abandon_import(*, imported: WorkbookImport, by: User, at: datetime) -> WorkbookImport:
    """Forget what came back. A second click changes nothing more.

    Raises:
        NotAvailableError: when it was written.
    """
    imported = _locked(imported)
    if imported.state == ImportState.PREVIEWED:
        imported.abandon(at=at)
        _record(imported.audit, ABANDONED, after={"sha256": imported.sha256}, by=by, at=at)
    elif imported.state != ImportState.ABANDONED:
        raise NotAvailableError(_("This step is not available: it is written in the audit."))
    return imported


def _read(received: Received, audit: Audit, problems: Problems) -> tuple[Stamp | None, list[Entry]]:
    with opened(received.path) as book:
        try:
            stamp = read_stamp(book)
        except BadStampError:
            problems.add(
                _("The hidden sheet of this workbook was changed: take the workbook away again.")
            )
            return None, []
        check_stamp(stamp, audit, problems)
        if problems or stamp is None:
            return stamp, []
        check_tables(book, stamp, problems)
        return stamp, read_entries(book, stamp, problems)


def _writes(found: Review, choices: dict[str, str]) -> list[Write]:
    kept = [*found.changes, *(c for c in found.conflicts if choices[c.name] == "mine")]
    return [_write(cell) for cell in kept]


def _write(cell: Cell) -> Write:
    return Write(cell.row, cell.unit, ACTIONS[cell.unit], cell.brought.unit(cell.unit))


def _require_rights(writes: list[Write], audit: Audit, by: User) -> None:
    """A right may have gone since the preview: then nothing is written."""
    may_rate = permissions.can_rate(by, audit)
    for write in writes:
        is_comment = write.unit is Unit.COMMENT
        if not (may_rate or (is_comment and permissions.can_comment(by, write.row))):
            text = _("You may no longer write %(code)s: nothing was changed.")
            raise NotAvailableError(text % {"code": write.row.code})


def _changed_since(codes: list[str]) -> str:
    if not codes:
        return _("A requirement of this workbook is no longer yours to see: nothing was changed.")
    text = _("Changed since: %(codes)s. Nothing was taken back.")
    return text % {"codes": ", ".join(codes)}


def _visible(audit: Audit, user: User, keys: Any = None) -> list[Assessment]:
    rows = Assessment.objects.visible_to(user).filter(audit=audit)
    rows = rows if keys is None else rows.filter(pk__in=keys)
    found = list(rows.order_by("position", "pk"))
    for row in found:
        row.audit = audit
    return found


def _locked(imported: WorkbookImport) -> WorkbookImport:
    """The import, locked, with its audit, locked too: two people do not write it at once."""
    audits = Audit.objects.select_for_update(of=("self",)).select_related(
        "organisation", "certification__edition"
    )
    audit = audits.defer("frozen").get(pk=imported.audit_id)
    found = WorkbookImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    found.audit = audit
    return found


def _lock_rows(keys: Any) -> None:
    rows = Assessment.objects.select_for_update().filter(pk__in=list(keys))
    list(rows.order_by("pk").values_list("pk", flat=True))


def _require_open(audit: Audit) -> None:
    if not audit.is_open:
        raise NotAvailableError(_("The audit is validated: its ratings no longer change."))


def _record(audit: Audit, action: str, *, after: dict[str, Any], by: User, at: datetime) -> None:
    change = journal.Change(action, KIND, audit.key, audit.reference, after=after)
    journal.record(change, stream=journal.organisation_stream(audit.organisation.key), by=by, at=at)
