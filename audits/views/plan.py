"""The plan of an audit: reading it, writing it, taking it to an agenda."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import permissions
from audits.actions import meeting as meetings
from audits.actions import plan as actions
from audits.builders.ics import MEDIA_TYPE, build_calendar
from audits.forms.meeting import MeetingForm
from audits.forms.plan import PlanForm, SlotForm
from audits.history import history_of
from audits.models import Audit, AuditPlan, PlanSlot
from audits.presenters import plan as presenter
from audits.views.conflicts import resend, resend_as_new
from audits.views.helpers import visible_audit
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def plan(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    found = AuditPlan.objects.filter(audit=audit).first()
    slots = presenter.slots_of(found) if found else []
    wrong = presenter.remarks_on(audit, found, slots) if found else []
    context = _context(audit) | {
        "plan": found,
        "days": presenter.days_of(slots, wrong),
        "remarks": presenter.told(wrong, slots),
        "hours": presenter.hours_of(slots),
        "can_write": permissions.can_write_plan(request.user, audit),
        "can_ask_report": permissions.can_ask_report(request.user, audit),
        "history": _history(request.user, audit) if found else (),
    }
    return render_page(request, "audits/plan.html", context)


@require_safe
def plan_calendar(request: AuthRequest, key: UUID) -> HttpResponse:
    """The slots as a file for an agenda; 404 while there is no plan."""
    audit = visible_audit(request.user, key)
    found = AuditPlan.objects.filter(audit=audit).first()
    if found is None:
        raise Http404
    found.audit = audit
    url = request.build_absolute_uri(found.get_absolute_url())
    content = build_calendar(
        name=_("Audit plan %(reference)s") % {"reference": audit.reference},
        uid=f"plan-{audit.key}",
        events=presenter.events_of(found, presenter.slots_of(found), url=url),
    )
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    name = f"plan-{audit.reference}.ics"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def edit_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = _written(request.user, key)
    found = AuditPlan.objects.filter(audit=audit).first()
    form = PlanForm(request.POST or None, plan=found)
    if form.is_valid():
        with refusals(form) as refused:
            actions.save_plan(
                audit=audit,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The plan is saved."))
            return redirect("audits:plan", key=audit.key)
        _resend(form, refused.error)
    return form_page(request, "audits/edit_plan.html", form, _context(audit))


@require_http_methods(["GET", "POST"])
def add_slot(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = _written(request.user, key)
    form = SlotForm(request.POST or None, audit=audit)
    if form.is_valid():
        with refusals(form):
            slot = actions.add_slot(
                key=form.cleaned_data["key"] or uuid4(),
                audit=audit,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("%(slot)s is in the plan.") % {"slot": slot.title})
            return redirect("audits:plan", key=audit.key)
        resend_as_new(form)
    return form_page(request, "audits/plan_slot.html", form, _context(audit) | {"slot": None})


@require_http_methods(["GET", "POST"])
def edit_slot(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    slot = _slot(request.user, key, pk)
    audit = slot.plan.audit
    form = SlotForm(request.POST or None, audit=audit, slot=slot)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_slot(
                slot=slot,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("%(slot)s is saved.") % {"slot": slot.title})
            return redirect("audits:plan", key=audit.key)
        _resend(form, refused.error)
    return form_page(request, "audits/plan_slot.html", form, _context(audit) | {"slot": slot})


@require_POST
def remove_slot(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    slot = _slot(request.user, key, pk)
    try:
        actions.remove_slot(slot=slot, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("%(slot)s is out of the plan.") % {"slot": slot.title})
    return redirect("audits:plan", key=slot.plan.audit.key)


@require_http_methods(["GET", "POST"])
def record_meeting(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    slot = _slot(request.user, key, pk)
    audit = slot.plan.audit
    if not slot.is_meeting:
        return unavailable(request, _("Only the opening and the closing meeting are recorded."))
    form = MeetingForm(request.POST or None, slot=slot)
    if form.is_valid():
        with refusals(form) as refused:
            meetings.record_meeting(
                slot=slot,
                version=form.cleaned_data["version"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The meeting is saved."))
            return redirect("audits:plan", key=audit.key)
        _resend(form, refused.error)
    return form_page(request, "audits/meeting.html", form, _context(audit) | {"slot": slot})


def _written(user: User, key: UUID) -> Audit:
    """The audit whose plan the person writes: 404 when not visible, 403 when only read."""
    audit = visible_audit(user, key)
    require(allowed=permissions.can_write_plan(user, audit))
    return audit


def _slot(user: User, key: UUID, pk: int) -> PlanSlot:
    """A slot of the plan of an audit whose plan the person writes."""
    audit = visible_audit(user, key)
    rows = PlanSlot.objects.select_related("plan", "site").filter(plan__audit=audit)
    slot = get_object_or_404(rows, pk=pk)
    require(allowed=permissions.can_write_plan(user, audit))
    slot.plan.audit = audit
    return slot


def _context(audit: Audit) -> dict[str, Any]:
    return {
        "audit": audit,
        "certification": audit.certification,
        "cancel_url": reverse("audits:plan", args=[audit.key]),
    }


def _resend(form: Any, error: UserError | None) -> None:
    """After a conflict, saving again keeps what was typed."""
    if isinstance(error, EditConflictError):
        resend(form, version=error.current.version)


def _history(user: User, audit: Audit) -> Any:
    return history_of(actions.KIND, audit.key) if permissions.answers_for(user, audit) else ()
