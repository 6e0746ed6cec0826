"""The list and the board of corrective actions."""

from collections.abc import Iterable
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
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page

BOARD_SIZE = 100
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


@require_safe
def action_list(request: AuthRequest) -> HttpResponse:
    today = localdate()
    file = lists.chosen_file(request, request.user)
    visible: QuerySet[CorrectiveAction] = CorrectiveAction.objects.visible_to(request.user)
    owners = User.objects.filter(owned_actions__in=visible).distinct()
    key = lists.chosen_key(request, "responsable")
    owner = get_object_or_404(owners, key=key) if key else None
    rows = visible.filter(finding__audit__certification=file) if file else visible
    rows = rows.filter(owner=owner) if owner else rows
    followed = Q(state__in=PENDING, finding__audit__certification__closed_at=None)
    late = followed & Q(due_date__lt=today)
    counts = _counts(rows, late, request.user)
    is_board = lists.choice(request, "vue", ("tableau",)) == "tableau"
    rows = _filtered(request, rows, late)
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
    }
    return render_page(request, "audits/action_list.html", context)


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
