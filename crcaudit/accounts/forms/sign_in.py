"""The sign-in forms of allauth, in the words of the rest: one label each, said once."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

EMAIL = _("E-mail address")


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    """The link to a forgotten password stands below the button, not in a help text as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = EMAIL
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """Asks for the address to which the link is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = EMAIL
        _without_placeholders(self)


def _without_placeholders(form: forms.BaseForm) -> None:
    """A placeholder that repeats the label disappears when one types, and helps nobody."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
