"""The same audit without a network: take it away as a workbook, bring it back, look, write."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import permissions
from audits.actions import workbook as actions
from audits.forms.workbook import ApplyForm, WorkbookForm
from audits.models import Audit, WorkbookImport
from audits.models.workbook import ImportState
from audits.presenters import workbook as values
from audits.presenters.evidence import log_refusal
from audits.views.helpers import visible_audit
from audits.workbook.review import Review, read_rows, review
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.files import FileRefusedError
from crcaudit.core.form_views import form_page, unavailable
from crcaudit.core.http import render_page, require, writes_on_get

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONFLICT, INVALID = HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
def workbook(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    may_bring = permissions.brings_workbook(request.user, audit)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    problems: list[object] = []
    status: int | None = None
    if request.method == "POST":
        require(allowed=may_bring)
        if form.is_valid():
            try:
                return _brought(request, audit, form)
            except FileRefusedError as error:
                log_refusal(request.user, error)
                form.add_error("file", str(error.message))
                status = error.status
            except actions.WorkbookRefusedError as error:
                problems, status = [*error.problems], INVALID
            except UserError as error:
                return unavailable(request, str(error))
    context = {
        "audit": audit,
        "may_bring": permissions.can_bring_workbook(request.user, audit),
        "may_rate": permissions.can_rate(request.user, audit),
        "plans_actions": permissions.plans_actions(request.user, audit),
        "imports": values.own_imports(audit, request.user) if may_bring else [],
        "problems": problems,
        "now": timezone.now(),
        "cancel_url": "",
    }
    return form_page(request, "audits/workbook.html", form, context, status=status)


@writes_on_get
@require_safe
def workbook_file(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    content = actions.take_away(audit=audit, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type=XLSX)
    name = _("%(reference)s-workbook.xlsx") % {"reference": audit.reference}
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def workbook_import(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """What came back: to confirm, or what became of it."""
    imported = _visible_import(request, key, pk)
    if request.method == "GET" and not _waits(imported):
        return _shown(request, imported)
    require(allowed=permissions.brings_workbook(request.user, imported.audit))
    found = review(imported, read_rows(imported, request.user))
    if request.method == "GET":
        form = ApplyForm(conflicts=found.conflicts, initial={"seen": found.seen})
        return _preview(request, imported, found, form)
    form = ApplyForm(request.POST, conflicts=found.conflicts)
    if _waits(imported) and not form.is_valid():
        return _preview(request, imported, found, form, status=INVALID)
    return _apply(request, imported, form)


@require_POST
def abandon_workbook(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    imported = _visible_import(request, key, pk)
    try:
        actions.abandon_import(imported=imported, by=request.user, at=timezone.now())
    except NotAvailableError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The workbook is abandoned: nothing of it was written."))
    return redirect("audits:workbook", key=key)


@require_POST
def undo_workbook(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    imported = _visible_import(request, key, pk)
    require(allowed=permissions.brings_workbook(request.user, imported.audit))
    try:
        imported = actions.undo_import(imported=imported, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("Everything is as it was before the workbook."))
    return redirect(imported)


def _visible_import(request: AuthRequest, key: UUID, pk: int) -> WorkbookImport:
    audit = visible_audit(request.user, key)
    rows = WorkbookImport.objects.filter(brought_by=request.user, audit=audit)
    found = get_object_or_404(rows, pk=pk)
    found.audit = audit
    return found


def _brought(request: AuthRequest, audit: Audit, form: WorkbookForm) -> HttpResponse:
    imported = actions.bring_back(
        audit=audit, upload=form.cleaned_data["file"], by=request.user, at=timezone.now()
    )
    if imported is not None:
        return redirect(imported)
    messages.info(request, _("No difference: the audit already says what this workbook says."))
    return redirect("audits:workbook", key=audit.key)


def _waits(imported: WorkbookImport) -> bool:
    is_open = imported.audit.is_open or not imported.needs_open_audit
    waits = imported.state == ImportState.PREVIEWED and is_open
    return waits and not imported.is_expired(timezone.now())


def _apply(request: AuthRequest, imported: WorkbookImport, form: ApplyForm) -> HttpResponse:
    try:
        imported = actions.apply_import(
            imported=imported,
            seen=form.data.get("seen", ""),
            choices=form.choices() if form.is_valid() else {},
            by=request.user,
            at=timezone.now(),
        )
    except EditConflictError as error:
        now: Review = error.current
        again = ApplyForm(conflicts=now.conflicts, initial={"seen": now.seen})
        return _preview(
            request, imported, now, again, status=CONFLICT, sent=request.POST, message=str(error)
        )
    except UserError as error:
        return unavailable(request, str(error))
    what = values.written(imported)
    text = _("Written: %(what)s.") % {"what": what} if what else _("Nothing was left to write.")
    messages.success(request, text)
    return redirect(imported)


def _preview(  # noqa: PLR0913 -- keyword-only, one line each
    request: AuthRequest,
    imported: WorkbookImport,
    found: Review,
    form: ApplyForm,
    *,
    status: int = HTTPStatus.OK,
    sent: Any = None,
    message: str = "",
) -> HttpResponse:
    chosen = dict((sent if sent is not None else form.data).items())
    context = {
        "audit": imported.audit,
        "imported": imported,
        "page": values.import_page(imported, found, chosen),
        "seen": found.seen,
        "message": message,
        "missing": found.missing,
    }
    return form_page(request, "audits/workbook_import.html", form, context, status=status)


def _shown(request: AuthRequest, imported: WorkbookImport) -> HttpResponse:
    """What became of it, and the way back while there is one."""
    is_written = imported.state == ImportState.APPLIED
    is_open = imported.audit.is_open or not imported.needs_open_audit
    may_undo = permissions.can_bring_workbook(request.user, imported.audit)
    context = {
        "audit": imported.audit,
        "imported": imported,
        "written": values.written(imported),
        "is_expired": imported.is_expired(timezone.now()),
        "can_undo": is_written and is_open and may_undo and imported.is_taken_back_whole,
        "step_stays": actions.STEP_STAYS if is_written and not imported.is_taken_back_whole else "",
    }
    return render_page(request, "audits/workbook_result.html", context)
