"""The subcontractors of a certification file."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.actions import subcontractor as actions
from audits.forms.subcontractor import SubcontractorForm
from audits.models import Certification, Subcontractor
from audits.permissions import sharing as rights
from audits.views.certifications import visible_certification
from audits.views.conflicts import resend, resend_as_new
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def add_subcontractor(request: AuthRequest, key: UUID) -> HttpResponse:
    file = visible_certification(request.user, key)
    require(allowed=rights.can_write_subcontractors(request.user, file))
    form = SubcontractorForm(request.POST or None, certification=file)
    if form.is_valid():
        with refusals(form):
            actions.add_subcontractor(
                key=form.cleaned_data["key"] or uuid4(),
                certification=file,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The subcontractor is in the file."))
            return redirect(file)
        resend_as_new(form)
    return form_page(request, "audits/subcontractor_form.html", form, _context(file, None))


@require_http_methods(["GET", "POST"])
def edit_subcontractor(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = _row(request.user, key, pk)
    form = SubcontractorForm(request.POST or None, certification=row.certification, row=row)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_subcontractor(
                row=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The subcontractor is saved."))
            return redirect(row.certification)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = _context(row.certification, row)
    return form_page(request, "audits/subcontractor_form.html", form, context)


@require_POST
def remove_subcontractor(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = _row(request.user, key, pk)
    try:
        actions.remove_subcontractor(row=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The subcontractor is out of the file."))
    return redirect(row.certification)


def _row(user: User, key: UUID, pk: int) -> Subcontractor:
    file = visible_certification(user, key)
    require(allowed=rights.can_write_subcontractors(user, file))
    rows = file.subcontracting.select_related("parent", "shared_file")
    row = get_object_or_404(rows, pk=pk)
    row.certification = file
    return row


def _context(file: Certification, row: Subcontractor | None) -> dict[str, Any]:
    return {"certification": file, "row": row, "cancel_url": file.get_absolute_url()}
