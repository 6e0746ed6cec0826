"""A page with a form that leads to an action, and what the page answers when the action refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from crcaudit.core.exceptions import UserError
from crcaudit.core.http import render_page
from crcaudit.core.views import error_page

REFUSED = "refused"


@dataclass(slots=True)
class Refusal:
    """What the action refused with; ``error`` is None while it has not."""

    error: UserError | None = None


@contextmanager
def refusals(form: Form, *, field: str | None = None) -> Iterator[Refusal]:
    """Say in the form, on ``field`` or above all of them, what the action refuses.

    The body of the ``with`` returns when the action was carried out: what follows it is for a
    form that goes back to the person.
    """
    refusal = Refusal()
    try:
        yield refusal
    except UserError as error:
        refusal.error = error
        form.add_error(field, ValidationError(str(error), code=REFUSED))


def form_page(
    request: HttpRequest,
    template: str,
    form: Form,
    context: dict[str, Any],
    *,
    status: int | None = None,
) -> HttpResponse:
    """The page of a form: 200 to fill in, 422 to correct, 409 when the action refused.

    ``status`` is for a refusal that HTTP has a closer word for; None leaves it to the form.
    """
    return render_page(
        request, template, context | {"form": form}, status=status or _status_of(form)
    )


def unavailable(request: HttpRequest, message: str) -> HttpResponse:
    """409: the step that an old page or link leads to exists no longer."""
    return error_page(request, status=HTTPStatus.CONFLICT, message=message)


def _status_of(form: Form) -> HTTPStatus:
    if not form.is_bound:
        return HTTPStatus.OK
    errors = (error for field in form.errors.as_data().values() for error in field)
    if any(error.code == REFUSED for error in errors):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY
