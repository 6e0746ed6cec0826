"""Versions of the internal control plan: begun, compared, submitted, approved."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions.controls import plan as actions
from audits.actions.controls.journal import PLAN
from audits.control_words import words_of_edition
from audits.forms.controls.plan import ApprovePlanForm, BeginPlanForm, SubmitPlanForm
from audits.history import history_of
from audits.models import Certification, ControlPlan
from audits.permissions import controls as rights
from audits.presenters.controls import comparison
from audits.snapshots import control_lines as lines
from audits.views.conflicts import resend_as_new, start_again
from audits.views.controls import helpers
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import date_text
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def begin_control_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    file = helpers.plan_file(request.user, key)
    require(allowed=rights.writes_control_plan(request.user, file))
    form = BeginPlanForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.begin_plan(
                key=form.cleaned_data["key"] or uuid4(),
                certification=file,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The version is begun: adapt its lines, then submit it."))
            url = reverse("audits:control-lines", args=[file.key])
            return redirect(f"{url}?version=brouillon")
        resend_as_new(form)
    back = reverse("audits:control-lines", args=[file.key])
    context = {
        "file": file,
        "title": _("Begin a version of the internal control plan"),
        "back": _("Internal control plan"),
        "back_url": back,
        "cancel_url": back,
    }
    return form_page(request, "audits/control_step.html", form, context)


@require_safe
def control_draft(request: AuthRequest, key: UUID) -> HttpResponse:
    """What the draft changes, for who submits it and who approves it."""
    _file, draft = _read(request.user, key)
    return _page(request, draft, ApprovePlanForm(plan=draft))


@require_POST
def submit_control_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    file, draft = _read(request.user, key)
    require(allowed=rights.writes_control_plan(request.user, file))
    form = SubmitPlanForm(request.POST)
    if not form.is_valid():
        return unavailable(request, _("This step does not exist: open the draft again."))
    try:
        actions.submit_plan(
            plan=draft,
            version=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        )
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The version is submitted: the direction is told."))
    return redirect("audits:control-draft", file.key)


@require_POST
def approve_control_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    file, draft = _read(request.user, key)
    require(allowed=rights.approves_control_plans(request.user, file))
    form = ApprovePlanForm(request.POST, plan=draft)
    if form.is_valid():
        with refusals(form) as refused:
            plan = actions.approve_plan(
                plan=draft,
                version=form.cleaned_data["version"],
                starts_on=form.cleaned_data["starts_on"],
                by=request.user,
                at=timezone.now(),
            )
            words = {"n": plan.number, "day": date_text(plan.starts_on)}
            text = _("Version %(n)s is approved, in force from %(day)s on.")
            messages.success(request, text % words)
            return redirect("audits:control-month", file.key)
        start_again(form, refused.error)
    return _page(request, draft, form)


def _read(user: User, key: UUID) -> tuple[Certification, ControlPlan]:
    """The file and its draft, for those who may read it; else 404."""
    file = helpers.plan_file(user, key)
    draft = helpers.draft_of(file) if rights.sees_draft(user, file) else None
    if draft is None:
        raise Http404
    return file, draft


def _page(request: AuthRequest, draft: ControlPlan, form: ApprovePlanForm) -> HttpResponse:
    file, user = draft.certification, request.user
    before, terms = helpers.plan_in_force(file), helpers.terms(file)
    context = {
        "file": file,
        "draft": draft,
        "before": before,
        "changes": comparison.changes_of(
            lines.lines_of(before) if before else (), lines.lines_of(draft), terms=terms
        ),
        "can_write": rights.writes_control_plan(user, file),
        "can_submit": rights.can_submit_plan(user, draft),
        "can_approve": rights.can_approve_plan(user, draft),
        "history": history_of(PLAN, draft.key, words=words_of_edition(terms)),
        "lines_url": reverse("audits:control-lines", args=[file.key]) + "?version=brouillon",
    }
    return form_page(request, "audits/control_draft.html", form, context)
