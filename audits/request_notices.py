"""What the two sides tell each other about requests for evidence.

Written to the outbox in the transaction of the step, in the language of the person who reads.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.finding_notices import listed, managers_of
from audits.models import Assessment, Audit, EvidenceRequest, EvidenceRequestAnswer
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User
from crcaudit.core.formats import date_text

LINE = 120  # characters of a request in a list

Parts = Callable[[], tuple[str, Sequence[str]]]


def asked(
    concerned: Mapping[EvidenceRequest, Sequence[Assessment]], *, by: User, at: datetime
) -> None:
    """Requests of one audit with their requirements: one message to each who may answer some."""
    audit = next(iter(concerned)).audit
    mine: dict[User, list[EvidenceRequest]] = defaultdict(list)
    members = list(auditees(audit.organisation_id))
    for request, rows in concerned.items():
        for person in {member.user for member in members if is_turn_of(member, rows)}:
            mine[person].append(request)
    for person in sorted(mine, key=lambda user: user.pk):
        _tell_asked(person, mine[person], by=by, at=at)


def _tell_asked(
    person: User, requests: Sequence[EvidenceRequest], *, by: User, at: datetime
) -> None:
    audit = requests[0].audit

    def parts() -> tuple[str, Sequence[str]]:
        line = ngettext(
            "%(n)s piece of evidence is asked for in %(audit)s:",
            "%(n)s pieces of evidence are asked for in %(audit)s:",
            len(requests),
        ) % {"n": len(requests), "audit": audit}
        return _("Evidence is asked for"), (line, listed(map(_line, requests)))

    path = requests[0].get_absolute_url() if len(requests) == 1 else _list_of(audit)
    _queue(person, parts, path=path, by=by, at=at)


def answered(request: EvidenceRequest, *, by: User, at: datetime) -> None:
    """An answer waits to be examined: for who asked, and for the lead auditor."""

    def parts() -> tuple[str, Sequence[str]]:
        return _("An answer waits to be examined"), (_line(request),)

    leads = request.audit.team.leading().select_related("user")
    people = {request.asked_by, *(member.user for member in leads)}
    for person in sorted(people, key=lambda user: user.pk):
        _queue(person, parts, path=request.get_absolute_url(), by=by, at=at)


def refused(
    request: EvidenceRequest, answer: EvidenceRequestAnswer, *, by: User, at: datetime
) -> None:
    """Something is missing: for who sent the answer, and for the quality managers."""

    def parts() -> tuple[str, Sequence[str]]:
        missing = _("What is missing: %(reason)s") % {"reason": answer.opinion_reason}
        return _("Something is missing in an answer"), (_line(request), missing)

    people = {answer.sent_by, *managers_of(request.audit)}
    for person in sorted(people, key=lambda user: user.pk):
        _queue(person, parts, path=request.get_absolute_url(), by=by, at=at)


def auditees(organisation: int) -> QuerySet[Membership]:
    """Memberships that may answer requests; which of them, `is_turn_of` says."""
    rows = Membership.objects.active().filter(
        organisation=organisation,
        role__in=[Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.SITE_MANAGER],
    )
    return rows.select_related("user").order_by("pk")


def is_turn_of(member: Membership, concerned: Iterable[Assessment]) -> bool:
    """Whether a request on these requirements is for the person to answer.

    A site manager may answer, and is not told of, what concerns the whole scope.
    """
    if member.role == Role.QUALITY_MANAGER:
        return True
    if member.role == Role.CONTRIBUTOR:
        return any(row.assigned_to_id == member.user_id for row in concerned)
    return any(row.site_id is not None and row.site_id == member.site_id for row in concerned)


def _queue(person: User, parts: Parts, *, path: str, by: User, at: datetime) -> None:
    if person.pk == by.pk:
        return
    with translation.override(person.language):
        subject, lines = parts()
        url = urljoin(settings.SITE_ADDRESS, path)
        outbox.queue(person, subject=subject, parts=(_("Hello,"), *lines, url), at=at)


def _list_of(audit: Audit) -> str:
    return reverse("audits:evidence-requests", args=[audit.key])


def _line(request: EvidenceRequest) -> str:
    text = Truncator(" ".join(request.text.split())).chars(LINE)
    due = _("by %(day)s") % {"day": date_text(request.due_date, short=True)}
    return f"{request.reference} {text} ({due})"
