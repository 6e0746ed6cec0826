"""Forms of reports: in which language to make one, and which ones to list."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audits.models import Certification
from crcaudit.core.forms import page_helper
from reports.enums import ReportKind, ReportState
from reports.models import ReportQuerySet


class RequestForm(forms.Form):
    """What the person chooses when asking for a document."""

    submit_label = _("Generate the report")

    language = forms.ChoiceField(
        label=_("Language of the document"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("language")


class FilterForm(forms.Form):
    """Which reports a list shows; every field may stay empty."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    file = forms.ChoiceField(label=_("Certification file"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, files: list[Certification], **kwargs: Any) -> None:
        """``files``: certification files that the person may see."""
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), required=False, choices=[everything, *ReportKind.choices]
        )
        self.fields["file"] = forms.ChoiceField(
            label=_("Certification file"),
            required=False,
            choices=[everything, *((str(row.key), str(row)) for row in files)],
        )
        self.fields["state"] = forms.ChoiceField(
            label=_("State"), required=False, choices=[everything, *ReportState.choices]
        )

    def keep(self, rows: ReportQuerySet) -> ReportQuerySet:
        """The rows that were asked for; a choice that does not exist is passed over."""
        self.is_valid()
        lookups = {"kind": "kind", "file": "certification__key", "state": "state"}
        chosen = {
            lookup: self.cleaned_data[name]
            for name, lookup in lookups.items()
            if self.cleaned_data.get(name)
        }
        return rows.filter(**chosen)
