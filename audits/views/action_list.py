"""The list and the board of corrective actions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.enums import PENDING_ACTIONS, ActionState
from audits.models import Certification, CorrectiveAction
from audits.views import action_board as board
from audits.views import lists
from audits.views.tables import csv_response
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.formats import number
from crcaudit.core.http import render_page

BOARD_SIZE = 100
MOST_LINES = 10_000
# What is still somebody's turn: to be done, or to be verified.
CURRENT = (ActionState.PLANNED, ActionState.IN_PROGRESS, ActionState.DONE)
SORTS = {
    "number": ("organisation__name", "number"),
    "owner": ("owner__last_name", "owner__first_name", "due_date"),
    "due": ("due_date",),
    "state": ("state", "due_date"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """An action with how late it is."""

    action: CorrectiveAction
    due: lists.Due | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the filters keep."""

    states: tuple[ActionState, ...]
    is_mine: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many actions there are of one state, of the reader or of others, late or not."""

    state: str
    is_mine: bool
    is_late: bool
    count: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Actions of the file and of the owner that the address names, before the other filters."""

    rows: QuerySet[CorrectiveAction]
    file: Certification | None
    owners: QuerySet[User]
    owner: User | None
    late: Q


@require_safe
def action_list(request: AuthRequest) -> HttpResponse:
    today = localdate()
    chosen = _chosen(request, today)
    file, owner = chosen.file, chosen.owner
    tallies = _tallies(chosen.rows, chosen.late, request.user)
    is_board = lists.choice(request, "vue", ("tableau",)) == "tableau"
    kept = _kept(request)
    counts = {
        state: _sum(tallies, state, is_mine=kept.is_mine, is_late=kept.is_late)
        for state in kept.states
    }
    sort, order = lists.ordering(request, SORTS, "due")
    rows = _filtered(chosen.rows, chosen.late, request.user, kept).order_by(*order)
    owners = list(chosen.owners.order_by("last_name", "first_name", "email"))
    page: Any = lists.page_of(
        request,
        board.rows_of(rows) if is_board else _related(rows),
        size=BOARD_SIZE if is_board else lists.PAGE_SIZE,
        total=sum(counts.values()),
    )
    context = {
        "page": page,
        "items": () if is_board else _items(page, today),
        "columns": board.columns(page, counts, owners, today) if is_board else (),
        "is_board": is_board,
        "views": [
            {"label": chip.label, "url": chip.url, "active": chip.active}
            for chip in (
                lists.chip(request, _("List"), "vue", None),
                lists.chip(request, _("Board"), "vue", "tableau"),
            )
        ],
        "states": _state_chips(request, tallies),
        "late_count": _sum(tallies, is_late=True),
        "files": Certification.objects.visible_to(request.user).order_by("reference", "pk"),
        "file": file,
        "owners": owners,
        "owner": owner,
        "sort": sort,
        "total": _sum(tallies),
        "kept": {name: request.GET.get(name, "") for name in ("etat", "retard", "miennes", "vue")},
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/action_list.html", context)


@require_safe
def action_table(request: AuthRequest) -> HttpResponse:
    """The same actions, with the same filters and in the same order, as CSV for a spreadsheet."""
    today = localdate()
    chosen = _chosen(request, today)
    rows = _filtered(chosen.rows, chosen.late, request.user, _kept(request))
    _sort, order = lists.ordering(request, SORTS, "due")
    lines = _lines(_related(rows).select_related("verified_by").order_by(*order), today)
    head = [label for label, _value in _table_columns()]
    return csv_response("actions.csv", head, lines)


def _lines(rows: QuerySet[CorrectiveAction], today: date) -> Iterator[list[str | int]]:
    values = [value for _label, value in _table_columns()]
    for row in rows[:MOST_LINES]:
        yield [value(row, today) for value in values]


def _table_columns() -> list[tuple[str, Callable[[CorrectiveAction, date], str | int]]]:
    """Heading and value of each column; days and decimals as a French spreadsheet reads them."""
    return [
        (_("Action"), lambda row, _today: row.reference),
        (_("Title"), lambda row, _today: row.title),
        (_("Finding"), lambda row, _today: row.finding.reference),
        (_("Requirement"), lambda row, _today: row.finding.assessment.code),
        (_("Certification file"), lambda row, _today: row.finding.audit.certification.reference),
        (_("Owner"), lambda row, _today: str(row.owner)),
        (_("State"), lambda row, _today: row.get_state_display()),
        (_("Due date"), lambda row, _today: f"{row.due_date:%d/%m/%Y}"),
        (_("Days late"), _days_late),
        (_("Effort in days"), lambda row, _today: _effort(row)),
        (_("Outcome"), lambda row, _today: row.outcome),
        (_("Verified by"), lambda row, _today: str(row.verified_by or "")),
    ]


def _effort(row: CorrectiveAction) -> str:
    return "" if row.effort_days is None else number(row.effort_days, decimals=1)


def _days_late(row: CorrectiveAction, today: date) -> str | int:
    is_late = _is_open(row) and row.due_date < today
    return (today - row.due_date).days if is_late else ""


def _chosen(request: AuthRequest, today: date) -> Chosen:
    """What the address asks for; 404 for a file or an owner that the reader does not see."""
    file = lists.chosen_file(request, request.user)
    visible: QuerySet[CorrectiveAction] = CorrectiveAction.objects.visible_to(request.user)
    owners = User.objects.filter(Exists(visible.filter(owner=OuterRef("pk"))))
    key = lists.chosen_key(request, "responsable")
    owner = get_object_or_404(owners, key=key) if key else None
    rows = visible.filter(finding__audit__certification=file) if file else visible
    rows = rows.filter(owner=owner) if owner else rows
    followed = Q(state__in=PENDING_ACTIONS, finding__audit__certification__closed_at=None)
    return Chosen(rows, file, owners, owner, followed & Q(due_date__lt=today))


def _tallies(rows: QuerySet[CorrectiveAction], late: Q, user: User) -> list[Tally]:
    """Every number of the page, from one reading of the actions."""
    counted = (
        rows.annotate(is_mine=Q(owner=user), is_late=late)
        .order_by()
        .values_list("state", "is_mine", "is_late")
        .annotate(count=Count("pk"))
    )
    return [Tally(*row) for row in counted]


def _sum(
    tallies: Iterable[Tally], *states: str, is_mine: bool = False, is_late: bool = False
) -> int:
    """How many there are of these states, of all without any; True keeps only mine or late."""
    return sum(
        tally.count
        for tally in tallies
        if (not states or tally.state in states)
        and (tally.is_mine or not is_mine)
        and (tally.is_late or not is_late)
    )


def _kept(request: AuthRequest) -> Kept:
    state = lists.choice(request, "etat", ("toutes", *ActionState.values))
    named = (ActionState(state),) if state in ActionState.values else CURRENT
    return Kept(
        states=tuple(ActionState) if state == "toutes" else named,
        is_mine=lists.switch(request, "miennes"),
        is_late=lists.switch(request, "retard"),
    )


def _filtered(
    rows: QuerySet[CorrectiveAction], late: Q, user: User, kept: Kept
) -> QuerySet[CorrectiveAction]:
    rows = rows.filter(state__in=kept.states)
    rows = rows.filter(owner=user) if kept.is_mine else rows
    return rows.filter(late) if kept.is_late else rows


def _related(rows: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    return rows.select_related(
        "owner",
        "organisation",
        "finding__grade",
        "finding__assessment",
        "finding__audit__certification",
    ).defer("finding__audit__frozen")


def _items(rows: Iterable[CorrectiveAction], today: date) -> list[Item]:
    return [Item(row, lists.due(row.due_date, today=today, is_open=_is_open(row))) for row in rows]


def _is_open(row: CorrectiveAction) -> bool:
    return board.is_followed(row.state, row.finding.audit.certification.closed_at)


def _state_chips(request: AuthRequest, tallies: list[Tally]) -> list[lists.Chip]:
    return [
        lists.chip(request, _("Under way"), "etat", None, _sum(tallies, *CURRENT)),
        *(
            lists.chip(request, state.label, "etat", state.value, _sum(tallies, state))
            for state in ActionState
        ),
        lists.chip(request, _("All"), "etat", "toutes", _sum(tallies)),
        lists.toggle(request, _("Late"), "retard", _sum(tallies, is_late=True)),
        lists.toggle(request, _("Mine"), "miennes", _sum(tallies, is_mine=True)),
    ]
