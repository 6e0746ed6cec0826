"""Going anywhere from one field: what the user may know of, by code, reference or words."""

from dataclasses import dataclass
from itertools import chain

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.models import Assessment, Certification, CorrectiveAction, Evidence, Finding
from audits.snapshots.common import in_language
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.text import clean_line

SHOWN = 5
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Result:
    """One place to go to."""

    label: str
    hint: str
    url: str


@require_safe
def search(request: AuthRequest) -> HttpResponse:
    text = clean_line(request.GET.get("q", ""))[:LONGEST]
    results = find(request.user, text) if text else []
    template = "core/_palette.html" if request.htmx else "core/palette.html"
    return render(request, template, {"q": text, "results": results})


def find(user: User, text: str) -> list[Result]:
    """The first matches of each kind."""
    return list(
        chain(
            _certifications(user, text),
            _requirements(user, text),
            _findings(user, text),
            _actions(user, text),
            _evidence(user, text),
        )
    )


def _certifications(user: User, text: str) -> list[Result]:
    rows = Certification.objects.visible_to(user).filter(
        Q(title__icontains=text) | Q(reference__icontains=text)
    )
    return [
        Result(row.title, row.reference, row.get_absolute_url())
        for row in rows.order_by("-opened_at", "pk")[:SHOWN]
    ]


def _requirements(user: User, text: str) -> list[Result]:
    language = get_language() or "fr"
    rows = (
        Assessment.objects.visible_to(user)
        .filter(Q(code__icontains=text) | Q(**{f"text_{language}__icontains": text}))
        .select_related("audit")
        .order_by("-audit__started_at", "position")
    )
    return [
        Result(
            f"{row.code} {in_language(row, 'text', language)}",
            row.audit.reference,
            row.get_absolute_url(),
        )
        for row in rows[:SHOWN]
    ]


def _findings(user: User, text: str) -> list[Result]:
    number = _number(text, "F-")
    rows = Finding.objects.visible_to(user).filter(Q(title__icontains=text) | Q(number=number))
    return [
        Result(f"{row.reference} {row.title}", row.audit.reference, row.get_absolute_url())
        for row in rows.select_related("audit").order_by("-created_at", "pk")[:SHOWN]
    ]


def _actions(user: User, text: str) -> list[Result]:
    number = _number(text, "ACT-")
    rows = CorrectiveAction.objects.visible_to(user).filter(
        Q(title__icontains=text) | Q(number=number)
    )
    return [
        Result(f"{row.reference} {row.title}", row.get_state_display(), row.get_absolute_url())
        for row in rows.order_by("-created_at", "pk")[:SHOWN]
    ]


def _evidence(user: User, text: str) -> list[Result]:
    number = _number(text, "P-")
    rows = Evidence.objects.visible_to(user).filter(Q(title__icontains=text) | Q(number=number))
    return [
        Result(
            f"{row.reference} {row.title}",
            _("Withdrawn") if row.withdrawn_at else row.get_kind_display(),
            row.get_absolute_url(),
        )
        for row in rows.order_by("-created_at", "pk")[:SHOWN]
    ]


def _number(text: str, prefix: str) -> int | None:
    """Number of a reference such as F-07; None, which matches nothing, otherwise."""
    digits = text.upper().removeprefix(prefix)
    known = text.upper().startswith(prefix) and digits.isascii() and digits.isdecimal()
    return int(digits) if known and len(digits) <= 6 else None  # noqa: PLR2004 -- longest reference
