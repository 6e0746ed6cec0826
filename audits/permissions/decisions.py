"""Who decides on a certificate, and who reads what was decided."""

from audits.models import AuditTeamMember, Certificate, Certification, FormerTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, has_role


def decides(user: User, certification: Certification) -> bool:
    """Decision maker of the body of the file, who never was on a team of its audits.

    Nor a member of the audited organisation: nobody decides on their own work.
    """
    body = certification.body_id
    if body is None or not has_role(user, body, Role.DECISION_MAKER):
        return False
    return not is_involved(user, certification)


def is_involved(user: User, certification: Certification) -> bool:
    """Whether the person is or was named on an audit of the file, or is of the organisation."""
    if has_role(user, certification.organisation_id, *Role):
        return True
    named = {"user": user, "audit__certification": certification}
    return (
        AuditTeamMember.objects.filter(**named).exists()
        or FormerTeamMember.objects.filter(**named).exists()
    )


def reads_certificate(user: User, certification: Certification) -> bool:
    """The file has a certificate, and the user may read it: see `CertificateQuerySet.visible_to`.

    Members, the body, clients at any level of sharing; and whoever is named on an audit of the
    file, in any role, on the days of their access and once independence is declared. A follow-up
    is held on what was certified: who evaluates needs the certificate, and not the reasons that
    the body keeps for itself and for the organisation.
    """
    return Certificate.objects.visible_to(user).filter(certification=certification).exists()


def reads_decisions(user: User, certification: Certification) -> bool:
    """Reasons and conditions: members, and the body. The others read the certificate alone."""
    if has_role(user, certification.organisation_id, *READERS):
        return True
    body = certification.body_id
    return body is not None and has_role(user, body, Role.DECISION_MAKER)


def reads_conclusions(user: User, certification: Certification) -> bool:
    """What was concluded on each audit: who reads audits as a whole, and the body."""
    if has_role(user, certification.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR):
        return True
    body = certification.body_id
    return body is not None and has_role(user, body, Role.DECISION_MAKER)
