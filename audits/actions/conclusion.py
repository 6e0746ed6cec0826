"""The lead auditor concludes a third party's audit: from there on nothing of it changes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits import decision_notices as notices
from audits.actions.closing import require_open_file
from audits.actions.freezing import freeze, locked_audit
from audits.decision_enums import Recommendation
from audits.logic.conclusion import ObstacleKind, obstacles_of
from audits.models import Audit, AuditConclusion
from audits.snapshots.conclusion import conclusion_facts
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionFields:
    """What the lead auditor writes. ``accepted``: what is missing, and knowingly so."""

    summary: str
    recommendation: Recommendation
    not_covered: str = ""
    accepted: frozenset[str] = frozenset()


@transaction.atomic
def conclude_audit(
    *, audit: Audit, fields: ConclusionFields, by: User, at: datetime
) -> AuditConclusion:
    """Freeze the audit with its conclusion, and tell both sides.

    Raises:
        NotAvailableError: when it is the organisation's own, of a closed file, or not in
            progress; when something stands in the way that nobody may accept, or that was not
            accepted.
    """
    audit = locked_audit(audit)
    require_open_file(audit.certification)
    if audit.is_own:
        raise NotAvailableError(_("The organisation's own audits are validated, not concluded."))
    if not audit.is_open:
        raise NotAvailableError(_("This step is not available: the audit is concluded already."))
    accepted = _accepted(audit, fields.accepted)
    conclusion = AuditConclusion(
        audit=audit,
        number=audit.conclusions.count() + 1,
        summary=fields.summary,
        recommendation=fields.recommendation,
        not_covered=fields.not_covered,
        accepted=accepted,
        concluded_at=at,
        concluded_by=by,
    )
    told = {"recommendation": fields.recommendation, "accepted": sorted(accepted)}
    freeze(audit, "audit.concluded", told=told, conclusion=conclusion, by=by, at=at)
    conclusion.save()
    notices.concluded(conclusion, by=by, at=at)
    return conclusion


def _accepted(audit: Audit, ticked: frozenset[str]) -> dict[ObstacleKind, int]:
    """What is missing and accepted, with how much; read again, as the page may be old."""
    obstacles = obstacles_of(conclusion_facts(audit))
    if any(one.refuses for one in obstacles):
        raise NotAvailableError(
            _("This step is not available: something that nobody may accept is in the way.")
        )
    if any(one.kind not in ticked for one in obstacles):
        raise NotAvailableError(
            _("Something is missing that you have not accepted: read the list again.")
        )
    return {one.kind: one.count for one in obstacles}
