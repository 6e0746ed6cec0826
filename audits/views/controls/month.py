"""The control plans of a person; the month of one of them; the controls by person."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from audits import control_texts as words
from audits.control_calendars import Lateness
from audits.control_enums import ControlState, FeedScope
from audits.logic.schedule import add_months
from audits.models import Certification, ControlOccurrence
from audits.presenters.controls import month as months
from audits.presenters.controls import plans as plan_lists
from audits.views import calendars, lists
from audits.views.controls import helpers
from audits.views.controls.entry import entry_context
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page

if TYPE_CHECKING:
    from django.db.models import QuerySet

STATES = ("retard", "a-faire", "faits")


@require_safe
def controls(request: AuthRequest) -> HttpResponse:
    """The files whose plan the person reads; straight to it when there is only one."""
    files = list(
        Certification.objects.with_plan_for(request.user)
        .select_related("organisation")
        .order_by("closed_at", "reference", "pk")
    )
    if len(files) == 1:
        return redirect("audits:control-month", files[0].key)
    rows = plan_lists.plans_of(request.user, files, today=localdate())
    return render_page(request, "audits/control_plans.html", {"rows": rows})


@require_safe
def control_month(request: AuthRequest, key: UUID) -> HttpResponse:
    file = helpers.plan_file(request.user, key)
    today = localdate()
    first = helpers.month_asked(request, today=today)
    every = helpers.controls_of(request.user, file)
    filters = helpers.filters_of(request, every, file)
    rows = list(_of_month(_of_state(request, filters.keep(every)), first))
    chosen = _chosen(request, rows, every, today=today)
    lateness = Lateness([file.pk], today=today)
    month = months.month_of(
        first, rows, lateness=lateness, chosen=chosen.pk if chosen is not None else None
    )
    context = helpers.page_context(request, file, every, view="control-month", title=_title(first))
    context |= {
        "month": month,
        "filters": filters,
        "states": _state_chips(request),
        "query": _query(request, "controle"),
        "kept": {name: request.GET.get(name, "") for name in ("mois", "etat")},
        "before_url": lists.link(request, mois=f"{month.before:%Y-%m}", controle=None),
        "after_url": lists.link(request, mois=f"{month.after:%Y-%m}", controle=None),
        "now_url": lists.link(request, mois=None, controle=None),
        "is_now": first == today.replace(day=1),
        "shown": chosen,
    }
    if chosen is not None:
        context |= entry_context(request, chosen)
    return render_page(request, "audits/control_month.html", context)


@require_safe
def control_people(request: AuthRequest, key: UUID) -> HttpResponse:
    """Who is in charge of what: figures of a year, and what each has to do in the next weeks."""
    file = helpers.plan_file(request.user, key)
    every = helpers.controls_of(request.user, file)
    today = localdate()
    context = helpers.page_context(
        request, file, every, view="control-people", title=_("Controls by person")
    )
    context["people"] = plan_lists.people_of(file, every, today=today)
    return render_page(request, "audits/control_people.html", context)


@require_POST
def subscribe_controls(request: AuthRequest) -> HttpResponse:
    return calendars.subscribed(
        request, None, action=reverse("audits:subscribe-controls"), scope=FeedScope.CONTROLS
    )


def _of_month(rows: "QuerySet[ControlOccurrence]", first: date) -> "QuerySet[ControlOccurrence]":
    return (
        rows.filter(due_date__gte=first, due_date__lt=add_months(first, 1))
        .exclude(state=ControlState.CANCELLED)
        .select_related("line__requirement", "line__plan", "site")
        .order_by("due_date", "line__position", "line", "site__name", "pk")
    )


def _of_state(
    request: AuthRequest, rows: "QuerySet[ControlOccurrence]"
) -> "QuerySet[ControlOccurrence]":
    state = lists.choice(request, "etat", STATES)
    if state == "faits":
        return rows.filter(state=ControlState.DONE)
    if state == "retard":
        return rows.filter(state=ControlState.PLANNED, due_date__lt=localdate())
    return rows.filter(state=ControlState.PLANNED) if state == "a-faire" else rows


def _chosen(
    request: AuthRequest,
    rows: list[ControlOccurrence],
    every: "QuerySet[ControlOccurrence]",
    *,
    today: date,
) -> ControlOccurrence | None:
    """The control that the address names, be it of another month; else the one to begin with."""
    key = lists.chosen_key(request, "controle")
    found = months.chosen_of(rows, today=today)
    wanted = key if key is not None else found.key if found is not None else None
    if wanted is None:
        return None
    if key is not None and not every.filter(key=key).exists():
        raise BadRequest("controle")
    return helpers.visible_control(request.user, wanted)


def _state_chips(request: AuthRequest) -> list[lists.Chip]:
    return [
        lists.chip(request, pgettext("controls", "All"), "etat", None),
        lists.chip(request, _("Late"), "etat", "retard"),
        lists.chip(request, _("To do"), "etat", "a-faire"),
        lists.chip(request, pgettext("controls", "Done"), "etat", "faits"),
    ]


def _query(request: AuthRequest, *without: str) -> str:
    """The filters of the address, for links to one control."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()


def _title(first: date) -> str:
    return _("Controls of %(month)s") % {"month": words.month_text(first)}
