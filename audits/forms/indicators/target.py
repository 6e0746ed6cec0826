"""What is followed, and the line that says what is wanted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits.actions.place import Subject
from audits.actions.target import TargetFields
from audits.forms.indicators.fields import NumberField, PlaceField
from audits.logic.periods import Grain
from audits.measure_enums import GrainChoice, TargetKind
from crcaudit.accounts.models import Organisation
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField, page_helper
from crcaudit.core.templatetags.crc import localized
from engagements.enums import Operator
from engagements.models import Indicator

MOST_SECONDS = 86_400
_PARAMETER = "parameter_"
_NUMBERS = ("value", "alert", "nonconformity")


class FollowForm(forms.Form):
    """Indicators of the catalogue to follow."""

    indicators = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Indicators"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one indicator."),
            "invalid_choice": gettext_lazy("Choose indicators of the list."),
        },
    )

    def __init__(self, *args: Any, offered: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {row.pk: row for row in offered}
        field: Any = self.fields["indicators"]
        field.choices = [(row.pk, f"{row.code} {localized(row, 'name')}") for row in offered]

    def chosen(self) -> list[Indicator]:
        """The ticked ones, in the order of the list."""
        ticked = set(self.cleaned_data["indicators"])
        return [row for pk, row in self.by_pk.items() if pk in ticked]


class TargetForm(forms.Form):
    """One line of an indicator's targets: where, from when, what, and its thresholds."""

    submit_label = gettext_lazy("Set the target")

    place = PlaceField()
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wanted"),
        choices=TargetKind.choices,
        widget=forms.RadioSelect,
        initial=TargetKind.TARGET,
        error_messages={"invalid_choice": gettext_lazy("Say what is wanted.")},
    )
    operator = forms.ChoiceField(
        label=gettext_lazy("The value is to be"),
        choices=(
            (Operator.AT_LEAST, gettext_lazy("at least (≥)")),
            (Operator.MORE_THAN, gettext_lazy("strictly more than (>)")),
            (Operator.AT_MOST, gettext_lazy("at most (≤)")),
            (Operator.LESS_THAN, gettext_lazy("strictly less than (<)")),
            (Operator.EQUAL, gettext_lazy("exactly (=)")),
        ),
        error_messages={"invalid_choice": gettext_lazy("Choose a comparison of the list.")},
    )
    value = NumberField(label=gettext_lazy("Target"), required=False)
    alert = NumberField(
        label=gettext_lazy("Alert threshold"),
        required=False,
        help_text=gettext_lazy("Beyond it somebody must look. Empty for none."),
    )
    nonconformity = NumberField(
        label=gettext_lazy("Threshold of nonconformity"),
        required=False,
        help_text=gettext_lazy("Beyond it the promise is not kept. Empty for none."),
    )
    grain = forms.ChoiceField(
        label=gettext_lazy("Judged by"),
        choices=GrainChoice.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose a period of the list.")},
    )
    starts_on = DayField(
        label=gettext_lazy("Starting on"),
        help_text=gettext_lazy(
            "The line begins with the period of that day. "
            "Periods that are over keep the target that they were judged by."
        ),
        error_messages={"required": gettext_lazy("Say from which day on.")},
    )
    source = CleanCharField(
        label=gettext_lazy("Source"),
        required=False,
        help_text=gettext_lazy("Where it is agreed: contract, referential, committee."),
    )
    reason = CleanTextField(label=gettext_lazy("Reason"), required=False, rows=2, limit=2_000)
    # The latest line of the indicator when the form was shown.
    version = VersionField(required=False)

    def __init__(
        self, *args: Any, organisation: Organisation, indicator: Indicator, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place_field.offer(organisation)
        self.parameters = [str(item["key"]) for item in indicator.parameters]
        for item in indicator.parameters:
            self.fields[f"{_PARAMETER}{item['key']}"] = _parameter_field(item)
        names = [*self.base_fields]
        before = names.index("source")
        parameters = [f"{_PARAMETER}{key}" for key in self.parameters]
        self.helper = page_helper(*names[:before], *parameters, *names[before:])

    @property
    def place_field(self) -> PlaceField:
        """The field that knows the places."""
        field: Any = self.fields["place"]
        found: PlaceField = field
        return found

    def clean(self) -> dict[str, Any]:
        """A target has a value; anything else has none."""
        data = super().clean() or {}
        if data.get("kind") == TargetKind.TARGET:
            if data.get("value") is None and "value" not in self.errors:
                self.add_error("value", _("Give the target, or follow without one."))
            return data
        return data | {"operator": "", **dict.fromkeys(_NUMBERS)}

    def subject(self) -> Subject:
        """What the target is for."""
        return self.place_field.subject(self.cleaned_data["place"])

    def to_fields(self) -> TargetFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        parameters = {
            key: value
            for key in self.parameters
            if (value := data.get(f"{_PARAMETER}{key}")) not in {None, ""}
        }
        return TargetFields(
            kind=TargetKind(data["kind"]),
            grain=Grain(data["grain"]),
            starts_on=data["starts_on"],
            operator=data["operator"],
            parameters=parameters if data["kind"] == TargetKind.TARGET else {},
            source=data["source"],
            reason=data["reason"],
            **{name: data[name] for name in _NUMBERS},
        )


def _parameter_field(item: dict[str, Any]) -> forms.Field:
    """A setting of the measure that the target depends on: one of a list, or whole seconds."""
    language = (get_language() or "fr")[:2]
    label = item[f"label_{language}"]
    if item.get("choices"):
        choices = [(one["code"], one[f"label_{language}"]) for one in item["choices"]]
        return forms.ChoiceField(
            label=label, choices=choices, initial=item["default"], required=False
        )
    return forms.IntegerField(
        label=label,
        initial=item["default"],
        required=False,
        min_value=0,
        max_value=MOST_SECONDS,
        error_messages={"invalid": _("Enter a whole number.")},
    )
