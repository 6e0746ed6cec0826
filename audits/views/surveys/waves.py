"""A wave: recorded, described, answered, closed, corrected, withdrawn."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions.surveys import waves as actions
from audits.actions.surveys.feeding import AlreadyMeasuredError
from audits.figure_words import period_text
from audits.forms.surveys.answers import AnswersForm
from audits.forms.surveys.wave import CloseWaveForm, WaveForm, WithdrawWaveForm
from audits.history import history_of
from audits.models import MeasuringPlace, SurveyWave, WaveReturn
from audits.permissions import figures as rights
from audits.presenters.surveys import waves as presenter
from audits.survey_enums import WaveKind, WaveState
from audits.views.conflicts import resend_as_new, start_again
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def record_wave(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    require(allowed=scope.can_bring)
    form = WaveForm(sent_by(request), organisation=scope.organisation)
    if form.is_valid():
        with refusals(form):
            wave = actions.record_wave(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=scope.organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("audits:wave-answers", wave.key)
        resend_as_new(form)
    cancel = reverse("audits:satisfaction", args=[scope.organisation.key])
    context = {"organisation": scope.organisation, "wave": None, "cancel_url": cancel}
    return form_page(request, "audits/survey_wave_form.html", form, context)


@require_safe
def survey_wave(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = _visible(request, key)
    return _page(request, wave, CloseWaveForm(initial={"version": wave.version}))


@require_http_methods(["GET", "POST"])
def edit_wave(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = writable_wave(request, key)
    if wave.state != WaveState.DRAFT:
        return unavailable(request, _("This wave is no longer being entered: withdraw it instead."))
    form = WaveForm(sent_by(request), organisation=wave.organisation, wave=wave)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_wave(
                wave=wave,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("audits:wave-answers", wave.key)
        start_again(form, refused.error)
    context = {
        "organisation": wave.organisation,
        "wave": wave,
        "cancel_url": wave.get_absolute_url(),
    }
    return form_page(request, "audits/survey_wave_form.html", form, context)


@require_http_methods(["GET", "POST"])
def wave_answers(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = writable_wave(request, key)
    if wave.state == WaveState.WITHDRAWN:
        return unavailable(request, _("This wave is withdrawn: its answers stay as they are."))
    form = AnswersForm(sent_by(request), wave=wave, returns=_returns(wave))
    if form.is_valid():
        with refusals(form) as refused:
            actions.enter_answers(
                wave=wave,
                version=form.cleaned_data["version"],
                returns=form.to_returns(),
                reason=form.cleaned_data.get("reason", ""),
                replaces=form.cleaned_data.get("replaces", False),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The answers are saved."))
            return redirect(wave)
        start_again(form, refused.error)
    context = {
        "wave": wave,
        "period": period_text(wave.period),
        "lines": form.lines(),
        "places": [row.place.name for row in form.returns],
        "is_correction": wave.state == WaveState.CLOSED,
    }
    return form_page(request, "audits/wave_answers.html", form, context)


@require_POST
def close_wave(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = writable_wave(request, key)
    form = CloseWaveForm(request.POST)
    if form.is_valid():
        with refusals(form) as refused:
            actions.close_wave(
                wave=wave,
                version=form.cleaned_data["version"],
                replaces=form.cleaned_data["replaces"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The wave is closed: the indicators have its figures."))
            return redirect(wave)
        start_again(form, refused.error)
        asks = isinstance(refused.error, AlreadyMeasuredError)
        return _page(request, wave, form, asks_to_replace=asks)
    return _page(request, wave, form)


@require_http_methods(["GET", "POST"])
def withdraw_wave(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = writable_wave(request, key)
    form = WithdrawWaveForm(sent_by(request))
    if form.is_valid():
        try:
            actions.withdraw_wave(
                wave=wave,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except UserError as error:
            return unavailable(request, str(error))
        messages.success(request, _("The wave is withdrawn: the indicators no longer count it."))
        return redirect(wave)
    context = {"wave": wave, "cancel_url": wave.get_absolute_url()}
    return form_page(request, "audits/withdraw_wave.html", form, context)


def _page(
    request: AuthRequest, wave: SurveyWave, form: forms.Form, *, asks_to_replace: bool = False
) -> HttpResponse:
    can_write = rights.can_bring_figures(request.user, wave.organisation_id)
    places = MeasuringPlace.objects.visible_to(request.user).filter(
        organisation=wave.organisation_id
    )
    returns = _returns(wave, None if can_write else places)
    context: dict[str, Any] = {
        "wave": wave,
        "line": presenter.list_line(wave),
        "view": presenter.wave_view(wave, returns, whole=_("Together")),
        "can_write": can_write,
        "is_draft": wave.state == WaveState.DRAFT,
        "is_closed": wave.state == WaveState.CLOSED,
        "asks_to_replace": asks_to_replace,
        "history": history_of(
            actions.KIND, wave.key, words={"kind": {k: str(v) for k, v in WaveKind.choices}}
        ),
    }
    return form_page(request, "audits/survey_wave.html", form, context)


def _returns(wave: SurveyWave, places: Any = None) -> list[WaveReturn]:
    rows = WaveReturn.objects.filter(wave=wave)
    if places is not None:
        rows = rows.filter(place__in=places)
    related = ("wave", "place__site", "place__subcontractor")
    return list(rows.select_related(*related).prefetch_related("counts").order_by("pk"))


def _visible(request: AuthRequest, key: UUID) -> SurveyWave:
    rows = SurveyWave.objects.visible_to(request.user)
    related = ("organisation", "recorded_by", "closed_by", "file")
    return get_object_or_404(rows.select_related(*related), key=key)


def writable_wave(request: AuthRequest, key: UUID) -> SurveyWave:
    """The wave, when the user may write it; 404 or 403 otherwise."""
    wave = _visible(request, key)
    require(allowed=rights.can_bring_figures(request.user, wave.organisation_id))
    return wave
