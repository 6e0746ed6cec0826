"""What the lists share: filters, sort and pages in the address, and how late something is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise

from audits.models import Certification
from audits.presenters.nearness import days_text
from crcaudit.accounts.models import User

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as a link; ``count`` is None when it is not counted."""

    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in words; ``is_late`` only for what is still to be done."""

    day: date
    text: str
    is_late: bool


def choice(request: HttpRequest, name: str, allowed: Collection[str]) -> str:
    """Value of a filter, "" when it is not set.

    Raises:
        BadRequest: for a value that no link of ours carries.
    """
    value = request.GET.get(name, "")
    if value and value not in allowed:
        raise BadRequest(name)
    return value


def switch(request: HttpRequest, name: str) -> bool:
    """Whether a filter that is on or off is on."""
    return choice(request, name, ("1",)) == "1"


def chosen_key(request: HttpRequest, name: str) -> UUID | None:
    """A key given as a filter, None when it is not set. Raises BadRequest when malformed."""
    value = request.GET.get(name, "")
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise BadRequest(name) from error


def chosen_file(request: HttpRequest, user: User) -> Certification | None:
    """The certification file of the filter ``dossier``; 404 for one that is not visible."""
    key = chosen_key(request, "dossier")
    if key is None:
        return None
    return get_object_or_404(Certification.objects.visible_to(user), key=key)


def link(request: HttpRequest, **changes: str | None) -> str:
    """The present address with other filters, from the first page; None takes a filter off."""
    query = request.GET.copy()
    for name, value in {"page": None, **changes}.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


def chip(
    request: HttpRequest,
    label: str | Promise,
    name: str,
    value: str | None,
    count: int | None = None,
) -> Chip:
    """A link that sets one filter; value None stands for the default."""
    active = request.GET.get(name) == value
    return Chip(str(label), link(request, **{name: value}), active, count)


def toggle(request: HttpRequest, label: str | Promise, name: str, count: int | None = None) -> Chip:
    """A link that turns a filter on, and off again."""
    active = request.GET.get(name) == "1"
    return Chip(str(label), link(request, **{name: None if active else "1"}), active, count)


def ordering(
    request: HttpRequest, fields: Mapping[str, Sequence[str]], default: str
) -> tuple[str, list[OrderBy]]:
    """The sort asked for ("due" or "-due") and its expressions; missing values come last.

    Raises:
        BadRequest: for a field that is not in ``fields``.
    """
    signed = [sign + name for name in fields for sign in ("", "-")]
    sort = choice(request, "sort", signed) or default
    down = sort.startswith("-")
    columns = [F(column) for column in (*fields[sort.removeprefix("-")], "pk")]
    return sort, [
        column.desc(nulls_last=True) if down else column.asc(nulls_last=True) for column in columns
    ]


def page_of(
    request: HttpRequest,
    rows: "_SupportsPagination[Row]",
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[Row]:
    """The page asked for; 404 when there is no such page. ``total`` saves counting the rows."""
    number: Any = request.GET.get("page", "1")
    paginator = Paginator(rows, size)
    if total is not None:
        paginator.count = total
    try:
        return paginator.page(number)
    except InvalidPage as error:
        raise Http404 from error


def due(day: date | None, *, today: date, is_open: bool) -> Due | None:
    """How far away a due date is, None without one. What is settled is never late."""
    if day is None:
        return None
    if not is_open:
        return Due(day, "", is_late=False)
    return Due(day, days_text(day, today), is_late=day < today)
