"""The form by which a simulation is kept under a name."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.ticks import Ticks, read_ticks
from crcaudit.core.forms import CleanCharField, VersionField


class ScenarioForm(forms.Form):
    """A title, and what is ticked on the page: ``levels`` ("12:C"), ``actions``, ``proven``.

    The ticks are no fields, since there are as many as gaps: read with the form all the same.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    title = CleanCharField(
        label=gettext_lazy("Name of the scenario"),
        error_messages={"required": gettext_lazy("Give the scenario a name.")},
    )

    def clean(self) -> dict[str, Any]:
        """Ticks that a page of ours sends."""
        data = super().clean() or self.cleaned_data
        try:
            data["ticks"] = ticks_sent(self.data)
        except ValueError:
            data["ticks"] = Ticks()
            message = _("What is ticked could not be read: reload the page and tick it again.")
            self.add_error(None, message)
        return data


def ticks_sent(data: Any) -> Ticks:
    """Ticks of a form, from what was sent. Raises ValueError when they cannot be read."""
    many = getattr(data, "getlist", None)
    if many is None:
        return Ticks()
    return read_ticks(many("levels"), many("actions"), is_proven=data.get("proven") == "1")
