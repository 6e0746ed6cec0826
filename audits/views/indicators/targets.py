"""What is followed, what is wanted of it, and indicators of one's own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits.actions import own_indicator as own_actions
from audits.actions import target as actions
from audits.forms.indicators.fields import WHOLE, token_of
from audits.forms.indicators.own_indicator import OwnIndicatorForm
from audits.forms.indicators.target import FollowForm, TargetForm
from audits.models import Target
from audits.permissions import figures as rights
from audits.presenters.indicators import targets as presenter
from audits.presenters.indicators.scope import Scope
from audits.views.conflicts import resend
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require
from engagements.models import Indicator

_SHOWN = ("kind", "operator", "value", "alert", "nonconformity", "grain", "source")


@require_http_methods(["GET", "POST"])
def targets(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = _writable(request, key)
    page = presenter.targets_page(scope.organisation, today=localdate())
    form = FollowForm(sent_by(request), offered=page.offered)
    if form.is_valid():
        with refusals(form, field="indicators"):
            count = actions.follow(
                organisation=scope.organisation,
                indicators=form.chosen(),
                by=request.user,
                at=timezone.now(),
            )
            text = ngettext(
                "%(n)s indicator is now followed.", "%(n)s indicators are now followed.", count
            )
            messages.success(request, text % {"n": count})
            return redirect("audits:targets", key)
    context = _context(scope) | {"here": "targets", "page": page}
    return form_page(request, "audits/targets.html", form, context)


@require_http_methods(["GET", "POST"])
def set_target(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    scope = _writable(request, key)
    indicator = _offered(scope, pk)
    form = TargetForm(
        sent_by(request),
        organisation=scope.organisation,
        indicator=indicator,
        initial=_initial(scope, indicator),
    )
    if form.is_valid():
        with refusals(form) as refused:
            row = actions.set_target(
                organisation=scope.organisation,
                indicator=indicator,
                subject=form.subject(),
                fields=form.to_fields(),
                seen=form.cleaned_data["version"] or 0,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The target is set."))
            return redirect(f"{_series(scope, pk)}?lieu={row.place_id}")
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.pk)
    context = _context(scope) | {
        "indicator": indicator,
        "cancel_url": _series(scope, pk),
        "lines": presenter.lines_of(scope.organisation, indicator),
        "usual": presenter.usual_targets(indicator),
    }
    return form_page(request, "audits/target_form.html", form, context)


@require_http_methods(["GET", "POST"])
def make_indicator(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = _writable(request, key)
    form = OwnIndicatorForm(sent_by(request))
    if form.is_valid():
        with refusals(form):
            row = own_actions.make_indicator(
                organisation=scope.organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The indicator is made: now set its target."))
            return redirect("audits:set-target", key, row.pk)
    context = _context(scope) | {"indicator": None, "cancel_url": _targets(scope)}
    return form_page(request, "audits/own_indicator.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_indicator(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    scope = _writable(request, key)
    rows = Indicator.objects.filter(organisation=scope.organisation).prefetch_related("inputs")
    indicator = get_object_or_404(rows, pk=pk)
    form = OwnIndicatorForm(sent_by(request), indicator=indicator)
    if form.is_valid():
        with refusals(form) as refused:
            own_actions.edit_indicator(
                indicator=indicator,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The indicator is saved."))
            return redirect(_series(scope, pk))
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = _context(scope) | {"indicator": indicator, "cancel_url": _series(scope, pk)}
    return form_page(request, "audits/own_indicator.html", form, context)


@require_http_methods(["POST"])
def check_formula(request: AuthRequest, key: UUID) -> HttpResponse:
    """The fields that a formula asks for, and whether it can be read, while it is typed."""
    scope = _writable(request, key)
    form = OwnIndicatorForm(request.POST)
    form.errors  # noqa: B018 -- makes the fields clean themselves
    context = _context(scope) | {
        "form": form,
        "check": presenter.formula_check(str(request.POST.get("formula", ""))),
        "labels": form.labels,
    }
    return render_page(request, "audits/formula_check.html", context)


def _writable(request: AuthRequest, key: UUID) -> Scope:
    scope = whole_scope(request, key)
    require(allowed=rights.can_set_targets(request.user, scope.organisation.pk))
    return scope


def _offered(scope: Scope, pk: int) -> Indicator:
    rows = Indicator.objects.offered_to(scope.organisation).prefetch_related("targets")
    return get_object_or_404(rows, pk=pk)


def _initial(scope: Scope, indicator: Indicator) -> dict[str, Any]:
    """The line in force for the place, else the usual target of the catalogue; from today."""
    today = localdate()
    rows = Target.objects.filter(organisation=scope.organisation, indicator=indicator)
    at = rows.filter(place=scope.place) if scope.place else rows
    line = at.select_related("place").in_force(today).first()
    wanted = line or actions.usual(indicator, starts_on=today)
    place = line.place if line else scope.place
    settings = {f"parameter_{name}": value for name, value in wanted.parameters.items()}
    return {
        **{name: getattr(wanted, name) for name in _SHOWN},
        **settings,
        "starts_on": today,
        "version": rows.aggregate(latest=Max("pk"))["latest"],
        "place": token_of(place) if place else WHOLE,
    }


def _context(scope: Scope) -> dict[str, Any]:
    return {"scope": scope}


def _series(scope: Scope, pk: int) -> str:
    return reverse("audits:series", args=[scope.organisation.key, pk])


def _targets(scope: Scope) -> str:
    return reverse("audits:targets", args=[scope.organisation.key])
