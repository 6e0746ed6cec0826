"""Validation of an audit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import audit as actions
from audits.forms.audit import ValidateAuditForm
from audits.presenters import progress
from audits.views.helpers import visible_audit
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def validate_audit(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_validate_audit(request.user, audit))
    form = ValidateAuditForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.validate_audit(audit=audit, by=request.user, at=timezone.now())
            messages.success(request, _("The audit is validated: it no longer changes."))
            return redirect(audit)
    rollups = progress.read_rollups(audit, request.user)
    context = {"audit": audit, "progress": progress.progress(audit, rollups)}
    return form_page(request, "audits/validate_audit.html", form, context)
