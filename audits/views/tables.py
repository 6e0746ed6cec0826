"""Tables of values that are no rows of the database: page by page, or taken away whole."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse

from audits.views.lists import PAGE_SIZE
from crcaudit.core import csvs

Value = TypeVar("Value")


def page_of_values(request: HttpRequest, values: Sequence[Value]) -> Page[Value]:
    """The page asked for; 404 when there is no such page."""
    number: Any = request.GET.get("page", "1")
    try:
        return Paginator(values, PAGE_SIZE).page(number)
    except InvalidPage as error:
        raise Http404 from error


def csv_response(
    name: str, head: Sequence[str], rows: Iterable[Sequence[str | int]]
) -> HttpResponse:
    """A file as a French spreadsheet opens it; what looks like a formula is defused."""
    content = csvs.table([head, *rows])
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
