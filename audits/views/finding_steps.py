"""The steps of a finding on screen: presented, answered, judged, proven, closed, reopened."""

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import finding as actions
from audits.actions import finding_steps as steps
from audits.enums import AuditeePosition, FindingState
from audits.forms.finding_closing import CloseFindingForm, ReopenFindingForm
from audits.forms.finding_steps import (
    AnswerForm,
    DiscardForm,
    PositionForm,
    PresentForm,
    ProofForm,
    RefuseProofForm,
)
from audits.models import Finding
from audits.views.conflicts import resend_as_new, start_again
from audits.views.finding_facts import facts_of
from audits.views.findings import step_unavailable, visible_finding
from audits.views.helpers import visible_audit
from audits.views.opinions import judge
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def present_findings(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_present_findings(request.user, audit))
    form = PresentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            rows = steps.present_findings(audit=audit, by=request.user, at=timezone.now())
            messages.success(
                request,
                ngettext(
                    "%(n)s finding was presented.", "%(n)s findings were presented.", len(rows)
                )
                % {"n": len(rows)},
            )
            return redirect(audit)
    drafts = audit.findings.filter(state=FindingState.DRAFT)
    context = {
        "audit": audit,
        "drafts": drafts.select_related("grade", "assessment__site").order_by("number"),
        "cancel_url": audit.get_absolute_url(),
    }
    return form_page(request, "audits/present_findings.html", form, context)


@require_http_methods(["GET", "POST"])
def discard_finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.works_on(request.user, row.audit))
    if not permissions.can_discard_finding(request.user, row):
        return step_unavailable(request)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            actions.discard_finding(finding=row, by=request.user, at=timezone.now())
            messages.success(
                request, _("The draft %(reference)s is discarded.") % {"reference": row.reference}
            )
            return redirect(row.assessment)
    intro = _("The journal keeps what it said. Its number is not given again.")
    return _step_page(request, row, form, _("Discard the draft"), intro=intro)


@require_http_methods(["GET", "POST"])
def take_position(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    sides = permissions.answers(request.user, row) or permissions.judges(request.user, row)
    require(allowed=sides)
    if request.method == "GET" and not permissions.can_take_position(request.user, row):
        return step_unavailable(request)
    present = {"position": row.position, "comment": row.position_comment}
    form = PositionForm(request.POST or None, initial=present)
    if form.is_valid():
        with refusals(form):
            steps.take_position(
                finding=row,
                position=AuditeePosition(form.cleaned_data["position"]),
                comment=form.cleaned_data["comment"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The position is kept with the finding."))
            return redirect(row)
    return _step_page(request, row, form, _("Position of the audited organisation"))


@require_http_methods(["GET", "POST"])
def answer_finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.answers(request.user, row))
    if request.method == "GET" and not permissions.can_answer(request.user, row):
        return step_unavailable(request)
    last = row.answers.order_by("-number").first()
    form = AnswerForm(request.POST or None, today=localdate(), last=last)
    if form.is_valid():
        with refusals(form):
            steps.answer_finding(
                key=form.cleaned_data["key"] or uuid4(),
                finding=row,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The answer was sent to the auditor."))
            return redirect(row)
        resend_as_new(form)
    return _step_page(
        request,
        row,
        form,
        _("Answer the finding"),
        obstacles=[steps.answer_obstacle(row)],
        obstacle_url=reverse("audits:add-action", args=[row.key]),
    )


@require_http_methods(["GET", "POST"])
def judge_answer(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.judges(request.user, row))
    if request.method == "GET" and row.state != FindingState.ANSWERED:
        return step_unavailable(request)
    return judge(
        request,
        row,
        give=partial(steps.judge_answer, finding=row),
        show=lambda form: _step_page(request, row, form, _("Opinion on the answer")),
    )


@require_http_methods(["GET", "POST"])
def bring_proof(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.answers(request.user, row))
    if request.method == "GET" and not permissions.can_bring_proof(request.user, row):
        return step_unavailable(request)
    form = ProofForm(request.POST or None, finding=row)
    if form.is_valid():
        with refusals(form):
            steps.bring_proof(
                key=form.cleaned_data["key"] or uuid4(),
                finding=row,
                statement=form.cleaned_data["statement"],
                evidence=form.cleaned_data.get("evidence") or (),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The proof was sent to the auditor."))
            return redirect(row)
        resend_as_new(form)
    obstacles = [steps.proof_obstacle(row)]
    return _step_page(request, row, form, _("Bring proof"), obstacles=obstacles)


@require_http_methods(["GET", "POST"])
def refuse_proof(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.judges(request.user, row))
    if request.method == "GET" and row.state != FindingState.PROVEN:
        return step_unavailable(request)
    form = RefuseProofForm(request.POST or None, initial={"version": row.version})
    said = _("The opinion was sent to the audited organisation.")
    taken = _taken(request, row, form, steps.refuse_proof, said)
    return taken or _step_page(request, row, form, _("Refuse the proof"))


@require_http_methods(["GET", "POST"])
def close_finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.judges(request.user, row))
    if request.method == "GET" and not permissions.can_close_finding(request.user, row):
        return step_unavailable(request)
    form = CloseFindingForm(request.POST or None, initial={"version": row.version})
    taken = _taken(request, row, form, actions.close_finding, _("The finding is closed."))
    if taken is not None:
        return taken
    obstacles = actions.closing_obstacles(row)
    return _step_page(request, row, form, _("Close the finding"), obstacles=obstacles)


@require_http_methods(["GET", "POST"])
def reopen_finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.judges(request.user, row))
    if request.method == "GET" and not permissions.can_reopen_finding(request.user, row):
        return step_unavailable(request)
    form = ReopenFindingForm(request.POST or None, initial={"version": row.version})
    taken = _taken(request, row, form, actions.reopen_finding, _("The finding is open again."))
    return taken or _step_page(request, row, form, _("Reopen the finding"))


def _taken(
    request: AuthRequest, row: Finding, form: forms.Form, take: Callable[..., object], said: str
) -> HttpResponse | None:
    """The way back once the step is taken; None while the form is to be shown, as refused."""
    if not form.is_valid():
        return None
    with refusals(form) as refused:
        take(finding=row, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, said)
        return redirect(row)
    start_again(form, refused.error)
    return None


def _step_page(  # noqa: PLR0913 -- keyword-only, one line each
    request: AuthRequest,
    row: Finding,
    form: forms.Form,
    step: str,
    *,
    intro: str = "",
    obstacles: Iterable[str] = (),
    obstacle_url: str = "",
) -> HttpResponse:
    """The form beside the finding and what both sides said so far.

    A form that writes much takes the wide column; one that judges leaves it to what is judged.
    """
    context = facts_of(request.user, row) | {
        "step": step,
        "intro": intro,
        "obstacles": [text for text in obstacles if text],
        "obstacle_url": obstacle_url,
        "is_long": isinstance(form, AnswerForm | ProofForm),
        "cancel_url": row.get_absolute_url(),
    }
    return form_page(request, "audits/finding_step.html", form, context)
