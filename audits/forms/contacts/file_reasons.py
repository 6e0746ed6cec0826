"""What the reasons of a file stand for that are in no list of the organisation."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.importers.volume_mapping import NEW
from audits.models import ContactReason, MeasureImport
from engagements.logic.search import fold

MOST_UNKNOWN = 200
_UNKNOWN = gettext_lazy("Choose a value of the list.")
_PREFIX = "reason_"


class FileReasons:
    """Fields of a form, one for each unknown text: a new reason, one of the list, or undecided."""

    def __init__(
        self,
        form: forms.Form,
        imported: MeasureImport,
        *,
        said: Mapping[str, int | str],
        reasons: Sequence[ContactReason],
    ) -> None:
        self.form = form
        unknown: dict[str, int] = imported.facts.get("unknown_reasons", {})
        self.texts = list(unknown)[:MOST_UNKNOWN]
        self.more = len(unknown) - len(self.texts)
        folded = {fold(text) for text in self.texts}
        self.kept = {text: value for text, value in said.items() if text not in folded}
        choices = [
            ("", _("To be decided")),
            (NEW, _("A new reason of the list")),
            *((str(row.pk), str(row)) for row in reasons),
        ]
        for number, text in enumerate(self.texts):
            count = ngettext("%(n)s contact", "%(n)s contacts", unknown[text])
            form.fields[f"{_PREFIX}{number}"] = forms.ChoiceField(
                label=f"{text} ({count % {'n': unknown[text]}})",
                choices=choices,
                required=False,
                initial=str(said.get(fold(text), "")),
                error_messages={"invalid_choice": _UNKNOWN},
            )

    @property
    def fields(self) -> list[forms.BoundField]:
        """Those fields, in the order of the weight of their texts."""
        return [self.form[f"{_PREFIX}{n}"] for n in range(len(self.texts))]

    def chosen(self) -> dict[str, int | str]:
        """What each folded text stands for; those that are undecided are not in it."""
        found = dict(self.kept)
        for number, text in enumerate(self.texts):
            value = self.form.cleaned_data.get(f"{_PREFIX}{number}")
            if value:
                found[fold(text)] = NEW if value == NEW else int(value)
        return found
