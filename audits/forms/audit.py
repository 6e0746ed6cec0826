"""Validation of an audit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crcaudit.core.forms import page_helper


class ValidateAuditForm(forms.Form):
    """A tick that says one knows it is for ever."""

    confirm = forms.BooleanField(
        label=_("I have checked the ratings: after validation nothing of this audit changes"),
        error_messages={"required": _("Tick the box to validate, or go back to the grid.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label = _("Validate the audit")
        self.helper = page_helper("confirm")
