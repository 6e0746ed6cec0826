"""Results of the controls: how much of the plan is done, what was found, what is late."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from audits import control_texts as words
from audits.control_calendars import Lateness
from audits.control_enums import ControlState
from audits.logic.schedule import add_months
from audits.models import Certification, ControlOccurrence
from audits.presenters.controls import plans
from audits.presenters.controls.month import item_of
from audits.views import lists
from audits.views.controls import helpers
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page

if TYPE_CHECKING:
    from django.db.models import QuerySet

STATES = ("retard", "faits", "annules")
MOST_LINES = 20_000
RELATED = ("line__requirement", "line__plan", "site", "owner", "responsible", "done_by")


@require_safe
def control_results(request: AuthRequest, key: UUID) -> HttpResponse:
    file = helpers.plan_file(request.user, key)
    every = helpers.controls_of(request.user, file)
    filters = helpers.filters_of(request, every, file)
    today = localdate()
    page = lists.page_of(request, _rows(request, filters, every, today=today))
    lateness = Lateness([file.pk], today=today)
    context = helpers.page_context(
        request, file, every, view="control-results", title=_("Results of the controls")
    )
    context |= {
        "page": page,
        "items": [(item_of(row, lateness), words.counts_text(row)) for row in page],
        "year": plans.year_of(every, today=today),
        "filters": filters,
        "states": _chips(request),
        "kept": {name: request.GET.get(name, "") for name in ("etat", "mois")},
        "month": _month(request),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/control_results.html", context)


@require_safe
def control_results_table(request: AuthRequest, key: UUID) -> HttpResponse:
    """The same controls, with the same filters, as CSV for a spreadsheet."""
    file = helpers.plan_file(request.user, key)
    every = helpers.controls_of(request.user, file)
    filters = helpers.filters_of(request, every, file)
    rows = _rows(request, filters, every, today=localdate())
    head = [
        *(_("Requirement"), _("Control point"), _("Site"), _("Due date"), _("State")),
        *(_("Working days late"), _("In charge"), _("Done on"), _("Recorded by")),
        *(_("Checked"), _("Comply"), _("Verdict"), _("Certainty")),
        *(_("Record"), _("Comment"), _("Reason for cancelling")),
    ]
    return csv_response("controles.csv", head, _lines(file, rows))


def _lines(file: Certification, rows: "QuerySet[ControlOccurrence]") -> Iterator[list[str | int]]:
    lateness = Lateness([file.pk], today=localdate())
    for row in rows[:MOST_LINES]:
        item = item_of(row, lateness)
        result = words.result_of(row)
        yield [
            row.line.requirement.code,
            row.line.control_point,
            str(row.site or ""),
            date_text(row.due_date, short=True),
            row.get_state_display(),
            item.late or "",
            str(row.owner or ""),
            date_text(row.done_on, short=True),
            str(row.done_by or ""),
            "" if row.checked is None else row.checked,
            "" if row.compliant is None else row.compliant,
            result.text if result else "",
            result.certainty if result else "",
            row.record_reference,
            row.comment,
            row.cancelled_reason,
        ]


def _rows(
    request: AuthRequest,
    filters: helpers.Filters,
    every: "QuerySet[ControlOccurrence]",
    *,
    today: date,
) -> "QuerySet[ControlOccurrence]":
    """What was due up to today, or was done or cancelled; newest first, late ones oldest first."""
    state = lists.choice(request, "etat", STATES)
    rows = filters.keep(every)
    month = _month(request)
    if month is not None:
        rows = rows.filter(due_date__gte=month, due_date__lt=add_months(month, 1))
    order: tuple[Any, ...] = ("-due_date", "line__position", "pk")
    if state == "retard":
        rows = rows.filter(state=ControlState.PLANNED, due_date__lt=today)
        order = ("due_date", "line__position", "pk")
    elif state == "annules":
        rows = rows.filter(state=ControlState.CANCELLED)
    elif state == "faits":
        rows = rows.filter(state=ControlState.DONE)
    else:
        rows = rows.exclude(state=ControlState.CANCELLED).exclude(
            state=ControlState.PLANNED, due_date__gte=today
        )
    return rows.select_related(*RELATED).order_by(*order)


def _month(request: AuthRequest) -> date | None:
    if not request.GET.get("mois"):
        return None
    return helpers.month_asked(request, today=localdate())


def _chips(request: AuthRequest) -> list[lists.Chip]:
    return [
        lists.chip(request, pgettext("controls", "All"), "etat", None),
        lists.chip(request, _("Late"), "etat", "retard"),
        lists.chip(request, pgettext("controls", "Done"), "etat", "faits"),
        lists.chip(request, pgettext("controls", "Cancelled"), "etat", "annules"),
    ]
