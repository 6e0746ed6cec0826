"""The list of evidence, filtered by the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.enums import EvidenceKind
from audits.models import Assessment, Evidence, EvidenceLink, EvidenceVersion
from audits.views import lists
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page
from crcaudit.core.text import clean_line

SOON_DAYS = 30
LONGEST = 100
SORTS = {
    "number": ("organisation__name", "number"),
    "title": ("title",),
    "fact": ("fact_date",),
    "valid": ("valid_until",),
    "added": ("created_at",),
}
STATES = ("expirees", "bientot", "sans-lien", "retirees")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence with its newest file and the requirements the user may know of."""

    evidence: Evidence
    version: EvidenceVersion | None
    codes: tuple[str, ...]
    validity: lists.Due | None


@require_safe
def evidence_list(request: AuthRequest) -> HttpResponse:
    today = localdate()
    visible = Evidence.objects.visible_to(request.user).annotate(is_linked=_is_linked())
    conditions = _conditions(today)
    counts = visible.aggregate(
        all=Count("pk"), **{name: Count("pk", filter=rule) for name, rule in conditions.items()}
    )
    state = lists.choice(request, "etat", STATES)
    rows: QuerySet[Any] = visible.filter(conditions[state]) if state else visible
    rows = _filtered(request, rows)
    sort, order = lists.ordering(request, SORTS, "-added")
    page = lists.page_of(request, _listed(rows, request.user).order_by(*order))
    context = {
        "page": page,
        "lines": list(_lines(page, today)),
        "states": _chips(request, counts),
        "kinds": _kind_chips(request),
        "codes": _codes(request.user),
        "code": request.GET.get("exigence", ""),
        "q": request.GET.get("q", ""),
        "kept": {name: request.GET.get(name, "") for name in ("etat", "type", "sort")},
        "sort": sort,
        "total": counts["all"],
        "several": len({row.organisation_id for row in page}) > 1,
    }
    return render_page(request, "audits/evidence_list.html", context)


def _is_linked() -> Exists:
    return Exists(EvidenceLink.objects.filter(evidence=OuterRef("pk"), unlinked_at=None))


def _conditions(today: date) -> dict[str, Q]:
    present = Q(withdrawn_at=None)
    soon = Q(valid_until__gte=today, valid_until__lte=today + timedelta(SOON_DAYS))
    return {
        "expirees": present & Q(valid_until__lt=today),
        "bientot": present & soon,
        "sans-lien": present & Q(is_linked=False),
        "retirees": ~present,
    }


def _filtered(request: AuthRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    kind = lists.choice(request, "type", EvidenceKind.values)
    if kind:
        rows = rows.filter(kind=kind)
    code = request.GET.get("exigence", "")[:LONGEST]
    if code:
        known = Assessment.objects.visible_to(request.user).filter(code=clean_line(code))
        links = EvidenceLink.objects.filter(assessment__in=known, unlinked_at=None)
        rows = rows.filter(pk__in=links.values("evidence"))
    text = clean_line(request.GET.get("q", ""))[:LONGEST]
    if text:
        named = EvidenceVersion.objects.filter(file_name__icontains=text).values("evidence")
        rows = rows.filter(Q(title__icontains=text) | Q(pk__in=named) | Q(number=_number(text)))
    return rows


def _number(text: str) -> int | None:
    """Number of a reference such as P-031; None, which matches nothing, otherwise."""
    digits = text.upper().removeprefix("P-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else None  # noqa: PLR2004


def _listed(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    links = (
        EvidenceLink.objects.filter(
            unlinked_at=None, assessment__in=Assessment.objects.visible_to(user)
        )
        .select_related("assessment")
        .order_by("assessment__position", "pk")
    )
    versions = EvidenceVersion.objects.order_by("-number")
    return rows.select_related("organisation", "created_by").prefetch_related(
        Prefetch("links", links, "shown_links"), Prefetch("versions", versions, "newest_first")
    )


def _lines(page: Iterable[Evidence], today: date) -> Iterable[Line]:
    for row in page:
        links: list[EvidenceLink] = row.shown_links  # type: ignore[attr-defined]
        versions: list[EvidenceVersion] = row.newest_first  # type: ignore[attr-defined]
        codes = tuple(dict.fromkeys(link.assessment.code for link in links))
        validity = lists.due(row.valid_until, today=today, is_open=row.withdrawn_at is None)
        yield Line(row, versions[0] if versions else None, codes, validity)


def _chips(request: AuthRequest, counts: dict[str, int]) -> list[lists.Chip]:
    return [
        lists.chip(request, _("All"), "etat", None, counts["all"]),
        lists.chip(request, _("Expired ones"), "etat", "expirees", counts["expirees"]),
        lists.chip(request, _("Expiring within 30 days"), "etat", "bientot", counts["bientot"]),
        lists.chip(request, _("Linked to nothing"), "etat", "sans-lien", counts["sans-lien"]),
        lists.chip(request, _("Withdrawn ones"), "etat", "retirees", counts["retirees"]),
    ]


def _kind_chips(request: AuthRequest) -> list[lists.Chip]:
    every = lists.chip(request, _("All kinds"), "type", None)
    return [every] + [lists.chip(request, kind.label, "type", kind.value) for kind in EvidenceKind]


def _codes(user: User) -> list[str]:
    """Codes of the requirements that the user knows of and that have evidence."""
    proved = EvidenceLink.objects.filter(unlinked_at=None).values("assessment")
    rows = Assessment.objects.visible_to(user).filter(pk__in=proved)
    places = rows.values("code").annotate(place=Min("position")).order_by("place", "code")
    return list(places.values_list("code", flat=True))
