"""Contact reasons, channels and costs as they are read, and their tables as files."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.figure_words import period_text
from audits.models import ContactVolume, MeasureImport, ReasonFeedback
from audits.permissions import figures as rights
from audits.presenters.contacts import asked as options
from audits.presenters.contacts.channels import Mix, costs_of, mix_of, read_months
from audits.presenters.contacts.reasons import ReasonBoard, reason_board
from audits.snapshots.contacts import within
from audits.views.contacts.common import Frame, frame_of, reason_asked
from audits.views.lists import page_of
from audits.views.tables import csv_response
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.formats import DASH
from crcaudit.core.http import render_page

UNTAGGED = "sans"


@require_safe
def contact_reasons(request: AuthRequest, key: UUID) -> HttpResponse:
    frame = frame_of(request, key)
    scope, asked = frame.scope, frame.asked
    context = frame.context("reasons")
    table = reverse("audits:reason-table", args=[key])
    volumes = reverse("audits:contact-volumes", args=[key])
    context |= {
        "board": reason_board(scope, asked),
        "length_options": options.length_options(asked, scope, request.path),
        "level_options": options.level_options(asked, scope, request.path),
        "channel_options": options.channel_options(asked, scope, request.path),
        "table_url": f"{table}?{context['query']}",
        "untagged_url": f"{volumes}?motif={UNTAGGED}&{context['query']}",
        "feedback": _feedback(frame) if context["can_send"] else (),
    }
    return render_page(request, "audits/contact_reasons.html", context)


@require_safe
def reason_table(request: AuthRequest, key: UUID) -> HttpResponse:
    frame = frame_of(request, key)
    board = reason_board(frame.scope, frame.asked)
    head = [_("Rank"), _("Code"), _("Family"), _("Reason"), _("Contacts"), _("Share")]
    head += [_("Cumulated share"), _("Against the period before"), _("Against a year before")]
    head += [*board.channels, *board.places]
    rows = [*_reason_rows(board), *_untagged_row(board)]
    return csv_response(f"motifs-{frame.asked.last.start:%Y-%m}.csv", head, rows)


@require_safe
def contact_volumes(request: AuthRequest, key: UUID) -> HttpResponse:
    frame = frame_of(request, key)
    scope, asked = frame.scope, frame.asked
    is_untagged = request.GET.get("motif") == UNTAGGED
    reason = None if is_untagged else reason_asked(scope, request.GET.get("motif", ""))
    rows = _volumes(frame)
    if is_untagged:
        rows = rows.filter(reason=None)
    elif reason is not None:
        rows = rows.filter(reason__in=[reason, *reason.reasons.all()])
    page = page_of(request, rows)
    sources = {row.source_id for row in page.object_list if row.source_id is not None}
    read = MeasureImport.objects.visible_to(request.user).filter(pk__in=sources) if sources else ()
    back = reverse("audits:contact-reasons", args=[key])
    context = frame.context("reasons") | {
        "reason": reason,
        "is_untagged": is_untagged,
        "page": page,
        "lines": [(period_text(row.period), row) for row in page.object_list],
        "opened": {row.pk for row in read},
        "back_url": f"{back}?{asked.query(scope)}",
    }
    return render_page(request, "audits/contact_volumes.html", context)


@require_safe
def contact_channels(request: AuthRequest, key: UUID) -> HttpResponse:
    frame = frame_of(request, key)
    counts = read_months(frame.scope, frame.asked)
    context = frame.context("channels")
    table = reverse("audits:channel-table", args=[key])
    context |= {
        "mix": mix_of(frame.scope, frame.asked, counts),
        "costs": costs_of(frame.scope, frame.asked, counts) if context["sees_costs"] else None,
        "table_url": f"{table}?{context['query']}",
    }
    return render_page(request, "audits/contact_channels.html", context)


@require_safe
def channel_table(request: AuthRequest, key: UUID) -> HttpResponse:
    frame = frame_of(request, key)
    counts = read_months(frame.scope, frame.asked)
    mix = mix_of(frame.scope, frame.asked, counts)
    head = [_("Month"), _("Contacts")]
    for name in mix.channels:
        head += [name, _("%(channel)s, share") % {"channel": name}]
    rows: list[list[str | int]] = [list(cells) for cells in _mix_rows(mix)]
    if rights.can_see_costs(request.user, frame.scope.organisation.pk):
        costs = costs_of(frame.scope, frame.asked, counts)
        head += [_("Costs"), _("Contacts paid for"), _("Cost per contact"), *costs.kinds]
        for row, cost in zip(rows, costs.rows, strict=True):
            row += [cost.amount, cost.contacts, cost.each, *cost.kinds]
    return csv_response(f"canaux-{frame.asked.last.start:%Y-%m}.csv", head, rows)


def _feedback(frame: Frame) -> Any:
    rows = ReasonFeedback.objects.visible_to(frame.request.user)
    rows = rows.filter(organisation=frame.scope.organisation)
    return rows.select_related("reason__parent", "addressee").order_by("-sent_at", "-pk")[:10]


def _volumes(frame: Frame) -> Any:
    """Rows of the months at the place: at the whole, those of every place."""
    scope, months = frame.scope, frame.asked.months
    place = scope.place
    places = scope.places if place is None or place.is_whole else [place]
    rows = ContactVolume.objects.visible_to(frame.request.user).filter(
        within(months), organisation=scope.organisation, place__in=places
    )
    if frame.asked.channel:
        rows = rows.filter(channel=frame.asked.channel)
    related = ("place__site", "place__subcontractor", "reason__parent", "source", "recorded_by")
    return rows.select_related(*related).order_by("-starts_on", "place", "channel", "pk")


def _reason_rows(board: ReasonBoard) -> Iterator[list[str | int]]:
    for line in board.lines:
        yield [
            line.rank,
            line.reason.code,
            line.family,
            line.reason.label,
            line.contacts,
            line.share,
            line.together,
            line.before,
            line.year,
            *line.channels,
            *line.places,
        ]


def _untagged_row(board: ReasonBoard) -> Iterator[list[str | int]]:
    if board.untagged_count:
        label = _("Without a reason")
        yield ["", "", "", label, board.untagged_count, *[""] * (4 + _width(board))]


def _width(board: ReasonBoard) -> int:
    return len(board.channels) + len(board.places)


def _mix_rows(mix: Mix) -> Iterator[list[str | int]]:
    for row in mix.rows:
        cells = [cell for pair in row.cells for cell in pair]
        yield [row.label, DASH if row.total is None else row.total, *cells]
