"""Findings: page and writing."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import finding as actions
from audits.actions.finding_fields import FindingFields, fields_of
from audits.actions.finding_moves import KIND
from audits.finding_rules import grades_of
from audits.forms.finding import FindingForm
from audits.history import history_of
from audits.models import Finding
from audits.presenters.finding import steps_of
from audits.views.conflicts import differences, resend, resend_as_new
from audits.views.finding_facts import facts_of
from audits.views.helpers import visible_assessment
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page, require
from crcaudit.core.templatetags.crc import localized


@require_safe
def finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    user = request.user
    can_close = permissions.can_close_finding(user, row)
    context = facts_of(user, row) | {
        "can_edit": permissions.can_edit_finding(user, row),
        "can_discard": permissions.can_discard_finding(user, row),
        "can_present": row.is_draft and permissions.can_present_findings(user, row.audit),
        "can_take_position": permissions.can_take_position(user, row),
        "can_answer": permissions.can_answer(user, row),
        "can_judge": permissions.can_judge_reply(user, row),
        "can_bring_proof": permissions.can_bring_proof(user, row),
        "steps": steps_of(row),
        "can_close": can_close,
        "obstacles": actions.closing_obstacles(row) if can_close else [],
        "can_reopen": permissions.can_reopen_finding(user, row),
        "can_plan": permissions.can_plan_action(user, row),
        "history": history_of(KIND, row.key, words={"grade": _grade_words(row)}),
    }
    return render_page(request, "audits/finding.html", context)


@require_http_methods(["GET", "POST"])
def add_finding(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    assessment = visible_assessment(request.user, key, pk)
    require(allowed=permissions.works_on(request.user, assessment.audit))
    if request.method == "GET" and not assessment.audit.is_open:
        return step_unavailable(request)
    form = FindingForm(request.POST or None, assessment=assessment, today=localdate())
    if form.is_valid():
        with refusals(form):
            row = actions.add_finding(
                key=form.cleaned_data["key"] or uuid4(),
                assessment=assessment,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request, _("The finding %(reference)s is recorded.") % {"reference": row.reference}
            )
            return redirect(row)
        resend_as_new(form)
    context = {
        "assessment": assessment,
        "finding": None,
        "differences": (),
        "cancel_url": assessment.get_absolute_url(),
    }
    return form_page(request, "audits/finding_form.html", form, context)


@require_safe
def finding_due_dates(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """The day on which proof is due by grade, for the day typed in the form."""
    assessment = visible_assessment(request.user, key, pk)
    require(allowed=permissions.can_write_finding(request.user, assessment.audit))
    form = FindingForm(request.GET, assessment=assessment, today=localdate())
    return render(request, "audits/_finding_due_dates.html", {"options": form.grade_options})


@require_http_methods(["GET", "POST"])
def edit_finding(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_finding(request.user, key)
    require(allowed=permissions.works_on(request.user, row.audit))
    if request.method == "GET" and not permissions.can_edit_finding(request.user, row):
        return step_unavailable(request)
    form = FindingForm(
        request.POST or None, assessment=row.assessment, today=localdate(), finding=row
    )
    context: dict[str, Any] = {"assessment": row.assessment, "finding": row}
    context |= {"differences": (), "cancel_url": row.get_absolute_url()}
    if form.is_valid():
        with refusals(form) as refused:
            saved = actions.edit_finding(
                finding=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The finding is saved."))
            return redirect(saved)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    return form_page(request, "audits/finding_form.html", form, context)


def visible_finding(user: User, key: UUID) -> Finding:
    """The finding with everything its page shows; 404 when the user may not know of it."""
    rows = (
        Finding.objects.visible_to(user)
        .select_related(
            "grade",
            "assessment__site",
            "assessment__section",
            "audit__organisation",
            "audit__certification__edition__referential",
            "created_by",
            "closed_by",
            "first_grade",
            "position_by",
            "recurs__audit",
        )
        .defer("audit__frozen", "recurs__audit__frozen")
    )
    row = get_object_or_404(rows, key=key)
    row.assessment.audit = row.audit
    return row


def step_unavailable(request: AuthRequest) -> HttpResponse:
    """409: the step that an old page or link leads to exists no longer."""
    message = _(
        "This step is not available: the finding, its audit or its file has changed state. "
        "Open the finding to see where it stands."
    )
    return unavailable(request, message)


def _grade_words(row: Finding) -> dict[str, str]:
    return {g.code: localized(g, "label") for g in grades_of(row.audit)}


def _conflict(form: FindingForm, error: EditConflictError) -> dict[str, Any]:
    current: Finding = error.current
    resend(form, version=current.version)
    theirs, mine = _shown(fields_of(current)), _shown(form.to_fields())
    return {
        "differences": differences(theirs, mine, form=form),
        "last_change": next(iter(history_of(KIND, current.key)), None),
    }


def _shown(fields: FindingFields) -> dict[str, str]:
    """Values as people read them, by field of the form."""
    return {
        "grade": localized(fields.grade, "label"),
        "title": fields.title,
        "required": fields.required,
        "found": fields.found,
        "evidence": ", ".join(row.reference for row in fields.evidence),
        "page": str(fields.page or ""),
        "recurs": str(fields.recurs or ""),
        "consequence": fields.consequence,
        "next_step": fields.next_step,
        "found_date": date_text(fields.found_date),
    }
