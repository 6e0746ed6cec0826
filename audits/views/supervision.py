"""The wall of an organisation: what is under its objective now."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits.presenters.supervision import wall_of
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.permissions import READERS, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def supervision(request: AuthRequest, key: UUID) -> HttpResponse:
    own = Organisation.objects.filter(pk__in=organisations_with(request.user, *READERS))
    organisation = get_object_or_404(own, key=key)
    wall = wall_of(organisation, request.user, today=localdate())
    context = {"organisation": organisation, "wall": wall, "now": timezone.now()}
    return render_page(request, "audits/supervision.html", context)
