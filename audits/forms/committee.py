"""Forms of the operational committee: the meeting, its decisions, what becomes of them."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.committee import MeetingFields
from audits.actions.committee_decision import DecisionFields
from audits.committee_enums import CommitteeRole
from audits.finding_rules import owners_in
from audits.forms.alert import PeopleField, PlaceField
from audits.forms.corrective_action import OwnerField
from audits.models import CommitteeDecision, CommitteeMeeting, MeasuringPlace
from crcaudit.accounts.models import User
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    ReasonField,
    ReasonForm,
    VersionField,
    page_helper,
)

LINE = 300
_OWNER = {
    "required": gettext_lazy("Choose who is in charge."),
    "invalid_choice": gettext_lazy("Choose an owner among the members of the organisation."),
}


class MeetingForm(forms.Form):
    """Who is there, what is foreseen, what was said. ``meeting`` is None for a first writing."""

    submit_label = gettext_lazy("Save the committee")

    version = VersionField(required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Functions present"),
        choices=CommitteeRole.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose functions of the list.")},
    )
    people = PeopleField(
        label=gettext_lazy("People present"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Nobody needs to be named: the functions are enough."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose people among the members of the organisation."),
            "invalid_pk_value": gettext_lazy(
                "Choose people among the members of the organisation."
            ),
        },
    )
    flows = CleanTextField(
        label=gettext_lazy("Contacts expected"),
        required=False,
        help_text=gettext_lazy("Volumes of the coming period, by channel, and what may move them."),
    )
    resources = CleanTextField(
        label=gettext_lazy("Resources available"),
        required=False,
        help_text=gettext_lazy("Staff, skills, tools, and what is missing."),
    )
    notes = CleanTextField(label=gettext_lazy("What was said"), required=False)

    def __init__(
        self,
        *args: Any,
        organisation_id: int,
        meeting: CommitteeMeeting | None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _written(meeting)
        super().__init__(*args, **kwargs)
        members = owners_in(organisation_id)
        self.fields["people"].queryset = members  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> MeetingFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return MeetingFields(
            roles=[CommitteeRole(role) for role in data["roles"]],
            people=list(data["people"]),
            flows=data["flows"],
            resources=data["resources"],
            notes=data["notes"],
        )


class HoldForm(forms.Form):
    """On which day the committee was held."""

    submit_label = gettext_lazy("Hold the committee and freeze the pack")

    version = VersionField()
    held_on = DayField(
        label=gettext_lazy("Held on"),
        error_messages={"required": gettext_lazy("Give the day of the committee.")},
    )

    def __init__(self, *args: Any, meeting: CommitteeMeeting, today: date, **kwargs: Any) -> None:
        self.meeting, self.today = meeting, today
        kwargs["initial"] = {"version": meeting.version, "held_on": today}
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)

    def clean_held_on(self) -> date:
        """A day after the period, up to today."""
        day: date = self.cleaned_data["held_on"]
        if not self.meeting.period.end < day <= self.today:
            message = _("Give a day after the period, up to today.")
            raise forms.ValidationError(message, code="out_of_period")
        return day


class DecisionForm(forms.Form):
    """What, who, by when, where. ``decision`` is None for a new one."""

    submit_label = gettext_lazy("Save the decision")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    text = CleanCharField(
        label=gettext_lazy("Decision"),
        limit=LINE,
        help_text=gettext_lazy("One line that begins with a verb."),
        error_messages={"required": gettext_lazy("Say in one line what was decided.")},
    )
    owner = OwnerField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages=_OWNER,
    )
    due_date = DayField(
        label=gettext_lazy("Due date"),
        error_messages={"required": gettext_lazy("Say by which day it will be done.")},
    )
    place = PlaceField(
        label=gettext_lazy("Place of measure"),
        queryset=MeasuringPlace.objects.none(),
        required=False,
        empty_label=gettext_lazy("The whole organisation"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a place of the organisation."),
        },
    )

    def __init__(
        self,
        *args: Any,
        organisation_id: int,
        today: date,
        decision: CommitteeDecision | None = None,
        proposed: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.today = today
        self.kept = decision.due_date if decision else None
        kwargs["initial"] = _decided(decision) if decision else _new(proposed)
        super().__init__(*args, **kwargs)
        members = owners_in(organisation_id)
        if decision is not None:  # somebody who left keeps it until it is given on
            members = members | User.objects.filter(pk=decision.owner_id).distinct()
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        places = MeasuringPlace.objects.filter(organisation=organisation_id).exclude(kind="WHOLE")
        self.fields["place"].queryset = places.in_order()  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean_due_date(self) -> date:
        """Not a day that has passed, unless it was so already."""
        return _ahead(self.cleaned_data["due_date"], today=self.today, kept=self.kept)

    def to_fields(self) -> DecisionFields:
        """Valid values as the action takes them."""
        names = ("text", "owner", "due_date", "place")
        return DecisionFields(**{name: self.cleaned_data[name] for name in names})


class PutOffForm(forms.Form):
    """Another day or another owner, and why."""

    submit_label = gettext_lazy("Put off the decision")

    version = VersionField()
    owner = OwnerField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages=_OWNER,
    )
    due_date = DayField(
        label=gettext_lazy("Due date"),
        error_messages={"required": gettext_lazy("Say by which day it will be done.")},
    )
    reason = ReasonField(asked=gettext_lazy("Say why it is put off or given to somebody else."))

    def __init__(self, *args: Any, decision: CommitteeDecision, today: date, **kwargs: Any) -> None:
        self.today = today
        kwargs["initial"] = {
            "version": decision.version,
            "owner": decision.owner_id,
            "due_date": max(decision.due_date, today),
        }
        super().__init__(*args, **kwargs)
        members = owners_in(decision.meeting.organisation_id)
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean_due_date(self) -> date:
        """Not a day that has passed."""
        return _ahead(self.cleaned_data["due_date"], today=self.today, kept=None)


class DropForm(ReasonForm):
    """Why a decision is given up."""

    submit_label = gettext_lazy("Give up the decision")

    reason = ReasonField(asked=gettext_lazy("Say why the decision is given up."))


def _ahead(day: date, *, today: date, kept: date | None) -> date:
    if day < today and day != kept:
        message = _("This day has passed: give a day from today on.")
        raise forms.ValidationError(message, code="past")
    return day


def _written(meeting: CommitteeMeeting | None) -> dict[str, Any]:
    if meeting is None:
        return {}
    return {
        "version": meeting.version,
        "roles": meeting.roles,
        "people": meeting.people.all(),
        "flows": meeting.flows,
        "resources": meeting.resources,
        "notes": meeting.notes,
    }


def _decided(decision: CommitteeDecision) -> dict[str, Any]:
    return {
        "version": decision.version,
        "text": decision.text,
        "owner": decision.owner_id,
        "due_date": decision.due_date,
        "place": decision.place_id,
    }


def _new(proposed: dict[str, Any] | None) -> dict[str, Any]:
    return {"key": uuid.uuid4()} | (proposed or {})
