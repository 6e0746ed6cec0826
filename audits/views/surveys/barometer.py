"""The yearly barometer: read, begun, answered, compared with the sector, closed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions.surveys import barometer as actions
from audits.forms.indicators.fields import subjects_of
from audits.forms.surveys.barometer import BeginBarometerForm, MarksForm, ReopenBarometerForm
from audits.forms.surveys.sector import SectorForm
from audits.history import history_of
from audits.models import Barometer, MeasuringPlace, ServiceTheme, ThemeCount
from audits.permissions import figures as rights
from audits.presenters.indicators.entry import name_of, option
from audits.presenters.indicators.scope import Scope
from audits.presenters.surveys.barometer import barometer_view
from audits.survey_enums import BarometerState
from audits.views.conflicts import start_again
from audits.views.indicators.common import requested_scope, sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def barometer(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = requested_scope(request, key)
    rows = Barometer.objects.visible_to(request.user).filter(organisation=scope.organisation)
    found = list(rows.order_by("-year"))
    asked = request.GET.get("annee", "")
    chosen = next((row for row in found if str(row.year) == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or next(iter(found), None)
    kept = {"annee": str(chosen.year)} if chosen else {}
    context: dict[str, Any] = {
        "scope": scope,
        "here": "barometer",
        "place_options": scope.options(request.path, **kept),
        "barometer": chosen,
        "is_draft": chosen is not None and chosen.state == BarometerState.DRAFT,
        "year_options": [_year(request.path, scope, row, chosen) for row in found],
        "view": None,
        "history": history_of(actions.KIND, chosen.key) if chosen else (),
    }
    if chosen is not None and scope.place is not None:
        previous = next((row for row in found if row.year < chosen.year), None)
        context["view"] = barometer_view(scope, scope.place, chosen, previous)
    return render_page(request, "audits/barometer.html", context)


@require_http_methods(["GET", "POST"])
def begin_barometer(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    require(allowed=scope.can_bring)
    if not ServiceTheme.objects.filter(organisation=scope.organisation, is_active=True).exists():
        messages.info(request, _("Write the themes first: a barometer asks about themes."))
        return redirect("audits:barometer-themes", key)
    form = BeginBarometerForm(sent_by(request), initial={"year": localdate().year})
    if form.is_valid():
        with refusals(form):
            row = actions.begin_barometer(
                organisation=scope.organisation,
                year=form.cleaned_data["year"],
                source=form.cleaned_data["source"],
                by=request.user,
                at=timezone.now(),
            )
            return redirect("audits:barometer-marks", row.key)
    context = {"scope": scope, "cancel_url": reverse("audits:barometer", args=[key])}
    return form_page(request, "audits/begin_barometer.html", form, context)


@require_http_methods(["GET", "POST"])
def barometer_marks(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _writable(request, key)
    if row.state != BarometerState.DRAFT:
        return unavailable(request, _("This barometer is closed: open it again to correct it."))
    subjects = subjects_of(row.organisation)
    token = request.GET.get("lieu", "")
    if token and token not in subjects:
        raise Http404
    if not token:
        token = next((one for one in subjects if one.startswith("site-")), next(iter(subjects)))
    themes = list(ServiceTheme.objects.filter(organisation=row.organisation, is_active=True))
    form = MarksForm(
        sent_by(request), barometer=row, themes=themes, known=_known(row, subjects[token])
    )
    path = f"{reverse('audits:barometer-marks', args=[row.key])}?lieu="
    if form.is_valid():
        with refusals(form) as refused:
            actions.enter_marks(
                barometer=row,
                version=form.cleaned_data["version"],
                subject=subjects[token],
                counts=form.to_counts(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The answers are saved."))
            return redirect(f"{path}{token}")
        start_again(form, refused.error)
    context = _context(row) | {
        "lines": form.lines(),
        "place_options": [
            option(name_of(subject), f"{path}{one}", one == token)
            for one, subject in subjects.items()
        ],
    }
    return form_page(request, "audits/barometer_marks.html", form, context)


@require_http_methods(["GET", "POST"])
def sector_marks(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _writable(request, key)
    if row.state != BarometerState.DRAFT:
        return unavailable(request, _("This barometer is closed: open it again to correct it."))
    known = {mark.theme_id: mark for mark in row.sector_marks.all()}
    themes = list(ServiceTheme.objects.filter(organisation=row.organisation, is_active=True))
    form = SectorForm(sent_by(request), barometer=row, themes=themes, known=known)
    if form.is_valid():
        with refusals(form) as refused:
            actions.set_sector(
                barometer=row,
                version=form.cleaned_data["version"],
                marks=form.to_marks(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The marks of the sector are saved."))
            return redirect(_address(row))
        start_again(form, refused.error)
    return form_page(
        request, "audits/sector_marks.html", form, _context(row) | {"lines": form.lines()}
    )


@require_POST
def close_barometer(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _writable(request, key)
    try:
        actions.close_barometer(barometer=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The barometer is closed: everybody who reads figures reads it."))
    return redirect(_address(row))


@require_http_methods(["GET", "POST"])
def reopen_barometer(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _writable(request, key)
    if row.state != BarometerState.CLOSED:
        return unavailable(request, _("This barometer is open already."))
    form = ReopenBarometerForm(sent_by(request))
    if form.is_valid():
        try:
            actions.reopen_barometer(
                barometer=row,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except UserError as error:
            return unavailable(request, str(error))
        return redirect(_address(row))
    return form_page(request, "audits/reopen_barometer.html", form, _context(row))


def _year(path: str, scope: Scope, row: Barometer, chosen: Barometer | None) -> Any:
    place = f"&lieu={scope.place.pk}" if scope.place else ""
    return option(str(row.year), f"{path}?annee={row.year}{place}", row == chosen)


def _known(row: Barometer, subject: Any) -> dict[tuple[int, str, int], int]:
    """Answers of a place that may not be one yet."""
    places = MeasuringPlace.objects.filter(organisation=row.organisation_id)
    if subject is None:
        places = places.filter(kind="WHOLE")
    else:
        name = "subcontractor" if hasattr(subject, "certification_id") else "site"
        places = places.filter(**{name: subject})
    rows = ThemeCount.objects.filter(barometer=row, place__in=places)
    names = ("theme", "aspect", "mark", "count")
    return {(theme, aspect, mark): count for theme, aspect, mark, count in rows.values_list(*names)}


def _address(row: Barometer) -> str:
    path = reverse("audits:barometer", args=[row.organisation.key])
    return f"{path}?annee={row.year}"


def _context(row: Barometer) -> dict[str, Any]:
    return {
        "barometer": row,
        "organisation": row.organisation,
        "screen_url": _address(row),
        "cancel_url": _address(row),
    }


def _writable(request: AuthRequest, key: UUID) -> Barometer:
    rows = Barometer.objects.visible_to(request.user).select_related("organisation")
    row = get_object_or_404(rows, key=key)
    require(allowed=rights.can_bring_figures(request.user, row.organisation_id))
    return row
