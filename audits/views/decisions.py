"""The certification body decides; what it certified is read on all sides."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.actions import decision as actions
from audits.forms.decision import DecideOnAuditForm, DecisionForm
from audits.logic import decision as rules
from audits.models import Audit, AuditConclusion, Certification
from audits.permissions.decisions import (
    decides,
    reads_certificate,
    reads_conclusions,
    reads_decisions,
)
from audits.presenters import conclusion as conclusions
from audits.presenters import decision as presenter
from audits.snapshots.decision import open_findings, state_of
from audits.views.certifications import channel_labels
from audits.views.conclusions import audit_unavailable
from audits.views.helpers import visible_audit
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require

RELATED = ("organisation", "body", "edition__referential__scheme")


@require_http_methods(["GET", "POST"])
def decide_on_audit(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    file = audit.certification
    require(allowed=decides(request.user, file))
    rows = AuditConclusion.objects.standing().filter(audit=audit, decisions=None)
    conclusion = rows.select_related("concluded_by").first()
    state = state_of(file)
    options = rules.decisions_on_audit(state, rules.AuditedFor(audit.kind)) if conclusion else ()
    if conclusion is None or not options:
        return audit_unavailable(request)
    conclusion.audit = audit
    form = _audit_form(request, audit, state, options)
    if form.is_valid():
        with refusals(form):
            row = actions.decide_on_audit(
                audit=audit,
                fields=form.to_fields(),
                certificate=form.to_certificate(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Recorded: %(decision)s.") % {"decision": row.label})
            return redirect("audits:certificate", key=file.key)
    context = {
        "audit": audit,
        "conclusion": conclusion,
        "accepted": conclusions.accepted_lines(conclusion),
        "disagreements": conclusions.disagreements(audit),
        "blocking": rules.blocking(open_findings(file)),
        "cancel_url": audit.get_absolute_url(),
    }
    return form_page(request, "audits/decide_on_audit.html", form, context)


@require_http_methods(["GET", "POST"])
def decide_on_certificate(request: AuthRequest, key: UUID) -> HttpResponse:
    file = _file(request.user, key)
    require(allowed=decides(request.user, file))
    options = rules.decisions_on_certificate(state_of(file))
    if not options:
        message = _("This step is not available: the file has no certificate to decide on.")
        return unavailable(request, message)
    initial = {"effective_on": localdate()}
    form = DecisionForm(request.POST or None, decisions=options, initial=initial)
    cancel_url = reverse("audits:certificate", args=[file.key])
    if form.is_valid():
        with refusals(form):
            row = actions.decide_on_certificate(
                certification=file, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("Recorded: %(decision)s.") % {"decision": row.label})
            return redirect(cancel_url)
    context = {"certification": file, "cancel_url": cancel_url}
    return form_page(request, "audits/decide_on_certificate.html", form, context)


@require_safe
def certificate(request: AuthRequest, key: UUID) -> HttpResponse:
    """The certificate of a file; what was decided, for those who may read reasons."""
    file = _file(request.user, key)
    today = localdate()
    decisions = presenter.decisions_of(file)
    rows = list(file.certificates.order_by("valid_from", "pk"))
    lines = presenter.certificate_lines(rows, decisions, today=today)
    reads = reads_decisions(request.user, file)
    context = {
        "certification": file,
        "lines": [(line, channel_labels(line.certificate.channels)) for line in lines],
        "decisions": decisions if reads else (),
        "reads_decisions": reads,
        "leads_to_file": reads or _sees_file(request.user, file),
        "reads_conclusions": reads_conclusions(request.user, file),
        "can_decide": bool(rules.decisions_on_certificate(state_of(file)))
        and decides(request.user, file),
    }
    return render_page(request, "audits/certificate.html", context)


def _file(user: User, key: UUID) -> Certification:
    """Whose file it is, and who decides; for the others once there is a certificate. Else 404."""
    file = get_object_or_404(Certification.objects.select_related(*RELATED), key=key)
    known = reads_decisions(user, file) and _sees_file(user, file)
    if not known and not reads_certificate(user, file):
        raise Http404
    return file


def _sees_file(user: User, file: Certification) -> bool:
    return Certification.objects.visible_to(user).filter(pk=file.pk).exists()


def _audit_form(
    request: AuthRequest,
    audit: Audit,
    state: rules.CertificateState,
    options: tuple[rules.DecisionKind, ...],
) -> DecideOnAuditForm:
    kind = rules.AuditedFor(audit.kind)
    file = audit.certification
    number = file.certificates.count() + 1
    return DecideOnAuditForm(
        request.POST or None,
        decisions=options,
        kind=audit.kind,
        makes_certificate=any(rules.makes_certificate(state, kind, one) for one in options),
        asks_term=file.edition.referential.scheme.validity_years is None,
        initial={
            "effective_on": localdate(),
            "certificate_number": f"{file.reference}-{number}",
        },
    )
