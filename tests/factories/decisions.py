"""Third parties' audits brought to their conclusion."""

from django.utils import timezone

from audits.actions.conclusion import ConclusionFields, conclude_audit
from audits.decision_enums import Recommendation
from audits.enums import AuditKind, TeamRole
from audits.logic.conclusion import ObstacleKind
from audits.models import Audit, AuditConclusion
from crcaudit.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.audits import name_on_team, running_audit
from tests.factories.reports import rate_everything


def led_audit(*, kind: AuditKind = AuditKind.INITIAL, **fields: object) -> tuple[Audit, User]:
    """A running audit with its lead auditor, every requirement rated."""
    audit, lead = running_audit(kind=kind, **fields), UserFactory()
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
    rate_everything(audit)
    return audit, lead


def conclusion_fields(**changes: object) -> ConclusionFields:
    """Grant; everything that may be accepted is."""
    values = {
        "summary": "Les engagements sont tenus, sauf le délai du courrier.",
        "recommendation": Recommendation.GRANT,
        "accepted": frozenset(ObstacleKind),
    }
    return ConclusionFields(**values | changes)


def conclude(audit: Audit, by: User, **changes: object) -> AuditConclusion:
    """Conclude the audit as `conclusion_fields` says."""
    at = changes.pop("at", None) or timezone.now()
    return conclude_audit(audit=audit, fields=conclusion_fields(**changes), by=by, at=at)


def concluded_audit(**fields: object) -> Audit:
    """An initial audit, concluded by its lead."""
    audit, lead = led_audit(**fields)
    return conclude(audit, lead).audit
