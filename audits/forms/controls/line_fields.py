"""The fields of the form of a line of the internal control plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from audits.control_enums import ControlFrequency, EscalationTarget, ThresholdSign, Weekday
from audits.enums import Channel
from audits.forms.certification import SitesField
from audits.forms.corrective_action import OwnerField
from audits.models import CorrectiveAction
from audits.models.control_line import MOST_AFTER, MOST_MONTHS, MOST_RANK, MOST_WINDOW
from crcaudit.accounts.models import Site, User
from crcaudit.core.forms import CleanCharField, CleanTextField, VersionField
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator, Requirement

SHORT, LONG = 300, 2_000
MOST_UNITS = 1_000_000


class RequirementField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as OwnerField
    """A requirement of the edition, by code and wording."""

    def label_from_instance(self, obj: Requirement) -> str:
        """Code and the beginning of the wording."""
        return f"{obj.code} {localized(obj, 'text')[:120]}"


class IndicatorField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as OwnerField
    """An indicator of the catalogue."""

    def label_from_instance(self, obj: Indicator) -> str:
        """Code and name."""
        return f"{obj.code} {localized(obj, 'name')}"


def _percentage(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any"}),
        error_messages={
            name: gettext_lazy("Enter a percentage between 0 and 100, such as 98.5.")
            for name in ("invalid", "min_value", "max_value", "max_digits", "max_whole_digits")
        },
        **kwargs,
    )


def _whole(label: Any, most: int, *, least: int = 0, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **kwargs)


class ControlLineFields(forms.Form):
    """The columns of the table of the plan; what is on offer is said by `ControlLineForm`."""

    submit_label = gettext_lazy("Save the line")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    requirement = RequirementField(
        label=gettext_lazy("Requirement"),
        queryset=Requirement.objects.none(),
        empty_label=gettext_lazy("Choose a requirement"),
        error_messages={
            "required": gettext_lazy("Choose the requirement that is controlled."),
            "invalid_choice": gettext_lazy("Choose a requirement of the edition of this file."),
        },
    )
    control_point = CleanCharField(
        label=gettext_lazy("Control point"),
        limit=SHORT,
        help_text=gettext_lazy("What is looked at, such as “price written on every document”."),
        error_messages={"required": gettext_lazy("Say what is looked at.")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Method"),
        error_messages={"invalid_choice": gettext_lazy("Choose a method of the list.")},
    )
    procedure = CleanTextField(
        label=gettext_lazy("Procedure"),
        required=False,
        limit=LONG,
        help_text=gettext_lazy("How it is done, and how figures are computed: what counts as 0."),
    )
    population = CleanCharField(label=gettext_lazy("Population"), required=False, limit=SHORT)
    sample = CleanCharField(
        label=gettext_lazy("Sample"),
        required=False,
        limit=SHORT,
        help_text=gettext_lazy("How it is drawn; empty when everything is looked at."),
    )
    sample_size = _whole(gettext_lazy("Size of the sample"), MOST_UNITS, least=1, required=False)
    is_per_site = forms.TypedChoiceField(
        label=gettext_lazy("Where"),
        choices=(
            ("1", gettext_lazy("One control on each site")),
            ("0", gettext_lazy("One control for all sites together")),
        ),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    sites = SitesField(
        label=gettext_lazy("Sites"),
        queryset=Site.objects.none(),
        required=False,
        help_text=gettext_lazy("None ticked: every site of the file."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose sites of the file."),
            "invalid_list": gettext_lazy("Choose sites of the file."),
        },
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        required=False,
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every channel."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose channels of the list."),
            "invalid_list": gettext_lazy("Choose channels of the list."),
        },
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("Frequency"),
        choices=ControlFrequency.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose a frequency of the list.")},
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"),
        choices=(("", "–"), *Weekday.choices),  # noqa: RUF001 -- as in the lists
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("Of a weekly control."),
        error_messages={"invalid_choice": gettext_lazy("Choose a day of the list.")},
    )
    rank = _whole(
        gettext_lazy("Working day of the period"),
        MOST_RANK,
        least=1,
        required=False,
        help_text=gettext_lazy("Of a month, a quarter, half a year or a year: 1 is the first."),
    )
    window_days = _whole(
        gettext_lazy("May be done so many working days before"), MOST_WINDOW, initial=0
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role in charge"),
        error_messages={"invalid_choice": gettext_lazy("Choose a role of the list.")},
    )
    responsible = OwnerField(
        label=gettext_lazy("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody by name"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a member of the organisation who does controls.")
        },
    )
    substitute = OwnerField(
        label=gettext_lazy("Substitute"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody by name"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a member of the organisation who does controls.")
        },
    )
    record = CleanCharField(
        label=gettext_lazy("Record"),
        limit=SHORT,
        error_messages={"required": gettext_lazy("Say what is kept of the control.")},
    )
    record_place = CleanCharField(
        label=gettext_lazy("Place of the record"), required=False, limit=200
    )
    retention_months = _whole(gettext_lazy("Kept for (months)"), MOST_MONTHS, least=1, initial=36)
    indicator = IndicatorField(
        label=gettext_lazy("Indicator"),
        queryset=Indicator.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    sign = forms.ChoiceField(
        label=gettext_lazy("Comparison"),
        required=False,
        choices=(("", gettext_lazy("No figure")), *ThresholdSign.choices),
        error_messages={"invalid_choice": gettext_lazy("Choose a comparison of the list.")},
    )
    target = _percentage(gettext_lazy("Target (%)"))
    alert = _percentage(gettext_lazy("Alert (%)"))
    nonconformity = _percentage(gettext_lazy("Nonconformity (%)"))
    threshold_note = CleanCharField(
        label=gettext_lazy("Thresholds in words"), required=False, limit=SHORT
    )
    reaction = CleanTextField(
        label=gettext_lazy("Reaction"),
        required=False,
        limit=LONG,
        rows=2,
        help_text=gettext_lazy("What is done at once when it does not comply."),
    )
    escalation = forms.ChoiceField(
        label=gettext_lazy("A late control goes to"),
        choices=EscalationTarget.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose to whom, in the list.")},
    )
    escalate_to = OwnerField(
        label=gettext_lazy("This person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody by name"),
        error_messages={"invalid_choice": gettext_lazy("Choose a member of the organisation.")},
    )
    escalate_after = _whole(
        gettext_lazy("After so many working days"), MOST_AFTER, least=1, required=False
    )
    action = forms.ModelChoiceField(
        label=gettext_lazy("Corrective action"),
        queryset=CorrectiveAction.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        error_messages={"invalid_choice": gettext_lazy("Choose an action of this file.")},
    )
