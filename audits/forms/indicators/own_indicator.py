"""An indicator of one's own: the figures of the formula are named as it is typed."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.own_indicator import (
    MOST_INPUTS,
    IndicatorFields,
    too_many_figures,
    unreadable,
)
from crcaudit.core.forms import CleanCharField, CleanTextField, VersionField
from engagements import words
from engagements.enums import Dimension, Direction, StatisticKind
from engagements.logic.formula import FormulaError, keys_of
from engagements.models import Indicator

_LABEL = "input_"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,19}")
_UNITS = ("%", "s", "h", "€", *words.UNITS)
_UNKNOWN = gettext_lazy("Choose a value of the list.")


def _choices(known: words.Words) -> list[tuple[str, Any]]:
    return list(known.items())


class CodeField(forms.Field):
    """A short code: letters, digits, dashes and points."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """The code; "" when nothing was sent."""
        text = str(value or "").strip()
        if text and not _CODE.fullmatch(text):
            raise ValidationError(_("Use letters, digits, dashes and points, 20 at most."))
        return text


class FormulaField(forms.Field):
    """A formula that can be read; else the character from which on it cannot."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """The formula on one line; "" when nothing was sent."""
        text = " ".join(str(value or "").split())
        try:
            if text:
                keys_of(text)
        except FormulaError as error:
            raise ValidationError(unreadable(error)) from error
        return text


class OwnIndicatorForm(forms.Form):
    """``indicator`` is None for a new one; its code then stays open."""

    submit_label = gettext_lazy("Save the indicator")

    version = VersionField(required=False)
    code = CodeField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Short, and yours, such as X-01."),
        error_messages={"required": gettext_lazy("Give the indicator a code.")},
    )
    name = CleanCharField(
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Give the indicator a name.")},
    )
    definition = CleanTextField(
        label=gettext_lazy("Definition"),
        limit=2_000,
        rows=3,
        error_messages={"required": gettext_lazy("Say what it measures.")},
    )
    formula = FormulaField(
        label=gettext_lazy("Formula"),
        help_text=gettext_lazy(
            "Names of figures in small letters, numbers, + - * / and parentheses, "
            "such as 100 * solved / asked."
        ),
        error_messages={"required": gettext_lazy("Give the formula.")},
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[(unit, words.UNITS.get(unit, unit) or gettext_lazy("none")) for unit in _UNITS],
        error_messages={"invalid_choice": _UNKNOWN},
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("It is better when"),
        choices=Direction.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    statistic = forms.ChoiceField(
        label=gettext_lazy("Kind of figure"),
        choices=StatisticKind.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    journey_stage = forms.ChoiceField(
        label=gettext_lazy("Stage of the journey"),
        choices=_choices(words.STAGES),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    dimension = forms.ChoiceField(
        label=gettext_lazy("Dimension"),
        choices=Dimension.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("Measured"),
        choices=_choices(words.FREQUENCIES),
        initial="monthly",
        error_messages={"invalid_choice": _UNKNOWN},
    )

    def __init__(self, *args: Any, indicator: Indicator | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(indicator) if indicator else {})
        super().__init__(*args, **kwargs)
        if indicator is not None:
            self.fields["code"].disabled = True
        self.keys = self._keys(indicator)
        for key in self.keys:
            self.fields[f"{_LABEL}{key}"] = CleanCharField(
                label=_("What “%(key)s” counts") % {"key": key}, required=False
            )

    def _keys(self, indicator: Indicator | None) -> tuple[str, ...]:
        """Figures of the formula as it is typed now; those of the indicator before."""
        typed = self.data.get("formula") if self.is_bound else None
        formula = typed if isinstance(typed, str) else indicator.formula if indicator else ""
        try:
            return keys_of(formula)[: MOST_INPUTS + 1] if formula else ()
        except FormulaError:
            return ()

    @property
    def labels(self) -> list[forms.BoundField]:
        """What each figure counts, in the order of the formula."""
        return [self[f"{_LABEL}{key}"] for key in self.keys]

    def clean(self) -> dict[str, Any]:
        """Each figure of the formula is said in words."""
        data = super().clean() or {}
        if len(self.keys) > MOST_INPUTS:
            self.add_error("formula", too_many_figures())
        for key in self.keys[:MOST_INPUTS]:
            if not data.get(f"{_LABEL}{key}"):
                self.add_error(f"{_LABEL}{key}", _("Say what this figure counts."))
        return data

    def to_fields(self) -> IndicatorFields:
        """Valid values as the actions take them."""
        data = self.cleaned_data
        names = IndicatorFields.__dataclass_fields__.keys() - {"inputs"}
        return IndicatorFields(
            inputs={key: data[f"{_LABEL}{key}"] for key in self.keys},
            **{name: data[name] for name in names},
        )


def _initial(row: Indicator) -> dict[str, Any]:
    names = ("code", "formula", "unit", "direction", "statistic", "version")
    more = ("journey_stage", "dimension", "frequency")
    return {
        "name": row.name_fr,
        "definition": row.definition_fr,
        **{name: getattr(row, name) for name in (*names, *more)},
        **{f"{_LABEL}{item.key}": item.label_fr for item in row.inputs.all()},
    }
