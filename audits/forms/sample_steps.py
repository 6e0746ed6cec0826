"""Forms of what is done to a drawn sample: results of units, another draw, results taken up."""

from django import forms
from django.utils.translation import gettext_lazy

from audits.sample_enums import UnitResult
from crcaudit.core.forms import MAX_VERSION, CleanCharField, ReasonField, ReasonForm


class ResultForm(forms.Form):
    """What was found on one unit."""

    version = forms.IntegerField(min_value=1, max_value=MAX_VERSION)
    result = forms.ChoiceField(
        choices=(("", ""), *UnitResult.choices),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a result of the list.")},
    )
    comment = CleanCharField(required=False, limit=500)


class AnotherDrawForm(ReasonForm):
    """Why a sample is drawn again."""

    submit_label = gettext_lazy("Prepare another draw")

    reason = ReasonField(
        asked=gettext_lazy("Say why another draw is needed."),
        help_text=gettext_lazy(
            "Printed with both draws, such as “the list left out the letters of the second site”."
        ),
    )


class TakeUpForm(ReasonForm):
    """Why the results of a concluded sample change."""

    submit_label = gettext_lazy("Take up the results again")

    reason = ReasonField(
        asked=gettext_lazy("Say why the results change."),
        help_text=gettext_lazy("Kept in the history of the sample."),
    )
