"""What the screens of listening share: the organisation of the page, and its criteria."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest

from audits.listening_permissions import managed_organisations
from audits.models import ListeningCriterion, ListeningGrid
from audits.presenters.listening.words import tabs
from audits.views.lists import Chip, chosen_key, link
from crcaudit.accounts.models import Organisation, User

CRITERIA = Prefetch("criteria", ListeningCriterion.objects.order_by("position"))


def chosen_among(request: HttpRequest, rows: Sequence[Organisation]) -> Organisation | None:
    """The one that the address names with ``organisme``, the first one without; None of none.

    404 for one that is not among them.
    """
    key = chosen_key(request, "organisme")
    if key is None:
        return rows[0] if rows else None
    for row in rows:
        if row.key == key:
            return row
    raise Http404


def managed_organisation(request: HttpRequest, user: User) -> tuple[Organisation, list[Chip]]:
    """The organisation for which a quality manager writes something new, and the others."""
    rows = list(managed_organisations(user))
    found = chosen_among(request, rows)
    if found is None:
        raise Http404
    return found, organisation_chips(request, rows, found)


def organisation_chips(
    request: HttpRequest, rows: Sequence[Organisation], chosen: Organisation | None
) -> list[Chip]:
    """A link to the same page about each of them; empty for who has one alone."""
    if len(rows) <= 1:
        return []
    return [
        Chip(row.name, link(request, organisme=str(row.key)), active=row == chosen) for row in rows
    ]


def page(name: str, **context: Any) -> dict[str, Any]:
    """The context of a screen, with the tabs of the subject."""
    return {"tabs": tabs(name), **context}


def criteria_of(grid: ListeningGrid) -> list[ListeningCriterion]:
    """The criteria of a grid in their order: one query."""
    return list(grid.criteria.order_by("position"))
