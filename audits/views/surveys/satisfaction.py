"""Satisfaction on one screen, and the list of waves."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits.models import SurveyWave
from audits.presenters.surveys.satisfaction import satisfaction as screen_of
from audits.presenters.surveys.waves import list_line
from audits.survey_enums import WaveState
from audits.views.indicators.common import requested_scope, whole_scope
from audits.views.lists import page_of
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def satisfaction(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = requested_scope(request, key)
    context = {
        "scope": scope,
        "here": "satisfaction",
        "place_options": scope.options(request.path),
        "screen": None,
        "drafts": SurveyWave.objects.filter(
            organisation=scope.organisation, state=WaveState.DRAFT
        ).order_by("-number")
        if scope.can_bring
        else [],
    }
    if scope.place is not None:
        context["screen"] = screen_of(scope, scope.place, path=request.path, today=localdate())
    return render_page(request, "audits/satisfaction.html", context)


@require_safe
def survey_waves(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    rows = SurveyWave.objects.visible_to(request.user).filter(organisation=scope.organisation)
    page = page_of(request, rows.order_by("-starts_on", "-number"))
    context = {
        "scope": scope,
        "here": "satisfaction",
        "page": page,
        "lines": [list_line(row) for row in page],
    }
    return render_page(request, "audits/survey_waves.html", context)
