"""Withdrawing a piece of evidence that was added by mistake, and putting it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import evidence_withdrawal as actions
from audits.forms.evidence import WithdrawForm
from audits.presenters import evidence as values
from audits.views.evidence import visible_evidence
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.form_views import form_page, unavailable
from crcaudit.core.http import render_page, require


@require_http_methods(["GET", "POST"])
def withdraw_evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    require(allowed=permissions.keeps_evidence(request.user, row))
    if row.withdrawn_at is not None:
        return unavailable(request, _("This evidence is withdrawn already."))
    form = WithdrawForm(values.sent(request))
    if form.is_valid():
        try:
            actions.withdraw_evidence(
                evidence=row, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except NotAvailableError as error:
            return unavailable(request, str(error))
        messages.success(request, _("The evidence is withdrawn. It is kept, and can be put back."))
        return redirect(row)
    context = {"evidence": row, "cancel_url": row.get_absolute_url()}
    context |= {"codes": values.counted_codes(row, request.user)}
    return form_page(request, "audits/evidence_withdraw.html", form, context)


@require_http_methods(["GET", "POST"])
def restore_evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    require(allowed=permissions.keeps_evidence(request.user, row))
    if row.withdrawn_at is None:
        return unavailable(request, _("This evidence is not withdrawn."))
    if request.method == "POST":
        try:
            actions.restore_evidence(evidence=row, by=request.user, at=timezone.now())
        except NotAvailableError as error:
            return unavailable(request, str(error))
        messages.success(request, _("The evidence is put back: it counts again."))
        return redirect(row)
    context = {"evidence": row, "cancel_url": row.get_absolute_url()}
    return render_page(request, "audits/evidence_restore.html", context)
