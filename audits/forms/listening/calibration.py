"""Forms of calibration rounds."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.calibration import FEWEST, MOST, RoundFields
from audits.enums import Channel
from audits.forms.listening.marks import MarksForm
from audits.models import ListeningGrid
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    RowsField,
    VersionField,
    page_helper,
)

GRADING = (Role.QUALITY_MANAGER, Role.SITE_MANAGER, Role.CONTRIBUTOR)
USUAL_DAYS = 7


class PeopleField(RowsField):
    """People of one organisation, by name."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "required": gettext_lazy("Choose at least one person."),
            "invalid_choice": gettext_lazy("Choose people of the organisation."),
            "invalid_list": gettext_lazy("Choose people of the organisation."),
        }
        super().__init__(queryset=User.objects.none(), error_messages=errors, **kwargs)


def people_of(organisation: Organisation) -> Any:
    """Members of the organisation who may grade, by name."""
    rows = User.objects.filter(
        memberships__organisation=organisation,
        memberships__is_active=True,
        memberships__role__in=GRADING,
        is_active=True,
    )
    return rows.distinct().order_by("last_name", "first_name", "pk")


class RoundForm(forms.Form):
    """The contact that several people grade."""

    submit_label = gettext_lazy("Ask for the marks")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    grid = forms.ModelChoiceField(
        label=gettext_lazy("Grid"),
        queryset=ListeningGrid.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a grid that is in use."),
            "invalid_choice": gettext_lazy("Choose a grid of the list."),
        },
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose a site of the organisation.")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    heard_on = DayField(label=gettext_lazy("Day of the contact"))
    contact_reference = CleanCharField(
        label=gettext_lazy("Reference of the contact"),
        limit=80,
        help_text=gettext_lazy("So that everybody hears the same one, in your own tool."),
        error_messages={"required": gettext_lazy("Say which contact is graded.")},
    )
    evaluators = PeopleField(label=gettext_lazy("Who grades"))
    due_on = DayField(label=gettext_lazy("To be graded by"))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        today = localdate()
        kwargs["initial"] = {
            "key": uuid4(),
            "heard_on": today,
            "due_on": today + timedelta(days=USUAL_DAYS),
        }
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "grid": organisation.listening_grids.filter(state="IN_USE").order_by("title", "pk"),
            "site": organisation.sites.order_by("name", "pk"),
            "evaluators": people_of(organisation),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean_heard_on(self) -> date:
        """A contact took place today or before."""
        day: date = self.cleaned_data["heard_on"]
        if day > localdate():
            raise ValidationError(_("This day is still to come."), code="to_come")
        return day

    def clean_evaluators(self) -> Any:
        """One alone agrees with nobody."""
        people = self.cleaned_data["evaluators"]
        if not FEWEST <= len(people) <= MOST:
            text = _("Choose two to twelve people: one alone agrees with nobody.")
            raise ValidationError(text, code="number")
        return people

    def to_fields(self) -> RoundFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        names = ("site", "channel", "heard_on", "grid", "due_on", "contact_reference")
        return RoundFields(
            evaluators=tuple(data["evaluators"]), **{name: data[name] for name in names}
        )


class GradeRoundForm(MarksForm):
    """One's own marks; ``version`` 0 or none the first time."""

    submit_label = gettext_lazy("Give my marks")

    version = VersionField(required=False)
    comment = CleanTextField(label=gettext_lazy("Comment"), required=False, limit=2000, rows=3)


class ConcludeRoundForm(MarksForm):
    """The marks that were agreed on, and what follows."""

    submit_label = gettext_lazy("Conclude the round")

    version = VersionField()
    conclusion = CleanTextField(
        label=gettext_lazy("Conclusion"),
        limit=4000,
        help_text=gettext_lazy(
            "Where the marks differed, how the criterion is to be read from now on."
        ),
        error_messages={"required": gettext_lazy("Say what you agreed on.")},
    )
