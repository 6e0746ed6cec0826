"""Audit programmes: list, page, writing, approval, and the audits that were held."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import programme_permissions as rights
from audits.actions import programme as actions
from audits.actions import programme_lines as line_actions
from audits.cycle_enums import ProgrammeState
from audits.forms.programme import JoinAuditForm, LineForm, MoveProgrammeForm, ProgrammeForm
from audits.history import history_of
from audits.models import AuditProgramme, ProgrammeLine
from audits.permissions import can_open_certification, manages
from audits.presenters import programme as presenter
from audits.views.conflicts import resend, resend_as_new
from audits.views.lists import page_of
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def programmes(request: AuthRequest) -> HttpResponse:
    page = page_of(request, presenter.programmes_of(request.user))
    context = {"page": page, "can_write": can_open_certification(request.user)}
    return render_page(request, "audits/programme_list.html", context)


@require_safe
def programme(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    user = request.user
    lines = presenter.lines_of(row, today=localdate())
    context = {
        "programme": row,
        "lines": lines,
        "late": sum(1 for line in lines if line.shape == "major"),
        "held": sum(1 for line in lines if line.shape == "ok"),
        "risks": row.risks.order_by("position"),
        "can_write": rights.can_write_programme(user, row),
        "can_join": rights.can_join_audits(user, row),
        "can_approve": rights.can_move_programme(user, row, ProgrammeState.APPROVED),
        "can_revise": rights.can_move_programme(user, row, ProgrammeState.DRAFT),
        "can_close": rights.can_move_programme(user, row, ProgrammeState.CLOSED),
        "is_manager": manages(user, row.organisation_id),
        "history": history_of(actions.KIND, row.key),
    }
    return render_page(request, "audits/programme.html", context)


@require_http_methods(["GET", "POST"])
def write_programme(request: AuthRequest) -> HttpResponse:
    require(allowed=can_open_certification(request.user))
    form = ProgrammeForm(request.POST or None, user=request.user)
    if form.is_valid():
        with refusals(form):
            row = actions.write_programme(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=form.cleaned_data["organisation"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The programme is begun: now plan its audits."))
            return redirect(row)
        resend_as_new(form)
    context = {"programme": None, "cancel_url": ".."}
    return form_page(request, "audits/programme_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_programme(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.can_write_programme(request.user, row))
    form = ProgrammeForm(request.POST or None, user=request.user, programme=row)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_programme(
                programme=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The programme is saved."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    return form_page(request, "audits/programme_form.html", form, _context(row))


@require_POST
def move_programme(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    form = MoveProgrammeForm(request.POST)
    if not form.is_valid():
        return unavailable(request, _("This step does not exist: open the programme again."))
    to = ProgrammeState(form.cleaned_data["to"])
    require(allowed=rights.takes_step(request.user, row, to))
    try:
        actions.move_programme(programme=row, to=to, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The programme is now: %(state)s.") % {"state": to.label})
    return redirect(row)


@require_http_methods(["GET", "POST"])
def add_line(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.can_write_programme(request.user, row))
    form = LineForm(request.POST or None, programme=row)
    if form.is_valid():
        with refusals(form):
            line_actions.add_line(
                programme=row, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The audit is planned."))
            return redirect(row)
    return form_page(request, "audits/programme_line.html", form, _context(row) | {"line": None})


@require_http_methods(["GET", "POST"])
def edit_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    row = line.programme
    require(allowed=rights.can_write_programme(request.user, row))
    form = LineForm(request.POST or None, programme=row, line=line)
    if form.is_valid():
        with refusals(form):
            line_actions.edit_line(
                line=line, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The planned audit is saved."))
            return redirect(row)
    return form_page(request, "audits/programme_line.html", form, _context(row) | {"line": line})


@require_POST
def remove_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    require(allowed=rights.can_write_programme(request.user, line.programme))
    try:
        line_actions.remove_line(line=line, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The audit is out of the programme."))
    return redirect(line.programme)


@require_http_methods(["GET", "POST"])
def join_audit(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    row = line.programme
    require(allowed=rights.can_join_audits(request.user, row))
    form = JoinAuditForm(request.POST or None, line=line)
    if form.is_valid():
        with refusals(form, field="audit"):
            line_actions.join_audit(
                line=line, audit=form.cleaned_data["audit"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The planned audit is saved."))
            return redirect(row)
    return form_page(request, "audits/programme_join.html", form, _context(row) | {"line": line})


def _visible(user: User, key: UUID) -> AuditProgramme:
    rows = AuditProgramme.objects.visible_to(user).select_related("organisation", "approved_by")
    return get_object_or_404(rows, key=key)


def _line(user: User, key: UUID, pk: int) -> ProgrammeLine:
    programme = _visible(user, key)
    rows = ProgrammeLine.objects.select_related("certification", "audit")
    line = get_object_or_404(rows, programme=programme, pk=pk)
    line.programme = programme
    return line


def _context(row: AuditProgramme) -> dict[str, Any]:
    return {"programme": row, "cancel_url": row.get_absolute_url()}
