"""The page of an internal complaint, and what is said of it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits.actions import internal_complaint as actions
from audits.actions.complaint_moves import KIND
from audits.forms.complaint import ComplaintCommentForm
from audits.history import history_of
from audits.models import InternalComplaint
from audits.permissions import alerts as rights
from audits.presenters import alerts as words
from audits.presenters import complaint as presenter
from audits.views import lists
from audits.views.conflicts import resend_as_new
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require

RELATED = (
    *("organisation", "indicator", "place__site", "place__subcontractor", "place__organisation"),
    *("owner", "planned_by", "closed_by", "opened_by", "former"),
)


def visible_complaint(user: User, key: UUID) -> InternalComplaint:
    """The complaint with what its screens show, in one query; 404 when not visible."""
    rows = InternalComplaint.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(rows, key=key)


@require_safe
def complaint(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    return render_page(
        request, "audits/complaint.html", _context(request, row, ComplaintCommentForm())
    )


@require_POST
def comment(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_complaint(request.user, key)
    require(allowed=rights.comments_complaint(request.user, row))
    form = ComplaintCommentForm(request.POST)
    if form.is_valid():
        with refusals(form):
            actions.comment_complaint(
                key=form.cleaned_data["key"] or uuid4(),
                complaint=row,
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The comment is kept."))
            return redirect(row)
        resend_as_new(form)
    return form_page(request, "audits/complaint.html", form, _context(request, row, form))


def _context(
    request: AuthRequest, row: InternalComplaint, form: ComplaintCommentForm
) -> dict[str, Any]:
    user, today = request.user, localdate()
    readings = presenter.readings_around(row, today)
    is_owed = row.planned_at is None and row.is_open and row.returned_at is None
    items = presenter.actions_of(row, today)
    return {
        "complaint": row,
        "name": words.name_of(row),
        "since": words.since_text(row, readings),
        "opened_period": presenter.period_text(row.since),
        "state_shape": words.STATE_SHAPES[row.state],
        "level": words.level_text(row),
        "level_shape": words.LEVEL_SHAPES[row.level],
        "plan_due": lists.due(row.plan_due, today=today, is_open=is_owed),
        "figures": presenter.figures_of(row, readings),
        "needs": presenter.needs_of(row, readings, is_owner=row.owner_id == user.pk),
        "kept": presenter.kept_periods(row) if not row.is_open else (),
        "was_corrected": presenter.return_was_corrected(row, readings),
        "steps": presenter.steps_of(row, today),
        "items": [
            (line, _due(line, row, today), rights.finishes_action(user, line.action))
            for line in items
        ],
        "escalations": presenter.escalations_of(row),
        "comments": row.comments.select_related("by").order_by("-at", "-pk"),
        "following": row.following.order_by("pk").first(),
        "form": form,
        "can_run": rights.can_run_complaint(user, row),
        "can_give": row.is_open and rights.gives_complaint(user, row),
        "can_comment": rights.comments_complaint(user, row),
        "can_close": rights.can_close_complaint(user, row),
        "can_reopen": rights.can_reopen_complaint(user, row),
        "history": history_of(KIND, row.key),
    }


def _due(line: presenter.ActionLine, row: InternalComplaint, today: Any) -> lists.Due | None:
    is_open = line.action.done_on is None and row.is_open
    return lists.due(line.action.due_date, today=today, is_open=is_open)
