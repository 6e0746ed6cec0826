"""Forms of rules of alerts."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from audits.actions.alert_rule import RuleFields, fields_of
from audits.alert_enums import BoundChoice
from audits.finding_rules import owner_text, owners_in
from audits.forms.corrective_action import OwnerField
from audits.logic.alerts import USUAL_DAYS, USUAL_HELD, USUAL_MISSED
from audits.models import AlertRule, MeasuringPlace, Target
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.forms import RowsField, VersionField, page_helper
from engagements.models import Indicator

DAYS = {
    "invalid": gettext_lazy("Enter a whole number of working days, from 1 to 60."),
    "required": gettext_lazy("Enter a whole number of working days, from 1 to 60."),
    "min_value": gettext_lazy("Enter a whole number of working days, from 1 to 60."),
    "max_value": gettext_lazy("Enter a whole number of working days, from 1 to 60."),
}
PERIODS = {
    "invalid": gettext_lazy("Enter a whole number of periods, from 1 to 12."),
    "required": gettext_lazy("Enter a whole number of periods, from 1 to 12."),
    "min_value": gettext_lazy("Enter a whole number of periods, from 1 to 12."),
    "max_value": gettext_lazy("Enter a whole number of periods, from 1 to 12."),
}
POINTS = {
    "invalid": gettext_lazy("Enter a whole number of points, from 3 to 12."),
    "min_value": gettext_lazy("Enter a whole number of points, from 3 to 12."),
    "max_value": gettext_lazy("Enter a whole number of points, from 3 to 12."),
}
LEVELS = (1, 2, 3)


class IndicatorField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """An indicator that the organisation follows."""

    def label_from_instance(self, obj: Indicator) -> str:
        """Code and name."""
        return f"{obj.code} {obj.name_fr}"


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A place of measure."""

    def label_from_instance(self, obj: MeasuringPlace) -> str:
        """Its name."""
        return obj.name


class PeopleField(RowsField):
    """Members of the organisation, as checkboxes."""

    def label_from_instance(self, obj: User) -> str:
        """Name, with the address to tell two namesakes apart."""
        return owner_text(obj)


def followed_by(organisation: Organisation) -> Any:
    """Indicators for which somebody set a target, by code."""
    targets = Target.objects.filter(organisation=organisation)
    return Indicator.objects.filter(pk__in=targets.values("indicator")).order_by("code", "pk")


class RuleForm(forms.Form):
    """What opens a complaint, who has it, how it goes up. ``rule`` is None for a new one."""

    submit_label = gettext_lazy("Save the rule")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    indicator = IndicatorField(
        label=gettext_lazy("Indicator"),
        queryset=Indicator.objects.none(),
        required=False,
        empty_label=gettext_lazy("Every indicator"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose an indicator that the organisation follows.")
        },
    )
    place = PlaceField(
        label=gettext_lazy("Place of measure"),
        queryset=MeasuringPlace.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("A site without a rule of its own is under that of all sites."),
        error_messages={
            "required": gettext_lazy("Choose a place of the organisation."),
            "invalid_choice": gettext_lazy("Choose a place of the organisation."),
        },
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Open internal complaints"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Unticked, figures under the target open nothing there."),
    )
    missed_periods = forms.IntegerField(
        label=gettext_lazy("Missed periods running"),
        required=False,
        min_value=1,
        max_value=12,
        initial=USUAL_MISSED,
        error_messages=PERIODS,
        help_text=gettext_lazy("Empty: however long, that alone opens nothing."),
    )
    bound = forms.ChoiceField(
        label=gettext_lazy("A single sample"),
        choices=BoundChoice.choices,
        initial=BoundChoice.NONE,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )
    trend_points = forms.IntegerField(
        label=gettext_lazy("Points each worse than the one before"),
        required=False,
        min_value=3,
        max_value=12,
        error_messages=POINTS,
        help_text=gettext_lazy("Even while the target is met. Empty: a trend opens nothing."),
    )
    return_periods = forms.IntegerField(
        label=gettext_lazy("Met periods of a return"),
        min_value=1,
        max_value=12,
        initial=USUAL_HELD,
        error_messages=PERIODS,
        help_text=gettext_lazy("A return must hold that long before a complaint may be closed."),
    )
    owner = OwnerField(
        label=pgettext_lazy("of a complaint", "Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("The quality manager"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose an owner among the members of the organisation.")
        },
    )
    plan_days = forms.IntegerField(
        label=gettext_lazy("Working days for the plan"),
        min_value=1,
        max_value=60,
        initial=USUAL_DAYS,
        error_messages=DAYS,
        help_text=gettext_lazy("After that a complaint goes up one level."),
    )
    level_days = forms.IntegerField(
        label=gettext_lazy("Working days before the next level"),
        min_value=1,
        max_value=60,
        initial=USUAL_DAYS,
        error_messages=DAYS,
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        rule: AlertRule | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = (kwargs.get("initial") or {}) | _initial(rule)
        super().__init__(*args, **kwargs)
        members = owners_in(organisation.pk)
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        if rule is None:
            places = MeasuringPlace.objects.filter(organisation=organisation).in_order()
            self.fields["place"].queryset = places  # type: ignore[attr-defined]
            self.fields["indicator"].queryset = followed_by(organisation)  # type: ignore[attr-defined]
        else:
            del self.fields["place"], self.fields["indicator"]
        for level, label in zip(LEVELS, _PEOPLE, strict=True):
            self.fields[f"told_{level}"] = PeopleField(
                label=label[0],
                queryset=members,
                required=False,
                help_text=label[1],
                error_messages={
                    "invalid_choice": gettext_lazy(
                        "Choose people among the members of the organisation."
                    ),
                    "invalid_list": gettext_lazy(
                        "Choose people among the members of the organisation."
                    ),
                },
            )
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> RuleFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        names = (
            *("is_active", "missed_periods", "trend_points", "return_periods", "owner"),
            *("plan_days", "level_days"),
        )
        return RuleFields(
            bound=BoundChoice(data["bound"]),
            people={level: tuple(data[f"told_{level}"]) for level in LEVELS},
            **{name: data[name] for name in names},
        )


_PEOPLE = (
    (
        gettext_lazy("Told when it opens, beside the owner"),
        gettext_lazy("Nobody ticked: who manages the site."),
    ),
    (
        gettext_lazy("Told at the level of quality"),
        gettext_lazy("Nobody ticked: the quality managers."),
    ),
    (
        gettext_lazy("Told at the level of the direction"),
        gettext_lazy("Nobody ticked: the directors."),
    ),
)


def _initial(rule: AlertRule | None) -> dict[str, Any]:
    if rule is None:
        return {"key": uuid.uuid4()}
    fields = fields_of(rule)
    initial = {name: getattr(fields, name) for name in RuleFields.__slots__ if name != "people"}
    initial |= {
        f"told_{level}": [person.pk for person in people] for level, people in fields.people.items()
    }
    return initial | {"version": rule.version, "owner": rule.owner_id}
