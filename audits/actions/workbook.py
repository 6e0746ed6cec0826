"""An audit as a workbook: taken away, brought back, written whole or not at all, taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits import permissions, storage
from audits.actions.workbook_writing import counts, lock_rows, put_back, write
from audits.models import Assessment, Audit, WorkbookImport
from audits.models.workbook import ImportState, Kind
from audits.storage import Upload
from audits.workbook.collect import collect
from audits.workbook.difference import Difference, check_stamp, compare_requirements
from audits.workbook.difference_actions import ActionChecker
from audits.workbook.difference_findings import FindingChecker
from audits.workbook.problems import Problem, Problems
from audits.workbook.reader import opened, read_requirements, read_stamp, read_tables
from audits.workbook.review import read_rows, review
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
STEP_STAYS = gettext_lazy("A step of an action is not taken back: nor is this workbook.")


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
        NotAvailableError: when the audit is validated, and more than its actions is in it.
        WorkbookRefusedError: with every problem of every sheet.
    """
    if not permissions.can_bring_workbook(by, audit):
        _require_open(audit)
    _require_xlsx(display_name(upload.name or ""))
    problems = Problems()
    with storage.received(upload, limits=IMPORT) as received:
        stamp, found = _compared(received, audit, by, problems, at=at)
        inspected = received.inspected
    if problems or stamp is None:
        raise WorkbookRefusedError(problems.listed(_titles(stamp) if stamp else ()))
    with transaction.atomic():
        for old in WorkbookImport.objects.waiting().filter(audit=audit, brought_by=by):
            old.abandon(at=at)
            _record(audit, ABANDONED, after={"sha256": old.sha256}, by=by, at=at)
        if found.is_empty:
            return None
        rows = found.to_json()
        after = {**counts(rows), "sha256": inspected.sha256}
        _record(audit, COMPARED, after=after, by=by, at=at)
        return WorkbookImport.objects.create(
            audit=audit,
            file_name=inspected.display_name,
            sha256=inspected.sha256,
            taken_at=stamp.at,
            proposed=rows,
            theirs=found.theirs,
            agreed=found.agreed,
            brought_at=at,
            brought_by=by,
        )


@transaction.atomic
def apply_import(
    *, imported: WorkbookImport, seen: str, choices: dict[str, str], by: User, at: datetime
) -> WorkbookImport:
    """Write every change, every choice and every new row, or nothing.

    A second click changes nothing more. ``seen`` is that of the `Review` that the person looked
    at; ``choices`` has "mine" or "theirs" for the name of each conflict.

    Raises:
        EditConflictError: when a row changed since the page was shown; ``current`` is the review
            as it is now.
        ChoiceMissingError: when a conflict has no choice.
        NotAvailableError: when it was abandoned or grew old, the audit is validated, or a row is
            no longer the person's to see or to write.
    """
    imported = _locked(imported)
    if imported.state == ImportState.APPLIED:
        return imported
    if imported.state != ImportState.PREVIEWED or imported.is_expired(at):
        raise NotAvailableError(
            _("This step is not available: send the workbook again to see what it brings back.")
        )
    _require_writable(imported)
    lock_rows(imported.proposed)
    found = review(imported, read_rows(imported, by))
    if found.missing:
        raise NotAvailableError(
            _("A row of this workbook is no longer yours to see: nothing was written.")
        )
    if found.seen != seen:
        raise EditConflictError(
            _("Somebody changed these rows meanwhile. Nothing was written: look again."), found
        )
    missing = [cell for cell in found.conflicts if choices.get(cell.name) not in {"mine", "theirs"}]
    if missing:
        raise ChoiceMissingError(_("Choose what stays for each conflict."))
    kept = [*found.changes, *(c for c in found.conflicts if choices[c.name] == "mine")]
    applied = write(found, kept, audit=imported.audit, by=by, at=at)
    imported.apply(applied=applied, at=at)
    after = {**counts(applied), "sha256": imported.sha256}
    _record(imported.audit, BROUGHT, after=after, by=by, at=at)
    return imported


@transaction.atomic
def undo_import(*, imported: WorkbookImport, by: User, at: datetime) -> WorkbookImport:
    """Put every row back as it was before and take the new ones away, or nothing.

    A second click changes nothing more.

    Raises:
        NotAvailableError: naming the rows that changed since, or on which something was built,
            when there are any; when a step of an action is among them, the audit is validated,
            or nothing was written.
    """
    imported = _locked(imported)
    if imported.state == ImportState.UNDONE:
        return imported
    if imported.state != ImportState.APPLIED:
        raise NotAvailableError(_("This step is not available: nothing was written."))
    _require_writable(imported)
    if not imported.is_taken_back_whole:
        raise NotAvailableError(STEP_STAYS)
    lock_rows(imported.applied)
    put_back(imported, by=by, at=at)
    imported.undo(at=at)
    after = {**counts(imported.applied), "sha256": imported.sha256}
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


def _compared(
    received: Received, audit: Audit, by: User, problems: Problems, *, at: datetime
) -> tuple[Stamp | None, Difference]:
    with opened(received.path) as book:
        try:
            stamp = read_stamp(book)
        except BadStampError:
            problems.add(
                _("The hidden sheet of this workbook was changed: take the workbook away again.")
            )
            return None, Difference()
        check_stamp(stamp, audit, problems)
        if problems or stamp is None:
            return stamp, Difference()
        entries = list(read_requirements(book, stamp, problems))
        tables = list(read_tables(book, stamp, problems))
    visible = Assessment.objects.visible_to(by).filter(audit=audit).order_by("position", "pk")
    rows = {row.pk: row for row in visible} if entries else {}
    found = compare_requirements(audit, by, entries, rows, problems)
    findings = [entry for entry in tables if entry.kind is Kind.FINDING]
    checker = FindingChecker(audit, by, problems, rows, today=localdate(at))
    checker.compare(findings, found)
    actions = [entry for entry in tables if entry.kind is Kind.ACTION]
    ActionChecker(audit, by, problems).compare(actions, found)
    return stamp, found


def _titles(stamp: Stamp) -> list[str]:
    sheets = [sheet.title for sheet in stamp.sheets]
    return [*sheets, stamp.findings.title, stamp.actions.title]


def _require_xlsx(name: str) -> None:
    extension = extension_of(name)
    if extension != "xlsx":
        raise FileRefusedError(
            Refusal.TYPE_NOT_ACCEPTED,
            extension=f".{extension}" if extension else "?",
            accepted=".xlsx",
        )


def _locked(imported: WorkbookImport) -> WorkbookImport:
    """The import, locked, with its audit, locked too: two people do not write it at once."""
    audits = Audit.objects.select_for_update(of=("self",)).select_related(
        "organisation", "certification__edition"
    )
    audit = audits.defer("frozen").get(pk=imported.audit_id)
    found = WorkbookImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    found.audit = audit
    return found


def _require_writable(imported: WorkbookImport) -> None:
    if imported.needs_open_audit:
        _require_open(imported.audit)


def _require_open(audit: Audit) -> None:
    if not audit.is_open:
        raise NotAvailableError(_("The audit is validated: its ratings no longer change."))


def _record(audit: Audit, action: str, *, after: dict[str, Any], by: User, at: datetime) -> None:
    change = journal.Change(action, KIND, audit.key, audit.reference, after=after)
    journal.record(change, stream=journal.organisation_stream(audit.organisation.key), by=by, at=at)
