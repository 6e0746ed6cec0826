"""Corrective actions: page, planning, editing, moving from state to state."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import permissions
from audits.actions import corrective_action as actions
from audits.enums import ACTION_FLOW, ActionState
from audits.forms.corrective_action import ActionForm, MoveActionForm
from audits.history import history_of
from audits.models import CorrectiveAction
from audits.views.action_board import due_of
from audits.views.conflicts import differences, resend, resend_as_new
from audits.views.finding_facts import evidence_of, facts_of
from audits.views.findings import visible_finding
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import date_text, exact
from crcaudit.core.http import require

STEPS: dict[tuple[ActionState, ActionState], Promise | str] = {
    (ActionState.PLANNED, ActionState.IN_PROGRESS): gettext_lazy("Start"),
    (ActionState.PLANNED, ActionState.DONE): gettext_lazy("Mark as done"),
    (ActionState.PLANNED, ActionState.CANCELLED): gettext_lazy("Cancel the action"),
    (ActionState.IN_PROGRESS, ActionState.DONE): gettext_lazy("Mark as done"),
    (ActionState.IN_PROGRESS, ActionState.CANCELLED): gettext_lazy("Cancel the action"),
    (ActionState.DONE, ActionState.VERIFIED): gettext_lazy("Verify"),
    (ActionState.DONE, ActionState.IN_PROGRESS): gettext_lazy("Send back"),
    (ActionState.CANCELLED, ActionState.PLANNED): gettext_lazy("Take up again"),
}
# The step that goes forward is the blue one.
FORWARD = {
    ActionState.PLANNED: ActionState.IN_PROGRESS,
    ActionState.IN_PROGRESS: ActionState.DONE,
    ActionState.DONE: ActionState.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A button of the page of an action."""

    to: ActionState
    label: str
    is_forward: bool


@require_safe
def action(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_action(request.user, key)
    form = MoveActionForm(initial={"version": row.version})
    return form_page(request, "audits/action.html", form, _page_context(request.user, row))


@require_http_methods(["GET", "POST"])
def add_action(request: AuthRequest, key: UUID) -> HttpResponse:
    finding = visible_finding(request.user, key)
    require(allowed=permissions.manages(request.user, finding.audit.organisation_id))
    if request.method == "GET" and not permissions.can_plan_action(request.user, finding):
        return _unavailable(request)
    form = ActionForm(request.POST or None, finding=finding)
    if form.is_valid():
        with refusals(form):
            row = actions.plan_action(
                key=form.cleaned_data["key"] or uuid4(),
                finding=finding,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request, _("The action %(reference)s is planned.") % {"reference": row.reference}
            )
            return redirect(finding)
        resend_as_new(form)
    context = facts_of(request.user, finding) | {"action": None, "differences": ()}
    context["cancel_url"] = finding.get_absolute_url()
    return form_page(request, "audits/action_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_action(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_action(request.user, key)
    require(allowed=permissions.manages(request.user, row.organisation_id))
    if request.method == "GET" and not permissions.can_edit_action(request.user, row):
        return _unavailable(request)
    form = ActionForm(request.POST or None, finding=row.finding, action=row)
    context = facts_of(request.user, visible_finding(request.user, row.finding.key))
    context |= {"action": row, "differences": (), "cancel_url": row.get_absolute_url()}
    if form.is_valid():
        with refusals(form) as refused:
            saved = actions.edit_action(
                action=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The action is saved."))
            return redirect(saved)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    return form_page(request, "audits/action_form.html", form, context)


@require_POST
def move_action(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_action(request.user, key)
    form = MoveActionForm(request.POST)
    valid = form.is_valid()
    _require_may_move(request.user, row, form.cleaned_data.get("to"))
    if valid:
        with refusals(form):
            row = actions.move_action(
                action=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            names = {"reference": row.reference, "state": row.get_state_display()}
            messages.success(request, _("%(reference)s: %(state)s.") % names)
            return redirect(row)
        row = visible_action(request.user, key)
        resend(form, version=row.version)
    context = _page_context(request.user, row)
    return form_page(request, "audits/action.html", form, context)


def visible_action(user: User, key: UUID) -> CorrectiveAction:
    """The action with everything its page shows; 404 when the user may not know of it."""
    rows = (
        CorrectiveAction.objects.visible_to(user)
        .select_related(
            "organisation",
            "owner",
            "created_by",
            "verified_by",
            "finding__grade",
            "finding__assessment__site",
            "finding__audit__certification",
        )
        .defer("finding__audit__frozen")
    )
    return get_object_or_404(rows, key=key)


def steps(user: User, row: CorrectiveAction) -> list[Step]:
    """The steps that the user may take now, forward first."""
    source, allowed = ActionState(row.state), permissions.action_steps(user, row)
    offered = [
        Step(target, str(label), is_forward=FORWARD.get(source) == target)
        for (start, target), label in STEPS.items()
        if start == source and target in allowed
    ]
    return sorted(offered, key=lambda step: not step.is_forward)


def _require_may_move(user: User, row: CorrectiveAction, to: ActionState | None) -> None:
    """403 for who has no part in the action, and for owners who would judge their own work.

    A step that does not exist from the present state is left to the action, which says so.
    """
    involved = permissions.can_progress_action(user, row)
    require(allowed=involved or permissions.can_verify_action(user, row))
    if to is None:
        return
    if to in ACTION_FLOW.targets(row.state):
        require(allowed=permissions.can_move_action(user, row, to))
    require(allowed=to != ActionState.VERIFIED or row.owner_id != user.pk)


def _page_context(user: User, row: CorrectiveAction) -> dict[str, Any]:
    finding = row.finding
    finding.assessment.audit = finding.audit
    visible = type(finding).objects.visible_to(user).filter(pk=finding.pk).exists()
    offered = steps(user, row)
    judges = visible and row.state == ActionState.DONE and bool(offered)
    closed_at = finding.audit.certification.closed_at
    return {
        "action": row,
        "finding": finding,
        "sees_finding": visible,
        "effort": exact(row.effort_days),
        # Who verifies has at hand what the action was to remove.
        "judges": judges,
        "evidence": evidence_of(user, finding) if judges else (),
        "due": due_of(row, closed_at=closed_at, today=localdate()),
        "steps": offered,
        "waits_for_other": row.state == ActionState.DONE and row.owner_id == user.pk,
        "can_edit": permissions.can_edit_action(user, row),
        "history": history_of(actions.KIND, row.key),
    }


def _unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    message = _(
        "This step is not available: the action, its finding or its file has changed state. "
        "Open it to see where it stands."
    )
    return unavailable(request, message)


def _conflict(form: ActionForm, error: EditConflictError) -> dict[str, Any]:
    current: CorrectiveAction = error.current
    resend(form, version=current.version)
    theirs, mine = _shown(actions.fields_of(current)), _shown(form.to_fields())
    return {
        "differences": differences(theirs, mine, form=form),
        "last_change": next(iter(history_of(actions.KIND, current.key)), None),
    }


def _shown(fields: actions.ActionFields) -> dict[str, str]:
    """Values as people read them, by field of the form."""
    return {
        "title": fields.title,
        "description": fields.description,
        "owner": str(fields.owner),
        "due_date": date_text(fields.due_date),
        "effort_days": exact(fields.effort_days),
    }
