"""Saving one requirement: rating, comment, undo, assignment. Each works without JavaScript."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import permissions
from audits.actions import assessment as actions
from audits.actions.verdict_proposal import DepartureNeededError
from audits.forms.assessment import (
    AssignForm,
    CommentForm,
    DepartureForm,
    NotApplicableForm,
    RateForm,
)
from audits.models import Assessment
from audits.presenters.scale import level_shown
from audits.views.grid import renewed_context
from audits.views.helpers import visible_assessment
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require

CONFLICT, INVALID = 409, 422


@require_POST
def rate(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_rate(request.user, row.audit))
    form = RateForm(request.POST, scale=row.audit.scale)
    if not form.is_valid():
        return _invalid(request, row, form)
    try:
        actions.rate(assessment=row, by=request.user, at=timezone.now(), **form.cleaned_data)
    except EditConflictError as error:
        return conflict(request, row, error, form.cleaned_data)
    except DepartureNeededError as error:
        return _departure(request, row, error)
    except UserError as error:
        return refused(request, row, error)
    return _saved(request, row)


@require_POST
def comment(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_comment(request.user, row))
    form = CommentForm(request.POST)
    if not form.is_valid():
        context = {"row": row, "audit": row.audit, "form": form}
        return _page(request, "audits/comment_form.html", context, status=INVALID)
    try:
        actions.comment(assessment=row, by=request.user, at=timezone.now(), **form.cleaned_data)
    except EditConflictError as error:
        return conflict(request, row, error, form.cleaned_data)
    except UserError as error:
        return refused(request, row, error)
    return _saved(request, row)


@require_POST
def undo(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_comment(request.user, row))
    try:
        actions.undo(assessment=row, version=row.version, by=request.user, at=timezone.now())
    except UserError as error:
        return refused(request, row, error)
    return _saved(request, row)


@require_http_methods(["GET", "POST"])
def assign(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_assign(request.user, row.audit))
    form = AssignForm(request.POST or None, assessment=row)
    if form.is_valid():
        with refusals(form):
            actions.assign(assessment=row, by=request.user, at=timezone.now(), **form.cleaned_data)
            return HttpResponseRedirect(row.get_absolute_url())
    context = {"row": row, "audit": row.audit, "form": form, "cancel_url": row.get_absolute_url()}
    return form_page(request, "audits/assign.html", form, context)


def _saved(request: AuthRequest, row: Assessment) -> HttpResponse:
    """The row, and out of band every figure that the change moved."""
    if not request.htmx:
        return HttpResponseRedirect(row.get_absolute_url())
    context = renewed_context(request, row)
    return render(request, "audits/_saved_requirement.html", context)


def _invalid(request: AuthRequest, row: Assessment, form: RateForm) -> HttpResponse:
    """Ask for the reason of "not applicable", or a departure that can be kept; say the rest."""
    if "departure" in form.errors and "na_reason" not in form.errors:
        return _departure(request, row)
    if "na_reason" not in form.errors:
        message = " ".join(str(text) for errors in form.errors.values() for text in errors)
        return refused(request, row, UserError(message))
    asked = NotApplicableForm(
        request.POST if "na_reason" in request.POST else None,
        initial={"version": row.version, "level": request.POST.get("level", "")},
    )
    context = {"row": row, "audit": row.audit, "form": asked}
    return _page(request, "audits/not_applicable.html", context, status=INVALID)


def _departure(
    request: AuthRequest, row: Assessment, error: DepartureNeededError | None = None
) -> HttpResponse:
    """Ask why the rating departs from the proposal, ``error``; None when it was said too long."""
    level = request.POST.get("level", "")
    asked = DepartureForm(
        request.POST if "departure" in request.POST else None,
        initial={"version": row.version, "level": level},
    )
    context = {
        "row": row,
        "audit": row.audit,
        "form": asked,
        "message": str(error) if error else "",
        "proposed": level_shown(row.audit, error.level) if error else None,
        "given": level_shown(row.audit, level),
    }
    return _page(request, "audits/departure.html", context, status=INVALID)


def conflict(
    request: AuthRequest, row: Assessment, error: EditConflictError, mine: dict[str, Any]
) -> HttpResponse:
    """Both texts side by side: nothing typed disappears, nothing saved is overwritten."""
    current: Assessment = error.current
    is_rating = "level" in mine
    name = "audits:rate" if is_rating else "audits:comment"
    context = {
        "row": row,
        "audit": row.audit,
        "current": current,
        "is_rating": is_rating,
        "mine": mine["level"] if is_rating else mine["text"],
        "mine_label": level_shown(row.audit, mine.get("level", ""))[1],
        "theirs": level_shown(row.audit, current.level)[1] if is_rating else current.comment,
        "na_reason": mine.get("na_reason", ""),
        "departure": mine.get("departure", ""),
        "url": reverse(name, args=[row.audit.key, row.pk]),
    }
    return _page(request, "audits/conflict.html", context, status=CONFLICT)


def refused(request: AuthRequest, row: Assessment, error: UserError) -> HttpResponse:
    context = {"row": row, "audit": row.audit, "message": str(error)}
    return _page(request, "audits/refused.html", context, status=CONFLICT)


def _page(
    request: AuthRequest, template: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    """A page; for htmx a dialog over the grid, so that the grid stays as it is."""
    if not request.htmx:
        return render(request, template, context | {"title": _("Nothing was saved")}, status=status)
    folder, _slash, name = template.rpartition("/")
    response = render(request, f"{folder}/_{name}", context, status=status)
    response.headers["HX-Retarget"] = "#dialogs"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
