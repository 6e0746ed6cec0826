"""Forms of corrective actions."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from audits.actions.corrective_action import ActionFields, fields_of
from audits.enums import ActionState
from audits.finding_rules import due_date_problem, owner_text, owners_in
from audits.models import CorrectiveAction, Finding
from crcaudit.accounts.models import User
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField, page_helper


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A member of the organisation."""

    def label_from_instance(self, obj: User) -> str:
        """Name, with the address to tell two namesakes apart."""
        return owner_text(obj)


class ActionForm(forms.Form):
    """What is done about a finding, by whom, by when. ``action`` is None for a new one."""

    submit_label = gettext_lazy("Save the action")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    title = CleanCharField(
        label=gettext_lazy("Action"),
        help_text=gettext_lazy("One line that begins with a verb."),
        error_messages={"required": gettext_lazy("Say in one line what will be done.")},
    )
    description = CleanTextField(
        label=gettext_lazy("Description"),
        required=False,
        help_text=gettext_lazy("Means, steps, and how the effect will be checked."),
    )
    owner = OwnerField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={
            "required": gettext_lazy("Choose who is in charge of the action."),
            "invalid_choice": gettext_lazy(
                "Choose an owner among the members of the organisation."
            ),
        },
    )
    due_date = DayField(
        label=gettext_lazy("Due date"),
        error_messages={"required": gettext_lazy("Say by which day it will be done.")},
    )
    effort_days = forms.DecimalField(
        label=gettext_lazy("Effort (days)"),
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("In person-days, such as 2.5. May stay empty."),
    )

    def __init__(
        self, *args: Any, finding: Finding, action: CorrectiveAction | None = None, **kwargs: Any
    ) -> None:
        self.finding = finding
        self.kept_due = action.due_date if action else None
        kwargs["initial"] = _initial(finding, action)
        super().__init__(*args, **kwargs)
        members = owners_in(finding.audit.organisation_id)
        if action is not None:  # somebody who left keeps the action until it is given on
            members = members | User.objects.filter(pk=action.owner_id).distinct()
        owner: OwnerField = self.fields["owner"]  # type: ignore[assignment]
        owner.queryset = members
        self.helper = page_helper(*self.fields)

    def clean_due_date(self) -> Any:
        """Not before the finding, unless it was so already."""
        day = self.cleaned_data["due_date"]
        problem = due_date_problem(day, found=self.finding.found_date, kept=self.kept_due)
        if problem:
            raise forms.ValidationError(problem, code="early")
        return day

    def to_fields(self) -> ActionFields:
        """Valid values as the action takes them."""
        names = ("title", "description", "owner", "due_date", "effort_days")
        return ActionFields(**{name: self.cleaned_data[name] for name in names})


class MoveActionForm(forms.Form):
    """The next step of an action: one button per state, one text for all."""

    version = VersionField()
    to = forms.ChoiceField(
        choices=ActionState.choices,
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Choose the next step of the action."),
            "invalid_choice": gettext_lazy("Choose the next step of the action."),
        },
    )
    outcome = CleanTextField(
        label=gettext_lazy("What was done or seen"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Needed to verify, to send back and to cancel."),
    )

    def clean_to(self) -> ActionState:
        """The state as a member of the vocabulary."""
        return ActionState(self.cleaned_data["to"])


def _initial(finding: Finding, action: CorrectiveAction | None) -> dict[str, Any]:
    if action is None:
        return {"key": uuid.uuid4(), "due_date": finding.due_date}
    present = fields_of(action)
    return {
        "version": action.version,
        "title": present.title,
        "description": present.description,
        "owner": present.owner.pk,
        "due_date": present.due_date,
        "effort_days": present.effort_days,
    }
