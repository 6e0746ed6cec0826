"""What each column of a file holds, one field for each, and the places its values stand for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.forms.indicators.file_places import FilePlaces
from audits.importers.measure_mapping import PLACE
from audits.models import MeasureImport


class FileColumnsForm(forms.Form):
    """Fields of the columns of a file. A column holds nothing or one thing, and no two the same."""

    imported: MeasureImport
    places: FilePlaces

    def offer_columns(
        self, imported: MeasureImport, choices: Sequence[Any], said: Sequence[str]
    ) -> None:
        """One field for each column; ``said`` is what each of them holds so far."""
        self.imported = imported
        for number, title in enumerate(imported.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=title,
                choices=choices,
                required=False,
                initial=said[number],
                error_messages={"invalid_choice": _("Choose a value of the list.")},
            )

    def offer_places(
        self, said: Sequence[str], kept: Mapping[str, int], tokens: Mapping[int, str]
    ) -> None:
        """The fields of `FilePlaces`, for the column that holds the place so far."""
        roles = list(said)
        self.places = FilePlaces(
            self,
            self.imported,
            column=roles.index(PLACE) if PLACE in roles else None,
            kept=kept,
            tokens=tokens,
        )

    def clean(self) -> dict[str, Any]:
        """Two columns that hold the same are said at each of them."""
        data = super().clean() or {}
        roles = self.roles(data)
        for number, role in enumerate(roles):
            if role and roles.count(role) > 1:
                self.add_error(f"column_{number}", _("Another column says the same."))
        return data

    def roles(self, data: Mapping[str, Any]) -> list[str]:
        """What each column holds, in order; "" for nothing."""
        return [data.get(f"column_{n}", "") or "" for n in range(len(self.imported.columns))]

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """One for each column of the file."""
        return [self[f"column_{n}"] for n in range(len(self.imported.columns))]

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """How the file is written."""
        return [self[name] for name in self.base_fields]
