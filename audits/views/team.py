"""Starting an audit, and the people named on it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import team as team_actions
from audits.actions.certification import start_next_audit
from audits.actions.lead import replacement_obstacle
from audits.enums import OWN_AUDITS, AuditKind, TeamRole
from audits.forms.team import (
    DeclarationForm,
    EditTeamMemberForm,
    StartAuditForm,
    TeamMemberForm,
)
from audits.history import history_of
from audits.models import Audit, AuditTeamMember, Certification
from audits.views.certifications import visible_certification
from audits.views.helpers import visible_audit
from audits.views.lists import choice
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.accounts.views.people import say_sent
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require

RANK = {role: place for place, role in enumerate(TeamRole.values)}


@require_http_methods(["GET", "POST"])
def start_audit(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_certification(request.user, key)
    require(allowed=permissions.can_start_audit(request.user, row))
    diagnosed = row.audits.filter(kind=AuditKind.DIAGNOSIS).exists()
    form = StartAuditForm(
        request.POST or None,
        certification=row,
        has_diagnosis=diagnosed,
        previous=Audit.objects.to_follow(row),
        initial=_proposed(request, diagnosed=diagnosed, today=localdate()),
    )
    if form.is_valid():
        with refusals(form):
            audit, is_new = start_next_audit(
                certification=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            is_told = not is_new or team_actions.tell_lead(
                audit=audit, by=request.user, address=request.build_absolute_uri("/")
            )
            say_sent(request, _("The audit %s has started.") % audit.reference, is_sent=is_told)
            return redirect(audit)
    context = {
        "certification": row,
        "has_diagnosis": diagnosed,
        "cancel_url": row.get_absolute_url(),
    }
    return form_page(request, "audits/start_audit.html", form, context)


@require_http_methods(["GET", "POST"])
def audit_team(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    if request.method == "POST":
        require(allowed=can_manage_team(request.user, audit))
    form = TeamMemberForm(request.POST or None, audit=audit)
    named = name_on(
        request,
        audit,
        form,
        lambda **given: team_actions.invite_to_team(role=form.cleaned_data["role"], **given),
    )
    if named is not None:
        return named
    context = _team_context(request.user, audit) | {"form": form}
    return form_page(request, "audits/audit_team.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_team_member(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    audit = visible_audit(request.user, key)
    rows = AuditTeamMember.objects.select_related("user")
    member = get_object_or_404(rows, audit=audit, pk=pk)
    require(allowed=permissions.can_set_access(request.user, audit))
    if member.left_at is not None:
        return unavailable(request, _("%s is no longer on the team.") % member.user)
    member.audit = audit
    form = EditTeamMemberForm(request.POST or None, member=member)
    if form.is_valid():
        with refusals(form):
            member = team_actions.set_team_member(
                audit=audit,
                user=member.user,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
            names = {"person": member.user, "role": member.get_role_display()}
            messages.success(request, _("%(person)s: %(role)s.") % names)
            return redirect("audits:audit-team", key=audit.key)
    context = {
        "audit": audit,
        "member": member,
        "cancel_url": reverse("audits:audit-team", args=[audit.key]),
    }
    return form_page(request, "audits/edit_team_member.html", form, context)


@require_http_methods(["GET", "POST"])
def declare_independence(request: AuthRequest, key: UUID) -> HttpResponse:
    """For whoever is named, before their first day too; to the others it does not exist."""
    rows = AuditTeamMember.objects.named_not_over(request.user).select_related(
        "user", "audit__organisation", "audit__certification__edition__referential"
    )
    member = get_object_or_404(rows.defer("audit__frozen"), audit__key=key)
    context = {"member": member, "audit": member.audit, "cancel_url": reverse("audits:home")}
    has_begun = member.has_begun(localdate())
    if member.declared_at is not None:
        if has_begun:
            return redirect(member.audit)
        return render_page(request, "audits/independence_declared.html", context)
    form = DeclarationForm(request.POST or None)
    if form.is_valid():
        links = form.cleaned_data["links"]
        team_actions.declare_independence(member=member, links=links, at=timezone.now())
        if has_begun:
            text = _("Your independence is declared: the audit is open to you.")
            messages.success(request, text)
            return redirect(member.audit)
        return redirect("audits:declare-independence", key=key)
    context |= {"has_begun": has_begun}
    return form_page(request, "audits/declare_independence.html", form, context)


def name_on(
    request: AuthRequest,
    audit: Audit,
    form: TeamMemberForm,
    name: Callable[..., tuple[AuditTeamMember, bool]],
) -> HttpResponse | None:
    """The way back once the person is named; None while the form is to be shown, as refused."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    with refusals(form):
        member, is_sent = name(
            audit=audit,
            person=form.to_fields(email=data["email"]),
            opens_on=data["opens_on"],
            closes_on=data["closes_on"],
            by=request.user,
            at=timezone.now(),
            address=request.build_absolute_uri("/"),
        )
        names = {"person": member.user, "role": member.get_role_display()}
        say_sent(request, _("%(person)s: %(role)s.") % names, is_sent=is_sent)
        return redirect("audits:audit-team", key=audit.key)
    return None


def can_manage_team(user: User, audit: Audit) -> bool:
    """The quality manager of the organisation, while the audit is open."""
    return audit.is_open and permissions.manages(user, audit.organisation_id)


def _proposed(request: AuthRequest, *, diagnosed: bool, today: date) -> dict[str, Any]:
    """The kind of the button that led here, and whoever starts an audit of their own leads it."""
    kind = choice(request, "nature", AuditKind.values)
    if not kind and not diagnosed:
        kind = AuditKind.DIAGNOSIS
    lead = request.user.email if kind in OWN_AUDITS else ""
    return {"start_date": today, "kind": kind, "lead": lead}


def _team_context(user: User, audit: Audit) -> dict[str, Any]:
    certification: Certification = audit.certification
    can_set_access = permissions.can_set_access(user, audit)
    team = sorted(audit.team.select_related("user"), key=lambda row: (RANK[row.role], row.pk))
    history = [
        line
        for line in history_of("audit", audit.key)
        if permissions.manages(user, audit.organisation_id)
    ]
    return {
        "audit": audit,
        "certification": certification,
        "team": team,
        "has_lead": any(row.role == TeamRole.LEAD and row.left_at is None for row in team),
        "can_manage": can_manage_team(user, audit),
        "can_set_access": can_set_access,
        "can_replace_lead": can_set_access and not replacement_obstacle(audit),
        "can_withdraw": permissions.manages(user, audit.organisation_id),
        "sees_links": permissions.sees_declared_links(user, audit),
        "today": localdate(),
        "history": history,
        "cancel_url": "",
    }
