"""The end of a file, and an audit opened again: here, because reports have their say."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions.closing import closing_obstacles
from audits.forms.closing import CloseCertificationForm
from audits.forms.conclusion import ReopenAuditForm
from audits.models import Certification, CorrectiveAction
from audits.views.certifications import file_unavailable, visible_certification
from audits.views.conclusions import audit_unavailable
from audits.views.helpers import visible_audit
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require
from reports import actions


@require_http_methods(["GET", "POST"])
def close_file(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_certification(request.user, key)
    require(allowed=permissions.manages(request.user, row.organisation_id))
    if request.method == "GET" and row.closed_at is not None:
        return file_unavailable(request)
    form = CloseCertificationForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.close_file(
                certification=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request, _("The file %(reference)s is closed.") % {"reference": row.reference}
            )
            return redirect(row)
    context = {
        "certification": row,
        "obstacles": _obstacles(row),
        "unfinished": CorrectiveAction.objects.pending()
        .filter(finding__audit__certification=row)
        .count(),
        "cancel_url": row.get_absolute_url(),
    }
    return form_page(request, "audits/close_certification.html", form, context)


@require_http_methods(["GET", "POST"])
def reopen_audit(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.reopens(request.user, audit))
    decided = audit.conclusions.exclude(decisions=None).exists()
    if decided or not permissions.can_reopen_audit(request.user, audit):
        return audit_unavailable(request)
    form = ReopenAuditForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.reopen_audit(
                audit=audit, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The audit is open again: both sides were told."))
            return redirect(audit)
    context = {
        "audit": audit,
        "obstacle": actions.issued_in_the_way(audit),
        "cancel_url": audit.get_absolute_url(),
    }
    return form_page(request, "audits/reopen_audit.html", form, context)


def _obstacles(row: Certification) -> list[str]:
    return list(filter(None, (*closing_obstacles(row), actions.reports_in_the_way(row))))
