"""Who may be named on an audit: nobody judges their own work. Source: product.md, rule 10."""

from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, AuditKind, TeamRole
from audits.models import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User


def independence_problem(
    kind: AuditKind,
    *,
    organisation_id: int,
    user: User,
    role: TeamRole,
    certification: Certification | None = None,
) -> str:
    """Why the person cannot be named on an audit of the organisation, "" when they can.

    A member of the organisation audits it in its own audits only, and observes anywhere. Whoever
    decides, or decided, on the certificate of the file is on no team of it, not even to observe.
    """
    if certification is not None and (problem := decision_problem(certification, user)):
        return problem
    if kind in OWN_AUDITS or role == TeamRole.OBSERVER:
        return ""
    members = Membership.objects.active().filter(user=user, organisation=organisation_id)
    if not members.exists():
        return ""
    return _(
        "This person is a member of the audited organisation and cannot audit it. "
        "Name somebody else, or choose the role of observer."
    )


def decision_problem(certification: Certification, user: User) -> str:
    """Why the person cannot be on any team of the file: they decide on it, or did. "" otherwise."""
    makers = Membership.objects.active().filter(
        user=user, organisation=certification.body_id, role=Role.DECISION_MAKER
    )
    decides = certification.body_id is not None and makers.exists()
    if not decides and not certification.decisions.filter(decided_by=user).exists():
        return ""
    return _(
        "This person decides on the certificate of this file and cannot be on its audit teams."
    )
