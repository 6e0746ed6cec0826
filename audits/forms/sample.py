"""The form that prepares a sample."""

import uuid
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.sample_fields import SampleFields
from audits.forms.sample_list import PopulationField, ReferencesField
from audits.logic.population import MAX_LABEL, write_population
from audits.logic.sampling import MAX_COUNTED, MAX_SIZE, Unit, strata_of
from audits.logic.statistics import QUANTILES, sample_size
from audits.models import Assessment, Audit, Sample
from audits.sample_enums import SampleMethod, SampleSubject
from crcaudit.core.formats import number
from crcaudit.core.forms import CleanCharField, CleanTextField, VersionField, page_helper

COUNT, LIST = "COUNT", "LIST"
SHORT = 1_000
SHOWN_UNKNOWN = 5
MAX_MARGIN = 30
USUAL_MARGIN, USUAL_CONFIDENCE = 5, 95
UNDRAWN = frozenset({SampleMethod.EVERYTHING, SampleMethod.JUDGEMENT})
_COPIED = ("title", "counted", "source", "method", "size", "target")


class SampleForm(forms.Form):
    """What is drawn, from what, how, and how many. ``sample`` is None for a new one."""

    submit_label = gettext_lazy("Save, then draw")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    title = CleanCharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What is looked at, such as “Answers to letters in October”."),
        error_messages={"required": gettext_lazy("Give the sample a title.")},
    )
    requirement = forms.ChoiceField(
        label=gettext_lazy("Requirement"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a requirement of this audit.")},
    )
    counted = CleanTextField(
        label=gettext_lazy("A unit is conform when"),
        rows=2,
        limit=SHORT,
        help_text=gettext_lazy("Such as: the answer left within five working days."),
        error_messages={"required": gettext_lazy("Say when a unit is conform.")},
    )
    source = CleanTextField(
        label=gettext_lazy("Population"),
        rows=2,
        limit=SHORT,
        help_text=gettext_lazy("What it holds, on which period, and where the list comes from."),
        error_messages={"required": gettext_lazy("Say what the population holds.")},
    )
    known_by = forms.ChoiceField(
        label=gettext_lazy("It is given by"),
        choices=(
            (LIST, gettext_lazy("its list")),
            (COUNT, gettext_lazy("its number: units are then numbered from 1")),
        ),
        widget=forms.RadioSelect,
        initial=LIST,
        error_messages={
            "required": gettext_lazy("Say how the population is given."),
            "invalid_choice": gettext_lazy("Say how the population is given."),
        },
    )
    population_size = forms.IntegerField(
        label=gettext_lazy("Number of units"),
        required=False,
        min_value=1,
        max_value=MAX_COUNTED,
        error_messages={"invalid": gettext_lazy("Enter a whole number.")},
    )
    units = PopulationField(
        label=gettext_lazy("List"),
        required=False,
        help_text=gettext_lazy(
            "One unit per line, as pasted from a spreadsheet: the reference, then its site or "
            "channel in the next column when there is one. References of calls or files, never "
            "names of persons."
        ),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Method"),
        choices=SampleMethod.choices,
        initial=SampleMethod.SIMPLE,
        error_messages={
            "required": gettext_lazy("Choose a method."),
            "invalid_choice": gettext_lazy("Choose a method of the list."),
        },
    )
    chosen = ReferencesField(
        label=gettext_lazy("Units chosen by the auditor"),
        required=False,
        help_text=gettext_lazy(
            "One reference of the population per line. What is chosen says nothing of the rest: "
            "no interval is shown."
        ),
    )
    margin = forms.IntegerField(
        label=gettext_lazy("Margin (points)"),
        initial=USUAL_MARGIN,
        min_value=1,
        max_value=MAX_MARGIN,
    )
    confidence = forms.TypedChoiceField(
        label=gettext_lazy("Confidence"),
        choices=[(value, f"{value}\N{NO-BREAK SPACE}%") for value in QUANTILES],
        coerce=int,
        initial=USUAL_CONFIDENCE,
        error_messages={"invalid_choice": gettext_lazy("Choose a confidence of the list.")},
    )
    size = forms.IntegerField(
        label=gettext_lazy("Units to draw"),
        required=False,
        min_value=1,
        max_value=MAX_SIZE,
        help_text=gettext_lazy("Leave empty to take the proposed size."),
        error_messages={"invalid": gettext_lazy("Enter a whole number.")},
    )
    target = forms.DecimalField(
        label=gettext_lazy("Target (%)"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        localize=True,
        help_text=gettext_lazy("Share of conform units to reach, if there is one."),
    )

    def __init__(
        self,
        *args: Any,
        audit: Audit,
        rows: Sequence[Assessment],
        sample: Sample | None = None,
        **kwargs: Any,
    ) -> None:
        self.audit, self.rows = audit, {str(row.pk): row for row in rows}
        kwargs["initial"] = _initial(sample) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["requirement"].choices = [  # type: ignore[attr-defined]
            ("", _("No requirement in particular")),
            *((key, _named(row)) for key, row in self.rows.items()),
        ]
        layout = [name for name in self.fields if name not in {"size", "target"}]
        size = Field("size", template="audits/fields/sample_size.html")
        self.helper = page_helper(*layout, size, "target")
        self.helper.form_class = "sample-form"

    def clean(self) -> dict[str, Any]:
        """A population, a method that goes with it, and a size that fits."""
        data = super().clean() or self.cleaned_data
        self._clean_population(data)
        if data.get("population_size") and data.get("method"):
            self._clean_method(data, SampleMethod(data["method"]))
        return data

    def to_fields(self) -> SampleFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        names = ("title", "counted", "source", "units", "population_size")
        more = ("size", "confidence", "margin", "target")
        return SampleFields(
            subject=SampleSubject.UNITS,
            method=SampleMethod(data["method"]),
            assessment=self.rows.get(data["requirement"]),
            chosen=data["positions"],
            **{name: data[name] for name in (*names, *more)},
        )

    def _clean_population(self, data: dict[str, Any]) -> None:
        data["positions"] = ()
        if data.get("known_by") == COUNT:
            data["units"] = ()
            # A list that is not used is not read either.
            self.errors.pop("units", None)
            if not data.get("population_size") and "population_size" not in self.errors:
                self.add_error("population_size", _("Say how many units there are."))
        elif data.get("known_by") == LIST and "units" not in self.errors:
            self.errors.pop("population_size", None)
            data["population_size"] = len(data["units"])
            if not data["units"]:
                self.add_error("units", _("Paste the list of the units: it is empty."))

    def _clean_method(self, data: dict[str, Any], method: SampleMethod) -> None:
        if method in UNDRAWN:
            for name in ("margin", "confidence", "size"):  # not asked for, and hidden
                self.errors.pop(name, None)
                data[name] = None
        if method == SampleMethod.JUDGEMENT:
            self._clean_chosen(data)
        elif method == SampleMethod.EVERYTHING:
            data["size"] = self._fitting(data["population_size"], field="population_size")
        else:
            if method == SampleMethod.STRATIFIED:
                self._require_strata(data["units"])
            self._clean_size(data)

    def _clean_size(self, data: dict[str, Any]) -> None:
        whole = data["population_size"]
        if data.get("size") is None:
            if {"size", "margin", "confidence"} & self.errors.keys():
                return
            data["size"] = self._fitting(
                sample_size(
                    Fraction(data["margin"], 100), population=whole, confidence=data["confidence"]
                ),
                field="size",
            )
        elif data["size"] > whole:
            self.add_error(
                "size",
                _("The population has %(n)s units: no more can be drawn.") % {"n": number(whole)},
            )

    def _clean_chosen(self, data: dict[str, Any]) -> None:
        whole, units = data["population_size"], data["units"]
        if units:
            places = {unit.label: place for place, unit in enumerate(units, start=1)}
        else:
            places = {text: int(text) for text in data["chosen"] if _is_number(text, whole)}
        unknown = [label for label in data["chosen"] if label not in places]
        if not data["chosen"]:
            self.add_error("chosen", _("Write the references of the units that you choose."))
        elif unknown:
            shown = ", ".join(label[:MAX_LABEL] for label in unknown[:SHOWN_UNKNOWN])
            self.add_error("chosen", _("Not in the population: %(units)s.") % {"units": shown})
        else:
            data["positions"] = tuple(sorted({places[label] for label in data["chosen"]}))
            data["size"] = self._fitting(len(data["positions"]), field="chosen")

    def _require_strata(self, units: Sequence[Unit]) -> None:
        strata = strata_of(units)
        if not any(strata):
            self.add_error(
                "method",
                _("The list gives no site or channel: put it in a second column, or draw simply."),
            )
        elif "" in strata:
            self.add_error("units", _("With this method every unit has its site or channel."))

    def _fitting(self, size: int, *, field: str) -> int:
        if size > MAX_SIZE:
            sentence = _("This makes %(n)s units to look at: the limit is %(limit)s.")
            self.add_error(field, sentence % {"n": number(size), "limit": number(MAX_SIZE)})
        return size


def _initial(sample: Sample | None) -> dict[str, Any]:
    if sample is None:
        return {"key": uuid.uuid4()}
    units = sample.units()
    listed = bool(sample.population)
    return {name: getattr(sample, name) for name in _COPIED} | {
        "version": sample.version,
        "requirement": str(sample.assessment_id or ""),
        "known_by": LIST if listed else COUNT,
        "population_size": None if listed else sample.population_size,
        "units": write_population(units) if listed else "",
        "chosen": "\n".join(units[place - 1].label for place in sample.chosen),
        "margin": sample.margin or USUAL_MARGIN,
        "confidence": sample.confidence or USUAL_CONFIDENCE,
    }


def _named(row: Assessment) -> str:
    return f"{row.code} · {row.site.name}" if row.site else row.code


def _is_number(text: str, whole: int) -> bool:
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(whole))
    return short and 1 <= int(text) <= whole and str(int(text)) == text
