"""Steps of an internal complaint: opened by hand, planned, begun, given, closed, taken up."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.actions import internal_complaint as actions
from audits.forms.alert import followed_by
from audits.forms.complaint import (
    AssignComplaintForm,
    CloseComplaintForm,
    ComplaintPlanForm,
    OpenComplaintForm,
    ReopenForm,
)
from audits.models import InternalComplaint, MeasuringPlace
from audits.permissions import alerts as rights
from audits.presenters import alerts as words
from audits.presenters import complaint as presenter
from audits.presenters.evidence import sent
from audits.views.complaints import visible_complaint
from audits.views.conflicts import resend_as_new, start_again
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.permissions import READERS, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require
from crcaudit.core.text import clean_line


@require_http_methods(["GET", "POST"])
def open_complaint(request: AuthRequest, key: UUID) -> HttpResponse:
    own = Organisation.objects.filter(pk__in=organisations_with(request.user, *READERS))
    organisation = get_object_or_404(own, key=key)
    require(allowed=rights.opens_complaints(request.user, organisation.pk))
    places = [
        place.pk
        for place in MeasuringPlace.objects.filter(organisation=organisation)
        if rights.runs_place(request.user, place)
    ]
    code = clean_line(request.GET.get("indicateur", ""))
    form = OpenComplaintForm(
        sent(request),
        organisation=organisation,
        places=places,
        initial={"indicator": followed_by(organisation).filter(code=code).first()},
    )
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            row = actions.open_complaint(
                key=data["key"] or uuid4(),
                organisation=organisation,
                indicator=data["indicator"],
                place=data["place"],
                facts=data["facts"],
                by=request.user,
                at=timezone.now(),
            )
            text = _("%(reference)s is open: the plan is due now.")
            messages.success(request, text % {"reference": row.reference})
            return redirect(row)
        resend_as_new(form)
    context = {"organisation": organisation, "cancel_url": "../../../alertes/"}
    return form_page(request, "audits/open_complaint.html", form, context)


@require_http_methods(["GET", "POST"])
def write_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.runs_complaint(request.user, row))
    if not row.is_open:
        return _closed(request)
    form = ComplaintPlanForm(sent(request), complaint=row)
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form) as refused:
            actions.write_plan(
                complaint=row,
                version=data["version"],
                cause=data["cause"],
                plan=data["plan"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The plan is saved: now add its actions."))
            return redirect(row)
        start_again(form, refused.error)
    return form_page(request, "audits/complaint_step.html", form, _step(row, _("Action plan")))


@require_POST
def start_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.runs_complaint(request.user, row))
    try:
        actions.start_plan(complaint=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The plan is under way."))
    return redirect(row)


@require_http_methods(["GET", "POST"])
def assign(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.gives_complaint(request.user, row))
    if not row.is_open:
        return _closed(request)
    form = AssignComplaintForm(sent(request), complaint=row)
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form) as refused:
            actions.assign_complaint(
                complaint=row,
                version=data["version"],
                owner=data["owner"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The complaint has another owner."))
            return redirect(row)
        start_again(form, refused.error)
    context = _step(row, _("Give the complaint to somebody"))
    return form_page(request, "audits/complaint_step.html", form, context)


@require_http_methods(["GET", "POST"])
def close(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.closes_complaint(request.user, row))
    if not row.is_open:
        return _closed(request)
    form = CloseComplaintForm(sent(request))
    if form.is_valid():
        with refusals(form):
            actions.close_complaint(
                complaint=row,
                comment=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The complaint is closed."))
            return redirect(row)
    readings = presenter.readings_around(row, localdate())
    context = _step(row, _("Close the complaint")) | {
        "needs": presenter.needs_of(row, readings, is_owner=False)
    }
    return form_page(request, "audits/complaint_step.html", form, context)


@require_http_methods(["GET", "POST"])
def reopen(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.runs_place(request.user, row.place))
    if row.is_open:
        return unavailable(request, _("This complaint is not closed: write in this one."))
    form = ReopenForm(sent(request))
    if form.is_valid():
        with refusals(form):
            new = actions.open_complaint(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=row.organisation,
                indicator=row.indicator,
                place=row.place,
                facts=form.cleaned_data["facts"],
                former=row,
                by=request.user,
                at=timezone.now(),
            )
            text = _("%(reference)s follows %(former)s.")
            messages.success(request, text % {"reference": new.reference, "former": row.reference})
            return redirect(new)
        resend_as_new(form)
    context = _step(row, _("Take it up in another complaint"))
    return form_page(request, "audits/complaint_step.html", form, context)


def _closed(request: AuthRequest) -> HttpResponse:
    message = _("This complaint is closed: nothing more is written in it.")
    return unavailable(request, message)


def _step(row: InternalComplaint, step: str) -> dict[str, Any]:
    return {
        "complaint": row,
        "name": words.name_of(row),
        "step": step,
        "needs": (),
        "cancel_url": row.get_absolute_url(),
    }
