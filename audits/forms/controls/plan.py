"""Forms of a version of the internal control plan: begun, submitted, approved."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from audits.models import ControlPlan
from crcaudit.core.forms import DayField, ReasonField, ReasonForm, VersionField, page_helper


class BeginPlanForm(ReasonForm):
    """Why a version is written."""

    submit_label = gettext_lazy("Begin the version")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = ReasonField(
        asked=gettext_lazy("Say why this version is written."),
        help_text=gettext_lazy(
            "Printed in the history of the plan, such as “results of the second quarter”."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4()}
        super().__init__(*args, **kwargs)
        self.helper = page_helper("key", "reason")


class SubmitPlanForm(forms.Form):
    """The version of the draft that is given to the direction."""

    version = VersionField()


class ApprovePlanForm(forms.Form):
    """From when on the version is in force. ``plan`` is the draft that is shown."""

    submit_label = gettext_lazy("Approve this version")

    version = VersionField()
    starts_on = DayField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy(
            "What is planned from this day on and was not begun follows the new version. What was "
            "done, or is late, stays as it is."
        ),
        error_messages={"required": gettext_lazy("Say from which day on it is in force.")},
    )

    def __init__(self, *args: Any, plan: ControlPlan, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": plan.version, "starts_on": localdate()}
        super().__init__(*args, **kwargs)
        self.helper = page_helper("version", "starts_on")
