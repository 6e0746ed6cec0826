"""Giving a role in an organisation, and ending it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crcaudit.accounts import actions
from crcaudit.accounts.forms.people import EndMembershipForm, MemberForm
from crcaudit.accounts.models import Membership
from crcaudit.accounts.requests import AuthRequest
from crcaudit.accounts.views.organisations import managed_organisation
from crcaudit.accounts.views.people import say_sent
from crcaudit.core.form_views import form_page, refusals


@require_http_methods(["GET", "POST"])
def add_member(request: AuthRequest, key: UUID) -> HttpResponse:
    row = managed_organisation(request.user, key)
    form = MemberForm(request.POST or None, organisation=row, by=request.user)
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            is_sent = actions.invite_member(
                organisation=row,
                person=form.to_fields(email=data["email"]),
                role=data["role"],
                site=data["site"],
                by=request.user,
                at=timezone.now(),
                address=request.build_absolute_uri("/"),
            )
            given = _("The role is given to %(email)s.") % {"email": data["email"]}
            say_sent(request, given, is_sent=is_sent)
            return redirect(row)
    context: dict[str, Any] = {"organisation": row}
    context["cancel_url"] = row.get_absolute_url()
    return form_page(request, "accounts/member_form.html", form, context)


@require_http_methods(["GET", "POST"])
def end_membership(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = managed_organisation(request.user, key)
    rows = Membership.objects.select_related("user", "site")
    membership = get_object_or_404(rows, organisation=row, pk=pk)
    form = EndMembershipForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.end_membership(
                membership=membership, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            names = {"person": membership.user, "role": membership.get_role_display()}
            messages.success(request, _("The role “%(role)s” of %(person)s has ended.") % names)
            return redirect("accounts:organisations" if _is_own(request, membership) else row)
    context = {
        "organisation": row,
        "membership": membership,
        "cancel_url": row.get_absolute_url(),
    }
    return form_page(request, "accounts/end_membership.html", form, context)


def _is_own(request: AuthRequest, membership: Membership) -> bool:
    """Who gives up a role of their own may not see the page of the organisation any more."""
    return membership.user_id == request.user.pk
