"""What each criterion holds: the version in force, those before, and the next one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.actions.scorecard_grid import write_scorecard_grid
from audits.forms.scorecard import ScorecardGridForm, by_code, start_of, with_more_rows
from audits.logic.periods import Grain, period_of
from audits.permissions import scorecard as rights
from audits.presenters.indicators.scope import provider_scope
from audits.presenters.scorecard.words import criterion_label
from audits.snapshots.scorecard_grids import Grid, Grids
from audits.views.conflicts import resend
from audits.views.scorecard.common import scored_organisation
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require
from engagements.models import Indicator


@require_safe
def scorecard_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    organisation = scored_organisation(request, key)
    grids = Grids(organisation)
    shown = _asked(request, grids)
    context = _context(request, organisation) | {
        "grid": shown,
        "current": grids.on(localdate()).number,
        "criteria": [(criterion_label(code), held) for code, held in shown.criteria.items()],
        "versions": sorted(grids.rows, key=lambda row: -row.number),
        "writes": rights.writes_scorecard(request.user, organisation.pk),
    }
    return render_page(request, "audits/scorecard_grid.html", context)


@require_http_methods(["GET", "POST"])
def edit_scorecard_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    organisation = scored_organisation(request, key)
    require(allowed=rights.writes_scorecard(request.user, organisation.pk))
    grids = Grids(organisation)
    rows = list(Indicator.objects.offered_to(organisation).order_by("code", "pk"))
    indicators, running = by_code(rows), period_of(localdate(), Grain.MONTH).start
    start = start_of(grids.latest, starts_on=running)
    context = _context(request, organisation) | {"indicators": list(indicators.values())}
    if request.method == "POST" and request.POST.get("do") == "add":
        form = ScorecardGridForm(indicators=indicators, start=with_more_rows(request.POST))
        return form_page(request, "audits/scorecard_grid_form.html", form, context)
    data = request.POST if request.method == "POST" else None
    form = ScorecardGridForm(data, indicators=indicators, start=start)
    if form.is_valid():
        with refusals(form) as refused:
            row = write_scorecard_grid(
                organisation=organisation,
                seen=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            text = _("Version %(n)s of the grid is in force from %(day)s.")
            day = row.starts_on.strftime("%d/%m/%Y")
            messages.success(request, text % {"n": row.number, "day": day})
            return redirect("audits:scorecard-grid", organisation.key)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.number)
            context["theirs"] = grids.latest
            context["their_criteria"] = [
                (criterion_label(code), held) for code, held in grids.latest.criteria.items()
            ]
    return form_page(request, "audits/scorecard_grid_form.html", form, context)


def _asked(request: AuthRequest, grids: Grids) -> Grid:
    """The version that the address names, else the one in force today."""
    asked = request.GET.get("version", "")
    known = {str(grid.number): grid for grid in (grids.ready, *grids.grids)}
    return known.get(asked) or grids.on(localdate())


def _context(request: AuthRequest, organisation: Organisation) -> dict[str, Any]:
    return {"scope": provider_scope(request.user, organisation), "here": "scorecard"}
