"""The actions of the plan of an internal complaint: added, changed, done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.actions import complaint_actions as actions
from audits.forms.complaint import ComplaintActionForm
from audits.models import ComplaintAction, InternalComplaint
from audits.permissions import alerts as rights
from audits.presenters import alerts as words
from audits.presenters.evidence import sent
from audits.views.complaints import visible_complaint
from audits.views.conflicts import resend_as_new, start_again
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def add_action(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.runs_complaint(request.user, row))
    if not row.is_open or row.planned_at is None:
        return unavailable(request, _("Write the plan first: then its actions may be added."))
    form = ComplaintActionForm(sent(request), complaint=row, today=localdate())
    if form.is_valid():
        with refusals(form):
            actions.add_action(
                key=form.cleaned_data["key"] or uuid4(),
                complaint=row,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The action is in the plan."))
            return redirect(row)
        resend_as_new(form)
    context = _context(row, _("Add an action"))
    return form_page(request, "audits/complaint_step.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_action(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    action = _visible(request.user, key, pk)
    row = action.complaint
    require(allowed=rights.runs_complaint(request.user, row))
    if not row.is_open or action.done_on is not None:
        return unavailable(request, _("This action no longer changes."))
    form = ComplaintActionForm(sent(request), complaint=row, action=action, today=localdate())
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_action(
                action=action,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The action is saved."))
            return redirect(row)
        start_again(form, refused.error)
    context = _context(row, _("Edit the action"))
    return form_page(request, "audits/complaint_step.html", form, context)


@require_POST
def finish_action(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    return _move(request, key, pk, actions.finish_action, _("The action is done."))


@require_POST
def take_up_action(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    return _move(request, key, pk, actions.take_up_action, _("The action is to be done again."))


Move = Callable[..., ComplaintAction]


def _move(request: AuthRequest, key: UUID, pk: int, move: Move, said: str) -> HttpResponse:
    action = _visible(request.user, key, pk)
    require(allowed=rights.finishes_action(request.user, action))
    try:
        move(action=action, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, said)
    return redirect(action.complaint)


def _visible(user: User, key: UUID, pk: int) -> ComplaintAction:
    row = visible_complaint(user, key)
    action = get_object_or_404(
        ComplaintAction.objects.select_related("owner"), complaint=row, pk=pk
    )
    action.complaint = row
    return action


def _context(row: InternalComplaint, step: str) -> dict[str, Any]:
    return {
        "complaint": row,
        "name": words.name_of(row),
        "step": step,
        "needs": (),
        "cancel_url": row.get_absolute_url(),
    }
