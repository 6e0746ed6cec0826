"""One piece of evidence: its page, what is said of it, a newer file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import evidence as actions
from audits.actions.evidence_fields import EvidenceFields, fields_of
from audits.enums import Confidentiality
from audits.forms.evidence import EvidenceForm, NewVersionForm, edit_form
from audits.history import history_of
from audits.models import Evidence, EvidenceVersion
from audits.presenters import evidence as values
from audits.views import lists
from audits.views.conflicts import differences, resend
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.files import FileRefusedError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.formats import date_text
from crcaudit.core.http import render_page, require


@require_safe
def evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    versions = list(row.versions.select_related("uploaded_by").order_by("-number"))
    shows_reads = bool(versions) and permissions.manages(request.user, row.organisation_id)
    is_keeper = permissions.keeps_evidence(request.user, row)
    context = {
        "evidence": row,
        "sites": row.sites.order_by("name"),
        "versions": versions,
        "version": _chosen(request, versions),
        "validity": lists.due(row.valid_until, today=localdate(), is_open=not row.withdrawn_at),
        "links": values.links_of(row, request.user),
        "can_edit": permissions.can_edit_evidence(request.user, row),
        "can_withdraw": is_keeper and row.withdrawn_at is None,
        "can_restore": is_keeper and row.withdrawn_at is not None,
        "can_link": values.may_link(request.user, row),
        "history": history_of(actions.KIND, row.key),
        "reads": values.reads_of(row) if shows_reads else (),
        "shows_reads": shows_reads,
    }
    return render_page(request, "audits/evidence_page.html", context)


@require_http_methods(["GET", "POST"])
def edit_evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    require(allowed=permissions.can_edit_evidence(request.user, row))
    sites = list(Site.objects.filter(organisation=row.organisation).order_by("name"))
    form = edit_form(values.sent(request), evidence=row, sites=sites, today=localdate())
    context: dict[str, Any] = {"evidence": row, "differences": ()}
    context |= {"cancel_url": row.get_absolute_url()}
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_evidence(
                evidence=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The evidence is saved."))
            return redirect(row)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    return form_page(request, "audits/evidence_form.html", form, context)


@require_http_methods(["GET", "POST"])
def add_evidence_version(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    require(allowed=permissions.can_edit_evidence(request.user, row))
    form = NewVersionForm(
        values.sent(request),
        request.FILES or None,
        today=localdate(),
        initial={"fact_date": row.fact_date, "valid_until": row.valid_until},
    )
    status = None
    if form.is_valid():
        with refusals(form):
            try:
                version = _append(request, row, form)
            except FileRefusedError as error:
                values.log_refusal(request.user, error)
                form.add_error("file", str(error.message))
                status = error.status
            else:
                messages.success(
                    request, _("Version %(number)s is recorded.") % {"number": version.number}
                )
                return redirect(row)
    context = {"evidence": row, "cancel_url": row.get_absolute_url()}
    return form_page(request, "audits/evidence_version.html", form, context, status=status)


def visible_evidence(user: User, key: UUID) -> Evidence:
    """The evidence with what every screen of it shows; 404 when the user may not know of it."""
    rows = Evidence.objects.visible_to(user).select_related("organisation", "created_by")
    return get_object_or_404(rows, key=key)


def visible_version(user: User, key: UUID, number: int) -> EvidenceVersion:
    """One deposited file of visible evidence; 404 when there is none of that number."""
    row = visible_evidence(user, key)
    version = row.versions.filter(number=number).first()
    if version is None:
        raise Http404
    version.evidence = row
    return version


def _append(request: AuthRequest, row: Evidence, form: NewVersionForm) -> EvidenceVersion:
    data = form.cleaned_data
    return actions.add_version(
        evidence=row,
        upload=data["file"],
        fact_date=data["fact_date"],
        valid_until=data["valid_until"],
        by=request.user,
        at=timezone.now(),
    )


def _chosen(request: AuthRequest, versions: list[EvidenceVersion]) -> EvidenceVersion | None:
    """The version asked for, else the newest; None for evidence without a file."""
    wanted = request.GET.get("version", "")
    if not wanted:
        return versions[0] if versions else None
    found = next((row for row in versions if str(row.number) == wanted), None)
    if found is None:
        raise Http404
    return found


def _conflict(form: EvidenceForm, error: EditConflictError) -> dict[str, Any]:
    current: Evidence = error.current
    resend(form, version=current.version)
    theirs, mine = _shown(fields_of(current), form), _shown(form.to_fields(), form)
    return {
        "differences": differences(theirs, mine, form=form),
        "last_change": next(iter(history_of(actions.KIND, current.key)), None),
    }


def _shown(fields: EvidenceFields, form: EvidenceForm) -> dict[str, str]:
    """Values as people read them, by field of the form."""
    texts = {
        "title": fields.title,
        "url": fields.url,
        "note": fields.note,
        "fact_date": date_text(fields.fact_date),
        "valid_until": date_text(fields.valid_until),
        "confidentiality": str(Confidentiality(fields.confidentiality).label),
        "sites": ", ".join(site.name for site in fields.sites),
    }
    return {name: text for name, text in texts.items() if name in form.fields}
