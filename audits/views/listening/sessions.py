"""Listening sessions: list, grading, page, feedback, erasure."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import listening_permissions as rights
from audits.actions.listening import sessions as actions
from audits.actions.listening.erasing import erase_session
from audits.forms.listening.session import DebriefForm, EraseForm, SessionForm
from audits.listening_enums import ListeningKind, MarkValue
from audits.models import ListeningGrid, ListeningSession
from audits.presenters.listening.words import SHAPES, score_text
from audits.views.conflicts import resend, resend_as_new
from audits.views.listening.common import CRITERIA, criteria_of, page
from audits.views.lists import Chip, chip, choice, link, page_of
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require

RELATED = ("organisation", "site", "grid", "evaluator", "round")


@require_safe
def listening_sessions(request: AuthRequest) -> HttpResponse:
    kind = choice(request, "nature", ListeningKind.values)
    rows = ListeningSession.objects.visible_to(request.user).select_related("site", "grid")
    rows = rows.filter(kind=kind) if kind else rows
    found = page_of(request, rows.order_by("-heard_on", "-pk"))
    kinds = [chip(request, _("All"), "nature", None)]
    kinds += [chip(request, kind.label, "nature", kind.value) for kind in ListeningKind]
    context = page(
        "sessions",
        page=found,
        lines=[(row, score_text(row.score)) for row in found],
        kinds=kinds,
        chosen=kind,
        can_grade=rights.grades(request.user),
    )
    return render_page(request, "audits/listening_sessions.html", context)


@require_safe
def listening_session(request: AuthRequest, key: UUID) -> HttpResponse:
    row, user = _visible(request.user, key), request.user
    context = _shown(row, user) | {"debrief": DebriefForm()}
    return render_page(request, "audits/listening_session.html", page("sessions", **context))


@require_http_methods(["GET", "POST"])
def add_listening(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.grades(request.user))
    grids = list(
        rights.grids_graded_by(request.user).prefetch_related(CRITERIA).order_by("title", "pk")
    )
    grid = _chosen_grid(request, grids)
    if grid is None:
        return render_page(request, "audits/listening_form.html", page("sessions", grids=[]))
    form = SessionForm(
        request.POST or None, user=request.user, graded_on=grid, criteria=list(grid.criteria.all())
    )
    if form.is_valid():
        with refusals(form):
            row = actions.record_session(
                key=form.cleaned_data["key"] or uuid4(),
                grid=grid,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            said = {"reference": row.reference, "score": score_text(row.score)}
            messages.success(request, _("%(reference)s is saved: %(score)s out of 100.") % said)
            return redirect(row)
        resend_as_new(form)
    choices = [
        Chip(str(one), link(request, grille=str(one.key)), active=one.pk == grid.pk)
        for one in grids
    ]
    context = page("sessions", grid=grid, grids=choices, session=None)
    return form_page(request, "audits/listening_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_listening(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.can_edit_session(request.user, row))
    form = SessionForm(
        request.POST or None,
        user=request.user,
        graded_on=row.grid,
        criteria=criteria_of(row.grid),
        session=row,
    )
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_session(
                session=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The listening session is saved."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = page("sessions", grid=row.grid, grids=[], session=row)
    return form_page(request, "audits/listening_form.html", form, context)


@require_POST
def debrief_listening(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.can_edit_session(request.user, row))
    form = DebriefForm(request.POST)
    if form.is_valid():
        with refusals(form, field="debriefed_on"):
            actions.debrief_session(
                session=row,
                on=form.cleaned_data["debriefed_on"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The feedback is noted."))
            return redirect(row)
    context = page("sessions", **_shown(row, request.user), debrief=form)
    return form_page(request, "audits/listening_session.html", form, context)


@require_http_methods(["GET", "POST"])
def erase_listening(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.manages_listening(request.user) and rights.can_erase(request.user, row))
    form = EraseForm(request.POST or None)
    if form.is_valid():
        try:
            erase_session(session=row, why=form.reason(), by=request.user, at=timezone.now())
        except UserError as error:
            return unavailable(request, str(error))
        messages.success(request, _("The texts of the session are erased; its figures stay."))
        return redirect(row)
    context = page("sessions", session=row, cancel_url=row.get_absolute_url())
    return form_page(request, "audits/listening_erase.html", form, context)


def _visible(user: User, key: UUID) -> ListeningSession:
    rows = ListeningSession.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(rows, key=key)


def _shown(row: ListeningSession, user: User) -> dict[str, Any]:
    marks = row.marks.select_related("criterion").order_by("criterion__position")
    return {
        "session": row,
        "score": score_text(row.score),
        "marks": [(mark, SHAPES[MarkValue(mark.mark)]) for mark in marks],
        "agent": row.agent if rights.sees_agent(user, row) else "",
        "can_edit": rights.can_edit_session(user, row),
        "can_debrief": rights.can_debrief(user, row),
        "can_erase": rights.can_erase(user, row),
        "today": localdate(),
    }


def _chosen_grid(request: AuthRequest, grids: list[ListeningGrid]) -> ListeningGrid | None:
    """The grid of the form that was sent, or of the address; the first one without."""
    sent = request.POST.get("grid", "") if request.method == "POST" else ""
    text = sent or request.GET.get("grille", "")
    if not text:
        return grids[0] if grids else None
    try:
        key = UUID(text)
    except ValueError as error:
        raise BadRequest("grille") from error
    return next((grid for grid in grids if grid.key == key), grids[0] if grids else None)
