"""Sign-in for every view, and the language of the person."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from crcaudit.core.http import typed

__all__ = ["SignInRequiredMiddleware", "UserLanguageMiddleware", "login_not_required"]


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Deny by default. Public views opt out with ``login_not_required``.

    A session that ended while somebody was typing must not eat the text: htmx and the
    session probe get 401, on which the page opens a sign-in dialog and sends again; an
    ordinary form post gets a page that gives back every value that was sent.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """401 for scripts and posts, the sign-in page for the rest."""
        if "HX-Request" in request.headers or request.headers.get("X-CRC-Probe"):
            response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
            response.headers["X-CRC-Session"] = "expired"
            return response
        if request.method == "POST":
            context = {"values": typed(request), "next": request.path}
            return render(request, "session_expired.html", context, status=HTTPStatus.UNAUTHORIZED)
        return super().handle_no_permission(request, view_func)


class UserLanguageMiddleware:
    """The language of the account wins over the browser's; French when nothing is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language before the view runs."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
