"""Certification files: list, page, opening, editing."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import certification as actions
from audits.actions import closing
from audits.enums import AuditKind, AuditState, Channel
from audits.forms.certification import EditCertificationForm, OpenCertificationForm
from audits.forms.closing import ReopenCertificationForm
from audits.history import history_of
from audits.models import Audit, Certification
from audits.permissions import sharing as rights
from audits.permissions.decisions import reads_certificate, reads_decisions
from audits.presenters import progress
from audits.presenters.subcontractors import tree_of
from audits.views.conflicts import differences, resend, resend_as_new
from audits.views.lists import due, page_of
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, has_role, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page, require


@require_safe
def certifications(request: AuthRequest) -> HttpResponse:
    today = localdate()
    running = _audits(request.user).filter(state=AuditState.IN_PROGRESS)
    rows = (
        Certification.objects.visible_to(request.user)
        .select_related("organisation", "edition__referential")
        .prefetch_related("sites", Prefetch("audits", queryset=running, to_attr="running"))
        .order_by("closed_at", F("target_date").asc(nulls_last=True), "-opened_at", "pk")
    )
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            (row, due(row.target_date, today=today, is_open=row.closed_at is None)) for row in page
        ],
        "can_open": permissions.can_open_certification(request.user),
        "sees_programmes": bool(
            organisations_with(request.user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        ),
    }
    return render_page(request, "audits/certification_list.html", context)


@require_safe
def certification(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_certification(request.user, key)
    audits = list(_audits(request.user).filter(certification=row))
    progress.count_seen(audits, request.user)
    # An auditor named on one audit knows of that audit, not of the life of the file.
    member = has_role(request.user, row.organisation_id, *READERS)
    sees_shares = rights.sees_shares(request.user, row)
    decisions = reads_decisions(request.user, row)
    context = {
        "certification": row,
        "sites": row.sites.order_by("name"),
        "channels": channel_labels(row.channels),
        "target": due(row.target_date, today=localdate(), is_open=row.closed_at is None),
        "audits": audits,
        "has_diagnosis": row.audits.filter(kind=AuditKind.DIAGNOSIS).exists(),
        "can_edit": permissions.can_edit_certification(request.user, row),
        "can_start": permissions.can_start_audit(request.user, row),
        "can_close": permissions.can_close_certification(request.user, row),
        "can_reopen": permissions.can_reopen_certification(request.user, row),
        # Reports decide for themselves; a link is offered only to whom they say yes.
        "can_ask_plan": has_role(
            request.user, row.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR
        ),
        "can_see_dashboard": permissions.can_see_dashboard(request.user, row),
        "is_member": member,
        "sees_shares": sees_shares,
        "can_write_subcontractors": rights.can_write_subcontractors(request.user, row),
        "subcontractors": tree_of(
            row, viewer=row.organisation_id, with_results=sees_shares, today=localdate()
        ),
        "reads_decisions": decisions,
        "reads_certificate": not decisions and reads_certificate(request.user, row),
        "history": history_of(actions.KIND, row.key) if member else (),
    }
    return render_page(request, "audits/certification.html", context)


@require_http_methods(["GET", "POST"])
def open_certification(request: AuthRequest) -> HttpResponse:
    require(allowed=permissions.can_open_certification(request.user))
    form = OpenCertificationForm(request.POST or None, user=request.user)
    if form.is_valid():
        with refusals(form):
            row = actions.open_certification(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=form.cleaned_data["organisation"],
                edition=form.cleaned_data["edition"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request, _("The file %(reference)s is open.") % {"reference": row.reference}
            )
            return redirect(row)
        resend_as_new(form)
    context = {"certification": None, "differences": (), "cancel_url": ".."}
    return form_page(request, "audits/certification_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_certification(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_certification(request.user, key)
    require(allowed=permissions.can_edit_certification(request.user, row))
    form = EditCertificationForm(request.POST or None, certification=row)
    context: dict[str, Any] = {"certification": row, "differences": ()}
    if form.is_valid():
        with refusals(form) as refused:
            saved = actions.edit_certification(
                certification=row,
                seen=form.cleaned_data["seen"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The file is saved."))
            return redirect(saved)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    context["cancel_url"] = row.get_absolute_url()
    return form_page(request, "audits/certification_form.html", form, context)


@require_http_methods(["GET", "POST"])
def reopen_certification(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_certification(request.user, key)
    require(allowed=permissions.manages(request.user, row.organisation_id))
    if request.method == "GET" and row.closed_at is None:
        return file_unavailable(request)
    form = ReopenCertificationForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            closing.reopen_certification(
                certification=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The file is open again."))
            return redirect(row)
    context = {"certification": row, "cancel_url": row.get_absolute_url()}
    return form_page(request, "audits/reopen_certification.html", form, context)


def file_unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    message = _(
        "This step is not available: the file has changed state. Open it to see where it stands."
    )
    return unavailable(request, message)


def visible_certification(user: User, key: UUID) -> Certification:
    """The file with its organisation and edition; 404 when the user may not know of it."""
    rows = Certification.objects.visible_to(user).select_related(
        "organisation", "edition__referential__scheme", "closed_by", "body"
    )
    return get_object_or_404(rows, key=key)


def channel_labels(codes: list[str]) -> list[str]:
    """Channels in words, in the order of the vocabulary."""
    return [str(channel.label) for channel in Channel if channel.value in codes]


def _audits(user: User) -> QuerySet[Audit]:
    """Audits that the user may know of, oldest first, without their frozen snapshots."""
    return Audit.objects.visible_to(user).defer("frozen").order_by("start_date", "pk")


def _conflict(form: EditCertificationForm, error: EditConflictError) -> dict[str, Any]:
    current = actions.fields_of(error.current)
    resend(form, seen=actions.fingerprint(current))
    theirs, mine = _shown(current), _shown(form.to_fields())
    return {
        "differences": differences(theirs, mine, form=form),
        "last_change": next(iter(history_of(actions.KIND, error.current.key)), None),
    }


def _shown(fields: actions.CertificationFields) -> dict[str, str]:
    """Values as people read them, by field of the form."""
    return {
        "title": fields.title,
        "scope": fields.scope,
        "channels": ", ".join(channel_labels(list(fields.channels))),
        "sites": ", ".join(sorted(site.name for site in fields.sites)),
        "subcontractors": fields.subcontractors,
        "target_date": date_text(fields.target_date),
        "body": fields.body.name if fields.body else "",
    }
