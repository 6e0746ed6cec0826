"""A contact marked criterion by criterion: what four forms have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.actions.listening.common import MarkFields
from audits.listening_enums import MarkValue
from audits.models import ListeningCriterion
from crcaudit.core.forms import CleanCharField

NOTE_LIMIT = 300
KINDS = {
    MarkValue.COMPLIANT: "ok",
    MarkValue.PARTLY: "part",
    MarkValue.NOT_COMPLIANT: "major",
    MarkValue.NOT_APPLICABLE: "na",
}
KEYS = {
    MarkValue.COMPLIANT: "1",
    MarkValue.PARTLY: "2",
    MarkValue.NOT_COMPLIANT: "3",
    MarkValue.NOT_APPLICABLE: "0",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A mark as the segmented control shows it. ``press`` is the key that gives it."""

    value: str
    label: str
    kind: str
    press: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion on the screen, with its two fields."""

    criterion: ListeningCriterion
    mark: forms.BoundField
    note: forms.BoundField
    options: list[Option]


class MarksForm(forms.Form):
    """The marks of one contact; ``criteria`` in their order, ``marks`` those it has already."""

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[ListeningCriterion],
        marks: Mapping[int, MarkFields] | None = None,
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {}
        for pk, mark in (marks or {}).items():
            initial |= {f"mark_{pk}": mark.mark, f"note_{pk}": mark.comment}
        kwargs["initial"] = (kwargs.get("initial") or {}) | initial
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for row in criteria:
            words = {"criterion": row.label}
            self.fields[f"mark_{row.pk}"] = forms.ChoiceField(
                label=row.label,
                choices=MarkValue.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Give this criterion a mark, or say that it does not apply."),
                    "invalid_choice": _("Choose one of the four marks."),
                },
            )
            self.fields[f"note_{row.pk}"] = CleanCharField(
                label=_("What was heard: %(criterion)s") % words,
                required=False,
                limit=NOTE_LIMIT,
            )

    @property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """Parts of the contact in their order, each with its criteria."""
        groups = groupby(self.criteria, key=lambda row: row.section)
        return [(name, [self._line(row) for row in rows]) for name, rows in groups]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Those of the form beside the marks, that are seen."""
        return [
            self[name]
            for name in self.base_fields
            if name in self.fields and not self[name].is_hidden
        ]

    def marks(self) -> dict[int, MarkFields]:
        """Valid marks as the actions take them."""
        data = self.cleaned_data
        return {
            row.pk: MarkFields(data[f"mark_{row.pk}"], data[f"note_{row.pk}"])
            for row in self.criteria
        }

    def _line(self, row: ListeningCriterion) -> Line:
        field = self[f"mark_{row.pk}"]
        chosen = field.value()
        options = [
            Option(mark.value, str(mark.label), KINDS[mark], KEYS[mark], chosen == mark.value)
            for mark in MarkValue
        ]
        return Line(row, field, self[f"note_{row.pk}"], options)
