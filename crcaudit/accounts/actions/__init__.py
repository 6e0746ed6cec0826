"""Changes to people and organisations. What concerns one organisation is in its own journal."""

from crcaudit.accounts.actions.account import (
    PersonFields,
    close_account,
    edit_account,
    find_or_open,
    open_account,
    reopen_account,
    send_invitation,
    set_language,
)
from crcaudit.accounts.actions.membership import add_member, end_membership, invite_member
from crcaudit.accounts.actions.organisation import (
    SiteFields,
    add_site,
    create_organisation,
    edit_site,
    rename_organisation,
)

__all__ = [
    "PersonFields",
    "SiteFields",
    "add_member",
    "add_site",
    "close_account",
    "create_organisation",
    "edit_account",
    "edit_site",
    "end_membership",
    "find_or_open",
    "invite_member",
    "open_account",
    "rename_organisation",
    "reopen_account",
    "send_invitation",
    "set_language",
]
