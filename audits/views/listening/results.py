"""What listening measures: by site and period, on screen and as a table; the plan of listening."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import listening_permissions as rights
from audits.actions.listening.plan import set_plan
from audits.forms.listening.plan import ListeningPlanForm
from audits.models import ListeningPlan
from audits.presenters.listening import results as presenter
from audits.presenters.listening.results import MONTH, QUARTER_VIEW
from audits.views.listening.common import (
    chosen_among,
    managed_organisation,
    organisation_chips,
    page,
)
from audits.views.lists import chip, choice
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require

PLAN_BACK, PLAN_AHEAD = 3, 3


@require_safe
def listening(request: AuthRequest) -> HttpResponse:
    user, today = request.user, localdate()
    rows = presenter.organisations_read_by(user)
    organisation = chosen_among(request, rows)
    view = choice(request, "vue", (MONTH,)) or QUARTER_VIEW
    found = presenter.results(organisation, user, view=view, today=today) if organisation else None
    context = page(
        "sessions",
        organisation=organisation,
        organisations=organisation_chips(request, rows, organisation),
        results=found,
        plan=presenter.plan_lines(organisation, user, today=today) if organisation else [],
        views=[
            chip(request, _("By quarter"), "vue", None),
            chip(request, _("By month"), "vue", MONTH),
        ],
        can_grade=rights.grades(user),
        can_plan=rights.manages_listening(user),
    )
    return render_page(request, "audits/listening.html", context)


@require_safe
def listening_table(request: AuthRequest) -> HttpResponse:
    organisation = chosen_among(request, presenter.organisations_read_by(request.user))
    view = choice(request, "vue", (MONTH,)) or QUARTER_VIEW
    rows = []
    if organisation is not None:
        found = presenter.results(organisation, request.user, view=view, today=localdate())
        rows = list(presenter.table(found))
    head = [
        *(_("Period"), _("Site"), _("Heard"), _("Assessed"), _("Mean score"), _("Standard error")),
        *(_("Without critical error"), _("Share"), _("Interval"), _("Verdict")),
    ]
    return csv_response(_("listening") + ".csv", head, rows)


@require_http_methods(["GET", "POST"])
def listening_plan(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.manages_listening(request.user))
    organisation, others = managed_organisation(request, request.user)
    sites = list(organisation.sites.open_on(localdate()).order_by("name", "pk"))
    months = presenter.months_back(localdate(), PLAN_BACK, ahead=PLAN_AHEAD)[::-1]
    rows = ListeningPlan.objects.filter(site__in=sites, month__in=months)
    known = {(row.site_id, row.month): row.planned for row in rows}
    form = ListeningPlanForm(request.POST or None, sites=sites, months=months, known=known)
    if form.is_valid():
        with refusals(form):
            set_plan(
                organisation=organisation,
                planned=form.planned(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The plan is saved."))
            return redirect("audits:listening")
    context = page("sessions", sites=sites, organisation=organisation, organisations=others)
    return form_page(request, "audits/listening_plan.html", form, context)
