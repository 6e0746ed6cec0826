"""The auditor's opinion on what was sent: accepted, or refused with what is missing."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.enums import Opinion
from audits.forms.finding_steps import OpinionForm
from audits.models import EvidenceRequest, Finding
from audits.views.conflicts import start_again
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import refusals


def judge(
    request: AuthRequest,
    row: Finding | EvidenceRequest,
    *,
    give: Callable[..., object],
    show: Callable[[OpinionForm], HttpResponse],
) -> HttpResponse:
    """Take the opinion and go back to the page of the row, else show the form.

    ``give`` is the action, without the opinion; ``show`` makes the page of the form.
    """
    form = OpinionForm(request.POST or None, initial={"version": row.version})
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form) as refused:
            give(
                version=data["version"],
                opinion=Opinion(data["opinion"]),
                reason=data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The opinion was sent to the audited organisation."))
            return redirect(row)
        start_again(form, refused.error)
    return show(form)
