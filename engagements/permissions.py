"""Who may read referentials. What is readable at all is `EditionQuerySet.visible_to`."""

from crcaudit.accounts.models import User
from engagements.enums import EditionState
from engagements.models import Edition


def can_see_drafts(user: User) -> bool:
    """Platform administrators prepare editions; to everybody else a draft does not exist."""
    return user.is_superuser


def can_read_edition(user: User, edition: Edition) -> bool:
    """Published and withdrawn editions are open to every signed-in person."""
    return edition.state != EditionState.DRAFT or can_see_drafts(user)


def decides_on_editions(user: User) -> bool:
    """Publishes and withdraws editions, whatever their state: a role, not a right."""
    return user.is_superuser


def can_publish_edition(user: User, edition: Edition) -> bool:
    """Platform administrators, while it is a draft."""
    return edition.state == EditionState.DRAFT and decides_on_editions(user)


def can_withdraw_edition(user: User, edition: Edition) -> bool:
    """Platform administrators, while it is published. Nobody takes a withdrawal back."""
    return edition.state == EditionState.PUBLISHED and decides_on_editions(user)
