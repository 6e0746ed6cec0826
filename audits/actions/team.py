"""Who is named on an audit, and so sees it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.enums import AuditKind, TeamRole
from audits.independence import independence_problem
from audits.models import Audit, AuditTeamMember
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError


@transaction.atomic
def set_team_member(
    *, audit: Audit, user: User, role: TeamRole, by: User, at: datetime
) -> AuditTeamMember:
    """Name a person on the audit, or change their role.

    Raises:
        NotAvailableError: when the audit is validated, already has another lead, or the person
            is not independent of the organisation.
    """
    if not audit.is_open:
        raise NotAvailableError(_("This audit is validated: its team no longer changes."))
    problem = independence_problem(
        AuditKind(audit.kind), organisation_id=audit.organisation_id, user=user, role=role
    )
    if problem:
        raise NotAvailableError(problem)
    leads = audit.team.filter(role=TeamRole.LEAD).exclude(user=user)
    if role == TeamRole.LEAD and leads.exists():
        raise NotAvailableError(
            _("The audit already has a lead auditor: change that person's role first.")
        )
    member, _created = AuditTeamMember.objects.update_or_create(
        audit=audit, user=user, defaults={"role": role}
    )
    change = journal.Change(
        "audit.team_named", "audit", audit.key, audit.reference, after={str(user.key): role}
    )
    journal.record(change, stream=journal.organisation_stream(audit.organisation.key), by=by, at=at)
    return member


@transaction.atomic
def remove_team_member(*, member: AuditTeamMember, by: User, at: datetime) -> None:
    """Take a person off the audit: access ends with this transaction, validated audit or not."""
    change = journal.Change(
        "audit.team_removed",
        "audit",
        member.audit.key,
        member.audit.reference,
        before={str(member.user.key): member.role},
    )
    stream = journal.organisation_stream(member.audit.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
    member.delete()
