"""Models of people and organisations."""

from crcaudit.accounts.models.membership import Membership
from crcaudit.accounts.models.message import QueuedMessage
from crcaudit.accounts.models.organisation import Organisation
from crcaudit.accounts.models.site import Site, SiteClosure
from crcaudit.accounts.models.user import User

__all__ = ["Membership", "Organisation", "QueuedMessage", "Site", "SiteClosure", "User"]
