"""One control: its page, its result, its record, who does it instead, why it is not done."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import control_texts as words
from audits.actions.controls import records
from audits.actions.controls import results as actions
from audits.actions.controls.journal import CONTROL
from audits.control_calendars import Lateness
from audits.control_values import thresholds_of
from audits.forms.controls.result import (
    CancelControlForm,
    ControlResultForm,
    HandOverForm,
    JudgeForm,
    PlanEventForm,
)
from audits.forms.evidence import ACCEPT
from audits.history import history_of
from audits.logic.control_result import Counted, judge_counts
from audits.models import ControlOccurrence
from audits.permissions import controls as rights
from audits.presenters import evidence as evidence_values
from audits.presenters.controls import figures
from audits.presenters.controls.month import item_of
from audits.presenters.controls.panel import panel_of
from audits.storage import Upload
from audits.views.conflicts import start_again
from audits.views.controls import helpers
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.files import FileRefusedError, display_name
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require

CONFLICT, INVALID = 409, 422


def entry_context(
    request: AuthRequest, row: ControlOccurrence, form: ControlResultForm | None = None
) -> dict[str, Any]:
    """What the panel of a control shows; the form only to whom it is open."""
    user, today = request.user, localdate()
    can_record = rights.can_record_control(user, row)
    has_begun = row.period_start <= today
    panel = panel_of(row, today=today)
    return {
        "control": row,
        "panel": panel,
        "pieces": evidence_values.evidence_lines(panel.records),
        "form": form or ControlResultForm(control=row, today=today),
        "can_record": can_record and has_begun,
        "is_early": can_record and not has_begun,
        "can_hand_over": rights.can_hand_over(user, row),
        "can_cancel": rights.can_hand_over(user, row)
        and rights.cancels_controls(user, row.line.plan.certification),
        "accept": ACCEPT,
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
        "refused": (),
    }


@require_safe
def control(request: AuthRequest, key: UUID) -> HttpResponse:
    row = helpers.visible_control(request.user, key)
    context = entry_context(request, row)
    if not request.htmx:
        context["history"] = history_of(CONTROL, row.key)
    return render_page(request, "audits/control.html", context)


@require_POST
def record_control(request: AuthRequest, key: UUID) -> HttpResponse:
    row = helpers.visible_control(request.user, key)
    require(allowed=rights.does_control(request.user, row))
    form = ControlResultForm(request.POST, control=row, today=localdate())
    if form.is_valid():
        with refusals(form) as refused:
            actions.record_result(
                occurrence=row,
                version=form.cleaned_data["version"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            return _saved(request, key)
        start_again(form, refused.error)
        row = helpers.visible_control(request.user, key)
    context = entry_context(request, row, form)
    return form_page(request, "audits/control.html", form, context)


def _saved(request: AuthRequest, key: UUID) -> HttpResponse:
    """The panel as it is now, the control in the calendar, the figures of the plan."""
    row = helpers.visible_control(request.user, key)
    file = row.line.plan.certification
    if not request.htmx:
        messages.success(request, _("The control is recorded."))
        url = reverse("audits:control-month", args=[file.key])
        return redirect(f"{url}?mois={row.due_date:%Y-%m}&controle={row.key}")
    today = localdate()
    every = helpers.controls_of(request.user, file)
    context = entry_context(request, row) | {
        "item": item_of(row, Lateness([file.pk], today=today), chosen=row.pk),
        "figures": figures.standing(every, today=today),
        "file": file,
        "sees_all": helpers.sees_all(request.user, file),
        "saved_at": timezone.now(),
        "query": _query(request),
    }
    return render(request, "audits/_control_saved.html", context)


def _query(request: AuthRequest) -> str:
    """The filters of the page that is shown, for the link of the control in its calendar."""
    query = QueryDict(urlsplit(request.htmx.current_url or "").query, mutable=True)
    query.pop("controle", None)
    return query.urlencode()


@require_safe
def judge_control(request: AuthRequest, key: UUID) -> HttpResponse:
    """What the numbers that are being typed are worth; nothing while they say nothing."""
    row = helpers.visible_control(request.user, key)
    form = JudgeForm(request.GET)
    found = None
    if form.is_valid() and form.cleaned_data["compliant"] <= form.cleaned_data["checked"]:
        data = form.cleaned_data
        counted = Counted(
            data["checked"], data["compliant"], is_exhaustive=data["basis"] != "SAMPLE"
        )
        found = words.result_words(judge_counts(counted, thresholds_of(row.line)), row.line)
    return render(request, "audits/_control_judged.html", {"result": found})


@require_POST
def add_control_record(request: AuthRequest, key: UUID) -> HttpResponse:
    """Files dropped one by one, or sent together without script."""
    row = helpers.visible_control(request.user, key)
    require(allowed=rights.does_control(request.user, row))
    uploads = request.FILES.getlist("files")
    found = [_deposit(request, row, upload) for upload in uploads]
    refused = [problem for _piece, problem in found if problem is not None]
    pieces = [piece for piece, _problem in found if piece is not None]
    if not uploads:
        refused = [("", _("Choose at least one file."), INVALID)]
    status = refused[0][2] if len(refused) == 1 else INVALID if refused else 200
    lines = [{"name": name, "problem": text} for name, text, _status in refused]
    if request.htmx:
        context = {"pieces": evidence_values.evidence_lines(pieces), "refused": lines}
        return render(request, "audits/_evidence_results.html", context, status=status)
    if refused:
        context = entry_context(request, row) | {"refused": lines, "history": ()}
        return render_page(request, "audits/control.html", context, status=status)
    text = ngettext("%(n)s file is recorded.", "%(n)s files are recorded.", len(pieces))
    messages.success(request, text % {"n": len(pieces)})
    return redirect(row)


def _deposit(request: AuthRequest, row: ControlOccurrence, upload: Upload) -> tuple[Any, Any]:
    """The evidence made of one file, or its name, the problem and its status."""
    name = display_name(upload.name or "")
    try:
        piece = records.add_record(
            occurrence=row, upload=upload, by=request.user, at=timezone.now()
        )
    except FileRefusedError as error:
        evidence_values.log_refusal(request.user, error)
        return None, (name, str(error.message), error.status)
    except UserError as error:
        return None, (name, str(error), CONFLICT)
    return piece, None


@require_http_methods(["GET", "POST"])
def hand_over_control(request: AuthRequest, key: UUID) -> HttpResponse:
    row = helpers.visible_control(request.user, key)
    require(allowed=rights.does_control(request.user, row))
    form = HandOverForm(request.POST or None, control=row)
    if form.is_valid():
        with refusals(form):
            actions.hand_over(
                occurrence=row,
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            text = _("The control is handed over to %(person)s.")
            messages.success(request, text % {"person": form.cleaned_data["to"]})
            return redirect(row)
    return form_page(request, "audits/control_step.html", form, _step(row, _("Hand it over")))


@require_http_methods(["GET", "POST"])
def cancel_control(request: AuthRequest, key: UUID) -> HttpResponse:
    row = helpers.visible_control(request.user, key)
    require(allowed=rights.cancels_controls(request.user, row.line.plan.certification))
    form = CancelControlForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.cancel_control(
                occurrence=row,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The control is cancelled."))
            return redirect(row)
    context = _step(row, _("Cancel this control"))
    return form_page(request, "audits/control_step.html", form, context)


@require_http_methods(["GET", "POST"])
def plan_control_event(request: AuthRequest, key: UUID) -> HttpResponse:
    file = helpers.plan_file(request.user, key)
    require(allowed=rights.plans_events(request.user, file))
    form = PlanEventForm(request.POST or None, file=file)
    if form.is_valid():
        with refusals(form):
            row = actions.plan_event(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The control is planned."))
            return redirect(row)
    context = {
        "file": file,
        "title": _("A control that an event calls for"),
        "back_url": reverse("audits:control-month", args=[file.key]),
        "back": _("Internal control plan"),
        "cancel_url": reverse("audits:control-month", args=[file.key]),
    }
    return form_page(request, "audits/control_step.html", form, context)


def _step(row: ControlOccurrence, title: str) -> dict[str, Any]:
    return {
        "control": row,
        "title": title,
        "back_url": row.get_absolute_url(),
        "back": f"{row.line.requirement.code} {row.line.control_point}",
        "cancel_url": row.get_absolute_url(),
    }
