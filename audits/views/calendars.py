"""Calendars that people subscribe to: their list, a new one, its end, and the file itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import permissions
from audits.actions import calendar_feed as actions
from audits.builders.ics import MEDIA_TYPE, build_calendar
from audits.control_enums import FeedScope
from audits.forms.calendar_feed import SubscribeForm
from audits.models import CalendarFeed, Certification
from audits.presenters import agenda
from audits.views.conflicts import resend_as_new
from audits.views.preparation import own_file
from crcaudit.accounts.middleware import login_not_required
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import writes_on_get

ADDRESS = "address"


@require_safe
def calendars(request: AuthRequest) -> HttpResponse:
    form = SubscribeForm(action=reverse("audits:subscribe"))
    return form_page(request, "audits/calendars.html", form, _page(request))


@require_POST
def subscribe(request: AuthRequest) -> HttpResponse:
    return subscribed(request, None, action=reverse("audits:subscribe"))


@require_POST
def subscribe_file(request: AuthRequest, key: UUID) -> HttpResponse:
    file = own_file(request.user, key)
    return subscribed(request, file, action=request.path)


@require_POST
def revoke(request: AuthRequest, key: UUID) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed.objects.visible_to(request.user), key=key)
    actions.revoke(feed=feed, by=request.user, at=timezone.now())
    messages.success(request, _("The subscription has ended: its address answers no more."))
    return redirect("audits:calendars")


@login_not_required
@writes_on_get
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Read by agendas, which cannot sign in: whoever has the address has what its owner sees.

    One answer for an unknown address, one that was revoked, and one whose owner is gone.
    """
    rows = CalendarFeed.objects.answering().select_related("user", "certification")
    found = rows.filter(secret_hash=actions.hash_of(secret)).first()
    if found is None or not _is_allowed(found):
        raise Http404
    at = timezone.now()
    with translation.override(found.user.language):
        content = build_calendar(
            name=_name(found),
            uid=f"calendar-{found.key}",
            events=agenda.events_of(
                found,
                today=localdate(at),
                stamp=at.replace(minute=0, second=0, microsecond=0),
                address=request.build_absolute_uri("/").removesuffix("/"),
            ),
        )
    actions.note_use(feed=found, at=at)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="crc-audit.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_allowed(found: CalendarFeed) -> bool:
    """Whether the owner may still see the file; what belongs to no file is sifted line by line."""
    file = found.certification
    return file is None or permissions.can_prepare(found.user, file)


def _name(found: CalendarFeed) -> str:
    file = found.certification
    name = f"CRC Audit · {file.reference}" if file else "CRC Audit"
    return name if found.scope == FeedScope.EVERYTHING else f"{name} · {found.get_scope_display()}"


def subscribed(
    request: AuthRequest,
    file: Certification | None,
    *,
    action: str,
    scope: FeedScope = FeedScope.EVERYTHING,
) -> HttpResponse:
    """Subscribe and show the address, or the page of calendars with what is wrong."""
    form = SubscribeForm(request.POST, action=action)
    if form.is_valid():
        with refusals(form):
            _feed, secret = actions.subscribe(
                key=form.cleaned_data["key"],
                user=request.user,
                certification=file,
                scope=scope,
                at=timezone.now(),
            )
            address = request.build_absolute_uri(reverse("audits:calendar-feed", args=[secret]))
            messages.success(request, address, extra_tags=ADDRESS)
            return redirect("audits:calendars")
    resend_as_new(form)
    return form_page(request, "audits/calendars.html", form, _page(request))


def _page(request: AuthRequest) -> dict[str, Any]:
    feeds = CalendarFeed.objects.visible_to(request.user).filter(revoked_at=None)
    return {"feeds": feeds.select_related("certification").order_by("-created_at", "-pk")}
