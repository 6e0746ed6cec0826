"""Who reads the scorecard of providers, and who writes its grid and the reviews.

Whether somebody may know of it is decided by `audits.models.scorecard.scoring_organisations`.
"""

from audits.models.provider_review import REVIEW_READERS
from audits.models.sharing import CLIENT_READERS
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role


def reads_scorecard(user: User, organisation_id: int) -> bool:
    """Reads providers for the organisation: quality manager, direction, client reader."""
    return has_role(user, organisation_id, *CLIENT_READERS)


def reads_own_measures(user: User, organisation_id: int) -> bool:
    """Reads what the organisation lists and measured itself, not only what is shared with it.

    So do reviews, which keep both.
    """
    return has_role(user, organisation_id, *REVIEW_READERS)


def writes_scorecard(user: User, organisation_id: int) -> bool:
    """Writes the grid and the reviews: the quality manager."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER)
