"""Giving several requirements of an audit to one person, with one day."""

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audits.models import Assessment, Audit
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.core.forms import DayField, RowsField

ONE_DAY = _("A day needs a person: choose who brings the evidence.")
PAST = _("This day has passed: choose today or a later day.")


class DueForm(forms.Form):
    """Who brings the evidence: a contributor of the organisation, or nobody; and by when."""

    to = forms.ModelChoiceField(
        label=_("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        error_messages={"invalid_choice": _("Choose a contributor of the organisation.")},
    )
    due = DayField(
        label=_("To be brought by"),
        required=False,
        help_text=_("Shown to the person, who is reminded of it."),
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            memberships__organisation=audit.organisation_id,
            memberships__role=Role.CONTRIBUTOR,
            memberships__is_active=True,
        ).order_by("last_name", "first_name", "pk")

    def clean(self) -> dict[str, Any]:
        """A day is a person's, and one that is new is not past."""
        data = super().clean() or self.cleaned_data
        due = data.get("due")
        if due is not None and data.get("to") is None and "to" not in self.errors:
            self.add_error("to", ONE_DAY)
        if due is not None and due < localdate() and due != self.initial.get("due"):
            self.add_error("due", PAST)
        return data


class AssignManyForm(DueForm):
    """Requirements of one audit, ticked; one that is not of it refuses the whole."""

    rows = RowsField(
        label=_("Requirements"),
        queryset=Assessment.objects.none(),
        error_messages={
            "required": _("Tick at least one requirement."),
            "invalid_choice": _("Choose requirements of this audit."),
            "invalid_list": _("Choose requirements of this audit."),
        },
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, audit=audit, **kwargs)
        self.fields["rows"].queryset = audit.assessments.only("pk")  # type: ignore[attr-defined]
