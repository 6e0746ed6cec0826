"""Errors that a person caused and can mend. Their text is shown as it is."""

from typing import Any

from django.utils.functional import Promise


class UserError(Exception):
    """A request that cannot be carried out; ``message`` says why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAvailableError(UserError):
    """The step does not exist from the present state: answered with 409."""


class EditConflictError(UserError):
    """Somebody else changed the row meanwhile; ``current`` is the row as it is now."""

    def __init__(self, message: str | Promise, current: Any) -> None:
        super().__init__(message)
        self.current = current
