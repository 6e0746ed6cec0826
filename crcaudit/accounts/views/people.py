"""Accounts: list, page, opening, correcting, inviting again, closing, opening again."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crcaudit.accounts import actions
from crcaudit.accounts.enums import AccountState, Role
from crcaudit.accounts.forms.people import CloseAccountForm, EditPersonForm, OpenAccountForm
from crcaudit.accounts.models import Membership, User
from crcaudit.accounts.models.user import STATE_FILTERS
from crcaudit.accounts.permissions import is_administrator, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.accounts.views.parts import (
    PAGE_SIZE,
    Link,
    asked,
    chip,
    expired_before,
    sections,
)
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def people(request: AuthRequest) -> HttpResponse:
    require(allowed=is_administrator(request.user))
    query = asked(request)
    found = User.objects.filter(_holds(query))
    wanted = request.GET.get("etat", "")
    kept = found.filter(STATE_FILTERS[AccountState(wanted)]) if wanted in AccountState else found
    active = Membership.objects.active().select_related("organisation").order_by("pk")
    rows = kept.prefetch_related(Prefetch("memberships", queryset=active, to_attr="roles"))
    order = ("last_name", "first_name", "email", "pk")
    context = {
        "page": Paginator(rows.order_by(*order), PAGE_SIZE).get_page(request.GET.get("page")),
        "q": query,
        "sections": sections(request),
        "chips": _chips(request, found),
        "expired_before": expired_before(),
    }
    return render_page(request, "accounts/people.html", context)


@require_safe
def person(request: AuthRequest, key: UUID) -> HttpResponse:
    account = _account(request.user, key)
    context = {
        "person": account,
        "roles": account.memberships.select_related("organisation", "site").order_by(
            "-is_active", "organisation__name", "pk"
        ),
        "expired_before": expired_before(),
    }
    return render_page(request, "accounts/person.html", context)


@require_http_methods(["GET", "POST"])
def open_account(request: AuthRequest) -> HttpResponse:
    require(allowed=is_administrator(request.user))
    form = OpenAccountForm(request.POST or None)
    if form.is_valid():
        with refusals(form, field="email"):
            account, is_sent = actions.open_account(
                person=form.to_fields(email=form.cleaned_data["email"]),
                by=request.user,
                at=timezone.now(),
                address=request.build_absolute_uri("/"),
            )
            opened = _("The account is open: an invitation goes to %(email)s.")
            opened %= {"email": account.email}
            say_sent(request, opened, is_sent=is_sent)
            return redirect(account)
    context = {"person": None, "cancel_url": reverse("accounts:people")}
    return form_page(request, "accounts/person_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_person(request: AuthRequest, key: UUID) -> HttpResponse:
    account = _account(request.user, key)
    names = ("first_name", "last_name", "language")
    initial = {name: getattr(account, name) for name in names}
    form = EditPersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        saved = actions.edit_account(
            account=account,
            person=form.to_fields(email=account.email),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("The account is saved."))
        return redirect(saved)
    context = {"person": account, "cancel_url": account.get_absolute_url()}
    return form_page(request, "accounts/person_form.html", form, context)


@require_POST
def send_invitation(request: AuthRequest, key: UUID) -> HttpResponse:
    account = get_object_or_404(_invited_by(request.user), key=key)
    try:
        is_sent = actions.send_invitation(
            account=account,
            by=request.user,
            at=timezone.now(),
            address=request.build_absolute_uri("/"),
        )
    except UserError as error:
        return unavailable(request, str(error))
    new = _("A new link goes to %(email)s; the one before is no longer valid.")
    say_sent(request, new % {"email": account.email}, is_sent=is_sent)
    if is_administrator(request.user):
        return redirect(account)
    return redirect("accounts:organisations")


@require_http_methods(["GET", "POST"])
def close_account(request: AuthRequest, key: UUID) -> HttpResponse:
    account = _account(request.user, key)
    if request.method == "GET" and not account.is_active:
        return _unavailable(request)
    form = CloseAccountForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.close_account(
                account=account, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request, _("The account of %(person)s is closed.") % {"person": account}
            )
            return redirect(account)
    context = {"person": account, "cancel_url": account.get_absolute_url()}
    return form_page(request, "accounts/close_account.html", form, context)


@require_POST
def reopen_account(request: AuthRequest, key: UUID) -> HttpResponse:
    account = _account(request.user, key)
    try:
        is_sent = actions.reopen_account(
            account=account,
            by=request.user,
            at=timezone.now(),
            address=request.build_absolute_uri("/"),
        )
    except UserError as error:
        return unavailable(request, str(error))
    opened = _("The account is open again: a link to choose a password goes to %(email)s.") % {
        "email": account.email
    }
    say_sent(request, opened, is_sent=is_sent)
    return redirect(account)


def say_sent(request: AuthRequest, done: str, *, is_sent: bool) -> None:
    """What was done, and that the message about it did not leave when it did not."""
    if is_sent:
        messages.success(request, done)
        return
    not_sent = _("The e-mail could not be sent: tell the person, and whoever runs the server.")
    messages.warning(request, f"{done} {not_sent}")


def _account(user: User, key: UUID) -> User:
    """For administrators; to everybody else accounts do not exist."""
    rows = User.objects.all() if is_administrator(user) else User.objects.none()
    return get_object_or_404(rows, key=key)


def _invited_by(user: User) -> QuerySet[User]:
    """People whom the user may send an invitation again."""
    if is_administrator(user):
        return User.objects.all()
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    members = Membership.objects.active().filter(organisation__in=managed)
    return User.objects.filter(pk__in=members.values("user"))


def _holds(query: str) -> Q:
    """Every word in the name or the address."""
    found = Q()
    for word in query.split():
        found &= (
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    return found


def _chips(request: AuthRequest, found: QuerySet[User]) -> list[Link]:
    counts = found.aggregate(
        all=Count("pk"),
        **{state.value: Count("pk", filter=rows) for state, rows in STATE_FILTERS.items()},
    )
    labels = {
        AccountState.OPEN: _("Open accounts"),
        AccountState.INVITED: _("Invited people"),
        AccountState.CLOSED: _("Closed accounts"),
    }
    every = chip(request, _("All"), "etat", "", counts["all"])
    return [every] + [
        chip(request, label, "etat", state.value, counts[state.value])
        for state, label in labels.items()
    ]


def _unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    message = _("This step is not available: the account is already closed.")
    return unavailable(request, message)
