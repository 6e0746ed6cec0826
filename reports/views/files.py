"""The end of a certification file: here, because reports of it may be under way."""

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
from audits.models import Certification, CorrectiveAction
from audits.views.certifications import file_unavailable, visible_certification
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


def _obstacles(row: Certification) -> list[str]:
    return list(filter(None, (*closing_obstacles(row), actions.reports_in_the_way(row))))
