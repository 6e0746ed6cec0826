"""The record of a draw: a page to print, and a table with which anybody can draw again."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audits.logic.draw_record import to_rows
from audits.models import Sample
from audits.presenters import samples as values
from audits.views.samples import sample_unavailable, visible_sample
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page

PRINTED_UNITS = 2_000


@require_safe
def sample_record(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = visible_sample(request.user, key, number, with_list=True)
    if row.is_draft:
        return sample_unavailable(request)
    counts = values.counted(row)
    figures = values.figures_of(row, counts)
    listed = bool(row.population) and row.population_size <= PRINTED_UNITS
    context = {
        "audit": row.audit,
        "certification": row.audit.certification,
        "sample": row,
        "items": row.items.order_by("rank"),
        "population": row.units() if listed else (),
        "is_counted": not row.population,
        "figures": figures,
        "line": values.sentence(figures) if figures else "",
        "command": f"manage.py redo_draw {_file_name(row)}",
    }
    return render_page(request, "audits/sample_record.html", context)


@require_safe
def sample_table(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    """The record as CSV, in the form that `manage.py redo_draw` reads."""
    row = visible_sample(request.user, key, number, with_list=True)
    if row.is_draft:
        return sample_unavailable(request)
    head, *rows = to_rows(values.record_of(row))
    return csv_response(_file_name(row), head, rows)


def _file_name(row: Sample) -> str:
    return f"tirage-{row.audit.reference}-{row.reference}.csv"
