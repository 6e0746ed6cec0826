"""Two people changed the same thing: both texts side by side, nothing lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms

from crcaudit.core.exceptions import EditConflictError, UserError


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which the two versions differ, as people read it."""

    label: str
    theirs: str
    mine: str


def differences(
    theirs: Mapping[str, str], mine: Mapping[str, str], *, form: forms.Form
) -> list[Difference]:
    """The fields whose texts differ, in the order of the form."""
    return [
        Difference(str(form.fields[name].label), theirs[name], mine[name])
        for name in mine
        if theirs[name] != mine[name]
    ]


def resend(form: forms.Form, **values: Any) -> None:
    """Let the form come back as it was typed, except for some hidden fields."""
    data = form.data.copy()  # type: ignore[attr-defined]  # a bound form of a request
    for name, value in values.items():
        data[name] = str(value)
    form.data = data


def resend_as_new(form: forms.Form) -> None:
    """Let a form that was refused come back with a new key."""
    resend(form, key=uuid4())


def start_again(form: forms.Form, error: UserError | None) -> None:
    """Sent again after somebody else's change, the form starts from the object as it is now."""
    if isinstance(error, EditConflictError):
        resend(form, version=error.current.version)
