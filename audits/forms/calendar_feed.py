"""Subscribing to a calendar: the form only carries its own key."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from crcaudit.core.forms import page_helper

if TYPE_CHECKING:
    from crispy_forms.helper import FormHelper


INCOMPLETE = gettext_lazy("This form is incomplete: reload the page and send it again.")


class SubscribeForm(forms.Form):
    """``action`` is where it is sent: a page may hold several."""

    submit_label = gettext_lazy("Subscribe to the calendar")

    # Without it nothing is made: a body that could not be read is not somebody's wish.
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE},
    )

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4()}
        super().__init__(*args, **kwargs)
        self.helper: FormHelper = page_helper("key")
        self.helper.form_action = action
