"""Sharing a file with a client organisation, and what it then sees."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.actions import sharing as actions
from audits.forms.sharing import ChangeShareForm, RevokeShareForm, ShareForm
from audits.models import Certification, FileShare
from audits.permissions import sharing as rights
from audits.presenters import sharing as presenter
from audits.sharing_enums import ShareLevel
from audits.views import lists
from audits.views.certifications import visible_certification
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import memberships_of
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_http_methods(["GET", "POST"])
def sharing(request: AuthRequest, key: UUID) -> HttpResponse:
    file = visible_certification(request.user, key)
    gives = rights.gives_shares(request.user, file)
    require(allowed=gives if request.method == "POST" else rights.sees_shares(request.user, file))
    form = ShareForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            share = actions.share_file(
                certification=file,
                client=form.cleaned_data["code"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            message = _("The file is shared with %(client)s.") % {"client": share.client.name}
            messages.success(request, message)
            return redirect("audits:sharing", key=file.key)
    rows = file.shares.select_related("client").order_by("-granted_at", "-pk")
    today = localdate()
    context = {
        "certification": file,
        "shares": [(row, row.is_in_force(today)) for row in rows],
        "levels": ShareLevel.choices,
        "gives": gives,
        "can_share": rights.can_share(request.user, file),
        "cancel_url": file.get_absolute_url(),
    }
    return form_page(request, "audits/sharing.html", form, context)


@require_http_methods(["GET", "POST"])
def change_share(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    share = _own_share(request.user, key, pk)
    if request.method == "GET" and (share.revoked_at or share.certification.closed_at):
        return _gone(request)
    form = ChangeShareForm(request.POST or None, share=share)
    if form.is_valid():
        with refusals(form):
            actions.change_share(
                share=share, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The share is saved."))
            return redirect("audits:sharing", key=key)
    return form_page(request, "audits/change_share.html", form, _share_context(share))


@require_http_methods(["GET", "POST"])
def revoke_share(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    share = _own_share(request.user, key, pk)
    if request.method == "GET" and share.revoked_at:
        return _gone(request)
    form = RevokeShareForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.revoke_share(
                share=share, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            message = _("%(client)s does not see this file any more.")
            messages.success(request, message % {"client": share.client.name})
            return redirect("audits:sharing", key=key)
    return form_page(request, "audits/revoke_share.html", form, _share_context(share))


@require_safe
def preview_share(request: AuthRequest, key: UUID) -> HttpResponse:
    """What the other side sees, for who gives it, before or after it is given."""
    file = visible_certification(request.user, key)
    require(allowed=rights.sees_shares(request.user, file))
    level = ShareLevel(lists.choice(request, "niveau", ShareLevel.values) or ShareLevel.RESULTS)
    levels = [
        lists.chip(request, label, "niveau", value if value != ShareLevel.RESULTS else None)
        for value, label in ShareLevel.choices
    ]
    context = _shared_context(request, file, level, viewer=None) | {
        "levels": levels,
        "is_preview": True,
    }
    return render_page(request, "audits/shared_file.html", context)


@require_safe
def providers(request: AuthRequest) -> HttpResponse:
    today = localdate()
    rows = presenter.providers(presenter.shares_of(request.user), today=today)
    context = {
        "providers": [
            (row, lists.due(row.standing.next_day, today=today, is_open=True)) for row in rows
        ],
        "organisations": _codes_of(request.user),
    }
    return render_page(request, "audits/providers.html", context)


@require_safe
def shared_file(request: AuthRequest, key: UUID) -> HttpResponse:
    """A file that a provider shares; whoever belongs to the provider has the file itself."""
    found = presenter.shares_of(request.user, key=key)
    if not found:
        raise Http404
    share = found[0]
    context = _shared_context(
        request, share.certification, ShareLevel(share.level), viewer=share.client_id
    )
    return render_page(
        request, "audits/shared_file.html", context | {"share": share, "is_preview": False}
    )


def _shared_context(
    request: AuthRequest, file: Certification, level: ShareLevel, *, viewer: int | None
) -> dict[str, Any]:
    today = localdate()
    found = presenter.shared_file(file, level, viewer=viewer, today=today)
    page = lists.page_of(request, presenter.findings_of(file)) if found.has_findings else None
    return {
        "certification": file,
        "shared": found,
        "standing": found.standing,
        "page": page,
        "next_due": lists.due(found.standing.next_day, today=today, is_open=True),
    }


def _codes_of(user: User) -> list[tuple[str, UUID]]:
    """Codes that the user gives to providers: of the organisations whose shares they read."""
    roles = rights.CLIENT_READERS
    found = {row.organisation for row in memberships_of(user) if row.role in roles}
    return sorted((row.name, row.key) for row in found)


def _own_share(user: User, key: UUID, pk: int) -> FileShare:
    """404 for a file that is not visible, 403 for who does not give its shares."""
    file = visible_certification(user, key)
    require(allowed=rights.gives_shares(user, file))
    share = get_object_or_404(file.shares.select_related("client"), pk=pk)
    share.certification = file
    return share


def _share_context(share: FileShare) -> dict[str, Any]:
    return {"certification": share.certification, "share": share, "cancel_url": "../.."}


def _gone(request: AuthRequest) -> HttpResponse:
    message = _("This share has changed state: open the page of the shares to see where it stands.")
    return unavailable(request, message)
