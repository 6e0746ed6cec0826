"""The conclusion of a third party's audit: writing it, and reading it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import conclusion as actions
from audits.decision_enums import decision_label
from audits.forms.conclusion import ConclusionForm
from audits.logic.conclusion import obstacles_of
from audits.models import Decision
from audits.permissions.decisions import decides, reads_decisions
from audits.presenters import conclusion as presenter
from audits.presenters import progress
from audits.snapshots.conclusion import conclusion_facts
from audits.views.helpers import visible_audit
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_http_methods(["GET", "POST"])
def conclude_audit(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.concludes(request.user, audit))
    if not permissions.can_conclude_audit(request.user, audit):
        return audit_unavailable(request)
    lines = presenter.obstacle_lines(audit, obstacles_of(conclusion_facts(audit)))
    missing = [(line.kind, line.text) for line in lines if not line.refuses]
    form = ConclusionForm(request.POST or None, kind=audit.kind, missing=missing)
    if form.is_valid():
        with refusals(form):
            actions.conclude_audit(
                audit=audit, fields=form.to_fields(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("The audit is concluded: it no longer changes."))
            return redirect("audits:conclusion", key=audit.key)
    rollups = progress.read_rollups(audit, request.user)
    context = {
        "audit": audit,
        "obstacles": [line for line in lines if line.refuses],
        "missing": [line for line in lines if not line.refuses],
        "disagreements": presenter.disagreements(audit),
        "progress": progress.progress(audit, rollups),
        "cancel_url": audit.get_absolute_url(),
    }
    return form_page(request, "audits/conclude_audit.html", form, context)


@require_safe
def conclusion(request: AuthRequest, key: UUID) -> HttpResponse:
    """What was concluded, and what was taken back; said to be missing while nothing was."""
    audit = visible_audit(request.user, key)
    require(allowed=permissions.sees_whole(request.user, audit))
    # The rows of a related manager know their audit: no query for the words of its kind.
    rows = audit.conclusions.select_related("concluded_by", "withdrawn_by").order_by("-number")
    decided = Decision.objects.filter(conclusion__audit=audit).select_related("decided_by")
    decision = decided.first()
    context = {
        "audit": audit,
        "decision": decision,
        "decision_text": decision_label(decision.kind, audit.kind) if decision else "",
        "conclusions": [(row, presenter.accepted_lines(row)) for row in rows],
        "disagreements": presenter.disagreements(audit),
        "can_conclude": permissions.can_conclude_audit(request.user, audit),
        "can_reopen": decision is None and permissions.can_reopen_audit(request.user, audit),
        "reads_decisions": reads_decisions(request.user, audit.certification),
        "can_decide": decision is None
        and not audit.is_open
        and decides(request.user, audit.certification),
    }
    return render_page(request, "audits/conclusion.html", context)


def audit_unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    message = _(
        "This step is not available: the audit has changed state. Open it to see where it stands."
    )
    return unavailable(request, message)
