"""Asking for the plan of an audit as a document."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from audits.models import Audit
from crcaudit.accounts.requests import AuthRequest
from reports import permissions
from reports.enums import ReportKind
from reports.views.reports import WHOLE, Target, request_page


@require_http_methods(["GET", "POST"])
def request_plan(request: AuthRequest, key: UUID) -> HttpResponse:
    """404 while the audit has no plan."""
    edition = "certification__edition__referential__scheme"
    audits = Audit.objects.visible_to(request.user).filter(plan__isnull=False)
    audit = get_object_or_404(audits.select_related(edition, *WHOLE), key=key)
    allowed = permissions.can_request_audit_report(request.user, audit)
    target = Target(ReportKind.AUDIT_PLAN, audit.certification, audit, allowed)
    return request_page(request, target)
