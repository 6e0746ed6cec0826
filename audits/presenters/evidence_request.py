"""Requests for evidence as screens show them: a line of a list, a page, a requirement's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from audits.models import (
    Assessment,
    Audit,
    Evidence,
    EvidenceRequest,
    EvidenceRequestAnswer,
)
from audits.request_enums import RequestState
from crcaudit.accounts.models import User

SHAPES: dict[str, str] = {
    RequestState.ASKED: "none",
    RequestState.ANSWERED: "part",
    RequestState.SETTLED: "ok",
    RequestState.CANCELLED: "na",
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in a list. ``turn`` says whose turn it is, "" when it is nobody's."""

    request: EvidenceRequest
    codes: tuple[str, ...]
    shape: str
    turn: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer, with the evidence that the reader may open."""

    title: str
    text: str
    has_nothing: bool
    sent_at: datetime
    sent_by: str
    evidence: tuple[Evidence, ...]
    opinion: str
    opinion_label: str
    opinion_reason: str
    opinion_at: datetime | None
    opinion_by: str


def with_requirements(requests: QuerySet[EvidenceRequest], user: User) -> QuerySet[EvidenceRequest]:
    """With the requirements that the reader sees as ``concerned``: one query more."""
    seen = Assessment.objects.visible_to(user).select_related("site", "assigned_to")
    prefetch: Prefetch[str] = Prefetch("assessments", seen.order_by("position"), "concerned")
    return requests.prefetch_related(prefetch)


def line_of(request: EvidenceRequest, today: date) -> RequestLine:
    """One line; needs `with_requirements`, and the audit loaded."""
    rows: Sequence[Assessment] = request.concerned  # type: ignore[attr-defined]
    is_late = request.is_late(today)
    return RequestLine(
        request=request,
        codes=codes_of(rows),
        shape="major" if is_late else SHAPES[request.state],
        turn=_turn(request, rows),
        is_late=is_late,
    )


def codes_of(rows: Iterable[Assessment]) -> tuple[str, ...]:
    """Codes of requirements, with their sites in brackets where there are any."""
    sites: dict[str, list[str]] = {}
    for row in rows:
        sites.setdefault(row.code, []).extend([row.site.name] if row.site else [])
    return tuple(f"{code} ({', '.join(names)})" if names else code for code, names in sites.items())


def open_requests(row: Assessment, today: date) -> list[RequestLine]:
    """What is asked for one requirement and not settled, nearest day first: one query."""
    found = row.requests.open().order_by("due_date", "number")
    lines = []
    for request in found:
        request.audit = row.audit
        is_late = request.is_late(today)
        shape = "major" if is_late else SHAPES[request.state]
        lines.append(RequestLine(request, (row.code,), shape, "", is_late))
    return lines


def concerned_by(request: EvidenceRequest, user: User) -> list[Assessment]:
    """The requirements of one request that the reader sees, in the order of the grid."""
    rows = Assessment.objects.visible_to(user).filter(requests=request)
    found = list(rows.select_related("site", "assigned_to").order_by("position"))
    for row in found:
        row.audit = request.audit
    return found


def answers_of(request: EvidenceRequest, user: User) -> tuple[AnswerView, ...]:
    """Every answer, newest first."""
    rows = request.answers.select_related("sent_by", "opinion_by").prefetch_related("evidence")
    found = list(rows.order_by("-number"))
    named = {piece.pk for row in found for piece in row.evidence.all()}
    readable: set[int] = set()
    if named:
        pieces = Evidence.objects.visible_to(user).filter(pk__in=named)
        readable = set(pieces.values_list("pk", flat=True))
    return tuple(_answer(row, readable) for row in found)


def requirements_by_code(audit: Audit) -> dict[str, list[Assessment]]:
    """The requirements of an audit by their code in lower case; several where it has sites."""
    found: dict[str, list[Assessment]] = {}
    for row in audit.assessments.select_related("site").order_by("position"):
        found.setdefault(row.code.casefold(), []).append(row)
    return found


def _turn(request: EvidenceRequest, rows: Sequence[Assessment]) -> str:
    if request.state == RequestState.ANSWERED:
        return _("the auditors")
    if request.state != RequestState.ASKED:
        return ""
    people = dict.fromkeys(str(row.assigned_to) for row in rows if row.assigned_to)
    return ", ".join(people) or _("the quality manager")


def _answer(row: EvidenceRequestAnswer, readable: set[int]) -> AnswerView:
    pieces = sorted(row.evidence.all(), key=lambda piece: piece.number)
    return AnswerView(
        title=_("Answer %(number)s") % {"number": row.number},
        text=row.text,
        has_nothing=row.has_nothing,
        sent_at=row.sent_at,
        sent_by=str(row.sent_by),
        evidence=tuple(piece for piece in pieces if piece.pk in readable),
        opinion=row.opinion,
        opinion_label=str(row.get_opinion_display()),
        opinion_reason=row.opinion_reason,
        opinion_at=row.opinion_at,
        opinion_by=str(row.opinion_by or ""),
    )
