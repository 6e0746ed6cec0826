"""Providers side by side: the table, the same for a spreadsheet, some of them compared."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.logic.scorecard import Criterion
from audits.presenters.scorecard import table as presenter
from audits.presenters.scorecard.cards import grid_text
from audits.presenters.scorecard.words import criterion_label
from audits.snapshots.provider_tree import Provider
from audits.snapshots.scorecard import Scorecards
from audits.views.scorecard.common import Asked
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page

MOST_COMPARED = 6


@require_safe
def scorecard(request: AuthRequest, key: UUID) -> HttpResponse:
    asked = Asked(request, key)
    scorecards = Scorecards(asked.organisation, asked.roots, [asked.period])
    rows = presenter.table_rows(
        asked.providers,
        scorecards,
        asked.period,
        is_branch=asked.is_branch,
        url=lambda one: asked.to("provider-scorecard", one.token),
    )
    grid = scorecards.grid(asked.period)
    context = asked.context() | {
        "rows": rows,
        "criteria": [criterion_label(criterion) for criterion in Criterion],
        "required": grid.required,
        "grid": grid_text(grid.number),
        "grid_url": asked.to("scorecard-grid"),
        "table_url": asked.to("scorecard-table"),
        "compare_url": asked.to("compare-providers") if len(rows) > 1 else "",
    }
    return render_page(request, "audits/scorecard.html", context)


@require_safe
def scorecard_table(request: AuthRequest, key: UUID) -> HttpResponse:
    asked = Asked(request, key)
    scorecards = Scorecards(asked.organisation, asked.roots, [asked.period])
    rows = presenter.csv_lines(asked.providers, scorecards, asked.period, is_branch=asked.is_branch)
    name = f"{_('providers')}-{asked.period.start.isoformat()}.csv"
    return csv_response(name, presenter.csv_head(), rows)


@require_safe
def compare_providers(request: AuthRequest, key: UUID) -> HttpResponse:
    asked = Asked(request, key)
    chosen = _chosen(request, asked)
    scorecards = Scorecards(asked.organisation, chosen, [asked.period])
    kept = [("pas", request.GET.get("pas", "")), ("debut", request.GET.get("debut", ""))]
    kept.append(("vue", request.GET.get("vue", "")))
    context = asked.context() | {
        "chosen": chosen,
        "offered": [(one, one in chosen) for one in asked.providers],
        "kept": [(name, value) for name, value in kept if value],
        "criteria": presenter.compared(chosen, scorecards, asked.period, is_branch=asked.is_branch),
        "back_url": asked.to("scorecard"),
        "most": MOST_COMPARED,
    }
    return render_page(request, "audits/compare_providers.html", context)


def _chosen(request: AuthRequest, asked: Asked) -> Sequence[Provider]:
    """The providers that the address names, as many as fit; those of the first level by default."""
    tokens = request.GET.getlist("p")
    if not tokens:
        return asked.roots[:MOST_COMPARED]
    try:
        keys = [UUID(token) for token in tokens[:MOST_COMPARED]]
    except ValueError as error:
        raise BadRequest("p") from error
    return list(dict.fromkeys(asked.provider(one) for one in keys))
