"""Forms of findings: writing, closing, reopening."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from audits.actions.finding_fields import (
    FindingFields,
    earlier_findings,
    evidence_choices,
    fields_of,
    proof_due,
)
from audits.finding_rules import (
    MAX_CONSEQUENCE,
    found_date_problem,
    grade_problem,
    grades_of,
)
from audits.models import Assessment, Evidence, Finding
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    RowsField,
    VersionField,
    page_helper,
)
from crcaudit.core.templatetags.crc import localized
from engagements.models import FindingGrade

MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class GradeOption:
    """One grade as the segmented control shows it, and the day on which its proof is due."""

    value: str
    label: str
    title: str
    kind: str
    selected: bool
    due: date | None
    days: int | None
    working_days: bool


def grade_options(
    assessment: Assessment, grades: list[FindingGrade], *, found_date: date, chosen: str = ""
) -> list[GradeOption]:
    """The grades of the scheme in its order, with their time limits from ``found_date``."""
    return [
        GradeOption(
            value=grade.code,
            label=localized(grade, "short"),
            title=localized(grade, "label"),
            kind=grade.shape,
            selected=grade.code == chosen,
            due=proof_due(assessment, grade=grade, start=found_date),
            days=grade.evidence_days,
            working_days=grade.working_days,
        )
        for grade in grades
    ]


class EvidenceField(RowsField):
    """Evidence by reference and title."""

    def label_from_instance(self, obj: Evidence) -> str:
        """Reference and title."""
        return str(obj)


class EarlierField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A finding of an earlier audit, with its audit and its state."""

    def label_from_instance(self, obj: Finding) -> str:
        """Reference, title, audit, state."""
        return f"{obj.audit.reference} · {obj} ({obj.get_state_display()})"


class FindingForm(forms.Form):
    """What is required, what was found, on which evidence, and what follows.

    ``finding`` is None for a new one. A bound form that comes back after a conflict keeps what
    was typed.
    """

    submit_label = gettext_lazy("Save the finding")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"),
        error_messages={
            "required": gettext_lazy("Choose the grade of the finding."),
            "invalid_choice": gettext_lazy("Choose a grade of the list."),
        },
    )
    title = CleanCharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("One line that says what is wrong, or what stands out."),
        error_messages={"required": gettext_lazy("Give the finding a title.")},
    )
    required = CleanTextField(
        label=gettext_lazy("What is required"),
        error_messages={"required": gettext_lazy("Say what is required.")},
    )
    found = CleanTextField(
        label=gettext_lazy("What was found"),
        help_text=gettext_lazy("Facts only: what, where, when, how many. Name no person."),
        error_messages={"required": gettext_lazy("Say what was found.")},
    )
    page = forms.IntegerField(
        label=gettext_lazy("Page of the evidence"),
        required=False,
        min_value=1,
        max_value=MAX_PAGE,
        help_text=gettext_lazy("The page or the sheet that the finding rests on. May stay empty."),
        error_messages={
            "invalid": gettext_lazy("Enter a page number, such as 3."),
            "min_value": gettext_lazy("Enter a page number, such as 3."),
            "max_value": gettext_lazy("Enter a page number, such as 3."),
        },
    )
    recurs = EarlierField(
        label=gettext_lazy("Returns from"),
        queryset=Finding.objects.none(),
        required=False,
        empty_label=gettext_lazy("No earlier finding"),
        help_text=gettext_lazy("An earlier finding on this requirement that is back."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose an earlier finding on the same requirement.")
        },
    )
    consequence = CleanTextField(
        label=gettext_lazy("Consequence"), required=False, rows=2, limit=MAX_CONSEQUENCE
    )
    next_step = CleanTextField(
        label=gettext_lazy("Next step"), required=False, rows=2, limit=MAX_CONSEQUENCE
    )
    found_date = DayField(
        label=gettext_lazy("Found on"),
        error_messages={"required": gettext_lazy("Say on which day it was found.")},
    )
    evidence = EvidenceField(
        label=gettext_lazy("Evidence"),
        queryset=Evidence.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose evidence that is linked to this requirement."),
            "invalid_list": gettext_lazy("Choose evidence that is linked to this requirement."),
        },
    )

    def __init__(
        self,
        *args: Any,
        assessment: Assessment,
        today: date,
        finding: Finding | None = None,
        **kwargs: Any,
    ) -> None:
        self.assessment = assessment
        self.today = today
        kwargs["initial"] = _initial(assessment, today, finding)
        super().__init__(*args, **kwargs)
        self.grades = grades_of(assessment.audit)
        self.fields["grade"].choices = [(g.code, g.code) for g in self.grades]  # type: ignore[attr-defined]
        choices = evidence_choices(assessment, finding)
        self.has_evidence = bool(choices)
        evidence: EvidenceField = self.fields["evidence"]  # type: ignore[assignment]
        evidence.queryset = Evidence.objects.filter(pk__in=[row.pk for row in choices]).order_by(
            "number"
        )
        shown = ["evidence", "page"] if self.has_evidence else []
        earlier = [row.pk for row in earlier_findings(assessment)]
        recurs: EarlierField = self.fields["recurs"]  # type: ignore[assignment]
        recurs.queryset = (
            Finding.objects.filter(pk__in=earlier)
            .select_related("audit")
            .defer("audit__frozen")
            .order_by("-found_date", "-pk")
        )
        back = ["recurs"] if earlier else []
        self.helper = page_helper(
            "key",
            "version",
            Field("grade", template="audits/fields/grade.html"),
            "title",
            "required",
            "found",
            *shown,
            *back,
            "consequence",
            "next_step",
            "found_date",
        )

    @property
    def grade_options(self) -> list[GradeOption]:
        """Options of the segmented control, with the time limits from the day typed."""
        chosen = self["grade"].value() or ""
        try:
            found = self.fields["found_date"].clean(self["found_date"].value())
        except forms.ValidationError:
            found = self.today
        return grade_options(self.assessment, self.grades, found_date=found, chosen=chosen)

    @property
    def grade_legend(self) -> SafeString:
        """The label with the mark of a required field, as crispy writes it."""
        mark = '{}<span class="asteriskField">*</span>'
        return format_html(mark, self.fields["grade"].label or "")

    def clean_grade(self) -> FindingGrade:
        """The grade itself; a nonconformity on a critical requirement is major."""
        grade = next(g for g in self.grades if g.code == self.cleaned_data["grade"])
        problem = grade_problem(self.assessment, grade)
        if problem:
            raise forms.ValidationError(problem, code="critical")
        return grade

    def clean_found_date(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["found_date"]
        problem = found_date_problem(day, today=self.today)
        if problem:
            raise forms.ValidationError(problem, code="future")
        return day

    def to_fields(self) -> FindingFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return FindingFields(
            grade=data["grade"],
            title=data["title"],
            required=data["required"],
            found=data["found"],
            consequence=data["consequence"],
            next_step=data["next_step"],
            found_date=data["found_date"],
            evidence=tuple(data["evidence"]),
            page=data["page"],
            recurs=data["recurs"],
        )


def _initial(assessment: Assessment, today: date, finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {
            "key": uuid.uuid4(),
            "required": localized(assessment, "text"),
            "found_date": today,
        }
    present = fields_of(finding)
    return {
        "version": finding.version,
        "grade": present.grade.code,
        "title": present.title,
        "required": present.required,
        "found": present.found,
        "consequence": present.consequence,
        "next_step": present.next_step,
        "found_date": present.found_date,
        "evidence": [row.pk for row in present.evidence],
        "page": present.page,
        "recurs": present.recurs,
    }
