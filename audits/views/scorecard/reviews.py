"""Reviews of a provider: preparing, writing, closing, and what was asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions import provider_review as actions
from audits.figure_words import period_text
from audits.forms.provider_review import ProviderReviewForm, SettleForm, texts_of
from audits.history import history_of
from audits.models import AskedItem, ProviderReview
from audits.permissions import scorecard as rights
from audits.presenters.indicators.scope import provider_scope
from audits.presenters.scorecard import reviews as presenter
from audits.scorecard_enums import AskedState
from audits.views.conflicts import differences, resend
from audits.views.scorecard.common import Asked
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_POST
def prepare_provider_review(request: AuthRequest, key: UUID, provider: UUID) -> HttpResponse:
    asked = Asked(request, key)
    found = asked.provider(provider)
    require(allowed=asked.writes)
    try:
        review = actions.prepare_review(
            organisation=asked.organisation,
            provider=found,
            period=asked.period,
            by=request.user,
            at=timezone.now(),
        )
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The review is prepared with the scorecard as it is now."))
    return redirect(review)


@require_safe
def provider_review(request: AuthRequest, key: UUID) -> HttpResponse:
    review = _visible(request.user, key)
    today = localdate()
    items = presenter.asked_lines(review.asked.order_by("number"), today=today)
    context = _context(request, review) | {
        "frozen": presenter.frozen_view(review),
        "asked": items,
        "earlier": presenter.earlier_asked(review, today=today),
        "history": history_of(actions.KIND, review.key),
        "can_write": _writes(request.user, review) and not review.is_closed,
        "can_settle": _writes(request.user, review) and review.is_closed,
        "settles_earlier": _writes(request.user, review),
    }
    return render_page(request, "audits/provider_review.html", context)


@require_http_methods(["GET", "POST"])
def edit_provider_review(request: AuthRequest, key: UUID) -> HttpResponse:
    review = _writable(request.user, key)
    if review.is_closed:
        return unavailable(request, _("This review is closed: it does not change any more."))
    form = ProviderReviewForm(request.POST if request.method == "POST" else None, review=review)
    context = _context(request, review) | {
        "earlier": presenter.earlier_asked(review, today=localdate()),
        "cancel_url": review.get_absolute_url(),
    }
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_review(
                review=review,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The review is saved."))
            return redirect(review)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    return form_page(request, "audits/provider_review_form.html", form, context)


@require_POST
def close_provider_review(request: AuthRequest, key: UUID) -> HttpResponse:
    review = _writable(request.user, key)
    try:
        actions.close_review(review=review, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The review is closed: what was asked is now followed."))
    return redirect(review)


@require_POST
def discard_provider_review(request: AuthRequest, key: UUID) -> HttpResponse:
    review = _writable(request.user, key)
    try:
        actions.discard_review(review=review, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The review is taken away."))
    return redirect("audits:scorecard", review.organisation.key)


@require_http_methods(["GET", "POST"])
def settle_asked(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    review = _writable(request.user, key)
    item = get_object_or_404(AskedItem, review=review, pk=pk)
    if request.method == "GET" and (item.state != AskedState.OPEN or not review.is_closed):
        return unavailable(request, _("This request was settled, or its review is not closed."))
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals(form):
            actions.settle_asked(
                item=item,
                state=AskedState(form.cleaned_data["state"]),
                outcome=form.cleaned_data["outcome"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The request is settled."))
            return redirect(review)
    context = _context(request, review) | {
        "item": item,
        "cancel_url": review.get_absolute_url(),
    }
    return form_page(request, "audits/settle_asked.html", form, context)


def _conflict(form: ProviderReviewForm, error: EditConflictError) -> dict[str, Any]:
    current: ProviderReview = error.current
    resend(form, version=current.version)
    theirs, mine = texts_of(actions.fields_of(current)), texts_of(form.to_fields())
    form.fields["what_0"].label = _("What is asked")  # all of it is compared as one text
    return {
        "differences": differences(theirs, mine, form=form),
        "last_change": next(iter(history_of(actions.KIND, current.key)), None),
    }


def _visible(user: User, key: UUID) -> ProviderReview:
    rows = ProviderReview.objects.visible_to(user).select_related(
        "organisation", "prepared_by", "closed_by"
    )
    return get_object_or_404(rows, key=key)


def _writable(user: User, key: UUID) -> ProviderReview:
    review = _visible(user, key)
    require(allowed=_writes(user, review))
    return review


def _writes(user: User, review: ProviderReview) -> bool:
    return rights.writes_scorecard(user, review.organisation_id)


def _context(request: AuthRequest, review: ProviderReview) -> dict[str, Any]:
    return {
        "scope": provider_scope(request.user, review.organisation),
        "here": "scorecard",
        "review": review,
        "period": period_text(review.period),
    }
