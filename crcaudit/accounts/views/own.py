"""The person's own account."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from crcaudit.accounts import actions
from crcaudit.accounts.forms.people import LanguageForm
from crcaudit.accounts.permissions import memberships_of
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def account(request: AuthRequest) -> HttpResponse:
    context = {"memberships": memberships_of(request.user)}
    return render_page(request, "accounts/account.html", context)


@require_POST
def set_language(request: AuthRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if form.is_valid():
        actions.set_language(user=request.user, language=form.cleaned_data["language"])
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else "/")
