"""Forms of the two ends of a finding: closed, and opened again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crcaudit.core.forms import CleanTextField, ReasonField, VersionField, page_helper


class CloseFindingForm(forms.Form):
    """What was checked before closing."""

    submit_label = gettext_lazy("Close the finding")

    version = VersionField()
    comment = CleanTextField(
        label=gettext_lazy("What was verified"),
        help_text=gettext_lazy("How it was checked that the cause is gone, and on which proof."),
        error_messages={"required": gettext_lazy("Say what was verified before closing.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("version", "comment")


class ReopenFindingForm(forms.Form):
    """Why a closed finding is opened again."""

    submit_label = gettext_lazy("Reopen the finding")

    version = VersionField()
    reason = ReasonField(asked=gettext_lazy("Say why the finding is opened again."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("version", "reason")
