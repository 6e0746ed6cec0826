"""How allauth behaves here: nobody signs up alone."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by an administrator or an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        del request
        return False

    def format_email_subject(self, subject: str) -> str:
        """As written: no name of a host in brackets before it."""
        return subject

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "signed in as" banner: the top bar says who one is."""
