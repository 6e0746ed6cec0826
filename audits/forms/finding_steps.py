"""Forms of the steps of a finding: position, answer, opinion, proof."""

import uuid
from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.finding_steps import AnswerFields, proof_choices
from audits.enums import AuditeePosition, CauseFamily, CauseMethod, Opinion
from audits.forms.finding import EvidenceField
from audits.models import Evidence, Finding, FindingAnswer
from crcaudit.core.forms import (
    MAX_REASON,
    CleanTextField,
    DayField,
    ReasonField,
    VersionField,
    page_helper,
)

WHYS = 5


def _why(number: int) -> Any:
    return format_lazy("{} {}", gettext_lazy("Why"), number)


class StepField(CleanTextField):
    """One step of an analysis of causes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, rows=2, limit=MAX_REASON, **kwargs)


class PresentForm(forms.Form):
    """Nothing to fill in: the findings that are presented stand above."""

    submit_label = gettext_lazy("Present the findings")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper()


class DiscardForm(PresentForm):
    """Nothing to fill in: the draft stands beside."""

    submit_label = gettext_lazy("Discard the draft")


class PositionForm(forms.Form):
    """Whether the audited organisation agrees with a finding."""

    submit_label = gettext_lazy("Save the position")

    position = forms.ChoiceField(
        label=gettext_lazy("Position of the audited organisation"),
        choices=AuditeePosition.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a position."),
            "invalid_choice": gettext_lazy("Choose a position of the list."),
        },
    )
    comment = CleanTextField(
        label=gettext_lazy("Reason"),
        required=False,
        limit=MAX_REASON,
        help_text=gettext_lazy("Kept with the finding and printed in the audit report."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("position", "comment")

    def clean(self) -> dict[str, Any]:
        """A disagreement says what it is about."""
        data = super().clean() or {}
        disagrees = data.get("position") in {AuditeePosition.RESERVED, AuditeePosition.DISPUTED}
        if disagrees and "comment" in data and not data["comment"]:
            self.add_error("comment", _("Say what you do not agree with."))
        return data


class AnswerForm(forms.Form):
    """Correction, extent, cause. Starts from the last answer, when one was refused."""

    submit_label = gettext_lazy("Send the answer")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    correction = CleanTextField(
        label=gettext_lazy("Immediate correction"),
        help_text=gettext_lazy("What was done at once so that the gap does no more harm."),
        error_messages={"required": gettext_lazy("Say what was corrected, or why nothing was.")},
    )
    corrected_on = DayField(label=gettext_lazy("Corrected on"), required=False)
    extent = CleanTextField(
        label=gettext_lazy("Extent"),
        rows=3,
        help_text=gettext_lazy(
            "Where else the same gap was looked for (other sites, channels, teams), and what "
            "was seen there."
        ),
        error_messages={"required": gettext_lazy("Say where else you looked, and what you saw.")},
    )
    cause_method = forms.ChoiceField(
        label=gettext_lazy("Method of analysis"),
        choices=CauseMethod.choices,
        initial=CauseMethod.FIVE_WHYS,
        error_messages={"invalid_choice": gettext_lazy("Choose a method of the list.")},
    )
    why_1 = StepField(label=_why(1))
    why_2 = StepField(label=_why(2))
    why_3 = StepField(label=_why(3))
    why_4 = StepField(label=_why(4))
    why_5 = StepField(label=_why(5))
    branch_method = StepField(label=CauseFamily.METHOD.label)
    branch_people = StepField(label=CauseFamily.PEOPLE.label)
    branch_tools = StepField(label=CauseFamily.TOOLS.label)
    branch_material = StepField(label=CauseFamily.MATERIAL.label)
    branch_environment = StepField(label=CauseFamily.ENVIRONMENT.label)
    branch_management = StepField(label=CauseFamily.MANAGEMENT.label)
    root_cause = CleanTextField(
        label=gettext_lazy("Root cause"),
        rows=3,
        help_text=gettext_lazy("What must change so that the gap does not come back."),
        error_messages={"required": gettext_lazy("Say what the root cause is.")},
    )

    def __init__(self, *args: Any, today: date, last: FindingAnswer | None, **kwargs: Any) -> None:
        self.today = today
        kwargs["initial"] = _initial(last)
        super().__init__(*args, **kwargs)
        self.helper = page_helper(
            "key",
            "correction",
            "corrected_on",
            "extent",
            "cause_method",
            Div(*(f"why_{n}" for n in range(1, WHYS + 1)), css_class="cause-steps cause-whys"),
            Div(
                *(f"branch_{family.lower()}" for family in CauseFamily.values),
                css_class="cause-steps cause-branches",
            ),
            "root_cause",
        )

    def clean_corrected_on(self) -> date | None:
        """A day that has come."""
        day: date | None = self.cleaned_data["corrected_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                _("This day has not come yet: leave it empty until it is corrected."),
                code="future",
            )
        return day

    def clean(self) -> dict[str, Any]:
        """The chosen method was followed: one step of it at least."""
        data = super().clean() or {}
        first = {CauseMethod.FIVE_WHYS: "why_1", CauseMethod.ISHIKAWA: "branch_method"}
        method = data.get("cause_method")
        if method in first and not self._steps(data, method):
            self.add_error(
                first[CauseMethod(method)], _("Write one step of the analysis at least.")
            )
        return data

    def to_fields(self) -> AnswerFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        method = CauseMethod(data["cause_method"])
        return AnswerFields(
            correction=data["correction"],
            corrected_on=data["corrected_on"],
            extent=data["extent"],
            cause_method=method,
            cause_steps=self._steps(data, method),
            root_cause=data["root_cause"],
        )

    @staticmethod
    def _steps(data: dict[str, Any], method: str) -> list[str] | dict[str, str]:
        if method == CauseMethod.FIVE_WHYS:
            return [text for n in range(1, WHYS + 1) if (text := data.get(f"why_{n}"))]
        if method == CauseMethod.ISHIKAWA:
            return {
                f: text for f in CauseFamily.values if (text := data.get(f"branch_{f.lower()}"))
            }
        return []


class OpinionForm(forms.Form):
    """The auditor's opinion on an answer."""

    submit_label = gettext_lazy("Give the opinion")

    version = VersionField()
    opinion = forms.ChoiceField(
        label=gettext_lazy("Opinion"),
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Accept the answer or refuse it."),
            "invalid_choice": gettext_lazy("Accept the answer or refuse it."),
        },
    )
    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        required=False,
        limit=MAX_REASON,
        help_text=gettext_lazy("Needed for a refusal: what is missing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("version", "opinion", "reason")

    def clean(self) -> dict[str, Any]:
        """A refusal says what is missing."""
        data = super().clean() or {}
        if data.get("opinion") == Opinion.REFUSED and "reason" in data and not data["reason"]:
            self.add_error("reason", _("Say what is missing."))
        return data


class RefuseProofForm(forms.Form):
    """What a proof lacks."""

    submit_label = gettext_lazy("Refuse the proof")

    version = VersionField()
    reason = ReasonField(asked=gettext_lazy("Say what is missing."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("version", "reason")


class ProofForm(forms.Form):
    """What shows that the gap is gone."""

    submit_label = gettext_lazy("Bring the proof")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    statement = CleanTextField(
        label=gettext_lazy("What the proof shows"),
        help_text=gettext_lazy("Figures before and after, what was checked, on which period."),
        error_messages={"required": gettext_lazy("Say what the proof shows.")},
    )
    evidence = EvidenceField(
        label=gettext_lazy("Evidence"),
        queryset=Evidence.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose evidence of the list."),
            "invalid_list": gettext_lazy("Choose evidence of the list."),
        },
    )

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        evidence: EvidenceField = self.fields["evidence"]  # type: ignore[assignment]
        evidence.queryset = proof_choices(finding)
        shown = ["evidence"] if evidence.queryset.exists() else []
        self.helper = page_helper("key", "statement", *shown)


def _initial(last: FindingAnswer | None) -> dict[str, Any]:
    if last is None:
        return {"key": uuid.uuid4()}
    values: dict[str, Any] = {
        "key": uuid.uuid4(),
        "correction": last.correction,
        "corrected_on": last.corrected_on,
        "extent": last.extent,
        "cause_method": last.cause_method,
        "root_cause": last.root_cause,
    }
    if last.cause_method == CauseMethod.FIVE_WHYS:
        values |= {f"why_{n}": text for n, text in enumerate(last.cause_steps, start=1)}
    elif last.cause_method == CauseMethod.ISHIKAWA:
        values |= {f"branch_{family.lower()}": text for family, text in last.cause_steps.items()}
    return values
