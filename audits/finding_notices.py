"""What the two sides tell each other about findings, and what the calendar tells both.

Written to the outbox in the transaction of the step, in the language of the person who reads.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit, Finding
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text

SHOWN = 30

Parts = Callable[[], tuple[str, Sequence[str]]]


def presented(findings: Sequence[Finding], *, by: User, at: datetime) -> None:
    """The findings of one audit that its auditee may read from now on."""
    audit = findings[0].audit

    def parts() -> tuple[str, Sequence[str]]:
        count = len(findings)
        line = ngettext(
            "%(n)s finding of %(audit)s was presented:",
            "%(n)s findings of %(audit)s were presented:",
            count,
        ) % {"n": count, "audit": audit}
        return _("Findings to answer"), (line, listed(map(_line, findings)))

    for person in managers_of(audit):
        _queue(person, parts, query=f"?dossier={audit.certification.key}", by=by, at=at)


def to_auditors(finding: Finding, *, by: User, at: datetime) -> None:
    """An answer or a proof waits for the opinion of the lead auditor, who has access or will.

    Where nobody judges, who manages the team is told, be it who sent the answer.
    """

    def parts() -> tuple[str, Sequence[str]]:
        return _("An answer waits for your opinion"), (_line(finding),)

    audit = finding.audit
    leads = audit.team.leading().not_over().filter(user__is_active=True).select_related("user")
    people = [member.user for member in leads]
    for person in people:
        _queue(person, parts, finding=finding, by=by, at=at)
    if not people and not audit.is_own:
        _nobody_judges(finding, at=at)


def _nobody_judges(finding: Finding, *, at: datetime) -> None:
    def parts() -> tuple[str, Sequence[str]]:
        sentence = _(
            "An answer waits and nobody may judge it: name a lead auditor, or prolong the days of "
            "their access, on the page of the team."
        )
        return _("An answer waits and nobody may judge it"), (_line(finding), sentence)

    path = reverse("audits:audit-team", args=[finding.audit.key])
    for person in managers_of(finding.audit):
        _queue(person, parts, path=path, at=at)


def to_auditee(finding: Finding, *, by: User, at: datetime) -> None:
    """The auditor gave an opinion on an answer or on a proof."""

    def parts() -> tuple[str, Sequence[str]]:
        return _("The auditor gave an opinion"), (_line(finding),)

    for person in managers_of(finding.audit):
        _queue(person, parts, finding=finding, by=by, at=at)


def escalated(finding: Finding, *, at: datetime) -> None:
    """A minor nonconformity became major, by a rule of the scheme."""

    def parts() -> tuple[str, Sequence[str]]:
        sentence = _("It was not closed in time: by the rule of the scheme it is major now.")
        return _("A nonconformity became major"), (_line(finding), sentence)

    for person in managers_of(finding.audit):
        _queue(person, parts, finding=finding, at=at)


@dataclass(frozen=True, slots=True)
class Due:
    """Something owed by a day."""

    text: str
    day: date


def due(person: User, owed: Iterable[Due], *, week: str, at: datetime) -> None:
    """What is due within days, or late: one message a week at most."""
    with translation.override(person.language):
        url = urljoin(settings.SITE_ADDRESS, reverse("audits:home"))
        parts = (
            _("Hello,"),
            _("This is late, or due within a week:"),
            listed(f"{item.text} · {date_text(item.day)}" for item in owed),
            _("Everything that waits for you:") + f"\n{url}",
        )
        outbox.queue(
            person,
            subject=_("What is due this week"),
            parts=parts,
            at=at,
            once=f"due:{week}",
        )


def _queue(  # noqa: PLR0913 -- keyword-only, one line each
    person: User,
    parts: Parts,
    *,
    finding: Finding | None = None,
    path: str = "",
    query: str = "",
    by: User | None = None,
    at: datetime,
) -> None:
    """A message that leads to the finding, to ``path``, or to the list of findings."""
    if by is not None and person.pk == by.pk:
        return
    with translation.override(person.language):
        subject, lines = parts()
        place = finding.get_absolute_url() if finding else path or reverse("audits:finding-list")
        url = urljoin(settings.SITE_ADDRESS, place + query)
        outbox.queue(person, subject=subject, parts=(_("Hello,"), *lines, url), at=at)


def managers_of(audit: Audit) -> list[User]:
    """Quality managers of the audited organisation."""
    rows = User.objects.filter(
        memberships__organisation=audit.organisation_id,
        memberships__role=Role.QUALITY_MANAGER,
        memberships__is_active=True,
    )
    return list(rows.distinct().order_by("pk"))


def _line(finding: Finding) -> str:
    return f"{finding.reference} {finding.assessment.code} {finding.title}"


def listed(lines: Iterable[str]) -> str:
    """A list of a message, cut short when it is long."""
    every = list(lines)
    shown = [f"- {line}" for line in every[:SHOWN]]
    more = len(every) - SHOWN
    if more > 0:
        rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
        shown.append(f"- {rest}")
    return "\n".join(shown)
