"""The request type that views may rely on after the sign-in middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crcaudit.accounts.models import User


class AuthRequest(HttpRequest):
    """A request whose user is signed in, guaranteed by `SignInRequiredMiddleware`."""

    user: User
    htmx: HtmxDetails
