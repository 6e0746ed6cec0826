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
from crcaudit.accounts.views.parts import CONFLICT, INVALID
from crcaudit.accounts.views.people import say_sent
from crcaudit.core.exceptions import UserError
from crcaudit.core.http import render_page


@require_http_methods(["GET", "POST"])
def add_member(request: AuthRequest, key: UUID) -> HttpResponse:
    row = managed_organisation(request.user, key)
    form = MemberForm(request.POST or None, organisation=row, by=request.user)
    status = INVALID if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            is_sent = actions.invite_member(
                organisation=row,
                person=form.to_fields(email=data["email"]),
                role=data["role"],
                site=data["site"],
                by=request.user,
                at=timezone.now(),
                address=request.build_absolute_uri("/"),
            )
        except UserError as error:
            form.add_error(None, str(error))
            status = CONFLICT
        else:
            given = _("The role is given to %(email)s.") % {"email": data["email"]}
            say_sent(request, given, is_sent=is_sent)
            return redirect(row)
    context: dict[str, Any] = {"form": form, "organisation": row}
    context["cancel_url"] = row.get_absolute_url()
    return render_page(request, "accounts/member_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def end_membership(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = managed_organisation(request.user, key)
    rows = Membership.objects.select_related("user", "site")
    membership = get_object_or_404(rows, organisation=row, pk=pk)
    form = EndMembershipForm(request.POST or None)
    status = INVALID if form.is_bound else 200
    if form.is_valid():
        try:
            actions.end_membership(
                membership=membership, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except UserError as error:
            form.add_error(None, str(error))
            status = CONFLICT
        else:
            names = {"person": membership.user, "role": membership.get_role_display()}
            messages.success(request, _("The role “%(role)s” of %(person)s has ended.") % names)
            return redirect("accounts:organisations" if _is_own(request, membership) else row)
    context = {"form": form, "organisation": row, "membership": membership}
    context["cancel_url"] = row.get_absolute_url()
    return render_page(request, "accounts/end_membership.html", context, status=status)


def _is_own(request: AuthRequest, membership: Membership) -> bool:
    """Who gives up a role of their own may not see the page of the organisation any more."""
    return membership.user_id == request.user.pk
