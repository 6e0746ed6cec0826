"""Forms of the offline workbook: the file that comes back, and what stays for each conflict."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.workbook.fields import name_of
from audits.workbook.review import Cell
from crcaudit.core.forms import page_helper

MINE, THEIRS = "mine", "theirs"


class WorkbookForm(forms.Form):
    """The workbook, filled in."""

    submit_label = _("Compare with the audit")

    file = forms.FileField(
        label=_("Workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        max_length=None,
        allow_empty_file=True,  # the gate says it better
        help_text=_("The .xlsx file that you took away, saved in the same format."),
        error_messages={"required": _("Choose the workbook to bring back.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("file")


class ApplyForm(forms.Form):
    """What stays for each conflict; nothing is chosen beforehand."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={
            "required": _("This form is incomplete: reload the page and send it again."),
            "max_length": _("This form is incomplete: reload the page and send it again."),
        },
    )

    def __init__(self, *args: Any, conflicts: Sequence[Cell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts = [cell.name for cell in conflicts]
        for cell in conflicts:
            self.fields[cell.name] = forms.ChoiceField(
                label=name_of(cell.row),
                choices=((MINE, _("Yours")), (THEIRS, _("Theirs"))),
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose what stays for this cell."),
                    "invalid_choice": _("Choose what stays for this cell."),
                },
            )

    def choices(self) -> dict[str, str]:
        """The choice made for each conflict, by name."""
        return {name: self.cleaned_data[name] for name in self.conflicts}
