"""Forms of a review of a provider: what was concluded, what is asked, what came of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.provider_review import MOST_ASKED, Asked, ReviewFields, fields_of
from audits.models import ProviderReview
from audits.scorecard_enums import AskedState
from crcaudit.core.formats import date_text
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField

ROWS, SPARE_ROWS = 5, 3


class ProviderReviewForm(forms.Form):
    """What is written before, during and after the meeting. Rows are ``what_0``, ``due_0``."""

    submit_label = gettext_lazy("Save the review")

    version = VersionField(required=False)
    held_on = DayField(
        label=gettext_lazy("Day of the meeting"),
        required=False,
        help_text=gettext_lazy("Leave it empty until the meeting was held."),
    )
    strengths = CleanTextField(label=gettext_lazy("Strong points"), required=False, rows=4)
    conclusion = CleanTextField(
        label=gettext_lazy("Conclusion of the meeting"), required=False, rows=6
    )

    def __init__(self, *args: Any, review: ProviderReview, **kwargs: Any) -> None:
        fields = fields_of(review)
        kwargs["initial"] = _initial(fields, review.version)
        super().__init__(*args, **kwargs)
        count = _sent_rows(self.data) if self.is_bound else len(fields.asked) + SPARE_ROWS
        self.rows = range(min(MOST_ASKED, max(count, ROWS)))
        for n in self.rows:
            words = {"n": n + 1}
            self.fields[f"what_{n}"] = CleanCharField(
                label=_("Request %(n)s") % words, required=False, limit=300
            )
            self.fields[f"due_{n}"] = DayField(label=_("By when %(n)s") % words, required=False)

    @property
    def sheet(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The rows of what is asked, each with its number from 1."""
        return [(n + 1, self[f"what_{n}"], self[f"due_{n}"]) for n in self.rows]

    def clean(self) -> dict[str, Any]:
        """What is asked has its day, and a day has what is asked."""
        data = super().clean() or {}
        for n in self.rows:
            what, due = f"what_{n}", f"due_{n}"
            if data.get(what) and not data.get(due) and due not in self.errors:
                self.add_error(due, _("Say by which day it is asked."))
            if data.get(due) and not data.get(what) and what not in self.errors:
                self.add_error(what, _("Say what is asked by this day."))
        return data

    def to_fields(self) -> ReviewFields:
        """Valid values as the action takes them; empty rows are left out."""
        data = self.cleaned_data
        return ReviewFields(
            held_on=data["held_on"],
            strengths=data["strengths"],
            conclusion=data["conclusion"],
            asked=tuple(
                Asked(data[f"what_{n}"], data[f"due_{n}"])
                for n in self.rows
                if data.get(f"what_{n}")
            ),
        )


class SettleForm(forms.Form):
    """What came of something that was asked."""

    submit_label = gettext_lazy("Settle the request")

    state = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[(one.value, one.label) for one in AskedState if one != AskedState.OPEN],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say whether it is done or no longer asked."),
            "invalid_choice": gettext_lazy("Say whether it is done or no longer asked."),
        },
    )
    outcome = CleanTextField(
        label=gettext_lazy("What came of it"),
        rows=3,
        help_text=gettext_lazy("What you saw, or why it is no longer asked."),
        error_messages={"required": gettext_lazy("Write what you saw.")},
    )


def texts_of(fields: ReviewFields) -> dict[str, str]:
    """A review as two versions of it are compared; by name of the field that shows it.

    What is asked is one text, under its first row.
    """
    asked = "\n".join(f"{one.what} ({date_text(one.due_date, short=True)})" for one in fields.asked)
    return {
        "held_on": date_text(fields.held_on, short=True) if fields.held_on else "",
        "strengths": fields.strengths,
        "conclusion": fields.conclusion,
        "what_0": asked,
    }


def _initial(fields: ReviewFields, version: int) -> dict[str, Any]:
    start: dict[str, Any] = {
        "version": version,
        "held_on": fields.held_on,
        "strengths": fields.strengths,
        "conclusion": fields.conclusion,
    }
    for n, one in enumerate(fields.asked):
        start |= {f"what_{n}": one.what, f"due_{n}": one.due_date}
    return start


def _sent_rows(data: Mapping[str, Any]) -> int:
    found = (n for n in range(MOST_ASKED) if f"what_{n}" in data or f"due_{n}" in data)
    return max(found, default=-1) + 1
