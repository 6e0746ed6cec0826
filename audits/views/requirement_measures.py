"""What was measured of a requirement, and the rating that it proposes."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from audits import permissions
from audits.actions import assessment as actions
from audits.forms.assessment import RetainForm
from audits.presenters.requirement_measures import measures_view
from audits.views import rating
from audits.views.helpers import visible_assessment
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.http import render_page, require


@require_safe
def requirement_measures(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    context = {
        "audit": row.audit,
        "row": row,
        "measures": measures_view(row, request.user, today=localdate()),
        "can_rate": row.audit.is_open and permissions.can_rate(request.user, row.audit),
    }
    return render_page(request, "audits/requirement_measures.html", context)


@require_POST
def retain_proposal(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_rate(request.user, row.audit))
    form = RetainForm(request.POST)
    if not form.is_valid():
        message = " ".join(str(text) for errors in form.errors.values() for text in errors)
        return rating.refused(request, row, UserError(message))
    given = form.cleaned_data
    try:
        actions.retain_proposal(assessment=row, by=request.user, at=timezone.now(), **given)
    except EditConflictError as error:
        return rating.conflict(request, row, error, {"level": given["level"]})
    except UserError as error:
        return rating.refused(request, row, error)
    return HttpResponseRedirect(row.get_absolute_url())
