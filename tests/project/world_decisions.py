"""Third parties' audits of a side at their end: to be concluded, concluded, and decided on."""

from datetime import date

from django.utils import timezone

from audits.enums import AuditKind, TeamRole
from audits.models import Audit, AuditTeamMember
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.decisions import conclude, decide, led_audit
from tests.factories.reports import rate_everything

STARTS = {
    "decided": (AuditKind.INITIAL, date(2025, 3, 3)),
    "ready": (AuditKind.SURVEILLANCE, date(2025, 11, 3)),
    "concluded": (AuditKind.SURVEILLANCE, date(2025, 10, 6)),
}


def add_conclusions(side) -> None:
    """``decided`` gave the certificate of the file; ``concluded`` waits for a decision.

    ``ready`` lacks nothing but a closing meeting.
    """
    for name, (kind, start) in STARTS.items():
        side.audits[name] = _audit(side, kind, start)
    lead = side.people["lead"]
    for name in ("decided", "concluded"):
        side.audits[name] = conclude(side.audits[name], lead).audit
    decide(side.audits["decided"], side.people["decision_maker"])
    _add_grantable(side)


def _add_grantable(side) -> None:
    """Concluded in a file of its own, where nothing is open: it may give a certificate."""
    file = CertificationFactory(
        organisation=side.organisation,
        edition=side.file.edition,
        reference="CERT-2025-07",
        opened_by=side.people["manager"],
        body=side.file.body,
    )
    audit, lead = led_audit(certification=file)
    side.things["grantable"] = conclude(audit, lead).audit


def _audit(side, kind: AuditKind, start: date) -> Audit:
    audit = running_audit(certification=side.file, kind=kind, start_date=start)
    for name in TeamRole.values:
        AuditTeamMember.objects.create(
            audit=audit,
            user=side.people[name.lower()],
            role=name,
            declared_at=timezone.now(),
        )
    rate_everything(audit)
    return audit
