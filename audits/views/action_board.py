"""The board of corrective actions: one column per state, one card per action."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from audits.enums import PENDING_ACTIONS, ActionState
from audits.models import CorrectiveAction
from audits.models.corrective_action import reference_of
from audits.models.finding import reference_of as finding_reference
from audits.views import lists
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text


@dataclass(frozen=True, slots=True)
class Card:
    """What the board shows of one action, as plain texts: a board has many."""

    reference: str
    title: str
    url: str
    finding: str
    owner: str
    due_date: str
    late: str
    left: str


@dataclass(frozen=True, slots=True)
class Column:
    """One state and its cards on this page; ``count`` is how many there are on all pages."""

    state: ActionState
    count: int
    cards: list[Card]


class Row(NamedTuple):
    """What is read of an action for its card."""

    key: UUID
    number: int
    title: str
    state: str
    due_date: date
    owner: int
    finding: int
    closed_at: datetime | None


def rows_of(actions: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction, tuple[Any, ...]]:
    """The fields of `Row`, in their order."""
    return actions.values_list(
        *("key", "number", "title", "state", "due_date", "owner"),
        *("finding__number", "finding__audit__certification__closed_at"),
    )


def is_followed(state: str, closed_at: datetime | None) -> bool:
    """Whether lateness counts: nothing is late any more in a closed file."""
    return state in PENDING_ACTIONS and closed_at is None


def due_of(
    action: CorrectiveAction, *, closed_at: datetime | None, today: date
) -> lists.Due | None:
    """How far away its due date is; ``closed_at`` is that of its file."""
    return lists.due(action.due_date, today=today, is_open=is_followed(action.state, closed_at))


def columns(
    rows: Iterable[tuple[Any, ...]],
    counts: Mapping[ActionState, int],
    owners: Iterable[User],
    today: date,
) -> list[Column]:
    """A column per state that is counted, in their order; ``owners`` holds at least theirs."""
    names = {owner.pk: str(owner) for owner in owners}
    base = reverse("audits:action-list")
    cards: dict[str, list[Card]] = {state: [] for state in counts}
    for row in itertools.starmap(Row, rows):
        cards[row.state].append(_card(row, f"{base}{row.key}/", names[row.owner], today))
    return [Column(state, count, cards[state]) for state, count in counts.items()]


def _card(row: Row, url: str, owner: str, today: date) -> Card:
    is_open = is_followed(row.state, row.closed_at)
    due = lists.due(row.due_date, today=today, is_open=is_open)
    text = due.text if due else ""
    is_late = due is not None and due.is_late
    return Card(
        reference=reference_of(row.number),
        title=row.title,
        url=url,
        finding=finding_reference(row.finding),
        owner=owner,
        due_date=date_text(row.due_date, short=True),
        late=text if is_late else "",
        left="" if is_late else text,
    )
