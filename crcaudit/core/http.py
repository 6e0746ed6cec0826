"""What every view uses: the page or its fragment, the 403, the marker of reads that are logged."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

UNSHOWN = {"csrfmiddlewaretoken", "password", "password1", "password2"}
SHOWN_FIELDS = 60

View = TypeVar("View", bound=Callable[..., Any])


def require(*, allowed: bool) -> None:
    """Refuse with 403 what the user may see but not do."""
    if not allowed:
        raise PermissionDenied


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page, or its fragment twin ``_<name>`` when htmx asked for it."""
    headers = request.headers
    wanted = "HX-Request" in headers and "HX-History-Restore-Request" not in headers
    if wanted and "HX-Boosted" not in headers:
        folder, _slash, name = template.rpartition("/")
        template = f"{folder}/_{name}"
    response = render(request, template, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form that cannot be saved held, by name of field, to be given back."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in UNSHOWN and value.strip()
    ][:SHOWN_FIELDS]


def writes_on_get(view: View) -> View:
    """Mark a view whose GET writes the journal: reading evidence or a report is itself traced.

    Every other GET is refused a write by the test client.
    """
    view.writes_on_get = True  # type: ignore[attr-defined]
    return view
