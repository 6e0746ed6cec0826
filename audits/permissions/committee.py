"""Who may do what with the operational committee. Pure on loaded objects.

Members of the organisation alone know of it: the figures behind it are read by auditors and
clients on the screens of indicators, as far as their places go.
"""

from audits.models import CommitteeDecision
from audits.permissions.files import manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, has_role, memberships_of


def knows_committee(user: User, organisation_id: int) -> bool:
    """Members of the organisation."""
    return has_role(user, organisation_id, *READERS)


def runs_committee(user: User, organisation_id: int) -> bool:
    """Prepares it, writes its decisions, holds it: the quality manager."""
    return manages(user, organisation_id)


def reads_whole_committee(user: User, organisation_id: int) -> bool:
    """Reads and downloads all of it: the quality manager and the director."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)


def manages_site(user: User, site_id: int | None) -> bool:
    """Reads the part of a site: who manages it."""
    return site_id is not None and any(
        row.role == Role.SITE_MANAGER and row.site_id == site_id for row in memberships_of(user)
    )


def finishes_decision(user: User, decision: CommitteeDecision) -> bool:
    """Whose it is, while a member; and who runs the committee."""
    organisation = decision.meeting.organisation_id
    own = decision.owner_id == user.pk and knows_committee(user, organisation)
    return own or runs_committee(user, organisation)


def changes_decision(user: User, decision: CommitteeDecision) -> bool:
    """Puts it off, gives it to another owner, gives it up: who runs the committee."""
    return runs_committee(user, decision.meeting.organisation_id)
