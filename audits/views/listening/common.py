"""What the screens of listening share: the organisation of the page, and its criteria."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest

from audits.listening_permissions import managed_organisations
from audits.models import ListeningCriterion, ListeningGrid
from audits.presenters.listening.words import tabs
from audits.views.lists import chosen_key
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


def managed_organisation(request: HttpRequest, user: User) -> Organisation:
    """The organisation for which a quality manager writes something new."""
    found = chosen_among(request, list(managed_organisations(user)))
    if found is None:
        raise Http404
    return found


def page(name: str, **context: Any) -> dict[str, Any]:
    """The context of a screen, with the tabs of the subject."""
    return {"tabs": tabs(name), **context}


def criteria_of(grid: ListeningGrid) -> list[ListeningCriterion]:
    """The criteria of a grid in their order: one query."""
    return list(grid.criteria.order_by("position"))
