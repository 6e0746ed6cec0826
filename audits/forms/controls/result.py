"""Forms of one control: its result, who does it instead, why it is cancelled; events."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.controls.results import ResultFields, result_of
from audits.control_enums import ControlBasis, ControlFrequency, ControlOutcome
from audits.control_people import doers_in
from audits.forms.corrective_action import OwnerField
from audits.models import Certification, ControlLine, ControlOccurrence
from crcaudit.accounts.models import Site, User
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    ReasonField,
    ReasonForm,
    VersionField,
    page_helper,
)

MOST_UNITS = 10_000_000
COMMENT = 2_000
NUMBER_ERRORS = {
    "invalid": gettext_lazy("Enter a whole number, such as 42."),
    "min_value": gettext_lazy("Enter a whole number, such as 42."),
    "max_value": gettext_lazy("This number is too large: check it."),
}


class ControlResultForm(forms.Form):
    """Counts, or an outcome in one word; when it was done, what is to be said, its record."""

    version = VersionField()
    checked = forms.IntegerField(
        label=gettext_lazy("checked"),
        required=False,
        min_value=0,
        max_value=MOST_UNITS,
        error_messages=NUMBER_ERRORS,
    )
    compliant = forms.IntegerField(
        label=gettext_lazy("comply"),
        required=False,
        min_value=0,
        max_value=MOST_UNITS,
        error_messages=NUMBER_ERRORS,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"),
        required=False,
        choices=ControlBasis.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Say whether everything was checked.")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Or, without counting"),
        required=False,
        choices=(("", "–"), *ControlOutcome.choices),  # noqa: RUF001 -- as in the lists
        error_messages={"invalid_choice": gettext_lazy("Choose an outcome of the list.")},
    )
    done_on = DayField(
        label=gettext_lazy("Done on"),
        error_messages={"required": gettext_lazy("Say on which day it was done.")},
    )
    comment = CleanTextField(label=gettext_lazy("Comment"), required=False, limit=COMMENT, rows=2)
    record_reference = CleanCharField(
        label=gettext_lazy("Reference of the record"),
        required=False,
        help_text=gettext_lazy("Where it is, when no file is added."),
    )

    def __init__(self, *args: Any, control: ControlOccurrence, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(control, today)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Both counts or none, and not an outcome as well."""
        data = super().clean() or {}
        checked, compliant = data.get("checked"), data.get("compliant")
        has_counts = checked is not None or compliant is not None
        if data.get("outcome"):
            if has_counts:
                self.add_error("outcome", _("Give the numbers or an outcome, not both."))
            data["basis"] = ""
            return data
        if not has_counts and not self.errors:
            self.add_error("checked", _("Say how many were checked, or choose an outcome."))
        elif checked is None and "checked" in data:
            self.add_error("checked", _("Say how many were checked."))
        elif compliant is None and "compliant" in data and checked:
            self.add_error("compliant", _("Say how many of them comply."))
        elif checked is not None and compliant is not None and compliant > checked:
            self.add_error(
                "compliant", _("More comply than were checked: correct one of the two numbers.")
            )
        data["basis"] = data.get("basis") or ControlBasis.EXHAUSTIVE
        return data

    def to_fields(self) -> ResultFields:
        """Valid values as the action takes them; nothing checked is nothing to check."""
        data = dict(self.cleaned_data)
        data.pop("version")
        if not data["outcome"] and not data["checked"]:
            data |= {"outcome": ControlOutcome.NOTHING, "checked": None, "compliant": None}
            data["basis"] = ""
        return ResultFields(**data)


class JudgeForm(forms.Form):
    """The numbers that are being typed, to say what they are worth."""

    checked = forms.IntegerField(min_value=1, max_value=MOST_UNITS)
    compliant = forms.IntegerField(min_value=0, max_value=MOST_UNITS)
    basis = forms.ChoiceField(required=False, choices=ControlBasis.choices)


class HandOverForm(forms.Form):
    """Who does the control instead, and why."""

    submit_label = gettext_lazy("Hand it over")

    to = OwnerField(
        label=gettext_lazy("Done by"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={
            "required": gettext_lazy("Choose who does it instead."),
            "invalid_choice": gettext_lazy(
                "Choose a member of the organisation who does controls."
            ),
        },
    )
    reason = CleanCharField(
        label=gettext_lazy("Reason"),
        required=False,
        help_text=gettext_lazy("Such as “away until Monday”."),
    )

    def __init__(self, *args: Any, control: ControlOccurrence, **kwargs: Any) -> None:
        away = control.owner_id == control.responsible_id
        kwargs["initial"] = {"to": control.substitute_id if away else control.responsible_id}
        super().__init__(*args, **kwargs)
        people = doers_in(control.line.plan.certification.organisation_id)
        self.fields["to"].queryset = people.exclude(pk=control.owner_id or 0)  # type: ignore[attr-defined]
        self.helper = page_helper("to", "reason")


class CancelControlForm(ReasonForm):
    """Why a control will not be done."""

    submit_label = gettext_lazy("Cancel this control")

    reason = ReasonField(
        asked=gettext_lazy("Say why it will not be done."),
        help_text=gettext_lazy("It leaves the figures of the plan; an auditor reads the reason."),
    )


class LineField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as OwnerField
    """A line of the plan."""

    def label_from_instance(self, obj: ControlLine) -> str:
        """Requirement and control point."""
        return f"{obj.requirement.code} {obj.control_point[:120]}"


class PlanEventForm(forms.Form):
    """Which control an event calls for, where, by when."""

    submit_label = gettext_lazy("Plan the control")

    line = LineField(
        label=gettext_lazy("Line"),
        queryset=ControlLine.objects.none(),
        empty_label=gettext_lazy("Choose a line"),
        error_messages={
            "required": gettext_lazy("Choose the line that the event calls for."),
            "invalid_choice": gettext_lazy("Choose a line of the plan in force."),
        },
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("All sites together"),
        error_messages={"invalid_choice": gettext_lazy("Choose a site of the file.")},
    )
    day = DayField(
        label=gettext_lazy("To be done on"),
        error_messages={"required": gettext_lazy("Say on which day it is to be done.")},
    )

    def __init__(self, *args: Any, file: Certification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = ControlLine.objects.filter(
            plan__certification=file,
            plan__state="APPROVED",
            frequency=ControlFrequency.PER_EVENT,
        )
        ordered = lines.select_related("requirement", "plan__certification").order_by("position")
        self.fields["line"].queryset = ordered  # type: ignore[attr-defined]
        self.fields["site"].queryset = file.sites.order_by("name", "pk")  # type: ignore[attr-defined]
        self.helper = page_helper("line", "site", "day")


def _initial(control: ControlOccurrence, today: date) -> dict[str, Any]:
    said = result_of(control)
    if said is None:
        size = control.line.sample_size
        basis = ControlBasis.SAMPLE if size else ControlBasis.EXHAUSTIVE
        day = max(today, control.period_start)
        return {"version": control.version, "basis": basis, "checked": size, "done_on": day}
    values = {name: getattr(said, name) for name in ResultFields.__dataclass_fields__}
    values["basis"] = said.basis or ControlBasis.EXHAUSTIVE
    return values | {"version": control.version}
