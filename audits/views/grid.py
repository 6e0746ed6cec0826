"""The grid: the referential on the left, requirements in the middle, the chosen one beside."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import permissions
from audits.enums import OWN_AUDITS
from audits.models import Assessment, Audit, Finding
from audits.presenters import detail, progress
from audits.presenters.controls.requirement import controls_of
from audits.presenters.evidence_request import open_requests
from audits.presenters.previous import keep, previous_of, proposal_of
from audits.presenters.rows import (
    Row,
    RowPresenter,
    findings_shown,
    read_changed_rows,
    read_rows,
)
from audits.snapshots.common import in_language
from audits.views.helpers import visible_assessment, visible_audit
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page
from engagements.enums import TermKind

CHANGES_SHOWN = 30
LONGEST_MOMENT = 40


@require_safe
def grid(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    chosen = progress.Selection.of(request.GET)
    rollups = progress.read_rollups(audit, request.user)
    figures = progress.progress(audit, rollups)
    nodes = progress.tree(rollups)
    section = _section(nodes, chosen, request.user, audit)
    found = read_rows(audit, request.user, chosen, section.pk if section else None)
    if chosen.filter in progress.SINCE:
        is_changed = progress.SINCE[chosen.filter]
        found = keep(found, request.user, changed=is_changed, today=localdate())
    current = _current(found, chosen)
    presenter = RowPresenter(
        audit,
        can_rate=permissions.can_rate(request.user, audit),
        current=current.pk if current else None,
        query=_query(chosen, section.code if section else ""),
    )
    context = fragment_context(request) | {
        "audit": audit,
        "certification": audit.certification,
        "edition": audit.certification.edition,
        "progress": figures,
        "follows": _follows(audit),
        "can_export": permissions.sees_whole(request.user, audit),
        "can_report": permissions.can_ask_report(request.user, audit),
        "can_see_review": permissions.can_see_review(request.user, audit),
        "can_present": audit.kind not in OWN_AUDITS
        and permissions.can_present_findings(request.user, audit),
        "can_validate": permissions.can_validate_audit(request.user, audit),
        "can_assign_many": permissions.can_assign(request.user, audit),
        "can_conclude": permissions.can_conclude_audit(request.user, audit),
        "can_reopen": permissions.can_reopen_audit(request.user, audit),
        "nodes": nodes,
        "section": section,
        "neighbours": _neighbours(nodes, section),
        "filters": progress.filter_options(chosen, figures, audit),
        "sites": progress.site_options(chosen, rollups) if audit.is_per_site else (),
        "rows": presenter.rows(found),
        "now": timezone.now().isoformat(),
    }
    if current is not None:
        context |= detail_context(request.user, current)
    return render_page(request, "audits/grid.html", context)


@require_safe
def requirement(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """The panel of one requirement; on its own a page, for a phone or without JavaScript."""
    row = visible_assessment(request.user, key, pk, "audit__certification__edition", "assigned_to")
    context = {"audit": row.audit} | detail_context(request.user, row)
    return render_page(request, "audits/requirement.html", context)


@require_safe
def requirement_evidence(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """What the page shows of the evidence of one requirement, as out-of-band pieces.

    Asked for after files arrived: list and history of the panel, row, figures and filters.
    """
    row = visible_assessment(request.user, key, pk)
    if not request.htmx:
        return HttpResponseRedirect(row.get_absolute_url())
    context = renewed_context(request, row) | {
        "evidence": detail.read_evidence(row),
        "history": detail.read_history(row),
    }
    return render(request, "audits/_requirement_renewed.html", context)


@require_safe
def changes(request: AuthRequest, key: UUID) -> HttpResponse:
    """Rows that somebody else changed since the given moment, as out-of-band pieces."""
    audit = visible_audit(request.user, key)
    moment = request.GET.get("depuis", "")[:LONGEST_MOMENT].replace(" ", "+")
    now = timezone.now()
    try:
        since = parse_datetime(moment)
    except ValueError:
        since = None
    if since is None or timezone.is_naive(since):
        return HttpResponse(status=204)
    found = read_changed_rows(audit, request.user, since)[:CHANGES_SHOWN]
    presenter = RowPresenter(audit, can_rate=permissions.can_rate(request.user, audit))
    rollups = progress.read_rollups(audit, request.user) if found else []
    context = fragment_context(request) | {
        "audit": audit,
        "items": [presenter.changed_row(row) for row in found],
        "progress": progress.progress(audit, rollups) if found else None,
        "now": now.isoformat(),
    }
    return render(request, "audits/_grid_changes.html", context)


@require_safe
def since_previous(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    """What the audit before found on one requirement, and what has changed since."""
    row = visible_assessment(request.user, key, pk)
    before = previous_of(row, request.user, today=localdate())
    if before is None and not request.htmx:
        raise Http404
    context = {
        "audit": row.audit,
        "row": row,
        "before": before,
        "with_button": True,
        "can_rate": permissions.can_rate(request.user, row.audit),
    }
    return render_page(request, "audits/since_previous.html", context)


def fragment_context(request: HttpRequest) -> dict[str, Any]:
    """What each row needs and none should ask for again."""
    return {"token": get_token(request), "no_evidence": _("No evidence")}


def renewed_context(request: AuthRequest, row: Assessment) -> dict[str, Any]:
    """One requirement that changed and every figure it moved, to be swapped in where they stand.

    Addresses keep the filter and the site of the page that is shown.
    """
    row.shown_findings = findings_shown(row, request.user)  # type: ignore[attr-defined]
    chosen = _shown(request)
    rollups = progress.read_rollups(row.audit, request.user)
    figures = progress.progress(row.audit, rollups)
    item = _renewed_row(request, row, chosen)
    return fragment_context(request) | {
        "audit": row.audit,
        "row": row,
        "items": [item],
        "buttons": item.buttons,
        "before": proposal_of(row) if item.buttons else None,
        "nodes": progress.tree(rollups),
        "progress": figures,
        "filters": progress.filter_options(chosen, figures, row.audit),
    }


def detail_context(user: User, row: Assessment) -> dict[str, Any]:
    """Everything of the right-hand panel."""
    asked = detail.read_requirement(row)
    point = getattr(asked, "control_point", None)
    terms = detail.edition_terms(row.audit)
    presenter = RowPresenter(row.audit, can_rate=permissions.can_rate(user, row.audit))
    return {
        "row": row,
        "buttons": presenter.buttons_of(row),
        "asked": asked,
        "point": point,
        "expected": in_language(asked, "expected_evidence", get_language() or "fr"),
        "methods": [terms.get((TermKind.CONTROL_METHOD, c), c) for c in asked.control_methods],
        "frequency": terms.get((TermKind.FREQUENCY, point.frequency), "") if point else "",
        "responsible": terms.get((TermKind.ROLE, point.responsible), "") if point else "",
        "evidence": detail.read_evidence(row),
        "findings": _findings_of(row, user),
        "requests": open_requests(row, localdate()),
        "controls": controls_of(row, user, today=localdate()),
        "history": detail.read_history(row),
        "can_comment": permissions.can_comment(user, row),
        "can_add_evidence": permissions.can_add_evidence(user, row),
        "can_write_finding": permissions.can_write_finding(user, row.audit),
        "can_ask_evidence": permissions.can_ask_evidence(user, row.audit),
        "can_assign": permissions.can_assign(user, row.audit),
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
    }


def _findings_of(row: Assessment, user: User) -> list[Finding]:
    """Those of the grid when it has read them, for its current row as for the others."""
    known: list[Finding] | None = getattr(row, "shown_findings", None)
    return findings_shown(row, user) if known is None else known


def _shown(request: AuthRequest) -> progress.Selection:
    """What the page that sent this request shows; nothing in particular when it does not say."""
    return progress.Selection.of(QueryDict(urlsplit(request.htmx.current_url or "").query))


def _renewed_row(request: AuthRequest, row: Assessment, chosen: progress.Selection) -> Row:
    """The row; out of band when the answer goes elsewhere, so that its version stays true."""
    presenter = RowPresenter(
        row.audit,
        can_rate=permissions.can_rate(request.user, row.audit),
        current=row.pk,
        query=_query(chosen, "" if chosen.filter else row.section.code),
    )
    return replace(presenter.row(row), is_outside=request.htmx.target != f"r{row.pk}")


def _follows(audit: Audit) -> dict[str, str]:
    """Reference and address of the audit before; empty without one."""
    if audit.previous_id is None:
        return {}
    known: Any = audit  # annotated by `visible_audit`
    url = reverse("audits:grid", args=[known.previous_key])
    return {"reference": known.previous_reference, "url": url}


def _section(
    nodes: list[progress.Node], chosen: progress.Selection, user: User, audit: Audit
) -> progress.Node | None:
    """The engagement asked for, that of the requirement asked for, or the first one."""
    engagements = [child for node in nodes for child in node.children]
    if chosen.filter or not engagements:
        return None
    by_code = {node.code: node for node in engagements}
    if chosen.engagement in by_code:
        return by_code[chosen.engagement]
    if chosen.requirement is not None:
        rows = Assessment.objects.visible_to(user).filter(audit=audit, pk=chosen.requirement)
        code = rows.values_list("section__code", flat=True).first()
        return by_code.get(code or "", engagements[0])
    return engagements[0]


def _current(rows: list[Assessment], chosen: progress.Selection) -> Assessment | None:
    """The requirement asked for; else the first one of an engagement, none of a filter."""
    asked = next((row for row in rows if row.pk == chosen.requirement), None)
    if asked is not None or chosen.filter or not rows:
        return asked
    return rows[0]


def _neighbours(
    nodes: list[progress.Node], section: progress.Node | None
) -> tuple[progress.Node | None, progress.Node | None]:
    engagements = [child for node in nodes for child in node.children]
    if section not in engagements:
        return (None, None)
    place = engagements.index(section)
    before = engagements[place - 1] if place else None
    after = engagements[place + 1] if place + 1 < len(engagements) else None
    return (before, after)


def _query(chosen: progress.Selection, engagement: str) -> str:
    kept = {
        "engagement": engagement,
        "filtre": chosen.filter,
        "site": chosen.site,
    }
    return urlencode({name: value for name, value in kept.items() if value})
