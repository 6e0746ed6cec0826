"""Which requirements a piece of evidence proves: linking to several, ending one link."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions.evidence_links import link_evidence as link
from audits.actions.evidence_links import unlink_evidence as unlink
from audits.enums import AuditState
from audits.forms.evidence import RequirementsForm
from audits.models import Assessment, Audit, Evidence, EvidenceLink
from audits.presenters import evidence as values
from audits.views import lists
from audits.views.evidence import visible_evidence
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_http_methods(["GET", "POST"])
def link_evidence(request: AuthRequest, key: UUID) -> HttpResponse:
    row = visible_evidence(request.user, key)
    require(allowed=values.may_link(request.user, row))
    audits = _audits(request.user, row)
    wanted = lists.chosen_key(request, "audit")
    running = audits.filter(state=AuditState.IN_PROGRESS)
    audit = get_object_or_404(audits, key=wanted) if wanted else running.first()
    if audit is not None and not audit.is_open:
        return unavailable(request, _validated(audit))
    choices = _choices(request.user, row, audit) if audit else []
    form = RequirementsForm(values.sent(request), choices=choices)
    if form.is_valid():
        with refusals(form):
            count = link(
                evidence=row,
                assessments=list(form.cleaned_data["requirements"]),
                by=request.user,
                at=timezone.now(),
            )
            text = ngettext("Linked to %(n)s requirement.", "Linked to %(n)s requirements.", count)
            messages.success(request, text % {"n": count})
            return redirect(row)
    context = {
        "evidence": row,
        "audit": audit,
        "audits": running,
        "has_choices": bool(choices),
        "cancel_url": row.get_absolute_url(),
    }
    return form_page(request, "audits/evidence_link.html", form, context)


@require_http_methods(["GET", "POST"])
def unlink_evidence(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    row = visible_evidence(request.user, key)
    found = _visible_link(request.user, row, pk)
    require(allowed=permissions.brings_evidence(request.user, found.assessment))
    if not found.assessment.audit.is_open:
        message = _validated(found.assessment.audit)
        return unavailable(request, message)
    if request.method == "POST":
        try:
            unlink(link=found, by=request.user, at=timezone.now())
        except UserError as error:
            return unavailable(request, str(error))
        messages.success(
            request,
            _("The evidence no longer proves %(code)s.") % {"code": found.assessment.code},
        )
        # What was only visible through this link is not visible any more.
        still = Evidence.objects.visible_to(request.user).filter(pk=row.pk).exists()
        return redirect(row if still else found.assessment)
    context = {"evidence": row, "link": found, "cancel_url": row.get_absolute_url()}
    return render_page(request, "audits/evidence_unlink.html", context)


def _audits(user: User, row: Evidence) -> QuerySet[Audit]:
    """Audits of the organisation that the user sees, those under way first, newest first."""
    visible = Audit.objects.visible_to(user).filter(organisation=row.organisation_id)
    return visible.defer("frozen").order_by("state", "-start_date", "-pk")


def _choices(user: User, row: Evidence, audit: Audit) -> list[Assessment]:
    """Requirements of the audit that the user may prove, and that the evidence does not yet."""
    linked = row.links.filter(unlinked_at=None).values("assessment")
    rows = Assessment.objects.visible_to(user).filter(audit=audit).exclude(pk__in=linked)
    found = list(rows.select_related("site").order_by("position"))
    for assessment in found:
        assessment.audit = audit
    return [item for item in found if permissions.can_add_evidence(user, item)]


def _visible_link(user: User, row: Evidence, pk: int) -> EvidenceLink:
    rows = (
        row.links.filter(unlinked_at=None, assessment__in=Assessment.objects.visible_to(user))
        .select_related("assessment__audit", "assessment__site")
        .defer("assessment__audit__frozen")
    )
    return get_object_or_404(rows, pk=pk)


def _validated(audit: Audit) -> str:
    return _(
        "The audit %(reference)s is validated: its evidence no longer changes. "
        "Link the evidence in an audit under way."
    ) % {"reference": audit.reference}
