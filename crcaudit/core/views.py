"""Error pages, the session probe, and the language choice."""

import logging
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crcaudit.core.http import typed

access_log = logging.getLogger("crcaudit.access")


@require_safe
def session(_request: HttpRequest) -> HttpResponse:
    """204 when signed in; the sign-in middleware answers 401 otherwise."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


def error_page(request: HttpRequest, *, status: int, message: str = "") -> HttpResponse:
    """The page of one HTTP error, with a sentence when there is one."""
    if "HX-Request" in request.headers:
        template = "components/_problem.html"
        return render(request, template, {"message": message or _title(status)}, status=status)
    # A step that exists no longer was sent in a form that could be read; others may not have been.
    values = _sentences(request) if status == HTTPStatus.CONFLICT else []
    context = {"message": message, "values": values}
    return render(request, f"{int(status)}.html", context, status=status)


def _sentences(request: HttpRequest) -> list[tuple[str, str]]:
    """Of what was typed, what would be missed: more than one word, and so no key nor choice.

    Without the names of the fields, which only the form puts in words.
    """
    return [("", value) for _name, value in typed(request) if len(value.split()) > 1]


def _title(status: int) -> str:
    return {
        HTTPStatus.BAD_REQUEST: _("The request could not be understood. Reload the page."),
        HTTPStatus.FORBIDDEN: _("Your role does not allow this."),
        HTTPStatus.NOT_FOUND: _("This page does not exist, or is not open to you."),
    }[HTTPStatus(status)]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return error_page(request, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    _note_refusal(request, HTTPStatus.FORBIDDEN)
    return error_page(request, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    _note_refusal(request, HTTPStatus.NOT_FOUND)
    return error_page(request, status=HTTPStatus.NOT_FOUND)


def _note_refusal(request: HttpRequest, status: HTTPStatus) -> None:
    """Who asked for what is not theirs: the key of the account, no name, nothing that was sent.

    Of the address only keys and numbers: what else stands in one may be a secret, or made up.
    Addresses that no page of ours has, and people who have not signed in, are the web server's.
    """
    user, route = getattr(request, "user", None), request.resolver_match
    if user is not None and user.is_authenticated and route is not None:
        keys = [str(value) for value in route.kwargs.values() if isinstance(value, UUID | int)]
        asked = " ".join([route.view_name, *keys])
        access_log.warning("Refused %d %s %s account %s", status, request.method, asked, user.key)


def server_error(_request: HttpRequest) -> HttpResponse:
    """No request context: whatever broke may break again."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Cookies are off, or the sign-in changed in another tab: say so, and give the text back."""
    del reason
    return error_page(
        request,
        status=HTTPStatus.FORBIDDEN,
        message=_(
            "This form is no longer valid: you signed in again elsewhere, or cookies are blocked. "
            "Go back, copy your text, reload the page and send again."
        ),
    )
