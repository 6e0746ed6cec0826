"""Indicators along the journey and by dimension."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits.models.place import measured_organisations
from audits.presenters.alerts import open_alerts
from audits.presenters.indicators.journey import set_aside_in, shares_of, stages_of
from audits.presenters.indicators.places import places_table
from audits.presenters.indicators.scope import Scope
from audits.snapshots.figures import Reading, read_board
from audits.views.indicators.common import requested_scope, whole_scope
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.permissions import READERS, has_role
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def indicators(request: AuthRequest) -> HttpResponse:
    rows = Organisation.objects.filter(measured_organisations(request.user)).distinct()
    found = list(rows.order_by("name", "pk"))
    if len(found) == 1:
        return redirect("audits:journey", found[0].key)
    return render_page(request, "audits/indicator_organisations.html", {"organisations": found})


@require_safe
def journey(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = requested_scope(request, key)
    alerts = open_alerts(request.user, organisation=scope.organisation, today=localdate())
    is_member = has_role(request.user, scope.organisation.pk, *READERS)
    context = _context(request, scope, "journey") | {
        "stages": stages_of(_board(scope), scope),
        "alerts": alerts,
        "shows_alerts": is_member or bool(alerts),
        "is_member": is_member,
        "set_aside": set_aside_in(scope),
    }
    return render_page(request, "audits/journey.html", context)


@require_safe
def dimensions(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = requested_scope(request, key)
    shares = shares_of(_board(scope), scope)
    context = _context(request, scope, "dimensions") | {
        "shares": shares,
        "is_short": any(share.is_short for share in shares),
    }
    return render_page(request, "audits/dimensions.html", context)


@require_safe
def places(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    context = {"scope": scope, "here": "places", "rows": places_table(scope, today=localdate())}
    return render_page(request, "audits/places.html", context)


def _board(scope: Scope) -> list[Reading]:
    if scope.place is None:
        return []
    return read_board(scope.organisation, scope.place, today=localdate())


def _context(request: AuthRequest, scope: Scope, here: str) -> dict[str, Any]:
    return {"scope": scope, "here": here, "place_options": scope.options(request.path)}
