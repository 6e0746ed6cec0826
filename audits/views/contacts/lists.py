"""The list of reasons, and what is sent back from a reason."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.actions.contacts import feedback as sending
from audits.actions.contacts import reasons as actions
from audits.forms.contacts.reason import ContactReasonForm, FeedbackAnswerForm, FeedbackForm
from audits.models import ContactReason, ReasonFeedback
from audits.permissions import figures as rights
from audits.presenters.contacts.reasons import contacts_of
from audits.presenters.indicators.scope import Scope
from audits.views.conflicts import resend, resend_as_new
from audits.views.contacts.common import frame_of, reason_of
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def reason_list(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = _listing(request, key)
    form = ContactReasonForm(sent_by(request), organisation=scope.organisation)
    if form.is_valid():
        with refusals(form, field="code"):
            row = actions.add_reason(
                organisation=scope.organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("“%(reason)s” is in the list.") % {"reason": row})
            return redirect("audits:reason-list", key)
    rows = list(ContactReason.objects.filter(organisation=scope.organisation).in_order())
    context = {"scope": scope, "here": "reasons", "rows": rows}
    return form_page(request, "audits/reason_list.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_reason(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    scope = _listing(request, key)
    reason = reason_of(scope, pk)
    form = ContactReasonForm(sent_by(request), organisation=scope.organisation, reason=reason)
    if form.is_valid():
        with refusals(form) as refused:
            row = actions.change_reason(
                reason=reason,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("“%(reason)s” is saved.") % {"reason": row})
            return redirect("audits:reason-list", key)
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
            reason = refused.error.current
    context = {"scope": scope, "reason": reason, "is_conflict": bool(form.errors)}
    context |= {"cancel_url": reverse("audits:reason-list", args=[key])}
    return form_page(request, "audits/edit_reason.html", form, context)


@require_http_methods(["GET", "POST"])
def send_feedback(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    frame = frame_of(request, key)
    scope, asked = frame.scope, frame.asked
    require(allowed=rights.can_send_feedback(request.user, scope.organisation.pk))
    reason = reason_of(scope, pk)
    require(allowed=scope.place is not None)
    contacts, total = contacts_of(scope, asked, reason)
    form = FeedbackForm(sent_by(request), organisation=scope.organisation)
    if form.is_valid() and scope.place is not None:
        data = form.cleaned_data
        with refusals(form):
            row = sending.send_feedback(
                key=data["key"] or uuid4(),
                reason=reason,
                fields=sending.FeedbackFields(
                    place=scope.place,
                    starts_on=asked.months[0].start,
                    ends_on=asked.months[-1].end,
                    contacts=contacts,
                    total=total,
                    process=data["process"],
                    found=data["found"],
                    addressee=data["addressee"],
                ),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("It is sent to %(person)s.") % {"person": row.addressee})
            return redirect(row)
        resend_as_new(form)
    back = reverse("audits:contact-reasons", args=[key])
    context = frame.context("reasons") | {
        "reason": reason,
        "contacts": contacts,
        "total": total,
        "cancel_url": f"{back}?{asked.query(scope)}",
    }
    return form_page(request, "audits/send_feedback.html", form, context)


@require_http_methods(["GET", "POST"])
def feedback(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _feedback(request, key)
    can_answer = rights.can_answer_feedback(request.user, row)
    if request.method == "POST":
        require(allowed=rights.may_answer_feedback(request.user, row))
    form = FeedbackAnswerForm(sent_by(request))
    if form.is_valid():
        with refusals(form):
            sending.answer_feedback(
                feedback=row,
                answer=form.cleaned_data["answer"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Your answer is sent."))
            return redirect(row)
        row = _feedback(request, key)
    context: dict[str, Any] = {"feedback": row, "can_answer": can_answer}
    return form_page(request, "audits/feedback.html", form, context)


def _listing(request: AuthRequest, key: UUID) -> Scope:
    scope = whole_scope(request, key)
    require(allowed=rights.can_list_reasons(request.user, scope.organisation.pk))
    return scope


def _feedback(request: AuthRequest, key: UUID) -> ReasonFeedback:
    related = ("organisation", "reason__parent", "place__site", "place__subcontractor")
    people = ("addressee", "sent_by", "answered_by")
    rows = ReasonFeedback.objects.visible_to(request.user).select_related(*related, *people)
    return get_object_or_404(rows.distinct(), key=key)
