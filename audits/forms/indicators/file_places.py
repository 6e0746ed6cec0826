"""Which place each value of a file stands for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.actions.place import Subject
from audits.forms.indicators.fields import WHOLE, PlaceField
from audits.models import MeasureImport
from engagements.logic.search import fold

MOST_VALUES = 60
_PREFIX, _FILE = "place_", "place_file"


class FilePlaces:
    """Fields of a form that say which place each value of the place column stands for.

    Without such a column one field says it of the whole file.
    """

    def __init__(
        self,
        form: forms.Form,
        imported: MeasureImport,
        *,
        column: int | None,
        kept: Mapping[str, int],
        tokens: Mapping[int, str],
    ) -> None:
        self.form = form
        self.values = _values(imported, column, kept)
        names = {f"{_PREFIX}{n}": value for n, value in enumerate(self.values)}
        for name, label in names.items() or {_FILE: _("Place of the whole file")}.items():
            field = PlaceField(required=False)
            field.offer(imported.organisation)
            field.label = label
            known = tokens.get(kept.get(label, kept.get(fold(label), 0)), "")
            field.initial = known or _matching(field, label)
            if name != _FILE:
                field.choices = [("", _("Leave out")), *_choices(field)]
            form.fields[name] = field

    @property
    def fields(self) -> list[forms.BoundField]:
        """Those fields, in the order of the file."""
        return [self.form[name] for name in self.form.fields if name.startswith(_PREFIX)]

    def chosen(self) -> dict[str, Subject]:
        """What each value stands for; values that are left out are not in it."""
        found = {}
        for number, value in enumerate(self.values):
            token = self.form.cleaned_data.get(f"{_PREFIX}{number}", "")
            if token:
                found[value] = self._field(number).subject(token)
        return found

    def of_file(self) -> Subject:
        """What the whole file is about."""
        field: Any = self.form.fields.get(_FILE)
        return field.subject(self.form.cleaned_data.get(_FILE) or WHOLE) if field else None

    def _field(self, number: int) -> PlaceField:
        field: Any = self.form.fields[f"{_PREFIX}{number}"]
        found: PlaceField = field
        return found


def _values(imported: MeasureImport, column: int | None, kept: Mapping[str, int]) -> list[str]:
    """Values of the place column as far as they are known, in the order in which they came."""
    if column is None:
        return []
    seen = [row[column].strip() for row in imported.sample if column < len(row)]
    unknown = imported.facts.get("unplaced", {})
    shown = dict.fromkeys([*seen, *unknown])
    folded = {fold(value) for value in shown}
    shown |= dict.fromkeys(value for value in kept if fold(value) not in folded)
    return [value for value in shown if value][:MOST_VALUES]


def _matching(field: PlaceField, value: str) -> str:
    """The place whose name is the value, "" when there is none."""
    names = {fold(str(label)): str(token) for token, label in _choices(field)}
    return names.get(fold(value), "")


def _choices(field: PlaceField) -> list[tuple[str, Any]]:
    offered: Any = field.choices
    return [(str(token), label) for token, label in offered]
