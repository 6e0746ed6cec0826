"""What if: levels and actions are ticked, score and verdict follow; kept under a name or not.

Only the three views of scenarios write. Recomputing is a POST because of what it carries.
"""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import permissions
from audits.actions import scenario as actions
from audits.forms.scenario import ScenarioForm, ticks_sent
from audits.models import Audit, Certification, Scenario
from audits.presenters import comparison, simulation
from audits.ticks import Ticks, ticks_of
from audits.views.certifications import visible_certification
from audits.views.conflicts import resend, resend_as_new
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def simulate(request: AuthRequest, key: UUID) -> HttpResponse:
    """A new simulation on the latest audit of the file."""
    file = visible_certification(request.user, key)
    require(allowed=permissions.can_see_dashboard(request.user, file))
    audit = latest_audit(request.user, file)
    form = ScenarioForm(initial={"key": uuid4()})
    return _answer(request, file, audit, form, ticks=_ticks(request))


@require_http_methods(["GET", "POST"])
def scenario(request: AuthRequest, key: UUID) -> HttpResponse:
    """A scenario opened again, on the audit that it was made on."""
    row = visible_scenario(request.user, key)
    form = ScenarioForm(initial={"key": uuid4(), "version": row.version, "title": row.title})
    ticks = _ticks(request) if request.method == "POST" else ticks_of(row)
    return _answer(request, row.certification, row.audit, form, ticks=ticks, row=row)


@require_POST
def save_scenario(request: AuthRequest, key: UUID) -> HttpResponse:
    file = visible_certification(request.user, key)
    require(allowed=permissions.keeps_scenarios(request.user, file))
    audit = latest_audit(request.user, file)
    if audit is None:
        return unavailable(request, _("This file has no audit yet: there is nothing to suppose."))
    form = ScenarioForm(request.POST)
    if form.is_valid():
        base = simulation.base_of(audit, request.user, today=localdate())
        with refusals(form):
            saved = actions.save_scenario(
                key=form.cleaned_data["key"] or uuid4(),
                audit=audit,
                title=form.cleaned_data["title"],
                ticks=base.within(form.cleaned_data["ticks"]),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The scenario “%s” is saved.") % saved.title)
            return redirect(saved)
        resend_as_new(form)
    return _answer(request, file, audit, form, ticks=form.cleaned_data.get("ticks", Ticks()))


@require_POST
def change_scenario(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_scenario(request.user, key)
    require(allowed=permissions.owns_scenario(request.user, row))
    form = ScenarioForm(request.POST)
    if form.is_valid():
        base = simulation.base_of(row.audit, request.user, today=localdate())
        with refusals(form) as refused:
            saved = actions.change_scenario(
                scenario=row,
                version=form.cleaned_data["version"] or 0,
                title=form.cleaned_data["title"],
                ticks=base.within(form.cleaned_data["ticks"]),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The scenario “%s” is saved.") % saved.title)
            return redirect(saved)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    ticks = form.cleaned_data.get("ticks", Ticks())
    return _answer(request, row.certification, row.audit, form, ticks=ticks, row=row)


@require_POST
def delete_scenario(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_scenario(request.user, key)
    require(allowed=permissions.owns_scenario(request.user, row))
    try:
        actions.delete_scenario(scenario=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The scenario “%s” is deleted.") % row.title)
    return redirect("audits:simulation", key=row.certification.key)


def latest_audit(user: User, file: Certification) -> Audit | None:
    """The latest audit of the file that the user reads as a whole, None without one."""
    audits = comparison.offered(user, file)
    return next((row for row in audits if row.certification_id == file.pk), None)


def visible_scenario(user: User, key: UUID) -> Scenario:
    """The scenario with its file and its audit; 404 when the user may not know of it."""
    rows = (
        Scenario.objects.visible_to(user)
        .select_related("certification__organisation", "certification__edition", "audit")
        .defer("audit__frozen")
    )
    return get_object_or_404(rows, key=key)


def _ticks(request: AuthRequest) -> Ticks:
    """What the page sent; nothing when it is only opened."""
    if request.method != "POST":
        return Ticks()
    try:
        return ticks_sent(request.POST)
    except ValueError as error:
        raise BadRequest("ticks") from error


def _answer(  # noqa: PLR0913 -- keyword-only, one line each
    request: AuthRequest,
    file: Certification,
    audit: Audit | None,
    form: ScenarioForm,
    *,
    ticks: Ticks,
    row: Scenario | None = None,
) -> HttpResponse:
    """The page, or only what the ticks give when the page asks for no more."""
    context: dict[str, Any] = {"certification": file, "audit": audit, "scenario": row}
    if audit is None:
        return form_page(request, "audits/simulation.html", form, context)
    today = localdate()
    base = simulation.base_of(audit, request.user, today=today)
    ticks = base.within(ticks)
    context |= {
        "simulation": simulation.simulate(base, ticks, today=today),
        "ticks": ticks,
        "tick_count": len(ticks.levels) + len(ticks.actions),
    }
    if request.htmx and not form.is_bound:
        return render(request, "audits/_simulation_result.html", context | {"oob": True})
    keeps = permissions.keeps_scenarios(request.user, file)
    context |= {
        "gaps": simulation.gap_rows(base, ticks),
        "scenarios": Scenario.objects.visible_to(request.user)
        .filter(certification=file)
        .select_related("updated_by")
        .order_by("-updated_at", "pk"),
        "can_keep": keeps,
        "is_latest": row is None or latest_audit(request.user, file) == audit,
        "owns": row is not None and permissions.owns_scenario(request.user, row),
        "here": row.get_absolute_url() if row else reverse("audits:simulation", args=[file.key]),
    }
    return form_page(request, "audits/simulation.html", form, context)
