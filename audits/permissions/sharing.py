"""Who may share a file, and who writes its subcontractors. Existence is decided before."""

from audits.models import Certification
from audits.models.sharing import CLIENT_READERS
from audits.permissions.files import can_edit_certification, manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role, organisations_with

__all__ = [
    "CLIENT_READERS",
    "can_share",
    "can_write_subcontractors",
    "gives_shares",
    "reads_for_a_client",
    "sees_shares",
]


def sees_shares(user: User, certification: Certification) -> bool:
    """Reads with whom the file is shared, and what they see: quality manager and director."""
    return has_role(user, certification.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)


def gives_shares(user: User, certification: Certification) -> bool:
    """Shares the file and takes it back, whatever its state: a role. The quality manager."""
    return manages(user, certification.organisation_id)


def can_share(user: User, certification: Certification) -> bool:
    """The quality manager, while the file is open."""
    return can_edit_certification(user, certification)


def can_write_subcontractors(user: User, certification: Certification) -> bool:
    """The quality manager, while the file is open."""
    return can_edit_certification(user, certification)


def reads_for_a_client(user: User) -> bool:
    """Whether providers may share anything with the user at all."""
    return bool(organisations_with(user, *CLIENT_READERS))
