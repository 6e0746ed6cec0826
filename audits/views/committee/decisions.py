"""Decisions of the committee: taken, changed, and what becomes of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions import committee_decision as actions
from audits.actions.committee import OVER
from audits.forms.committee import DecisionForm, DropForm, PutOffForm
from audits.history import history_of
from audits.models import (
    CommitteeDecision,
    ControlOccurrence,
    CorrectiveAction,
    InternalComplaint,
    MeasuringPlace,
    Target,
)
from audits.permissions import committee as rights
from audits.presenters.committee.decision import about_of, state_of
from audits.presenters.committee.packs import pack_url
from audits.presenters.evidence import sent
from audits.views import lists
from audits.views.committee import common
from audits.views.committee.steps import STEP, step_context
from audits.views.conflicts import resend_as_new, start_again
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.forms import is_row_number
from crcaudit.core.http import render_page, require
from engagements.models import Indicator

RELATED = (
    *("meeting__organisation", "owner", "place__site", "place__subcontractor"),
    *("complaint__indicator", "indicator", "control_line__requirement", "action"),
    *("control_line__plan__certification", "closed_by", "created_by"),
)


@require_http_methods(["GET", "POST"])
def decide_committee(request: AuthRequest, key: UUID, pas: str, jour: str) -> HttpResponse:
    target = common.target_of(request, key, pas, jour)
    require(allowed=target.runs)
    if target.is_held:
        return unavailable(request, str(OVER))
    about, proposed = _about(request, target)
    form = DecisionForm(
        sent(request),
        organisation_id=target.organisation.pk,
        today=localdate(),
        proposed=proposed,
    )
    if form.is_valid():
        with refusals(form):
            actions.take_decision(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=target.organisation,
                period=target.period,
                fields=form.to_fields(),
                about=about,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The decision is written."))
            return redirect(f"{target.url()}#decisions")
        resend_as_new(form)
    context = step_context(target, _("Write a decision"))
    if about is not None:
        context["notice"] = _("About: %(subject)s") % {"subject": _subject_text(about)}
    return form_page(request, STEP, form, context)


@require_safe
def committee_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _visible(request.user, key)
    today, is_held = localdate(), row.meeting.is_held
    changes = rights.changes_decision(request.user, row)
    shape, state = state_of(row, today)
    context = {
        "decision": row,
        "organisation": row.meeting.organisation,
        "pack_url": pack_url(row.meeting.organisation, row.meeting.period),
        "about": about_of(row, request.user),
        "shape": shape,
        "state": state,
        "due": lists.due(row.due_date, today=today, is_open=row.is_open),
        "can_finish": rights.finishes_decision(request.user, row),
        "can_edit": changes and row.is_open and not is_held,
        "can_change": changes and row.is_open and is_held,
        "can_drop": changes and row.is_open,
        "history": history_of(actions.KIND, row.key),
    }
    return render_page(request, "audits/committee_decision.html", context)


@require_http_methods(["GET", "POST"])
def edit_committee_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _changed(request.user, key)
    if row.meeting.is_held or not row.is_open:
        return unavailable(request, str(OVER if row.meeting.is_held else actions.SETTLED))
    form = DecisionForm(
        sent(request),
        organisation_id=row.meeting.organisation_id,
        today=localdate(),
        decision=row,
    )
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_decision(
                decision=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The decision is saved."))
            return redirect(row)
        start_again(form, refused.error)
    return form_page(request, STEP, form, _context(row, _("Edit the decision")))


@require_http_methods(["GET", "POST"])
def put_off_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _changed(request.user, key)
    if not row.is_open:
        return unavailable(request, str(actions.SETTLED))
    form = PutOffForm(sent(request), decision=row, today=localdate())
    if form.is_valid():
        with refusals(form) as refused:
            actions.put_off_decision(
                decision=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The decision is put off."))
            return redirect(row)
        start_again(form, refused.error)
    return form_page(request, STEP, form, _context(row, _("Put off, or give to somebody else")))


@require_http_methods(["GET", "POST"])
def drop_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _changed(request.user, key)
    if not row.is_open:
        return unavailable(request, str(actions.SETTLED))
    form = DropForm(sent(request))
    if form.is_valid():
        with refusals(form):
            actions.drop_decision(
                decision=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The decision is given up."))
            return redirect(row)
    return form_page(request, STEP, form, _context(row, _("Give up the decision")))


@require_POST
def remove_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _changed(request.user, key)
    back = pack_url(row.meeting.organisation, row.meeting.period)
    try:
        actions.remove_decision(decision=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The decision is taken off."))
    return redirect(back)


@require_POST
def finish_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    return _move(request, key, actions.finish_decision, _("The decision is carried out."))


@require_POST
def take_up_decision(request: AuthRequest, key: UUID) -> HttpResponse:
    return _move(request, key, actions.take_up_decision, _("The decision is to be done again."))


Move = Callable[..., CommitteeDecision]


def _move(request: AuthRequest, key: UUID, move: Move, said: str) -> HttpResponse:
    row = _visible(request.user, key)
    require(allowed=rights.finishes_decision(request.user, row))
    try:
        move(decision=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, said)
    return redirect(row)


def _visible(user: User, key: UUID) -> CommitteeDecision:
    rows = CommitteeDecision.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(rows.defer("meeting__frozen"), key=key)


def _changed(user: User, key: UUID) -> CommitteeDecision:
    row = _visible(user, key)
    require(allowed=rights.changes_decision(user, row))
    return row


def _context(row: CommitteeDecision, step: str) -> dict[str, Any]:
    return {
        "step": step,
        "where": f"{row.meeting.reference} · {row.text}",
        "organisation": row.meeting.organisation,
        "back_url": row.get_absolute_url(),
        "cancel_url": row.get_absolute_url(),
        "notice": "",
    }


def _about(
    request: AuthRequest, target: common.Target
) -> tuple[actions.About | None, dict[str, Any]]:
    """What the address says that the decision is about, and what the form begins with."""
    user, place = request.user, _place(request, target)
    if key := _key(request, "reclamation"):
        rows = InternalComplaint.objects.visible_to(user).filter(organisation=target.organisation)
        complaint = get_object_or_404(rows.select_related("indicator", "place"), key=key)
        place = None if complaint.place.is_whole else complaint.place_id
        return complaint, {"owner": complaint.owner_id, "place": place}
    if key := _key(request, "controle"):
        controls = ControlOccurrence.objects.visible_to(user).filter(
            line__plan__certification__organisation=target.organisation
        )
        control = get_object_or_404(controls.select_related("line__requirement"), key=key)
        return control.line, {"owner": control.owner_id, "place": _place_of_site(control.site_id)}
    if key := _key(request, "action"):
        owned = CorrectiveAction.objects.visible_to(user).filter(organisation=target.organisation)
        action = get_object_or_404(owned, key=key)
        return action, {"owner": action.owner_id}
    if asked := request.GET.get("indicateur", ""):
        if not is_row_number(asked):
            raise Http404
        followed = Target.objects.filter(organisation=target.organisation).values("indicator")
        return get_object_or_404(Indicator, pk__in=followed, pk=asked), {"place": place}
    return None, {"place": place}


def _key(request: AuthRequest, name: str) -> UUID | None:
    return lists.chosen_key(request, name)


def _place(request: AuthRequest, target: common.Target) -> int | None:
    """The number of the place that the address names; None for the whole."""
    asked = request.GET.get("lieu", "")
    if not asked:
        return None
    if not is_row_number(asked):
        raise Http404
    place = get_object_or_404(_places(target), pk=asked)
    return None if place.is_whole else place.pk


def _places(target: common.Target) -> QuerySet[MeasuringPlace]:
    return MeasuringPlace.objects.filter(organisation=target.organisation)


def _place_of_site(site: int | None) -> int | None:
    if site is None:
        return None
    return MeasuringPlace.objects.filter(site=site).values_list("pk", flat=True).first()


def _subject_text(about: actions.About) -> str:
    if isinstance(about, InternalComplaint):
        return f"{about.reference} {about.indicator.code}"
    if isinstance(about, Indicator):
        return about.code
    return str(about)
