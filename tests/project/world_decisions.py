"""Third parties' audits of a side at their end: ready to be concluded, and concluded."""

from datetime import date

from django.utils import timezone

from audits.enums import AuditKind, TeamRole
from audits.models import Audit, AuditTeamMember
from tests.factories.audits import running_audit
from tests.factories.decisions import conclude
from tests.factories.reports import rate_everything

STARTS = {"ready": date(2025, 11, 3), "concluded": date(2025, 10, 6)}


def add_conclusions(side) -> None:
    """``ready`` lacks nothing but a closing meeting; ``concluded`` waits for a decision."""
    for name, start in STARTS.items():
        audit = _audit(side, AuditKind.SURVEILLANCE, start)
        side.audits[name] = audit
    lead = side.people["lead"]
    side.audits["concluded"] = conclude(side.audits["concluded"], lead).audit


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
