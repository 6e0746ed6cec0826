"""Taking somebody off the team of an audit, and another lead auditor once it is concluded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import team as team_actions
from audits.actions.lead import replace_lead as name_lead
from audits.actions.lead import replacement_obstacle
from audits.enums import TeamRole
from audits.forms.team import ReplaceLeadForm
from audits.models import Audit, AuditTeamMember, FormerTeamMember
from audits.views.helpers import visible_audit
from audits.views.team import name_on
from crcaudit.accounts.models import Membership
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.form_views import form_page, unavailable
from crcaudit.core.http import render_page, require


@require_http_methods(["GET", "POST"])
def remove_team_member(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    audit = visible_audit(request.user, key)
    member = _member_or_former(audit, pk)
    require(allowed=permissions.manages(request.user, audit.organisation_id))
    gone = _("%s is no longer on the team.") % member.user
    if isinstance(member, FormerTeamMember) or member.left_at is not None:
        return _taken_off_before(request, audit, gone)
    if request.method == "POST":
        try:
            team_actions.remove_team_member(member=member, by=request.user, at=timezone.now())
        except NotAvailableError:
            return _taken_off_before(request, audit, gone)
        messages.success(request, gone)
        return redirect("audits:audit-team", key=audit.key)
    return render_page(request, "audits/remove_team_member.html", _removal(audit, member))


@require_http_methods(["GET", "POST"])
def replace_lead(request: AuthRequest, key: UUID) -> HttpResponse:
    """While findings of a concluded audit are open, and for that alone: see `actions.lead`."""
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_set_access(request.user, audit))
    if problem := replacement_obstacle(audit):
        return unavailable(request, problem)
    form = ReplaceLeadForm(request.POST or None, audit=audit)
    named = name_on(request, audit, form, name_lead)
    if named is not None:
        return named
    context = {
        "audit": audit,
        "lead": audit.team.leading().select_related("user").first(),
        "open_findings": audit.findings.open().count(),
        "cancel_url": reverse("audits:audit-team", args=[audit.key]),
    }
    return form_page(request, "audits/replace_lead.html", form, context)


def _member_or_former(audit: Audit, pk: int) -> AuditTeamMember | FormerTeamMember:
    """Who has, or had, this number on the team; 404 for a number of another team."""
    named = AuditTeamMember.objects.select_related("user").filter(audit=audit, pk=pk).first()
    if named is not None:
        named.audit = audit
        return named
    former = FormerTeamMember.objects.select_related("user").filter(audit=audit, number=pk).first()
    if former is None:
        raise Http404
    return former


def _taken_off_before(request: AuthRequest, audit: Audit, gone: str) -> HttpResponse:
    """Sent twice, what was asked for is so; an old page or link says where it stands."""
    if request.method != "POST":
        return unavailable(request, gone)
    messages.info(request, gone)
    return redirect("audits:audit-team", key=audit.key)


def _removal(audit: Audit, member: AuditTeamMember) -> dict[str, Any]:
    """What the person loses, and what stays."""
    memberships = Membership.objects.active().filter(organisation=audit.organisation_id)
    judges = member.role == TeamRole.LEAD and not replacement_obstacle(audit)
    return {
        "audit": audit,
        "member": member,
        "sessions": member.slots.count() if audit.is_open else 0,
        "is_of_organisation": memberships.filter(user=member.user).exists(),
        "judges": judges,
        "can_set_access": audit.certification.closed_at is None,
        "cancel_url": reverse("audits:audit-team", args=[audit.key]),
    }
