"""Forms of mystery contacts: scenarios, campaigns, what a contact gave."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.mystery import CampaignFields
from audits.actions.listening.scenarios import ScenarioFields, scenario_fields
from audits.enums import Channel
from audits.forms.certification import SitesField
from audits.forms.listening.calibration import PeopleField, people_of
from audits.forms.listening.marks import MarksForm
from audits.listening_enums import GridState
from audits.logic.mystery import BEST, MAX_SIZE
from audits.models import ListeningGrid, MysteryContact, MysteryScenario
from crcaudit.accounts.models import Organisation, Site
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    RowsField,
    VersionField,
    page_helper,
)

SCENARIO_NAMES = ("title", "channel", "situation", "says", "expected", "grid", "is_active")
CAMPAIGN_NAMES = ("title", "starts_on", "ends_on", "opens_at", "closes_at", "size")
LONGEST_WAIT = 86_400
FIRST_HOUR, LAST_HOUR = 8, 19


class HourField(forms.IntegerField):
    """An hour of the day, from 0 to 24."""

    def __init__(self, **kwargs: Any) -> None:
        errors = dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Give an hour from 0 to 24.")
        )
        super().__init__(min_value=0, max_value=24, error_messages=errors, **kwargs)


class ScenarioForm(forms.Form):
    """What a tester plays. ``scenario`` is None for a new one."""

    submit_label = gettext_lazy("Save the scenario")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    title = CleanCharField(
        label=gettext_lazy("Title"),
        limit=120,
        error_messages={"required": gettext_lazy("Give the scenario a title.")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    situation = CleanTextField(
        label=gettext_lazy("Situation"),
        limit=2000,
        rows=3,
        help_text=gettext_lazy("Who the tester is and what has happened: nobody real."),
        error_messages={"required": gettext_lazy("Describe the situation.")},
    )
    says = CleanTextField(
        label=gettext_lazy("What the tester says"),
        limit=2000,
        rows=3,
        error_messages={"required": gettext_lazy("Write what the tester says.")},
    )
    expected = CleanTextField(
        label=gettext_lazy("Expected points"),
        limit=2000,
        rows=3,
        error_messages={"required": gettext_lazy("Write what the answer should hold.")},
    )
    grid = forms.ModelChoiceField(
        label=gettext_lazy("Grid"),
        queryset=ListeningGrid.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a grid that is in use."),
            "invalid_choice": gettext_lazy("Choose a grid of the list."),
        },
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("On offer for new campaigns"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        scenario: MysteryScenario | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"key": uuid4()}
        if scenario is not None:
            fields = scenario_fields(scenario)
            kwargs["initial"] = {name: getattr(fields, name) for name in SCENARIO_NAMES}
            kwargs["initial"]["version"] = scenario.version
        super().__init__(*args, **kwargs)
        grids = organisation.listening_grids.filter(state=GridState.IN_USE)
        if scenario is not None:
            grids = grids | ListeningGrid.objects.filter(pk=scenario.grid_id)
        self.fields["grid"].queryset = grids.order_by("title", "pk")  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> ScenarioFields:
        """Valid values as the action takes them."""
        return ScenarioFields(**{name: self.cleaned_data[name] for name in SCENARIO_NAMES})


class ScenariosField(RowsField):
    """Scenarios with their channel."""

    def label_from_instance(self, obj: MysteryScenario) -> str:
        """Title, then the channel."""
        return f"{obj.title} ({obj.get_channel_display()})"


class CampaignForm(forms.Form):
    """What a plan is spread over. Channels are those of the scenarios."""

    submit_label = gettext_lazy("Draw the plan")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = CleanCharField(
        label=gettext_lazy("Title"),
        limit=120,
        error_messages={"required": gettext_lazy("Give the campaign a title.")},
    )
    starts_on = DayField(label=gettext_lazy("Begins on"))
    ends_on = DayField(label=gettext_lazy("Ends on"))
    opens_at = HourField(label=gettext_lazy("First hour"))
    closes_at = HourField(label=gettext_lazy("Closing hour"))
    size = forms.IntegerField(
        label=gettext_lazy("Number of contacts"),
        min_value=1,
        max_value=MAX_SIZE,
        help_text=gettext_lazy("About a hundred show what happens on a large, even centre."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Give a number from 1 to 1,000.")
        ),
    )
    sites = SitesField(
        label=gettext_lazy("Sites"),
        queryset=Site.objects.none(),
        error_messages={
            "required": gettext_lazy("Tick at least one site."),
            "invalid_choice": gettext_lazy("Choose sites of the organisation."),
            "invalid_list": gettext_lazy("Choose sites of the organisation."),
        },
    )
    scenarios = ScenariosField(
        label=gettext_lazy("Scenarios"),
        queryset=MysteryScenario.objects.none(),
        error_messages={
            "required": gettext_lazy("Tick at least one scenario."),
            "invalid_choice": gettext_lazy("Choose scenarios of the list."),
            "invalid_list": gettext_lazy("Choose scenarios of the list."),
        },
    )
    testers = PeopleField(label=gettext_lazy("Testers"))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        hours = {"opens_at": FIRST_HOUR, "closes_at": LAST_HOUR}
        kwargs["initial"] = {"key": uuid4(), "starts_on": localdate(), "size": 20, **hours}
        super().__init__(*args, **kwargs)
        active = organisation.mystery_scenarios.filter(is_active=True)
        choices: dict[str, Any] = {
            "sites": organisation.sites.open_on(localdate()).order_by("name", "pk"),
            "scenarios": active.order_by("channel", "title", "pk"),
            "testers": people_of(organisation),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        """Days and hours are in order."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it starts: give a later day."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes_at", _("Give an hour after the first one."))
        return data

    def to_fields(self) -> CampaignFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        rows = {name: tuple(data[name]) for name in ("sites", "scenarios", "testers")}
        values: dict[str, Any] = {name: data[name] for name in CAMPAIGN_NAMES} | rows
        return CampaignFields(**values)


class ContactForm(MarksForm):
    """What a contact gave."""

    submit_label = gettext_lazy("Save the contact")

    made_on = DayField(label=gettext_lazy("Made on"))
    wait = forms.IntegerField(
        label=gettext_lazy("Wait until an answer (seconds)"),
        required=False,
        min_value=0,
        max_value=LONGEST_WAIT,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Give a number of seconds.")
        ),
    )
    recommendation = forms.IntegerField(
        label=gettext_lazy("Would the tester recommend it, from 0 to 10"),
        required=False,
        min_value=0,
        max_value=BEST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Give a note from 0 to 10.")
        ),
    )
    evidence = CleanCharField(
        label=gettext_lazy("Reference of the proof"),
        required=False,
        limit=80,
        help_text=gettext_lazy("Ticket, message or recording, in your own tool."),
    )
    comment = CleanTextField(label=gettext_lazy("Comment"), required=False, limit=2000, rows=3)

    def __init__(self, *args: Any, contact: MysteryContact, **kwargs: Any) -> None:
        kwargs["initial"] = {"made_on": min(contact.planned_on, localdate())}
        super().__init__(*args, **kwargs)

    def clean_made_on(self) -> date:
        """A contact was made today or before."""
        day: date = self.cleaned_data["made_on"]
        if day > localdate():
            raise ValidationError(_("This day is still to come."), code="to_come")
        return day

    def given(self) -> dict[str, Any]:
        """Valid values as the action takes them."""
        names = ("made_on", "wait", "recommendation", "evidence", "comment")
        return {name: self.cleaned_data[name] for name in names} | {"marks": self.marks()}


class MissForm(forms.Form):
    """Why a contact was not made."""

    submit_label = gettext_lazy("Save that it was missed")

    reason = CleanCharField(
        label=gettext_lazy("Reason"),
        limit=300,
        help_text=gettext_lazy("Such as a closed line or a tester who was away: nobody by name."),
        error_messages={"required": gettext_lazy("Say why it was not made.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("reason")
