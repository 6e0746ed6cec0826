"""One request for evidence: what is asked, answered, settled, asked again or cancelled."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import evidence_request as actions
from audits.actions import evidence_request_answer as answers
from audits.actions.request_moves import KIND
from audits.forms.evidence_request import AnswerRequestForm, CancelRequestForm
from audits.history import history_of
from audits.models import (
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceRequest,
    EvidenceVersion,
)
from audits.presenters import evidence_request as values
from audits.presenters.evidence import log_refusal
from audits.request_enums import RequestState
from audits.views import lists
from audits.views.conflicts import resend_as_new
from audits.views.opinions import judge
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require
from crcaudit.core.text import clean_line

OFFERED = 30
LONGEST = 100


@require_safe
def evidence_request(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_request(request.user, key)
    concerned = values.concerned_by(row, request.user)
    context = _facts(request, row, concerned) | {
        "can_answer": permissions.can_answer_request(request.user, row, concerned),
        "can_judge": permissions.can_judge_request(request.user, row),
        "can_cancel": permissions.can_cancel_request(request.user, row),
        "history": history_of(KIND, row.key),
    }
    return render_page(request, "audits/evidence_request.html", context)


@require_http_methods(["GET", "POST"])
def answer_request(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_request(request.user, key)
    concerned = values.concerned_by(row, request.user)
    require(allowed=permissions.answers_request(request.user, row, concerned))
    if request.method == "GET" and not permissions.can_answer_request(request.user, row, concerned):
        return _step_unavailable(request)
    text = clean_line(request.GET.get("q", ""))[:LONGEST]
    form = AnswerRequestForm(
        request.POST or None, request.FILES or None, choices=_choices(request, row)
    )
    status: int | None = None
    if form.is_valid():
        try:
            with refusals(form):
                answers.answer_request(
                    key=form.cleaned_data["key"] or uuid4(),
                    request=row,
                    fields=form.to_fields(),
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _("The answer was sent to the auditor."))
                return redirect(row)
        except answers.RefusedUploadError as refusal:
            log_refusal(request.user, refusal.error)
            form.add_error("uploads", _refused_file(refusal))
            status = refusal.error.status
        resend_as_new(form)
    is_cut = form.offer(_offered(request, row, text), most=OFFERED)
    more = {"q": text, "is_cut": is_cut, "step": _("Answer the request")}
    return _step_page(request, row, form, concerned, more, status=status)


@require_http_methods(["GET", "POST"])
def judge_request(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_request(request.user, key)
    require(allowed=permissions.asks_evidence(request.user, row.audit))
    if request.method == "GET" and not permissions.can_judge_request(request.user, row):
        return _step_unavailable(request)
    step = {"step": _("Opinion on the answer")}
    return judge(
        request,
        row,
        give=partial(answers.judge_request_answer, request=row),
        show=lambda form: _step_page(
            request, row, form, values.concerned_by(row, request.user), step
        ),
    )


@require_http_methods(["GET", "POST"])
def cancel_request(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_request(request.user, key)
    require(allowed=permissions.asks_evidence(request.user, row.audit))
    if request.method == "GET" and not permissions.can_cancel_request(request.user, row):
        return _step_unavailable(request)
    form = CancelRequestForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.cancel_request(
                request=row,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The request is cancelled."))
            return redirect(row)
    concerned = values.concerned_by(row, request.user)
    return _step_page(request, row, form, concerned, {"step": _("Cancel the request")})


def visible_request(user: User, key: UUID) -> EvidenceRequest:
    """The request with its audit; 404 when not visible."""
    rows = EvidenceRequest.objects.visible_to(user).select_related(
        "audit__organisation", "audit__certification", "asked_by", "settled_by", "cancelled_by"
    )
    return get_object_or_404(rows.defer("audit__frozen"), key=key)


def _refused_file(refusal: answers.RefusedUploadError) -> str:
    between = pgettext("between a file and its problem", ": ")
    again = _("Nothing was sent: choose all the files again.")
    return f"{refusal.name}{between}{refusal.error.message} {again}"


def _choices(request: AuthRequest, row: EvidenceRequest) -> QuerySet[Evidence]:
    return Evidence.objects.visible_to(request.user).filter(
        organisation=row.audit.organisation_id, withdrawn_at=None
    )


def _offered(request: AuthRequest, row: EvidenceRequest, text: str) -> QuerySet[Evidence]:
    """Evidence to choose from: that of the requirements first, then the newest."""
    rows = _choices(request, row)
    if text:
        files = EvidenceVersion.objects.filter(evidence=OuterRef("pk"), file_name__icontains=text)
        rows = rows.filter(Q(title__icontains=text) | Exists(files))
    linked = EvidenceLink.objects.filter(
        evidence=OuterRef("pk"), assessment__requests=row, unlinked_at=None
    )
    found = rows.annotate(is_linked=Exists(linked))
    return found.order_by("-is_linked", "-created_at", "pk")


def _facts(
    request: AuthRequest, row: EvidenceRequest, concerned: list[Assessment]
) -> dict[str, Any]:
    today = localdate()
    is_owed = row.state == RequestState.ASKED and row.audit.is_open
    is_late = row.is_late(today)
    return {
        "asked": row,
        "audit": row.audit,
        "concerned": concerned,
        "due": lists.due(row.due_date, today=today, is_open=is_owed),
        "shape": "major" if is_late else values.SHAPES[row.state],
        "answers": values.answers_of(row, request.user),
    }


def _step_page(  # noqa: PLR0913 -- keyword-only, one line each
    request: AuthRequest,
    row: EvidenceRequest,
    form: forms.Form,
    concerned: list[Assessment],
    more: dict[str, Any],
    *,
    status: int | None = None,
) -> HttpResponse:
    """The form beside the request and what both sides said so far."""
    context = _facts(request, row, concerned) | more | {"cancel_url": row.get_absolute_url()}
    return form_page(request, "audits/request_step.html", form, context, status=status)


def _step_unavailable(request: AuthRequest) -> HttpResponse:
    return unavailable(
        request, _("This step is not available any more: look at the request as it is now.")
    )
