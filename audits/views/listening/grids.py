"""Listening grids: list, page, writing, use, copy."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import listening_permissions as rights
from audits.actions.listening import grids as actions
from audits.forms.listening.grid import (
    CopyGridForm,
    GridForm,
    LinkGridForm,
    MoveGridForm,
    rearranged,
    start_of,
)
from audits.history import history_of
from audits.listening_enums import GRID_FLOW, GridState
from audits.models import ListeningGrid
from audits.permissions import manages
from audits.ready_grids import READY, ready_grid
from audits.snapshots.common import channel_labels
from audits.views.conflicts import resend, resend_as_new
from audits.views.listening.common import criteria_of, page
from audits.views.lists import choice, page_of
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def listening_grids(request: AuthRequest) -> HttpResponse:
    rows = ListeningGrid.objects.visible_to(request.user).select_related("organisation")
    rows = rows.annotate(
        asked=Count("criteria", distinct=True), graded=Count("sessions", distinct=True)
    )
    found = page_of(request, rows.order_by("title", "-number", "pk"))
    context = page(
        "grids",
        page=found,
        lines=[(row, ", ".join(channel_labels(row.channels))) for row in found],
        ready=[(name, title) for name, (title, *_rest) in READY.items()],
        can_write=rights.manages_listening(request.user),
    )
    return render_page(request, "audits/listening_grids.html", context)


@require_safe
def listening_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    return render_page(request, "audits/listening_grid.html", _shown(row, request.user))


@require_http_methods(["GET", "POST"])
def write_grid(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.manages_listening(request.user))
    step = _step(request)
    if step:
        form = GridForm(user=request.user, start=rearranged(request.POST, step))
        return form_page(request, "audits/listening_grid_form.html", form, _form_context(None))
    model = choice(request, "modele", READY)
    start = start_of(ready_grid(model)) if model else None
    form = GridForm(request.POST or None, user=request.user, start=start)
    if form.is_valid():
        with refusals(form):
            row = actions.write_grid(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=form.cleaned_data["organisation"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The grid is written: use it when it is right."))
            return redirect(row)
        resend_as_new(form)
    return form_page(request, "audits/listening_grid_form.html", form, _form_context(None))


@require_http_methods(["GET", "POST"])
def edit_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=manages(request.user, row.organisation_id))
    if not row.is_draft:
        return unavailable(request, _("This grid is in use: a change is a new version of it."))
    step = _step(request)
    if step:
        form = GridForm(user=request.user, grid=row, start=rearranged(request.POST, step))
        return form_page(request, "audits/listening_grid_form.html", form, _form_context(row))
    form = GridForm(request.POST or None, user=request.user, grid=row)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_grid(
                grid=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The grid is saved."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    return form_page(request, "audits/listening_grid_form.html", form, _form_context(row))


@require_POST
def move_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=manages(request.user, row.organisation_id))
    form = MoveGridForm(request.POST)
    if not form.is_valid():
        return unavailable(request, _("This step does not exist: open the grid again."))
    to = GridState(form.cleaned_data["to"])
    try:
        actions.move_grid(grid=row, to=to, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The grid is now: %(state)s.") % {"state": to.label})
    return redirect(row)


@require_POST
def copy_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=manages(request.user, row.organisation_id))
    form = CopyGridForm(request.POST)
    if not form.is_valid():
        return unavailable(request, _("This step does not exist: open the grid again."))
    data, title = form.cleaned_data, ""
    if data["purpose"] == "copy":
        title = _("Copy of %(title)s") % {"title": row.title}
    try:
        copy = actions.copy_grid(
            key=data["key"], grid=row, title=title[:120], by=request.user, at=timezone.now()
        )
    except UserError as error:
        return unavailable(request, str(error))
    return redirect("audits:edit-grid", copy.key)


@require_POST
def link_grid(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=manages(request.user, row.organisation_id))
    form = LinkGridForm(request.POST, grid=row)
    if form.is_valid():
        with refusals(form, field="certification"):
            actions.link_grid(
                grid=row,
                certification=form.cleaned_data["certification"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Saved: who reads what is graded on this grid."))
            return redirect(row)
    context = _shown(row, request.user) | {"link": form}
    return form_page(request, "audits/listening_grid.html", form, context)


def _visible(user: User, key: UUID) -> ListeningGrid:
    rows = ListeningGrid.objects.visible_to(user).select_related(
        "organisation", "certification", "used_by"
    )
    return get_object_or_404(rows, key=key)


def _shown(row: ListeningGrid, user: User) -> dict[str, Any]:
    criteria, is_manager = criteria_of(row), manages(user, row.organisation_id)
    versions = ListeningGrid.objects.visible_to(user).filter(family=row.family)
    targets = GRID_FLOW.targets(row.state) if is_manager else frozenset()
    return page(
        "grids",
        grid=row,
        criteria=criteria,
        total=row.criteria.aggregate(total=Sum("weight", default=0))["total"],
        channels=", ".join(channel_labels(row.channels)),
        versions=versions.exclude(pk=row.pk).order_by("-number"),
        is_manager=is_manager,
        can_write=rights.can_write_grid(user, row),
        can_use=GridState.IN_USE in targets,
        can_withdraw=GridState.WITHDRAWN in targets,
        new_key=uuid4(),
        link=LinkGridForm(grid=row) if is_manager else None,
        history=history_of(actions.KIND, row.key) if is_manager else (),
    )


def _form_context(row: ListeningGrid | None) -> dict[str, Any]:
    return page("grids", grid=row, cancel_url=row.get_absolute_url() if row else "..")


def _step(request: HttpRequest) -> str:
    """The button that moves rows of the page, "" when the form was sent to be saved."""
    return request.POST.get("do", "") if request.method == "POST" else ""
