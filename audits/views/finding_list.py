"""The list of findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import permissions
from audits.enums import OPEN_FINDING_STATES, ActionState, FindingState
from audits.models import Certification, CorrectiveAction, Finding
from audits.models.lateness import is_answer_owed, is_late, owed_by_column
from audits.views import lists
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page
from engagements.enums import Severity

SORTS = {
    "number": ("audit__certification__reference", "number"),
    "grade": ("grade__position", "day"),
    "found": ("found_date",),
    "due": ("day",),
}
STATES = {
    "": OPEN_FINDING_STATES,
    "brouillons": frozenset({FindingState.DRAFT}),
    "clos": frozenset({FindingState.CLOSED}),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A finding, the day that counts now, None without one, and the step that it is for.

    Where nothing is owed any more it is the day on which proof was due: see `lateness`.
    """

    finding: Finding
    due: lists.Due | None
    step: str


@require_safe
def finding_list(request: AuthRequest) -> HttpResponse:
    today = localdate()
    file = lists.chosen_file(request, request.user)
    rows: QuerySet[Finding] = Finding.objects.visible_to(request.user).annotate(
        owed=owed_by_column()
    )
    if file is not None:
        rows = rows.filter(audit__certification=file)
    late = is_late(today)
    counts = rows.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_FINDING_STATES)),
        drafts=Count("pk", filter=Q(state=FindingState.DRAFT)),
        closed=Count("pk", filter=Q(state=FindingState.CLOSED)),
        late=Count("pk", filter=late),
    )
    rows = _filtered(request, rows, late)
    sort, order = lists.ordering(request, SORTS, "due")
    page = lists.page_of(request, _listed(rows).order_by(*order))
    _count_actions(page)
    context = {
        "page": page,
        "rows": [_item(row, today) for row in page],
        "states": _state_chips(request, counts),
        "severities": _severity_chips(request),
        "files": Certification.objects.visible_to(request.user).order_by("reference", "pk"),
        "file": file,
        "sort": sort,
        "total": counts["all"],
        "kept": {name: request.GET.get(name, "") for name in ("etat", "gravite", "retard")},
    }
    return render_page(request, "audits/finding_list.html", context)


def _item(row: Finding, today: date) -> Item:
    owed = row.next_due()
    is_followed = owed is not None and permissions.is_file_open(row)
    due = lists.due(owed or row.due_date, today=today, is_open=is_followed)
    is_answer = is_answer_owed(state=row.state, answer_due=row.answer_due)
    return Item(row, due, _("Answer due") if is_answer else _("Proof due"))


def _listed(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """With everything a line shows; ``day`` is the one that it shows."""
    return (
        rows.annotate(day=Coalesce("owed", "due_date"))
        .select_related("grade", "assessment__site", "audit__certification", "audit__organisation")
        .defer("audit__frozen")
    )


def _count_actions(rows: Iterable[Finding]) -> None:
    """Give each finding of the page ``planned`` and ``verified``, without the cancelled ones."""
    findings = {row.pk: row for row in rows}
    counted = (
        CorrectiveAction.objects.filter(finding__in=findings)
        .exclude(state=ActionState.CANCELLED)
        .values("finding")
        .annotate(planned=Count("pk"), verified=Count("pk", filter=Q(state=ActionState.VERIFIED)))
    )
    figures = {row["finding"]: (row["planned"], row["verified"]) for row in counted}
    for row in findings.values():
        row.planned, row.verified = figures.get(row.pk, (0, 0))  # type: ignore[attr-defined]


def _filtered(request: AuthRequest, rows: QuerySet[Finding], late: Q) -> QuerySet[Finding]:
    state = lists.choice(request, "etat", ("brouillons", "clos", "tous"))
    if state != "tous":
        rows = rows.filter(state__in=STATES[state])
    severity = lists.choice(request, "gravite", Severity.values)
    if severity:
        rows = rows.filter(grade__severity=severity)
    return rows.filter(late) if lists.switch(request, "retard") else rows


def _state_chips(request: AuthRequest, counts: dict[str, int]) -> list[lists.Chip]:
    drafts = lists.chip(request, _("Drafts"), "etat", "brouillons", counts["drafts"])
    return [
        lists.chip(request, _("Open ones"), "etat", None, counts["open"]),
        # Nothing tells the audited organisation that there could be any.
        *([drafts] if counts["drafts"] else []),
        lists.chip(request, _("Closed ones"), "etat", "clos", counts["closed"]),
        lists.chip(request, _("All"), "etat", "tous", counts["all"]),
        lists.toggle(request, _("Late"), "retard", counts["late"]),
    ]


def _severity_chips(request: AuthRequest) -> list[lists.Chip]:
    every = lists.chip(request, _("All grades"), "gravite", None)
    return [every] + [
        lists.chip(request, severity.label, "gravite", severity.value) for severity in Severity
    ]
