"""What the screens of indicators share: whose figures, and of which place."""

from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from audits.models.place import measured_organisations
from audits.presenters.indicators.scope import Scope, scope_of
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.requests import AuthRequest


def organisation_of(request: AuthRequest, key: UUID) -> Organisation:
    """The organisation, when the user reads figures of it; else 404."""
    rows = Organisation.objects.filter(measured_organisations(request.user)).distinct()
    return get_object_or_404(rows, key=key)


def requested_scope(request: AuthRequest, key: UUID) -> Scope:
    """The organisation and the place that the address names; 404 for one not to be known of."""
    return _scope(request, key, request.GET.get("lieu", ""))


def whole_scope(request: AuthRequest, key: UUID) -> Scope:
    """The organisation, whatever place the address names."""
    return _scope(request, key, "")


def _scope(request: AuthRequest, key: UUID, place: str) -> Scope:
    scope = scope_of(request.user, organisation_of(request, key), place)
    if scope is None:
        raise Http404
    return scope


def sent_by(request: AuthRequest) -> QueryDict | None:
    """What a form is bound to: even a form in which nothing was ticked was sent."""
    return request.POST if request.method == "POST" else None
