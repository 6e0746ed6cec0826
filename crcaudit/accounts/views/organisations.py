"""Organisations, their sites and their members: list, page, opening, renaming, sites."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crcaudit.accounts import actions
from crcaudit.accounts.enums import Role
from crcaudit.accounts.forms.organisation import (
    AddSiteForm,
    EditSiteForm,
    OpenOrganisationForm,
    RenameOrganisationForm,
)
from crcaudit.accounts.models import Membership, Organisation, Site, User
from crcaudit.accounts.permissions import (
    is_administrator,
    manages_people,
    manages_people_somewhere,
    organisations_with,
)
from crcaudit.accounts.requests import AuthRequest
from crcaudit.accounts.views.parts import (
    PAGE_SIZE,
    asked,
    chip,
    expired_before,
    sections,
)
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require

ENDED = "anciens"


@require_safe
def organisations(request: AuthRequest) -> HttpResponse:
    require(allowed=manages_people_somewhere(request.user))
    rows = Organisation.objects.all()
    if not is_administrator(request.user):
        managed = organisations_with(request.user, Role.QUALITY_MANAGER)
        rows = rows.filter(pk__in=managed)
        if len(managed) == 1:
            return redirect(rows.get())
    query = asked(request)
    found = rows.filter(name__icontains=query) if query else rows
    page = Paginator(found.order_by("name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = _counted(page.object_list)
    context = {
        "page": page,
        "q": query,
        "sections": sections(request),
        "can_open": is_administrator(request.user),
    }
    return render_page(request, "accounts/organisations.html", context)


@require_safe
def organisation(request: AuthRequest, key: UUID) -> HttpResponse:
    row = managed_organisation(request.user, key)
    wants_ended = request.GET.get("etat") == ENDED
    counts = row.memberships.aggregate(
        all=Count("pk"), active=Count("pk", filter=Q(is_active=True))
    )
    members = (
        Membership.objects.filter(organisation=row, is_active=not wants_ended)
        .select_related("user", "site")
        .order_by("user__last_name", "user__first_name", "user__email", "pk")
    )
    sites = row.sites.order_by(F("closed_date").desc(nulls_first=True), "name", "pk")
    today = localdate()
    context = {
        "organisation": row,
        "sites": [(site, site.is_closed_on(today)) for site in sites],
        "page": Paginator(members, PAGE_SIZE).get_page(request.GET.get("page")),
        "chips": [
            chip(request, _("Present members"), "etat", "", counts["active"]),
            chip(request, _("Former members"), "etat", ENDED, counts["all"] - counts["active"]),
        ],
        "wants_ended": wants_ended,
        "expired_before": expired_before(),
        "is_administrator": is_administrator(request.user),
    }
    return render_page(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "POST"])
def open_organisation(request: AuthRequest) -> HttpResponse:
    require(allowed=is_administrator(request.user))
    form = OpenOrganisationForm(request.POST or None)
    if form.is_valid():
        row = actions.create_organisation(
            name=form.cleaned_data["name"],
            kind=form.cleaned_data["kind"],
            key=form.cleaned_data["key"] or uuid4(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("%(name)s is open.") % {"name": row.name})
        return redirect(row)
    context = {"cancel_url": reverse("accounts:organisations")}
    return form_page(request, "accounts/organisation_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_organisation(request: AuthRequest, key: UUID) -> HttpResponse:
    row = managed_organisation(request.user, key)
    require(allowed=is_administrator(request.user))
    form = RenameOrganisationForm(request.POST or None, initial={"name": row.name})
    if form.is_valid():
        saved = actions.rename_organisation(
            organisation=row, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("The organisation is saved."))
        return redirect(saved)
    context = {"organisation": row, "cancel_url": row.get_absolute_url()}
    return form_page(request, "accounts/organisation_form.html", form, context)


@require_http_methods(["GET", "POST"])
def add_site(request: AuthRequest, key: UUID) -> HttpResponse:
    row = managed_organisation(request.user, key)
    require(allowed=is_administrator(request.user))
    form = AddSiteForm(request.POST or None)
    context: dict[str, Any] = {"organisation": row, "site": None}
    if form.is_valid():
        with refusals(form, field="name"):
            site = actions.add_site(
                organisation=row, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The site %(name)s is added.") % {"name": site.name})
            return redirect(row)
    context["cancel_url"] = row.get_absolute_url()
    return form_page(request, "accounts/site_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_site(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = managed_organisation(request.user, key)
    site = get_object_or_404(Site.objects.select_related("organisation"), organisation=row, pk=pk)
    require(allowed=is_administrator(request.user))
    form = EditSiteForm(request.POST or None, site=site)
    context: dict[str, Any] = {"organisation": row, "site": site}
    if form.is_valid():
        with refusals(form, field="name"):
            actions.edit_site(
                site=site, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The site is saved."))
            return redirect(row)
    context["cancel_url"] = row.get_absolute_url()
    return form_page(request, "accounts/site_form.html", form, context)


def managed_organisation(user: User, key: UUID) -> Organisation:
    """404 for who does not manage its people: to other members too, its page does not exist."""
    row = get_object_or_404(Organisation.objects.visible_to(user), key=key)
    if not manages_people(user, row.pk):
        raise Http404
    return row


def _counted(rows: Iterable[Organisation]) -> list[Organisation]:
    """The organisations of a page with ``members`` and ``open_sites``, in two more queries."""
    page = list(rows)
    active = Membership.objects.active().filter(organisation__in=page)
    members = _by_organisation(active, Count("user", distinct=True))
    sites = _by_organisation(
        Site.objects.open_on(localdate()).filter(organisation__in=page), Count("pk")
    )
    for row in page:
        row.members = members.get(row.pk, 0)  # type: ignore[attr-defined]
        row.open_sites = sites.get(row.pk, 0)  # type: ignore[attr-defined]
    return page


def _by_organisation(rows: QuerySet[Any], count: Count) -> dict[int, int]:
    counted = rows.order_by().values("organisation").annotate(n=count)
    return {row["organisation"]: row["n"] for row in counted}
