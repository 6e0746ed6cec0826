"""Forms of listening grids: the whole grid on one page, rows that can be moved."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.grids import MAX_CRITERIA, CriterionFields, GridFields, fields_of
from audits.enums import Channel
from audits.listening_enums import CriticalEffect, FedIndicator, GridState
from audits.listening_permissions import managed_organisations
from audits.models import Certification, ListeningGrid
from audits.models.listening_grid import MAX_WEIGHT
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.formats import DASH
from crcaudit.core.forms import CleanCharField, VersionField

SPARE_ROWS, LEAST_ROWS = 2, 6
INCOMPLETE = gettext_lazy("This form is incomplete: reload the page and send it again.")
TEXT_LIMITS = {"section": 60, "label": 200, "guidance": 300}
COLUMNS = ("section", "label", "weight", "critical", "indicator", "guidance")
Row = Mapping[str, Any]


class GridForm(forms.Form):
    """What a contact is graded on. ``grid`` is None for a new one.

    ``start`` are values to begin with: of a ready grid, or of the page as it was when a row was
    moved.
    """

    submit_label = gettext_lazy("Save the grid")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose an organisation of yours.")},
    )
    title = CleanCharField(
        label=gettext_lazy("Title"),
        limit=120,
        error_messages={"required": gettext_lazy("Give the grid a title.")},
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one channel."),
            "invalid_choice": gettext_lazy("Choose channels of the list."),
        },
    )
    partly = forms.IntegerField(
        label=gettext_lazy("Worth of “partly” (% of the weight)"),
        min_value=0,
        max_value=100,
        error_messages={
            "required": gettext_lazy("Give a percentage from 0 to 100."),
            "invalid": gettext_lazy("Give a percentage from 0 to 100."),
            "min_value": gettext_lazy("Give a percentage from 0 to 100."),
            "max_value": gettext_lazy("Give a percentage from 0 to 100."),
        },
    )
    critical_effect = forms.ChoiceField(
        label=gettext_lazy("When a critical criterion is not compliant"),
        choices=CriticalEffect.choices,
        widget=forms.RadioSelect,
    )
    certification = forms.ModelChoiceField(
        label=gettext_lazy("Readable by the auditors of"),
        queryset=Certification.objects.none(),
        required=False,
        empty_label=gettext_lazy("No auditor"),
        help_text=gettext_lazy("They read sessions and results on the sites of the file."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a certification file of the organisation."),
        },
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        grid: ListeningGrid | None = None,
        start: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        initial = dict(start) if start else _initial(grid)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        own = managed_organisations(user)
        files = Certification.objects.filter(closed_at=None)
        if grid is not None:
            del self.fields["organisation"]
            files = files.filter(organisation=grid.organisation_id)
        else:
            choice: forms.ModelChoiceField = self.fields["organisation"]  # type: ignore[type-arg,assignment]
            choice.queryset = own
            files = files.filter(organisation__in=own)
        self.fields["certification"].queryset = files.order_by("reference", "pk")  # type: ignore[attr-defined]
        sent = self.data if self.is_bound else None
        self.rows = range(_row_count(sent) if sent is not None else _rows_of(initial))
        for n in self.rows:
            self._add_row(n)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Those above the criteria, as they are shown."""
        names = [name for name in self.base_fields if name in self.fields]
        return [self[name] for name in names if not self[name].is_hidden]

    @property
    def sheet(self) -> list[tuple[int, dict[str, forms.BoundField]]]:
        """The rows of the criteria, each with its number from 1."""
        return [(n + 1, {name: self[f"{name}_{n}"] for name in COLUMNS}) for n in self.rows]

    @property
    def total(self) -> int:
        """Of the weights that are there, whatever else is wrong."""
        values = (str(self[f"weight_{n}"].value() or "") for n in self.rows)
        return sum(int(v) for v in values if v.isascii() and v.isdecimal() and len(v) <= len("100"))

    def clean(self) -> dict[str, Any]:
        """A criterion has its part, its wording and its weight; a grid has a criterion."""
        data = super().clean() or {}
        for n in self.rows:
            if not any(data.get(f"{name}_{n}") for name in TEXT_LIMITS):
                continue
            for name, text in (
                ("section", _("Say in which part of the contact.")),
                ("label", _("Word the criterion.")),
                ("weight", _("Give a weight from 1 to 100.")),
            ):
                if not data.get(f"{name}_{n}") and f"{name}_{n}" not in self.errors:
                    self.add_error(f"{name}_{n}", text)
        if not self.errors and not self._criteria():
            self.add_error(None, _("Write at least one criterion."))
        organisation, file = data.get("organisation"), data.get("certification")
        if organisation and file and file.organisation_id != organisation.pk:
            self.add_error("certification", _("Choose a certification file of the organisation."))
        return data

    def to_fields(self) -> GridFields:
        """Valid values as the action takes them; empty rows are left out."""
        data = self.cleaned_data
        names = ("title", "channels", "partly", "critical_effect", "certification")
        return GridFields(criteria=self._criteria(), **{name: data[name] for name in names})

    def _criteria(self) -> tuple[CriterionFields, ...]:
        data = self.cleaned_data
        return tuple(
            CriterionFields(
                section=data[f"section_{n}"],
                label=data[f"label_{n}"],
                weight=data[f"weight_{n}"],
                guidance=data[f"guidance_{n}"],
                is_critical=data[f"critical_{n}"],
                indicator=data[f"indicator_{n}"],
            )
            for n in self.rows
            if data.get(f"label_{n}")
        )

    def _add_row(self, n: int) -> None:
        words = {"n": n + 1}
        labels = {
            "section": _("Part %(n)s") % words,
            "label": _("Criterion %(n)s") % words,
            "guidance": _("What is compliant %(n)s") % words,
        }
        for name, limit in TEXT_LIMITS.items():
            self.fields[f"{name}_{n}"] = CleanCharField(
                label=labels[name], required=False, limit=limit
            )
        self.fields[f"guidance_{n}"].widget.attrs["placeholder"] = _("What is compliant")
        self.fields[f"weight_{n}"] = forms.IntegerField(
            label=_("Weight %(n)s") % words,
            required=False,
            min_value=1,
            max_value=MAX_WEIGHT,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), _("Give a weight from 1 to 100.")
            ),
        )
        self.fields[f"critical_{n}"] = forms.BooleanField(
            label=_("Critical %(n)s") % words, required=False
        )
        self.fields[f"indicator_{n}"] = forms.ChoiceField(
            label=_("Indicator %(n)s") % words,
            required=False,
            choices=[("", DASH), *FedIndicator.choices],
        )


class MoveGridForm(forms.Form):
    """A step of the grid, from a button."""

    to = forms.ChoiceField(choices=GridState.choices)


class LinkGridForm(forms.Form):
    """Whose auditors read what is graded on it."""

    certification = GridForm.base_fields["certification"]

    def __init__(self, *args: Any, grid: ListeningGrid, **kwargs: Any) -> None:
        kwargs["initial"] = {"certification": grid.certification_id}
        super().__init__(*args, **kwargs)
        files = Certification.objects.filter(organisation=grid.organisation_id, closed_at=None)
        kept = Certification.objects.filter(listening_grids=grid.pk)
        choice: forms.ModelChoiceField = self.fields["certification"]  # type: ignore[type-arg,assignment]
        choice.queryset = (files | kept).order_by("reference", "pk")

    def clean(self) -> dict[str, Any]:
        """Nobody is chosen by an empty choice, not by a form that does not ask."""
        if "certification" not in self.data:
            raise ValidationError(INCOMPLETE, code="incomplete")
        return super().clean() or {}


class CopyGridForm(forms.Form):
    """A new draft like a grid: its next version, or another grid."""

    key = forms.UUIDField()
    purpose = forms.ChoiceField(choices=(("version", ""), ("copy", "")))


def rearranged(data: QueryDict, step: str) -> dict[str, Any]:
    """The page as it was sent, with a row moved up or down, or with more rows.

    ``step`` is "up:3", "down:3" (rows from 1) or "add"; anything else changes nothing.
    """
    rows = [_sent_row(data, n) for n in range(_row_count(data))]
    verb, _colon, place = step.partition(":")
    n = int(place) - 1 if place.isascii() and place.isdecimal() and len(place) <= len("40") else -1
    other = {"up": n - 1, "down": n + 1}.get(verb, -1)
    if 0 <= n < len(rows) and 0 <= other < len(rows):
        rows[n], rows[other] = rows[other], rows[n]
    names = [name for name in GridForm.base_fields if name in data]
    start = {name: data.get(name) for name in names} | {"channels": data.getlist("channels")}
    return start | _flat(rows) | {"rows": len(rows) + (SPARE_ROWS if verb == "add" else 0)}


def start_of(fields: GridFields) -> dict[str, Any]:
    """Values of a new grid like this one."""
    return {"key": uuid4()} | _values(fields)


def _values(fields: GridFields) -> dict[str, Any]:
    names = ("title", "channels", "partly", "critical_effect", "certification")
    rows: list[Row] = [
        {
            "section": row.section,
            "label": row.label,
            "weight": row.weight,
            "critical": row.is_critical,
            "indicator": row.indicator,
            "guidance": row.guidance,
        }
        for row in fields.criteria
    ]
    return {name: getattr(fields, name) for name in names} | _flat(rows)


def _initial(grid: ListeningGrid | None) -> dict[str, Any]:
    if grid is None:
        usual = {"partly": 50, "critical_effect": CriticalEffect.ZERO}
        return {"key": uuid4(), **usual}
    return _values(fields_of(grid)) | {"version": grid.version}


def _flat(rows: Sequence[Row]) -> dict[str, Any]:
    return {f"{name}_{n}": row[name] for n, row in enumerate(rows) for name in COLUMNS}


def _sent_row(data: QueryDict, n: int) -> Row:
    row: dict[str, Any] = {name: data.get(f"{name}_{n}", "") for name in COLUMNS}
    return row | {"critical": f"critical_{n}" in data}


def _row_count(data: Mapping[str, Any]) -> int:
    """How many rows a form that was sent has, as far as they may be."""
    found = (n for n in range(MAX_CRITERIA) if any(f"{name}_{n}" in data for name in COLUMNS))
    return max(found, default=-1) + 1


def _rows_of(initial: Mapping[str, Any]) -> int:
    wanted = initial.get("rows") or max(LEAST_ROWS, _row_count(initial) + SPARE_ROWS)
    return min(MAX_CRITERIA, int(wanted))
