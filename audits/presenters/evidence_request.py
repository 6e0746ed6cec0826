"""Requests for evidence as screens show them: a line of a list, a page, a requirement's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from audits.models import Assessment, Audit, EvidenceRequest
from audits.presenters.replies import Reply, evidence_named, reply_of
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


def answers_of(request: EvidenceRequest, user: User) -> tuple[Reply, ...]:
    """Every answer, newest first."""
    rows = request.answers.select_related("sent_by", "opinion_by").prefetch_related("evidence")
    found = list(rows.order_by("-number"))
    pieces = evidence_named(found, user)
    return tuple(
        reply_of(
            row,
            _("Answer %(number)s") % {"number": row.number},
            (("", row.text),),
            note=_("Nothing to provide.") if row.has_nothing else "",
            evidence=pieces[row.pk],
        )
        for row in found
    )


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
