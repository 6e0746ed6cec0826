"""Calibration rounds: list, opening, one's own marks, comparison, conclusion."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import listening_permissions as rights
from audits.actions.listening import calibration as actions
from audits.actions.listening.common import marks_of
from audits.forms.listening.calibration import ConcludeRoundForm, GradeRoundForm, RoundForm
from audits.history import history_of
from audits.listening_enums import RoundState
from audits.models import CalibrationRound, ListeningSession
from audits.presenters.listening import calibration as presenter
from audits.snapshots.listening import gaps_of
from audits.views.conflicts import resend, resend_as_new
from audits.views.listening.common import criteria_of, managed_organisation, page
from audits.views.lists import page_of
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def calibrations(request: AuthRequest) -> HttpResponse:
    user = request.user
    rows = presenter.rounds_of(user)
    found = page_of(request, rows)
    gaps = gaps_of(CalibrationRound.objects.filter(pk__in=[row.pk for row in found]))
    mine = set(CalibrationRound.objects.waiting_for(user).values_list("pk", flat=True))
    sees_all = rights.sees_scenarios(user)
    context = page(
        "calibration",
        page=found,
        lines=[
            (row, presenter.gap_text(gaps[row.pk]) if row.pk in gaps else "", row.pk in mine)
            for row in found
        ],
        last=presenter.last_of(CalibrationRound.objects.visible_to(user), today=localdate())
        if sees_all
        else None,
        can_open=rights.manages_listening(user),
    )
    return render_page(request, "audits/calibrations.html", context)


@require_safe
def calibration(request: AuthRequest, key: UUID) -> HttpResponse:
    row, user = _visible(request.user, key), request.user
    leads = rights.leads_round(user, row)
    graders = presenter.graders_of(row)
    graded = sum(done for _person, done in graders)
    context = page(
        "calibration",
        round=row,
        graders=graders,
        graded=graded,
        has_graded=any(person.pk == user.pk and done for person, done in graders),
        comparison=None if row.is_open else presenter.comparison_of(row),
        can_grade=row.is_open and any(person.pk == user.pk for person, _done in graders),
        can_reveal=leads and row.is_open and graded >= actions.FEWEST,
        can_conclude=leads and row.state == RoundState.REVEALED,
        history=history_of(actions.KIND, row.key) if leads else (),
    )
    return render_page(request, "audits/calibration.html", context)


@require_http_methods(["GET", "POST"])
def open_calibration(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.manages_listening(request.user))
    organisation, others = managed_organisation(request, request.user)
    form = RoundForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        with refusals(form):
            row = actions.open_round(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The round is open: those who grade see it at home."))
            return redirect(row)
        resend_as_new(form)
    context = page("calibration", cancel_url="..", organisation=organisation, organisations=others)
    return form_page(request, "audits/calibration_form.html", form, context)


@require_http_methods(["GET", "POST"])
def grade_calibration(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.is_evaluator(request.user, row))
    if not row.is_open:
        return unavailable(request, _("The marks of this round are compared: they stay as given."))
    form = _grade_form(request, row, _own_session(row, request.user))
    if form.is_valid():
        with refusals(form) as refused:
            actions.grade_round(
                row=row,
                version=form.cleaned_data["version"] or 0,
                marks=form.marks(),
                comment=form.cleaned_data["comment"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Your marks are kept; nobody sees them before the end."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    return form_page(request, "audits/calibration_grade.html", form, _marks_context(row))


@require_POST
def reveal_calibration(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.leads_round(request.user, row))
    try:
        actions.reveal_round(row=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The marks are compared: agree on each, then conclude."))
    return redirect(row)


@require_http_methods(["GET", "POST"])
def conclude_calibration(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.leads_round(request.user, row))
    if row.state != RoundState.REVEALED:
        return unavailable(request, _("This step is not available: see where the round stands."))
    form = ConcludeRoundForm(
        request.POST or None,
        criteria=criteria_of(row.grid),
        initial={"version": row.version},
    )
    if form.is_valid():
        with refusals(form) as refused:
            actions.conclude_round(
                row=row,
                version=form.cleaned_data["version"],
                marks=form.marks(),
                conclusion=form.cleaned_data["conclusion"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The round is concluded."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = _marks_context(row) | {"comparison": presenter.comparison_of(row)}
    return form_page(request, "audits/calibration_conclude.html", form, context)


def _grade_form(
    request: AuthRequest, row: CalibrationRound, own: ListeningSession | None
) -> GradeRoundForm:
    initial = {"version": own.version, "comment": own.comment} if own else {}
    return GradeRoundForm(
        request.POST or None,
        criteria=criteria_of(row.grid),
        marks=marks_of(own) if own else None,
        initial=initial,
    )


def _own_session(row: CalibrationRound, user: User) -> ListeningSession | None:
    return row.sessions.filter(evaluator=user, is_reference=False).first()


def _marks_context(row: CalibrationRound) -> dict[str, Any]:
    return page("calibration", round=row, grid=row.grid, cancel_url=row.get_absolute_url())


def _visible(user: User, key: UUID) -> CalibrationRound:
    rows = CalibrationRound.objects.visible_to(user)
    rows = rows.select_related("organisation", "site", "grid", "leader")
    return get_object_or_404(rows.prefetch_related("evaluators"), key=key)
