"""Lines of the internal control plan: list, page, writing; and the list as a table to take away."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import control_texts as words
from audits.actions.controls import lines as actions
from audits.control_enums import ControlFrequency, ControlState, PlanState
from audits.forms.controls.line import ControlLineForm
from audits.models import Certification, ControlLine, ControlPlan
from audits.permissions import controls as rights
from audits.presenters.controls import comparison
from audits.presenters.controls.panel import line_facts
from audits.snapshots import control_lines as lines
from audits.views import lists
from audits.views.conflicts import resend, resend_as_new
from audits.views.controls import helpers
from audits.views.tables import csv_response
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page, require
from crcaudit.core.text import clean_line

DRAFT = "brouillon"
LONGEST, RESULTS = 100, 12


@require_safe
def control_lines(request: AuthRequest, key: UUID) -> HttpResponse:
    file = helpers.plan_file(request.user, key)
    every = helpers.controls_of(request.user, file)
    plan = _plan_asked(request, file)
    rows = _rows(request, file, plan)
    shown = _filtered(request, rows)
    context = helpers.page_context(request, file, every, view="control-lines", title=_title(plan))
    context |= {
        "shown_plan": plan,
        "rows": shown,
        "total": len(rows),
        "frequencies": ControlFrequency.choices,
        "frequency": request.GET.get("frequence", ""),
        "people": sorted({str(r.line.responsible) for r in rows if r.line.responsible}),
        "person": request.GET.get("responsable", ""),
        "q": request.GET.get("q", ""),
        "is_draft": plan is not None and plan.state == PlanState.DRAFT,
        "query": request.GET.urlencode(),
        "can_begin": context["can_write"] and context["draft"] is None,
    }
    return render_page(request, "audits/control_lines.html", context)


@require_safe
def control_lines_table(request: AuthRequest, key: UUID) -> HttpResponse:
    """The same lines with every column, as CSV for a spreadsheet."""
    file = helpers.plan_file(request.user, key)
    rows = _filtered(request, _rows(request, file, _plan_asked(request, file)))
    terms = helpers.terms(file)
    names = lines_columns()
    head = [comparison.label_of(name) for name in names]
    head += [_("Last result"), _("Last on"), _("Next")]
    table = [
        [
            *(comparison.value_text(row.line, name, terms) for name in names),
            row.last.words.text if row.last else "",
            date_text(row.last.row.done_on, short=True) if row.last else "",
            date_text(row.next, short=True),
        ]
        for row in rows
    ]
    return csv_response("plan-de-controle.csv", head, table)


@require_safe
def control_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    file = line.plan.certification
    done = (
        helpers.controls_of(request.user, file)
        .filter(line__lineage=line.lineage, state=ControlState.DONE)
        .select_related("line__requirement", "site", "done_by")
        .order_by("-due_date", "site__name", "-pk")[:RESULTS]
    )
    context = {
        "file": file,
        "line": line,
        "plan": line.plan,
        "facts": line_facts(line, helpers.terms(file)),
        "results": [(row, words.result_of(row), words.counts_text(row)) for row in done],
        "can_edit": _can_write(request.user, line.plan),
    }
    return render_page(request, "audits/control_line.html", context)


@require_http_methods(["GET", "POST"])
def add_control_line(request: AuthRequest, key: UUID) -> HttpResponse:
    plan = _draft(request.user, key)
    form = ControlLineForm(request.POST or None, plan=plan)
    if form.is_valid():
        with refusals(form):
            actions.add_line(
                key=form.cleaned_data["key"] or uuid4(),
                plan=plan,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The line is added."))
            return redirect(_draft_url(plan))
        resend_as_new(form)
    return form_page(request, "audits/control_line_form.html", form, _form_context(plan, None))


@require_http_methods(["GET", "POST"])
def edit_control_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    require(allowed=_can_write(request.user, line.plan))
    form = ControlLineForm(request.POST or None, plan=line.plan, line=line)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_line(
                line=line,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The line is saved."))
            return redirect(_draft_url(line.plan))
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = _form_context(line.plan, line)
    return form_page(request, "audits/control_line_form.html", form, context)


@require_POST
def remove_control_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    line = _line(request.user, key, pk)
    require(allowed=rights.writes_control_plan(request.user, line.plan.certification))
    try:
        actions.remove_line(line=line, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The line is out of the draft."))
    return redirect(_draft_url(line.plan))


@require_POST
def restore_control_line(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """A line of the version in force that the draft no longer has comes back as it was."""
    source = _line(request.user, key, pk)
    file = source.plan.certification
    require(allowed=rights.writes_control_plan(request.user, file))
    draft = helpers.draft_of(file)
    if draft is None:
        return unavailable(request, _("No version is being written: begin one first."))
    try:
        actions.restore_line(plan=draft, source=source, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The line is back in the draft."))
    return redirect("audits:control-draft", file.key)


def lines_columns() -> tuple[str, ...]:
    """Columns of the table to take away, in the order of the table of the plan."""
    return (
        *("requirement", "control_point", "method", "procedure", "population", "sample"),
        *("sample_size", "is_per_site", "sites", "channels", "frequency", "weekday", "rank"),
        *("window_days", "role", "responsible", "substitute", "record", "record_place"),
        *("retention_months", "indicator", "sign", "target", "alert", "nonconformity"),
        *("threshold_note", "reaction", "escalation", "escalate_to", "escalate_after", "action"),
    )


def _plan_asked(request: AuthRequest, file: Certification) -> ControlPlan | None:
    """The draft when it is asked for, a version by its number, else the one in force.

    Before the first approval who may read the draft sees it.
    """
    sees_draft = rights.sees_draft(request.user, file)
    asked = request.GET.get("version", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 5:  # noqa: PLR2004 -- digits
        rows = ControlPlan.objects.visible_to(request.user).filter(certification=file)
        found = get_object_or_404(rows, number=int(asked))
        found.certification = file
        return found
    if asked and asked != DRAFT:
        raise Http404
    if asked == DRAFT:
        draft = helpers.draft_of(file) if sees_draft else None
        if draft is None:
            raise Http404
        return draft
    plan = helpers.plan_in_force(file)
    return plan if plan is not None or not sees_draft else helpers.draft_of(file)


def _rows(
    request: AuthRequest, file: Certification, plan: ControlPlan | None
) -> list[lines.LineRow]:
    if plan is None:
        return []
    controls = helpers.controls_of(request.user, file)
    return lines.rows_of(lines.lines_of(plan), controls, terms=helpers.terms(file))


def _filtered(request: AuthRequest, rows: list[lines.LineRow]) -> list[lines.LineRow]:
    frequency = lists.choice(request, "frequence", ControlFrequency.values)
    person = request.GET.get("responsable", "")
    text = clean_line(request.GET.get("q", ""))[:LONGEST].casefold()

    def kept(row: lines.LineRow) -> bool:
        line = row.line
        said = f"{line.requirement.code} {line.control_point} {line.record}".casefold()
        return (
            (not frequency or line.frequency == frequency)
            and (not person or str(line.responsible or "") == person)
            and text in said
        )

    return [row for row in rows if kept(row)]


def _line(user: User, key: UUID, pk: int) -> ControlLine:
    """A line of a version of the file that the person may read; else 404."""
    file = helpers.plan_file(user, key)
    plans = ControlPlan.objects.visible_to(user).filter(certification=file)
    rows = ControlLine.objects.filter(plan__in=plans.values("pk")).select_related(
        "plan", *lines.RELATED
    )
    line = get_object_or_404(rows, pk=pk)
    line.plan.certification = file
    return line


def _draft(user: User, key: UUID) -> ControlPlan:
    file = helpers.plan_file(user, key)
    require(allowed=rights.writes_control_plan(user, file))
    draft = helpers.draft_of(file)
    if draft is None:
        raise Http404
    return draft


def _can_write(user: User, plan: ControlPlan) -> bool:
    is_draft = plan.state == PlanState.DRAFT
    return is_draft and rights.writes_control_plan(user, plan.certification)


def _draft_url(plan: ControlPlan) -> str:
    return reverse("audits:control-lines", args=[plan.certification.key]) + f"?version={DRAFT}"


def _form_context(plan: ControlPlan, line: ControlLine | None) -> dict[str, Any]:
    return {
        "file": plan.certification,
        "plan": plan,
        "line": line,
        "cancel_url": _draft_url(plan),
    }


def _title(plan: ControlPlan | None) -> str:
    if plan is None or plan.state == PlanState.APPROVED:
        return _("Lines of the internal control plan")
    if plan.state == PlanState.DRAFT:
        return _("Version %(n)s, being written") % {"n": plan.number}
    return _("Version %(n)s, replaced") % {"n": plan.number}
