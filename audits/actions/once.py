"""One form, one row: a form that creates something carries the key it will have.

A second click, a reload or a lost answer sends the same form again and must not create a
second row; a form sent again with other contents must not lose them either.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry


def require_same_form(
    *, kind: str, key: UUID, action: str, sent: Mapping[str, Any], by: User
) -> None:
    """Return when the journal says that this person created ``key`` with exactly ``sent``.

    Raises:
        NotAvailableError: when the key was used for anything else. The page shows the form
            again with a new key, so that sending it once more records what it now says.
    """
    entry = JournalEntry.objects.of(kind, key).filter(action=action).last()
    if entry is not None and entry.actor == str(by.key) and entry.after == dict(sent):
        return
    raise NotAvailableError(
        _(
            "This form was already sent once, with another text. "
            "Nothing was lost: send it again to record it as a new one."
        )
    )
