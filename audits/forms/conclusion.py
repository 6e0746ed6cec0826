"""Forms of the end of an audit: concluded, and opened again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from audits.actions.conclusion import ConclusionFields
from audits.decision_enums import Recommendation, recommendation_choices
from crcaudit.core.forms import CleanTextField, ReasonField, ReasonForm, page_helper


class ConclusionForm(forms.Form):
    """What the lead auditor concludes, and what is missing that they accept.

    ``missing`` are pairs of a value of `audits.logic.conclusion.ObstacleKind` and its sentence.
    """

    submit_label = gettext_lazy("Conclude the audit")

    accepted = forms.MultipleChoiceField(
        label=gettext_lazy("I conclude knowing that"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Settle each of these, or tick it: the report will say so."),
            "invalid_choice": gettext_lazy("The list has changed: read it again."),
        },
    )
    summary = CleanTextField(
        label=gettext_lazy("Extent of conformity"),
        rows=6,
        help_text=gettext_lazy(
            "How far the requirements are met, whether the organisation keeps its promises and "
            "can go on doing so. Printed in the report."
        ),
        error_messages={"required": gettext_lazy("Say how far the requirements are met.")},
    )
    not_covered = CleanTextField(
        label=gettext_lazy("What was not covered, and why"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Sites, channels or hours that the audit could not see."),
    )
    recommendation = forms.ChoiceField(
        label=gettext_lazy("Recommendation"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The certification body decides."),
        error_messages={
            "required": gettext_lazy("Choose a recommendation."),
            "invalid_choice": gettext_lazy("Choose a recommendation of the list."),
        },
    )

    def __init__(
        self, *args: Any, kind: str, missing: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        recommendation: forms.ChoiceField = self.fields["recommendation"]  # type: ignore[assignment]
        recommendation.choices = recommendation_choices(kind)
        accepted: forms.MultipleChoiceField = self.fields["accepted"]  # type: ignore[assignment]
        accepted.choices = list(missing)
        self.missing = {code for code, _text in missing}
        names = ("summary", "not_covered", "recommendation")
        self.helper = page_helper(*(("accepted",) if missing else ()), *names)

    def clean_accepted(self) -> frozenset[str]:
        """All of them, or none is."""
        ticked = frozenset(self.cleaned_data["accepted"])
        if self.missing - ticked:
            raise forms.ValidationError(self.fields["accepted"].error_messages["required"])
        return ticked

    def to_fields(self) -> ConclusionFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return ConclusionFields(
            summary=data["summary"],
            recommendation=Recommendation(data["recommendation"]),
            not_covered=data["not_covered"],
            accepted=data["accepted"],
        )


class ReopenAuditForm(ReasonForm):
    """Why an audit is opened again."""

    submit_label = gettext_lazy("Reopen the audit")

    reason = ReasonField(
        asked=gettext_lazy("Say why the audit is opened again."),
        help_text=gettext_lazy("Kept in the history, and sent to both sides."),
    )
