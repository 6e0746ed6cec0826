"""The list of internal complaints, and the same as a table to take away."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from audits.alert_enums import NOT_CLOSED, ComplaintState, EscalationLevel
from audits.models import InternalComplaint, MeasuringPlace
from audits.permissions import alerts as rights
from audits.presenters import alerts as presenter
from audits.views import lists
from audits.views.tables import csv_response
from crcaudit.accounts.permissions import READERS, memberships_of, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import is_row_number
from crcaudit.core.http import render_page
from engagements.models import Indicator

MOST_LINES = 10_000
STATES = {
    "": NOT_CLOSED,
    **{state.value: (state,) for state in ComplaintState},
    "toutes": tuple(ComplaintState),
}
SORTS = {
    "number": ("year", "number"),
    "indicator": ("indicator__code", "place", "number"),
    "opened": ("opened_at",),
    "owner": ("owner__last_name", "owner__first_name", "opened_at"),
    "level": ("level", "opened_at"),
}


@require_safe
def alerts(request: AuthRequest) -> HttpResponse:
    today = localdate()
    visible = InternalComplaint.objects.visible_to(request.user)
    chosen = _chosen(request, visible)
    counts = _counts(chosen)
    sort, order = lists.ordering(request, SORTS, "-level")
    rows = presenter.with_counts(_filtered(request, chosen), today).order_by(*order)
    page = lists.page_of(request, rows)
    context = {
        "page": page,
        "lines": presenter.lines_of(page, today),
        "total": counts["toutes"],
        "open_count": counts["open"],
        "late_count": counts["late"],
        "states": _state_chips(request, counts),
        "levels": _level_chips(request),
        "places": _places(visible),
        "indicators": _indicators(visible),
        "place": request.GET.get("lieu", ""),
        "indicator": request.GET.get("indicateur", ""),
        "kept": {name: request.GET.get(name, "") for name in ("etat", "niveau", "retard")},
        "sort": sort,
        "query": request.GET.urlencode(),
        "doors": _doors(request),
    }
    return render_page(request, "audits/alert_list.html", context)


@require_safe
def alert_table(request: AuthRequest) -> HttpResponse:
    """The same complaints, with the same filters and in the same order, as CSV."""
    today = localdate()
    rows = _filtered(request, _chosen(request, InternalComplaint.objects.visible_to(request.user)))
    _sort, order = lists.ordering(request, SORTS, "-level")
    found = presenter.with_counts(rows, today).order_by(*order)[:MOST_LINES]
    head = (
        *(
            _("Complaint"),
            _("Indicator"),
            _("Name"),
            _("Place of measure"),
            _("Cause of the opening"),
        ),
        *(
            _("Opened on"),
            pgettext("of a complaint", "Owner"),
            _("State"),
            _("Level"),
            _("Plan due on"),
            _("Plan"),
        ),
        *(_("Return seen on"), _("Closed on")),
    )
    lines = (_cells(line) for line in presenter.lines_of(found, today))
    return csv_response("reclamations-internes.csv", head, lines)


def _cells(line: presenter.AlertLine) -> list[str]:
    row = line.complaint
    returned, closed = (
        f"{localdate(at):%d/%m/%Y}" if at else "" for at in (row.returned_at, row.closed_at)
    )
    return [
        *(row.reference, row.indicator.code, line.name, row.place.name, row.get_cause_display()),
        *(f"{localdate(row.opened_at):%d/%m/%Y}", line.owner, row.get_state_display(), line.level),
        *(f"{row.plan_due:%d/%m/%Y}", line.plan, returned, closed),
    ]


def _chosen(request: AuthRequest, rows: QuerySet[InternalComplaint]) -> QuerySet[InternalComplaint]:
    """Of the place and the indicator of the address; 404 for one that is not among them."""
    for name, column in (("lieu", "place"), ("indicateur", "indicator")):
        value = request.GET.get(name, "")
        if not value:
            continue
        if not is_row_number(value) or not rows.filter(**{column: int(value)}).exists():
            raise Http404
        rows = rows.filter(**{column: int(value)})
    return rows


def _filtered(
    request: AuthRequest, rows: QuerySet[InternalComplaint]
) -> QuerySet[InternalComplaint]:
    rows = rows.filter(state__in=STATES[lists.choice(request, "etat", tuple(STATES))])
    level = lists.choice(request, "niveau", EscalationLevel.values)
    if level:
        rows = rows.filter(level=int(level))
    late = InternalComplaint.late_on(localdate())
    return rows.filter(late) if lists.switch(request, "retard") else rows


def _counts(rows: QuerySet[InternalComplaint]) -> dict[str, int]:
    late = InternalComplaint.late_on(localdate())
    return rows.aggregate(
        late=Count("pk", filter=late),
        **{
            name or "open": Count("pk", filter=Q(state__in=states))
            for name, states in STATES.items()
        },
    )


def _state_chips(request: AuthRequest, counts: Mapping[str, int]) -> list[lists.Chip]:
    chips = [lists.chip(request, _("Not closed"), "etat", None, counts["open"])]
    chips += [
        lists.chip(request, state.label, "etat", state.value, counts[state.value])
        for state in ComplaintState
    ]
    chips.append(lists.chip(request, _("All"), "etat", "toutes", counts["toutes"]))
    return [*chips, lists.toggle(request, _("Late"), "retard", counts["late"])]


def _level_chips(request: AuthRequest) -> list[lists.Chip]:
    every = lists.chip(request, _("Every level"), "niveau", None)
    return [
        every,
        *(lists.chip(request, level.label, "niveau", level.value) for level in EscalationLevel),
    ]


def _places(rows: QuerySet[InternalComplaint]) -> QuerySet[MeasuringPlace]:
    return MeasuringPlace.objects.filter(pk__in=rows.values("place")).in_order()


def _indicators(rows: QuerySet[InternalComplaint]) -> QuerySet[Indicator]:
    return Indicator.objects.filter(pk__in=rows.values("indicator")).order_by("code", "pk")


def _doors(request: AuthRequest) -> list[dict[str, Any]]:
    """For each organisation of the reader: the wall, the rules, a complaint by hand."""
    return list(_doors_of(request))


def _doors_of(request: AuthRequest) -> Iterator[dict[str, Any]]:
    found = {
        row.organisation_id: row.organisation
        for row in memberships_of(request.user)
        if row.organisation_id in organisations_with(request.user, *READERS)
    }
    for organisation in found.values():
        yield {
            "organisation": organisation,
            "name": organisation.name if len(found) > 1 else "",
            "can_open": rights.opens_complaints(request.user, organisation.pk),
            "reads_rules": rights.reads_rules(request.user, organisation.pk),
        }
