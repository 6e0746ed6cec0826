"""Forms of the two ends of a certification file: closed, and opened again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crcaudit.core.forms import CleanTextField, page_helper

LONGEST = 2_000


class CloseCertificationForm(forms.Form):
    """Why a file is closed."""

    submit_label = gettext_lazy("Close the file")

    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        limit=LONGEST,
        help_text=gettext_lazy(
            "Shown on the file, such as “Certificate granted until 2029” or “Project given up”."
        ),
        error_messages={"required": gettext_lazy("Say why the file is closed.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("reason")


class ReopenCertificationForm(forms.Form):
    """Why a closed file is opened again."""

    submit_label = gettext_lazy("Reopen the file")

    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        limit=LONGEST,
        help_text=gettext_lazy("Kept in the history of the file."),
        error_messages={"required": gettext_lazy("Say why the file is opened again.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("reason")
