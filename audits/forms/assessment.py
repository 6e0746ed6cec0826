"""Forms of one requirement of the grid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.assignment import DueForm
from audits.models import Assessment
from crcaudit.core.forms import CleanTextField, page_helper

REASON_LIMIT = 2000


class RateForm(forms.Form):
    """A level of the audit's scale, "" to take it back; a reason when it does not apply."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    level = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": _("This level is not on the scale of the audit.")},
    )
    na_reason = CleanTextField(required=False, limit=REASON_LIMIT)
    departure = CleanTextField(required=False, limit=REASON_LIMIT)

    def __init__(self, *args: Any, scale: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.excluded = {level["code"] for level in scale if level["is_excluded"]}
        choices = [("", "")] + [(level["code"], level["letter"]) for level in scale]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A level outside the scale needs its reason."""
        data = super().clean() or self.cleaned_data
        if data.get("level") in self.excluded and not data.get("na_reason"):
            self.add_error("na_reason", _("Say why the requirement does not apply."))
        return data


class NotApplicableForm(forms.Form):
    """The mandatory reason of "not applicable"."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.CharField(widget=forms.HiddenInput)
    na_reason = CleanTextField(
        label=_("Why the requirement does not apply"),
        limit=REASON_LIMIT,
        rows=3,
        error_messages={"required": _("Say why the requirement does not apply.")},
    )


class DepartureForm(forms.Form):
    """The reason of a rating that departs from what the measures propose."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.CharField(widget=forms.HiddenInput)
    departure = CleanTextField(
        label=_("Why you depart from the proposal"),
        limit=REASON_LIMIT,
        rows=3,
        error_messages={"required": _("Say why you depart from the proposal.")},
    )


class RetainForm(forms.Form):
    """The proposal that was on the screen."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    level = forms.CharField(max_length=8, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """The comment of a requirement; may be emptied."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = CleanTextField(label=_("Comment"), required=False, strip=False)


class AssignForm(DueForm):
    """One requirement: who is in charge of it now, and by when."""

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        kwargs["initial"] = {"to": assessment.assigned_to_id, "due": assessment.due_date}
        super().__init__(*args, audit=assessment.audit, **kwargs)
        self.submit_label = _("Assign")
        self.helper = page_helper("to", "due")
