"""Comparing two audits of an organisation, on screen and as a table to take away."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import permissions
from audits.logic.comparison import Comparison, Movement, Row
from audits.models import Audit, Certification
from audits.presenters import comparison as presenter
from audits.views import lists
from audits.views.certifications import visible_certification
from audits.views.tables import csv_response, page_of_values
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.formats import MINUS, number, percent
from crcaudit.core.http import render_page, require


@require_safe
def compare(request: AuthRequest, key: UUID) -> HttpResponse:
    file = _file(request, key)
    audits = presenter.offered(request.user, file)
    then, now = _chosen(request, audits, file)
    context: dict[str, Any] = {
        "certification": file,
        "audits": audits,
        "then": then,
        "now": now,
        "query": request.GET.urlencode(),
        "quoi": request.GET.get("quoi", ""),
        "comparison": None,
    }
    if then is not None and now is not None and then != now:
        context |= _compared(request, then, now, today=localdate())
    return render_page(request, "audits/compare.html", context)


@require_safe
def comparison_table(request: AuthRequest, key: UUID) -> HttpResponse:
    """Every row under the same filter, as CSV for a spreadsheet."""
    file = _file(request, key)
    then, now = _chosen(request, presenter.offered(request.user, file), file)
    if then is None or now is None or then == now:
        raise Http404
    comparison = presenter.comparison_of(then, now, today=localdate())
    rows = presenter.shown_rows(_of_movement(request, comparison.rows), then=then, now=now)
    head = [
        _("Requirement"),
        _("Wording"),
        _("Site"),
        then.reference,
        now.reference,
        _("Movement"),
        _("Change (points)"),
        _("Why not comparable"),
    ]
    lines = (
        [
            row.code,
            row.text,
            row.site,
            row.then.label if row.then else "",
            row.now.label if row.now else "",
            row.label,
            _points(row.change),
            row.reason,
        ]
        for row in rows
    )
    return csv_response(f"comparaison-{then.reference}-{now.reference}.csv", head, lines)


def _points(change: Fraction | None) -> str:
    """A number that a spreadsheet reads as one: with an ordinary minus."""
    return "" if change is None else number(change * 100, decimals=1).replace(MINUS, "-")


def _file(request: AuthRequest, key: UUID) -> Certification:
    file = visible_certification(request.user, key)
    require(allowed=permissions.can_see_dashboard(request.user, file))
    return file


def _chosen(
    request: AuthRequest, audits: list[Audit], file: Certification
) -> tuple[Audit | None, Audit | None]:
    """Both audits of the address, or those that are proposed; 404 for one that is not offered."""
    by_key = {audit.key: audit for audit in audits}
    then, now = presenter.proposed(audits, file)
    keys = lists.chosen_key(request, "avant"), lists.chosen_key(request, "apres")
    if any(key is not None and key not in by_key for key in keys):
        raise Http404
    return (
        by_key[keys[0]] if keys[0] else then,
        by_key[keys[1]] if keys[1] else now,
    )


def _of_movement(request: AuthRequest, rows: Iterable[Row]) -> list[Row]:
    wanted = lists.choice(request, "quoi", [*Movement])
    return [row for row in rows if not wanted or row.movement == wanted]


def _compared(request: AuthRequest, then: Audit, now: Audit, *, today: date) -> dict[str, Any]:
    comparison = presenter.comparison_of(then, now, today=today)
    page = page_of_values(request, _of_movement(request, comparison.rows))
    return {
        "comparison": comparison,
        "is_same_edition": then.certification.edition_id == now.certification.edition_id,
        "domains": presenter.domain_rows(comparison, now),
        "reasons": [
            (presenter.REASONS[reason], count) for reason, count in comparison.reasons.items()
        ],
        "chips": _chips(request, comparison),
        "page": page,
        "rows": presenter.shown_rows(page.object_list, then=then, now=now),
        "closed": percent(comparison.like_for_like.share_closed, decimals=0)
        if comparison.like_for_like.share_closed is not None
        else "",
    }


def _chips(request: AuthRequest, comparison: Comparison) -> list[lists.Chip]:
    return [
        lists.chip(request, _("All"), "quoi", None, len(comparison.rows)),
        *(
            lists.chip(
                request, label, "quoi", movement.value, comparison.movements.get(movement, 0)
            )
            for movement, label in presenter.MOVEMENTS.items()
            if comparison.movements.get(movement) or request.GET.get("quoi") == movement.value
        ),
    ]
