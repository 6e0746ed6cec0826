"""What the lists of people and organisations share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crcaudit.accounts.permissions import is_administrator
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.text import clean_line

PAGE_SIZE = 50
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Link:
    """A filter, or a section, as a link; ``count`` is None when it is not counted."""

    label: str
    url: str
    active: bool
    count: int | None = None


def expired_before() -> datetime:
    """Links that were made before this moment are no longer valid."""
    return timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def asked(request: AuthRequest) -> str:
    """The words searched for, "" when there are none."""
    return clean_line(request.GET.get("q", ""))[:LONGEST]


def chip(request: AuthRequest, label: str, name: str, value: str, count: int) -> Link:
    """A link that sets one filter and keeps the words searched for; "" stands for the default."""
    query = request.GET.copy()
    for field in (name, "page"):
        query.pop(field, None)
    if value:
        query[name] = value
    return Link(label, f"?{query.urlencode()}", request.GET.get(name, "") == value, count)


def sections(request: AuthRequest) -> tuple[Link, ...]:
    """The two lists of an administrator; empty for a quality manager, who has only one."""
    if not is_administrator(request.user):
        return ()
    names = ((_("Organisations"), "accounts:organisations"), (_("Accounts"), "accounts:people"))
    return tuple(Link(label, reverse(name), request.path == reverse(name)) for label, name in names)
