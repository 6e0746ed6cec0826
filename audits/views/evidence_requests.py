"""The requests for evidence of an audit: the list, as a table to take away, asked, imported."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import evidence_request as actions
from audits.forms.evidence_request import AskForm, ImportRequestsForm
from audits.importers.evidence_requests import Read, decoded, read_requests
from audits.models import Audit, EvidenceRequest
from audits.presenters import evidence_request as values
from audits.presenters.evidence import sent
from audits.request_enums import OPEN_REQUEST_STATES, RequestState
from audits.views import lists
from audits.views.conflicts import resend_as_new
from audits.views.helpers import visible_audit
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require

INVALID = 422
DIGITS = 18
STATES = {
    "": OPEN_REQUEST_STATES,
    "a-repondre": frozenset({RequestState.ASKED}),
    "a-examiner": frozenset({RequestState.ANSWERED}),
    "satisfaites": frozenset({RequestState.SETTLED}),
    "annulees": frozenset({RequestState.CANCELLED}),
    "toutes": frozenset(RequestState),
}


@require_safe
def evidence_requests(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    today = localdate()
    rows = EvidenceRequest.objects.visible_to(request.user).filter(audit=audit)
    late = Q(state=RequestState.ASKED, due_date__lt=today)
    is_late: dict[str, Any] = {"late": Count("pk", filter=late)} if audit.is_open else {}
    counts = rows.aggregate(
        **{
            name or "open": Count("pk", filter=Q(state__in=states))
            for name, states in STATES.items()
        },
        **is_late,
    )
    page = lists.page_of(request, _listed(request, rows, audit))
    context = {
        "audit": audit,
        "page": page,
        "lines": [_line(row, audit) for row in page],
        "total": counts["toutes"],
        "late": counts.get("late", 0),
        "states": _chips(request, counts),
        "can_ask": permissions.can_ask_evidence(request.user, audit),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/evidence_requests.html", context)


@require_safe
def request_table(request: AuthRequest, key: UUID) -> HttpResponse:
    """What the list shows, with the same filters, as CSV for a spreadsheet."""
    audit = visible_audit(request.user, key)
    rows = EvidenceRequest.objects.visible_to(request.user).filter(audit=audit)
    lines = [_line(row, audit)[0] for row in _listed(request, rows, audit)]
    head = (
        *(_("Number"), _("Requirements"), _("Request"), _("Period or sample"), _("Due date")),
        *(_("State"), _("Whose turn"), _("Asked on"), _("Answered on"), _("Settled on")),
    )
    table = ([str(cell) for cell in _cells(line)] for line in lines)
    return csv_response(f"demandes-{audit.reference}.csv", head, table)


@require_http_methods(["GET", "POST"])
def ask_evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.asks_evidence(request.user, audit))
    if not audit.is_open:
        return unavailable(request, _("This audit is validated: nothing more is asked for."))
    choices = audit.assessments.select_related("site").order_by("position")
    form = AskForm(sent(request), choices=choices, chosen=_chosen(request), today=localdate())
    if form.is_valid():
        with refusals(form):
            (row,) = actions.ask_evidence(
                key=form.cleaned_data["key"] or uuid4(),
                audit=audit,
                requests=[form.to_fields()],
                by=request.user,
                at=timezone.now(),
            )
            text = _("%(reference)s was sent to the audited organisation.")
            messages.success(request, text % {"reference": row.reference})
            return redirect(row)
        resend_as_new(form)
    context = {"audit": audit, "cancel_url": _address(audit)}
    return form_page(request, "audits/ask_evidence.html", form, context)


@require_http_methods(["GET", "POST"])
def import_requests(request: AuthRequest, key: UUID) -> HttpResponse:
    """A list from a file: checked first and shown, then asked for as a whole."""
    audit = visible_audit(request.user, key)
    require(allowed=permissions.asks_evidence(request.user, audit))
    if not audit.is_open:
        return unavailable(request, _("This audit is validated: nothing more is asked for."))
    form = ImportRequestsForm(sent(request), request.FILES or None)
    if not form.is_bound or not form.is_valid():
        return _import_page(request, audit, form)
    file = form.cleaned_data["file"]
    text = decoded(file.read()) if file else form.cleaned_data["content"]
    by_code = values.requirements_by_code(audit)
    found = read_requests(text, by_code=by_code, today=localdate())
    if found.problems:
        return _import_page(request, audit, form, found, status=INVALID)
    if file:
        return _import_page(request, audit, form, found, content=text, key=uuid4(), status=200)
    with refusals(form):
        rows = actions.ask_evidence(
            key=form.cleaned_data["key"] or uuid4(),
            audit=audit,
            requests=found.requests,
            by=request.user,
            at=timezone.now(),
        )
        count = ngettext("%(n)s request was sent.", "%(n)s requests were sent.", len(rows))
        messages.success(request, count % {"n": len(rows)})
        return redirect(_address(audit))
    return _import_page(request, audit, form, found, content=text, key=uuid4())


def _import_page(  # noqa: PLR0913 -- keyword-only, one line each
    request: AuthRequest,
    audit: Audit,
    form: ImportRequestsForm,
    found: Read | None = None,
    *,
    content: str = "",
    key: UUID | None = None,
    status: int | None = None,
) -> HttpResponse:
    found = found or Read()
    context = {
        "audit": audit,
        "problems": found.problems,
        "checked": [(values.codes_of(row.assessments), row) for row in found.requests],
        "content": content,
        "key": key,
        "cancel_url": _address(audit),
    }
    return form_page(request, "audits/import_requests.html", form, context, status=status)


def _listed(
    request: AuthRequest, rows: QuerySet[EvidenceRequest], audit: Audit
) -> QuerySet[EvidenceRequest]:
    state = lists.choice(request, "etat", tuple(STATES))
    rows = rows.filter(state__in=STATES[state])
    if lists.switch(request, "retard"):
        late = Q(state=RequestState.ASKED, due_date__lt=localdate())
        rows = rows.filter(late) if audit.is_open else rows.none()
    return values.with_requirements(rows, request.user).order_by("due_date", "number")


def _line(row: EvidenceRequest, audit: Audit) -> tuple[values.RequestLine, lists.Due | None]:
    row.audit = audit
    today = localdate()
    is_owed = row.state == RequestState.ASKED and audit.is_open
    return values.line_of(row, today), lists.due(row.due_date, today=today, is_open=is_owed)


def _cells(line: values.RequestLine) -> tuple[object, ...]:
    row = line.request
    days = (row.asked_at, row.answered_at, row.settled_at)
    return (
        row.reference,
        " ".join(line.codes),
        row.text,
        row.scope,
        row.due_date.isoformat(),
        row.get_state_display(),
        line.turn,
        *(localdate(day).isoformat() if day else "" for day in days),
    )


def _chips(request: AuthRequest, counts: dict[str, int]) -> list[lists.Chip]:
    labels = {
        "": _("Under way"),
        "a-repondre": _("To answer"),
        "a-examiner": _("To examine"),
        "satisfaites": _("Settled ones"),
        "annulees": _("Cancelled ones"),
        "toutes": _("All"),
    }
    chips = [
        lists.chip(request, label, "etat", name or None, counts[name or "open"])
        for name, label in labels.items()
    ]
    return [*chips, lists.toggle(request, _("Late"), "retard", counts.get("late", 0))]


def _chosen(request: AuthRequest) -> list[int]:
    """The requirement from which the form was reached."""
    asked = request.GET.get("exigence", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= DIGITS
    return [int(asked)] if is_number else []


def _address(audit: Audit) -> str:
    return reverse("audits:evidence-requests", args=[audit.key])
