"""Steps of the quality manager on a committee: prepared, then held."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.actions import committee as actions
from audits.figure_words import period_text
from audits.forms.committee import HoldForm, MeetingForm
from audits.models.committee import reference_of
from audits.presenters.evidence import sent
from audits.views.committee.common import Target, target_of
from audits.views.conflicts import start_again
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require

STEP = "audits/committee_step.html"


@require_http_methods(["GET", "POST"])
def prepare_committee(request: AuthRequest, key: UUID, pas: str, jour: str) -> HttpResponse:
    target = target_of(request, key, pas, jour)
    require(allowed=target.runs)
    if target.is_held:
        return unavailable(request, str(actions.OVER))
    form = MeetingForm(
        sent(request), organisation_id=target.organisation.pk, meeting=target.meeting
    )
    if form.is_valid():
        with refusals(form) as refused:
            actions.prepare_meeting(
                organisation=target.organisation,
                period=target.period,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The committee is saved."))
            return redirect(target.url())
        start_again(form, refused.error)
    return form_page(request, STEP, form, step_context(target, _("Prepare the committee")))


@require_http_methods(["GET", "POST"])
def hold_committee(request: AuthRequest, key: UUID, pas: str, jour: str) -> HttpResponse:
    target = target_of(request, key, pas, jour)
    require(allowed=target.runs)
    if target.is_held:
        return unavailable(request, str(actions.OVER))
    if target.meeting is None:
        return unavailable(request, _("Prepare the committee first: say who is there."))
    form = HoldForm(sent(request), meeting=target.meeting, today=localdate())
    if form.is_valid():
        with refusals(form) as refused:
            actions.hold_meeting(
                meeting=target.meeting,
                version=form.cleaned_data["version"],
                held_on=form.cleaned_data["held_on"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The committee is held: its pack stays as it is."))
            return redirect(target.url())
        start_again(form, refused.error)
    context = step_context(target, _("Hold the committee")) | {
        "notice": _(
            "The pack is frozen as it is now, with its decisions: nothing of it changes "
            "afterwards. What becomes of the decisions is followed in the next packs."
        )
    }
    return form_page(request, STEP, form, context)


def step_context(target: Target, step: str) -> dict[str, Any]:
    """What the page of a step shows around its form."""
    return {
        "step": step,
        "where": f"{reference_of(target.period)} · {period_text(target.period)}",
        "organisation": target.organisation,
        "back_url": target.url(),
        "cancel_url": target.url(),
        "notice": "",
    }
