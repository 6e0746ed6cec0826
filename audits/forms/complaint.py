"""Forms of internal complaints."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audits.actions.complaint_actions import ComplaintActionFields
from audits.finding_rules import owners_in
from audits.forms.alert import IndicatorField, PlaceField, followed_by
from audits.forms.corrective_action import OwnerField
from audits.models import ComplaintAction, InternalComplaint, MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    ReasonField,
    ReasonForm,
    VersionField,
    page_helper,
)
from engagements.models import Indicator

LINE = 300
_OWNER = {
    "required": gettext_lazy("Choose who is in charge."),
    "invalid_choice": gettext_lazy("Choose an owner among the members of the organisation."),
}


class OpenComplaintForm(forms.Form):
    """A complaint that figures did not open."""

    submit_label = gettext_lazy("Open the complaint")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    indicator = IndicatorField(
        label=gettext_lazy("Indicator"),
        queryset=Indicator.objects.none(),
        empty_label=gettext_lazy("Choose an indicator"),
        error_messages={
            "required": gettext_lazy("Choose an indicator that the organisation follows."),
            "invalid_choice": gettext_lazy("Choose an indicator that the organisation follows."),
        },
    )
    place = PlaceField(
        label=gettext_lazy("Place of measure"),
        queryset=MeasuringPlace.objects.none(),
        empty_label=gettext_lazy("Choose a place"),
        error_messages={
            "required": gettext_lazy("Choose a place of the organisation."),
            "invalid_choice": gettext_lazy("Choose a place of the organisation."),
        },
    )
    facts = CleanTextField(
        label=gettext_lazy("What was seen"),
        error_messages={"required": gettext_lazy("Say what was seen.")},
    )

    def __init__(
        self, *args: Any, organisation: Organisation, places: list[int], **kwargs: Any
    ) -> None:
        kwargs["initial"] = (kwargs.get("initial") or {}) | {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        rows = MeasuringPlace.objects.filter(pk__in=places).in_order()
        self.fields["place"].queryset = rows  # type: ignore[attr-defined]
        self.fields["indicator"].queryset = followed_by(organisation)  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)


class ReopenForm(forms.Form):
    """Why a closed complaint is taken up in another one."""

    submit_label = gettext_lazy("Open another complaint")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    facts = CleanTextField(
        label=gettext_lazy("What was seen"),
        error_messages={"required": gettext_lazy("Say what was seen.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.helper = page_helper("key", "facts")


class ComplaintPlanForm(forms.Form):
    """What is behind the figures, and what is done about it."""

    submit_label = gettext_lazy("Save the plan")

    version = VersionField()
    cause = CleanTextField(
        label=gettext_lazy("Cause found"),
        help_text=gettext_lazy("What is behind the figures, at the root."),
        error_messages={"required": gettext_lazy("Say which cause was found.")},
    )
    plan = CleanTextField(
        label=gettext_lazy("Action plan"),
        help_text=gettext_lazy("What will be done; each action is added beside it."),
        error_messages={"required": gettext_lazy("Say what will be done.")},
    )

    def __init__(self, *args: Any, complaint: InternalComplaint, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "version": complaint.version,
            "cause": complaint.plan_cause,
            "plan": complaint.plan,
        }
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)


class ComplaintActionForm(forms.Form):
    """What, who, by when. ``action`` is None for a new one."""

    submit_label = gettext_lazy("Save the action")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    title = CleanCharField(
        label=gettext_lazy("Action"),
        limit=LINE,
        help_text=gettext_lazy("One line that begins with a verb."),
        error_messages={"required": gettext_lazy("Say in one line what will be done.")},
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

    def __init__(
        self,
        *args: Any,
        complaint: InternalComplaint,
        today: date,
        action: ComplaintAction | None = None,
        **kwargs: Any,
    ) -> None:
        self.today = today
        self.kept = action.due_date if action else None
        kwargs["initial"] = _initial(complaint, action)
        super().__init__(*args, **kwargs)
        members = owners_in(complaint.organisation_id)
        if action is not None:  # somebody who left keeps the action until it is given on
            members = members | User.objects.filter(pk=action.owner_id).distinct()
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean_due_date(self) -> date:
        """Not a day that has passed, unless it was so already."""
        day: date = self.cleaned_data["due_date"]
        if day < self.today and day != self.kept:
            message = _("This day has passed: give a day from today on.")
            raise forms.ValidationError(message, code="past")
        return day

    def to_fields(self) -> ComplaintActionFields:
        """Valid values as the action takes them."""
        names = ("title", "owner", "due_date")
        return ComplaintActionFields(**{name: self.cleaned_data[name] for name in names})


class AssignComplaintForm(forms.Form):
    """Who has the complaint in hand."""

    submit_label = gettext_lazy("Give the complaint")

    version = VersionField()
    owner = OwnerField(
        label=pgettext_lazy("of a complaint", "Owner"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages=_OWNER,
    )

    def __init__(self, *args: Any, complaint: InternalComplaint, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": complaint.version, "owner": complaint.owner_id}
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_in(complaint.organisation_id)  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)


class ComplaintCommentForm(forms.Form):
    """Something to say on a complaint."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = CleanTextField(
        label=gettext_lazy("Comment"),
        rows=3,
        error_messages={"required": gettext_lazy("Write your comment.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.helper = page_helper("key", "text")


class CloseComplaintForm(ReasonForm):
    """What was verified before closing."""

    submit_label = gettext_lazy("Close the complaint")

    reason = ReasonField(
        asked=gettext_lazy("Say what was verified."),
        help_text=gettext_lazy(
            "What made the figures return, and how you know that it will last. Kept for good."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = gettext_lazy("What was verified")


def _initial(complaint: InternalComplaint, action: ComplaintAction | None) -> dict[str, Any]:
    if action is None:
        return {"key": uuid.uuid4(), "owner": complaint.owner_id}
    return {
        "version": action.version,
        "title": action.title,
        "owner": action.owner_id,
        "due_date": action.due_date,
    }
