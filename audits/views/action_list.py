"""The list and the board of corrective actions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import permissions
from audits.enums import ActionState
from audits.models import Certification, CorrectiveAction
from audits.views import lists
from audits.views.tables import csv_response
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.formats import number
from crcaudit.core.http import render_page

BOARD_SIZE = 100
MOST_LINES = 10_000
PENDING = (ActionState.PLANNED, ActionState.IN_PROGRESS)
# What is still somebody's turn: to be done, or to be verified.
CURRENT = (*PENDING, ActionState.DONE)
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
class Column:
    """One state of the board; ``count`` is how many there are, shown or not."""

    state: ActionState
    items: list[Item]


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
    file, owners, owner = chosen.file, chosen.owners, chosen.owner
    counts = _counts(chosen.rows, chosen.late, request.user)
    is_board = lists.choice(request, "vue", ("tableau",)) == "tableau"
    rows = _filtered(request, chosen.rows, chosen.late)
    sort, order = lists.ordering(request, SORTS, "due")
    size = BOARD_SIZE if is_board else lists.PAGE_SIZE
    related = _on_board(rows) if is_board else _related(rows)
    page = lists.page_of(request, related.order_by(*order), size=size)
    items = _items(page, today)
    context = {
        "page": page,
        "items": items,
        "columns": _columns(items, request) if is_board else (),
        "is_board": is_board,
        "views": [
            {"label": chip.label, "url": chip.url, "active": chip.active}
            for chip in (
                lists.chip(request, _("List"), "vue", None),
                lists.chip(request, _("Board"), "vue", "tableau"),
            )
        ],
        "states": _state_chips(request, counts),
        "late_count": counts["late"],
        "files": Certification.objects.visible_to(request.user).order_by("reference", "pk"),
        "file": file,
        "owners": owners.order_by("last_name", "first_name", "email"),
        "owner": owner,
        "sort": sort,
        "total": counts["all"],
        "kept": {name: request.GET.get(name, "") for name in ("etat", "retard", "miennes", "vue")},
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/action_list.html", context)


@require_safe
def action_table(request: AuthRequest) -> HttpResponse:
    """The same actions, with the same filters and in the same order, as CSV for a spreadsheet."""
    today = localdate()
    chosen = _chosen(request, today)
    rows = _filtered(request, chosen.rows, chosen.late)
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
    is_late = row.state in PENDING and row.due_date < today
    return (today - row.due_date).days if is_late else ""


def _chosen(request: AuthRequest, today: date) -> Chosen:
    """What the address asks for; 404 for a file or an owner that the reader does not see."""
    file = lists.chosen_file(request, request.user)
    visible: QuerySet[CorrectiveAction] = CorrectiveAction.objects.visible_to(request.user)
    owners = User.objects.filter(owned_actions__in=visible).distinct()
    key = lists.chosen_key(request, "responsable")
    owner = get_object_or_404(owners, key=key) if key else None
    rows = visible.filter(finding__audit__certification=file) if file else visible
    rows = rows.filter(owner=owner) if owner else rows
    followed = Q(state__in=PENDING, finding__audit__certification__closed_at=None)
    return Chosen(rows, file, owners, owner, followed & Q(due_date__lt=today))


def _counts(rows: QuerySet[CorrectiveAction], late: Q, user: User) -> dict[str, int]:
    """Numbers beside the filters; "current" are those still somebody's turn."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in ActionState}
    return rows.aggregate(
        all=Count("pk"),
        current=Count("pk", filter=Q(state__in=CURRENT)),
        late=Count("pk", filter=late),
        mine=Count("pk", filter=Q(owner=user)),
        **states,
    )


def _filtered(
    request: AuthRequest, rows: QuerySet[CorrectiveAction], late: Q
) -> QuerySet[CorrectiveAction]:
    state = lists.choice(request, "etat", ("toutes", *ActionState.values))
    if state in ActionState.values:
        rows = rows.filter(state=state)
    elif not state:
        rows = rows.filter(state__in=CURRENT)
    if lists.switch(request, "miennes"):
        rows = rows.filter(owner=request.user)
    return rows.filter(late) if lists.switch(request, "retard") else rows


def _related(rows: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    return rows.select_related(
        "owner",
        "organisation",
        "finding__grade",
        "finding__assessment",
        "finding__audit__certification",
    ).defer("finding__audit__frozen")


def _on_board(rows: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    """What a card shows, and nothing else: a board has many of them."""
    return rows.select_related("owner", "finding__audit__certification").only(
        *("key", "number", "title", "state", "due_date", "organisation_id"),
        *(f"owner__{name}" for name in ("first_name", "last_name", "email")),
        *("finding__number", "finding__audit__certification__closed_at"),
    )


def _items(rows: Iterable[CorrectiveAction], today: date) -> list[Item]:
    return [
        Item(row, lists.due(row.due_date, today=today, is_open=_is_followed(row))) for row in rows
    ]


def _is_followed(row: CorrectiveAction) -> bool:
    """Nothing is late any more in a closed file."""
    return row.state in PENDING and permissions.is_file_open(row.finding)


def _columns(items: list[Item], request: AuthRequest) -> list[Column]:
    """The board: one column per state that the filters keep."""
    asked = request.GET.get("etat", "")
    kept = tuple(ActionState) if asked == "toutes" else CURRENT
    states = (ActionState(asked),) if asked in ActionState.values else kept
    return [
        Column(state, [item for item in items if item.action.state == state]) for state in states
    ]


def _state_chips(request: AuthRequest, counts: dict[str, int]) -> list[lists.Chip]:
    return [
        lists.chip(request, _("Under way"), "etat", None, counts["current"]),
        *(
            lists.chip(request, state.label, "etat", state.value, counts[state.value])
            for state in ActionState
        ),
        lists.chip(request, _("All"), "etat", "toutes", counts["all"]),
        lists.toggle(request, _("Late"), "retard", counts["late"]),
        lists.toggle(request, _("Mine"), "miennes", counts["mine"]),
    ]
