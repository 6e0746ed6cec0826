"""Audits of a side as their teams see them: before the first day, after the end of the audit."""

from datetime import timedelta

from django.utils import timezone
from django.utils.timezone import localdate

from audits.enums import AuditKind, TeamRole
from audits.models import Audit, AuditTeamMember
from crcaudit.core.numbering import next_number
from tests.factories.audits import CertificationFactory, FindingFactory, running_audit
from tests.factories.decisions import conclude
from tests.factories.reports import rate_everything


def add_teams(side) -> None:
    """``announced`` is open to nobody of its team yet, or any more; ``followed_up`` is concluded.

    Of the former the lead may declare already, the auditor did, and the observer's days are over.
    The latter has a finding to be judged.
    """
    today, now = localdate(), timezone.now()
    ahead = {"opens_on": today + timedelta(days=10)}
    side.audits["announced"] = _audit(
        side,
        "CERT-2025-08",
        lead=ahead,
        auditor=ahead | {"declared_at": now},
        observer={"closes_on": today - timedelta(days=1), "declared_at": now},
    )
    side.things["announced_file"] = side.audits["announced"].certification
    declared = {"declared_at": now}
    audit = _audit(
        side,
        "CERT-2025-09",
        body=side.file.body,
        **dict.fromkeys(("lead", "auditor", "observer"), declared),
    )
    rate_everything(audit)
    FindingFactory(
        assessment=audit.assessments.order_by("position").first(),
        number=next_number(f"finding:{audit.certification.key}"),
        grade=side.file.edition.referential.scheme.grades.get(code="PS"),
        created_by=side.people["lead"],
    )
    side.audits["followed_up"] = conclude(audit, side.people["lead"]).audit


def _audit(side, reference: str, *, body=None, **team: dict) -> Audit:
    """An initial audit in a file of its own, with its team."""
    file = CertificationFactory(
        organisation=side.organisation,
        edition=side.file.edition,
        reference=reference,
        opened_by=side.people["manager"],
        body=body,
    )
    file.sites.set([side.site])
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    for name, values in team.items():
        AuditTeamMember.objects.create(
            audit=audit, user=side.people[name], role=TeamRole[name.upper()], **values
        )
    return audit
