"""The newest reports, for cards of other screens."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audits.models import Certification, FileShare
from audits.sharing_enums import WITH_REPORTS
from crcaudit.accounts.enums import Role
from crcaudit.accounts.permissions import organisations_with
from crcaudit.accounts.requests import AuthRequest
from reports.enums import ReportState
from reports.models import Report, ReportQuerySet

CARD_SHOWN = 4


@require_safe
def file_reports(request: AuthRequest, key: UUID) -> HttpResponse:
    """The newest reports of one file, for the card of its dashboard."""
    files = Certification.objects.visible_to(request.user)
    certification = get_object_or_404(files, key=key)
    rows = Report.objects.visible_to(request.user).filter(certification=certification)
    return _card(request, rows)


@require_safe
def shared_reports(request: AuthRequest, key: UUID) -> HttpResponse:
    """Issued reports of a file, as they are shared: for who reads it, and for who shares it."""
    shares = FileShare.objects.visible_to(request.user).filter(level__in=WITH_REPORTS)
    own = organisations_with(request.user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    allowed = Q(pk__in=shares.values("certification")) | Q(organisation__in=own)
    certification = get_object_or_404(Certification.objects.filter(allowed), key=key)
    rows = Report.objects.visible_to(request.user).filter(
        certification=certification, issued_at__isnull=False
    )
    return _card(request, rows)


@require_safe
def newest(request: AuthRequest) -> HttpResponse:
    """The newest reports that the user may take away, for the card of the home page."""
    rows = Report.objects.visible_to(request.user).filter(state=ReportState.READY)
    return _card(request, rows)


def _card(request: AuthRequest, reports: ReportQuerySet) -> HttpResponse:
    newest_first = reports.for_screens().order_by("-requested_at", "-pk")
    return render(request, "reports/_card.html", {"reports": newest_first[:CARD_SHOWN]})
