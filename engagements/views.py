"""Referentials and indicators: to read, and the two steps of an edition.

They are brought in by commands.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import unavailable
from crcaudit.core.http import render_page, require
from engagements import actions, permissions
from engagements.models import Edition, Indicator, Requirement
from engagements.presenters import edition as editions
from engagements.presenters import indicator as indicators


@require_safe
def referentials(request: AuthRequest) -> HttpResponse:
    rows = list(editions.editions_for(request.user))
    context = {
        "editions": rows,
        "can_see_drafts": permissions.can_see_drafts(request.user),
    }
    return render(request, "engagements/referential_list.html", context)


@require_safe
def edition(request: AuthRequest, pk: int) -> HttpResponse:
    row = _visible_edition(request, pk)
    search = editions.Search.of(request.GET)
    tree = editions.edition_tree(row, search, editions.Labels.of(row))
    context = {
        "edition": row,
        "scheme": row.referential.scheme,
        "search": search,
        "tree": tree,
        "can_publish": permissions.can_publish_edition(request.user, row),
        "can_withdraw": permissions.can_withdraw_edition(request.user, row),
    }
    return render_page(request, "engagements/edition_tree.html", context)


@require_http_methods(["GET", "POST"])
def publish_edition(request: AuthRequest, pk: int) -> HttpResponse:
    row = _visible_edition(request, pk)
    require(allowed=permissions.decides_on_editions(request.user))
    if request.method == "POST":
        done = _("The edition is published: it no longer changes.")
        return _decide(request, row, actions.publish_edition, done)
    if not permissions.can_publish_edition(request.user, row):
        return _unavailable(request)
    context = {
        "step": _("Publish the edition"),
        "edition": row,
        "scheme": row.referential.scheme,
        "sizes": editions.sizes_of(row),
    }
    return render(request, "engagements/publish_edition.html", context)


@require_http_methods(["GET", "POST"])
def withdraw_edition(request: AuthRequest, pk: int) -> HttpResponse:
    row = _visible_edition(request, pk)
    require(allowed=permissions.decides_on_editions(request.user))
    if request.method == "POST":
        done = _("The edition is withdrawn: no new file is opened on it.")
        return _decide(request, row, actions.withdraw_edition, done)
    if not permissions.can_withdraw_edition(request.user, row):
        return _unavailable(request)
    context = {
        "step": _("Withdraw the edition"),
        "edition": row,
        "scheme": row.referential.scheme,
    }
    return render(request, "engagements/withdraw_edition.html", context)


@require_safe
def requirement(request: AuthRequest, pk: int, code: str) -> HttpResponse:
    row = _visible_edition(request, pk)
    parts = Requirement.objects.select_related("engagement__domain", "control_point")
    found = get_object_or_404(parts, edition=row, code=code)
    found.edition = row
    sheet = editions.requirement_sheet(found, editions.Labels.of(row))
    context = {
        "edition": row,
        "scheme": row.referential.scheme,
        "requirement": found,
        "engagement": found.engagement,
        "domain": found.engagement.domain,
        "point": getattr(found, "control_point", None),
        "sheet": sheet,
    }
    return render(request, "engagements/requirement_sheet.html", context)


@require_safe
def indicator_list(request: AuthRequest) -> HttpResponse:
    context = {"catalogue": indicators.indicator_catalogue(request.GET)}
    return render_page(request, "engagements/indicator_list.html", context)


@require_safe
def indicator(request: AuthRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Indicator.objects.of_catalogue().prefetch_related("inputs"), code=code)
    context = {
        "indicator": row,
        "sheet": indicators.indicator_sheet(row, request.user),
    }
    return render(request, "engagements/indicator_sheet.html", context)


def _decide(
    request: AuthRequest, row: Edition, decide: Callable[..., object], done: str
) -> HttpResponse:
    try:
        decide(edition=row, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, done)
    return redirect("engagements:edition", pk=row.pk)


def _visible_edition(request: AuthRequest, pk: int) -> Edition:
    rows = Edition.objects.visible_to(request.user).select_related("referential__scheme")
    return get_object_or_404(rows, pk=pk)


def _unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    message = _(
        "This step is not available: the edition has changed state. Open it to see where it stands."
    )
    return unavailable(request, message)
