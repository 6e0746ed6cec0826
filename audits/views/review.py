"""The auditor's room: evidence one piece after the other, each read, judged and left."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions
from audits.actions import review as actions
from audits.actions.verdict_proposal import DepartureNeededError
from audits.forms.review import ReviewForm
from audits.models import Audit, EvidenceLink
from audits.presenters import review as values
from audits.presenters.evidence_request import open_requests
from audits.presenters.previous import previous_of
from audits.presenters.rows import findings_shown
from audits.views import lists
from audits.views.conflicts import resend
from audits.views.helpers import visible_audit
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import render_page, require

DIGITS = 18


@require_safe
def review(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_see_review(request.user, audit))
    links = values.links_of(audit, request.user)
    reviews = values.reviews_of(links)
    chosen = lists.choice(request, "filtre", tuple(values.FILTERS))
    queue = values.queue(audit, reviews, chosen=chosen, wanted=_wanted(request))
    link = _link(audit, links, queue.current) if queue.current else None
    may_write = permissions.can_review(request.user, audit)
    form = ReviewForm(link=link, today=localdate(), may_write=may_write) if link else None
    tallies = values.tallies(audit, reviews, chosen)
    return _page(request, audit, queue, tallies, link, form)


@require_http_methods(["GET", "POST"])
def review_evidence(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    audit = visible_audit(request.user, key)
    links = values.links_of(audit, request.user)
    link = _link(audit, links, pk)
    require(allowed=permissions.works_on(request.user, audit))
    chosen = lists.choice(request, "filtre", tuple(values.FILTERS))
    if request.method == "GET":
        return redirect(values.address(audit, piece=link.pk, chosen=chosen))
    form = ReviewForm(request.POST, link=link, today=localdate(), may_write=True)
    if form.is_valid():
        with refusals(form) as refused:
            _review, finding = actions.review_evidence(
                link=link,
                fields=form.to_review(),
                rated=form.to_rating(),
                finding=form.to_finding(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _saved(link, finding))
            return redirect(_following(audit, links, chosen, link))
        form.needs_departure = isinstance(refused.error, DepartureNeededError)
        if isinstance(refused.error, EditConflictError):
            fresh = _link(audit, links, pk)
            resend(form, seen=fresh.reviews, version=fresh.assessment.version)
    reviews = values.reviews_of(links)
    queue = values.queue(audit, reviews, chosen=chosen, wanted=link.pk)
    return _page(request, audit, queue, values.tallies(audit, reviews, chosen), link, form)


def _page(  # noqa: PLR0913, PLR0917 -- what the one template shows
    request: AuthRequest,
    audit: Audit,
    queue: values.Queue,
    tallies: tuple[values.Tally, ...],
    link: EvidenceLink | None,
    form: ReviewForm | None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "audit": audit,
        "certification": audit.certification,
        "queue": queue,
        "chosen": request.GET.get("filtre", ""),
        "tallies": tallies,
        "link": link,
        "can_review": permissions.can_review(request.user, audit),
        "can_validate": permissions.can_validate_audit(request.user, audit),
        "can_conclude": permissions.can_conclude_audit(request.user, audit),
    }
    if link is not None:
        versions = list(link.evidence.versions.select_related("uploaded_by").order_by("-number"))
        context |= {
            "row": link.assessment,
            "evidence": link.evidence,
            "versions": versions,
            "version": versions[0] if versions else None,
            "history": link.history.select_related("reviewed_by", "version").order_by("-number"),
            "findings": findings_shown(link.assessment, request.user),
            "earlier": values.self_assessment(link.assessment),
            "before": previous_of(link.assessment, request.user, today=localdate()),
            "requests": open_requests(link.assessment, localdate()),
        }
    if form is None:
        return render_page(request, "audits/review.html", context)
    return form_page(request, "audits/review.html", form, context)


def _link(audit: Audit, links: QuerySet[EvidenceLink], pk: int) -> EvidenceLink:
    """One of the pieces that the person sees; else 404."""
    link = get_object_or_404(links.select_related("evidence", "assessment__site"), pk=pk)
    link.assessment.audit = audit
    return link


def _wanted(request: HttpRequest) -> int | None:
    sent = request.GET.get("piece", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= DIGITS else None


def _following(audit: Audit, links: QuerySet[EvidenceLink], chosen: str, link: EvidenceLink) -> str:
    """The next piece after this one, as the queue stood; the same one at the end of it."""
    reviews = values.reviews_of(links)
    queue = values.queue(audit, reviews, chosen=chosen, wanted=link.pk)
    return queue.following or values.address(audit, piece=link.pk, chosen=chosen)


def _saved(link: EvidenceLink, finding: Any) -> str:
    names = {"evidence": link.evidence.reference, "code": link.assessment.code}
    if finding is not None:
        return _("%(evidence)s reviewed for %(code)s; finding %(finding)s written.") % {
            **names,
            "finding": finding.reference,
        }
    return _("%(evidence)s reviewed for %(code)s.") % names
