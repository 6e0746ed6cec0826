"""A file of figures on its way in."""

from django import forms
from django.utils.translation import gettext_lazy

from audits.measure_enums import ImportKind

_UNKNOWN = gettext_lazy("Say what the file holds.")


class DepositForm(forms.Form):
    """The file, and what it holds."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it holds"),
        choices=(
            (ImportKind.MEASURES, gettext_lazy("Measures: one row per figure or per period")),
            (
                ImportKind.VOLUMES,
                gettext_lazy("Contacts: how many by period, channel and reason"),
            ),
            (ImportKind.CALLS, gettext_lazy("Call records: one row per call")),
        ),
        widget=forms.RadioSelect,
        initial=ImportKind.MEASURES,
        error_messages={"invalid_choice": _UNKNOWN, "required": _UNKNOWN},
    )
    file = forms.FileField(
        label=gettext_lazy("File (.csv or .xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty: check the original and send it again."),
        },
    )
