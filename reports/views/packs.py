"""Asking for the pack of a committee as a document."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from audits.models import CommitteeMeeting
from crcaudit.accounts.requests import AuthRequest
from reports import permissions
from reports.enums import ReportKind
from reports.views.reports import Target, request_page


@require_http_methods(["GET", "POST"])
def request_pack(request: AuthRequest, key: UUID) -> HttpResponse:
    """404 while nobody prepared the committee."""
    meetings = CommitteeMeeting.objects.visible_to(request.user).select_related("organisation")
    meeting = get_object_or_404(meetings, key=key)
    allowed = permissions.can_request_pack(request.user, meeting)
    target = Target(ReportKind.COMMITTEE_PACK, None, None, allowed, meeting=meeting)
    return request_page(request, target)
