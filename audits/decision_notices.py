"""What both sides are told when an audit is concluded, reopened, or decided on.

Written to the outbox in the transaction of the step, in the language of the person who reads.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from audits.models import Audit, AuditConclusion, Certification, Decision
from crcaudit.accounts import outbox
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User

Parts = Callable[[], tuple[str, Sequence[str]]]


def concluded(conclusion: AuditConclusion, *, by: User, at: datetime) -> None:
    """The audited organisation reads what was concluded."""
    audit = conclusion.audit

    def parts() -> tuple[str, Sequence[str]]:
        names = {"person": by, "audit": audit, "organisation": audit.organisation.name}
        line = _("%(person)s concluded %(audit)s, %(organisation)s.") % names
        advice = _("Recommendation: %(text)s.") % {"text": conclusion.recommendation_text}
        return _("An audit is concluded"), (line, advice)

    people = [*_auditees(audit), *_makers(audit.certification)]
    _tell(people, parts, url=conclusion_url(audit), by=by, at=at)


def reopened(audit: Audit, *, reason: str, by: User, at: datetime) -> None:
    """Both sides learn that what they read is taken back."""

    def parts() -> tuple[str, Sequence[str]]:
        names = {"person": by, "audit": audit, "organisation": audit.organisation.name}
        line = _("%(person)s reopened %(audit)s, %(organisation)s: it changes again.") % names
        return _("An audit is reopened"), (line, _("Reason: %(reason)s") % {"reason": reason})

    people = [*_auditees(audit), *_leads(audit)]
    # The audit is no longer open to who decides: they are told, without the way to it.
    _tell(_makers(audit.certification), parts, url=reverse("audits:home"), by=by, at=at)
    _tell(people, parts, url=audit.get_absolute_url(), by=by, at=at)


def decided(row: Decision, *, by: User, at: datetime) -> None:
    """Both sides learn what the certification body decided."""
    file = row.certification

    def parts() -> tuple[str, Sequence[str]]:
        names = {"file": file.title, "organisation": file.organisation.name, "decision": row.label}
        line = _("%(file)s, %(organisation)s: %(decision)s.") % names
        return _("The certification body has decided"), (line, row.reason, row.conditions)

    organisation = file.organisation_id
    people = _members(organisation, Role.QUALITY_MANAGER, Role.DIRECTOR)
    url = reverse("audits:certificate", args=[file.key])
    _tell([*people, *_makers(file)], parts, url=url, by=by, at=at)
    if row.conclusion is not None:
        audit = row.conclusion.audit
        _tell(_leads(audit), parts, url=conclusion_url(audit), by=by, at=at)


def conclusion_url(audit: Audit) -> str:
    """Page of the conclusion."""
    return reverse("audits:conclusion", args=[audit.key])


def _tell(people: Iterable[User], parts: Parts, *, url: str, by: User, at: datetime) -> None:
    """One message for each person but the one who acts."""
    address = urljoin(settings.SITE_ADDRESS, url)
    for person in {row.pk: row for row in people if row.pk != by.pk}.values():
        with translation.override(person.language):
            subject, lines = parts()
            told = (_("Hello,"), *filter(None, lines), address)
            outbox.queue(person, subject=subject, parts=told, at=at)


def _auditees(audit: Audit) -> list[User]:
    return _members(audit.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)


def _makers(certification: Certification) -> list[User]:
    """Who decides in the body of the file, nobody while none is named."""
    body = certification.body_id
    return [] if body is None else _members(body, Role.DECISION_MAKER)


def _leads(audit: Audit) -> list[User]:
    rows = audit.team.leading().select_related("user")
    return [row.user for row in rows]


def _members(organisation: int, *roles: Role) -> list[User]:
    rows = User.objects.filter(
        memberships__organisation=organisation,
        memberships__role__in=roles,
        memberships__is_active=True,
    )
    return list(rows.distinct().order_by("pk"))
