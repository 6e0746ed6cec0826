"""What is done to a sample: drawing it, recording its units, concluding, going back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import permissions
from audits.actions import sample as actions
from audits.actions.sample_item import record_result as save_result
from audits.forms.sample_steps import AnotherDrawForm, ResultForm, TakeUpForm
from audits.models import Sample, SampleItem
from audits.presenters import samples as values
from audits.sample_enums import SampleState
from audits.views.lists import PAGE_SIZE
from audits.views.samples import sample_unavailable, visible_sample
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.forms import MAX_VERSION
from crcaudit.core.http import render_page, require

CONFLICT, INVALID = 409, 422


@require_POST
def draw_sample(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = _drawable(request, key, number)
    try:
        row = actions.draw_sample(
            sample=row, version=_version(request), by=request.user, at=timezone.now()
        )
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("%s is drawn. Its record lets anybody redo it.") % row.reference)
    return redirect(row)


@require_POST
def conclude_sample(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = _drawable(request, key, number)
    try:
        row = actions.conclude_sample(sample=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("%s is concluded.") % row.reference)
    return redirect(row)


@require_http_methods(["GET", "POST"])
def take_up_sample(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = _drawable(request, key, number)
    if request.method == "GET" and row.state != SampleState.CONCLUDED:
        return sample_unavailable(request)
    form = TakeUpForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            row = actions.take_up_sample(
                sample=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The results of %s may change again.") % row.reference)
            return redirect(row)
    context = _step_context(row, _("Take up the results again"), note="")
    return form_page(request, "audits/sample_step.html", form, context)


@require_http_methods(["GET", "POST"])
def another_draw(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = _drawable(request, key, number)
    if request.method == "GET" and row.is_draft:
        return sample_unavailable(request)
    form = AnotherDrawForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            other = actions.prepare_another(
                sample=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request, _("%s is prepared: check the list, then draw.") % other.reference
            )
            return redirect(other)
    note = _("This sample stays, with its results; the new one says that it replaces it, and why.")
    context = _step_context(row, _("Prepare another draw"), note=note)
    return form_page(request, "audits/sample_step.html", form, context)


@require_POST
def record_result(request: AuthRequest, key: UUID, number: int, rank: int) -> HttpResponse:
    row = _drawable(request, key, number)
    item = get_object_or_404(SampleItem, sample=row, rank=rank)
    item.sample = row
    form = ResultForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(text) for errors in form.errors.values() for text in errors)
        return _refused(request, item, problem, status=INVALID)
    data = form.cleaned_data
    try:
        item = save_result(item=item, by=request.user, at=timezone.now(), **data)
    except EditConflictError as error:
        current: SampleItem = error.current
        current.sample = row
        return _refused(request, current, str(error), status=CONFLICT)
    except UserError as error:
        return _refused(request, item, str(error), status=CONFLICT)
    return _saved(request, item)


def _drawable(request: AuthRequest, key: UUID, number: int) -> Sample:
    row = visible_sample(request.user, key, number)
    require(allowed=permissions.can_draw_sample(request.user, row.audit))
    return row


def _version(request: AuthRequest) -> int:
    """The version that the button was shown with; 0, which none has, for anything else."""
    text = request.POST.get("version", "")
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_VERSION))
    return int(text) if short else 0


def _step_context(row: Sample, title: str, *, note: str) -> dict[str, Any]:
    return {
        "note": note,
        "audit": row.audit,
        "sample": row,
        "title": title,
        "cancel_url": row.get_absolute_url(),
    }


def _saved(request: AuthRequest, item: SampleItem) -> HttpResponse:
    """The unit as it is, with the figures; without htmx the page, at the unit."""
    row = item.sample
    if not request.htmx:
        page = (item.rank - 1) // PAGE_SIZE + 1
        return redirect(f"{row.get_absolute_url()}?page={page}#u{item.rank}")
    counts = values.counted(row)
    figures = {"figures": values.figures_of(row, counts), "can_conclude": not counts.pending}
    context = _unit(item, comment=item.comment) | figures
    return render(request, "audits/_sample_saved.html", context)


def _refused(request: AuthRequest, item: SampleItem, problem: str, *, status: int) -> HttpResponse:
    """The unit as it is now, with the comment as it was typed and what is wrong."""
    comment = request.POST.get("comment", "")
    context = _unit(item, comment=comment) | {"problem": problem}
    return render_page(request, "audits/sample_unit.html", context, status=status)


def _unit(item: SampleItem, *, comment: str) -> dict[str, Any]:
    row = item.sample
    return {
        "audit": row.audit,
        "sample": row,
        "item": item,
        "options": values.options(item),
        "comment": comment,
        "problem": "",
        "can_record": row.state == SampleState.DRAWN,
    }
