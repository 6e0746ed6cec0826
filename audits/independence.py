"""Who may be named on an audit: nobody judges their own work. Source: product.md, rule 10."""

from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, AuditKind, TeamRole
from crcaudit.accounts.models import Membership, User


def independence_problem(
    kind: AuditKind, *, organisation_id: int, user: User, role: TeamRole
) -> str:
    """Why the person cannot audit the organisation, "" when they can.

    A member of the organisation audits it in its own audits only, and observes anywhere.
    """
    if kind in OWN_AUDITS or role == TeamRole.OBSERVER:
        return ""
    members = Membership.objects.active().filter(user=user, organisation=organisation_id)
    if not members.exists():
        return ""
    return _(
        "This person is a member of the audited organisation and cannot audit it. "
        "Name somebody else, or choose the role of observer."
    )
