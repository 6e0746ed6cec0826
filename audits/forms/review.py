"""The form beside a piece of evidence: verdict, rating, finding."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits.actions.finding_fields import FindingFields
from audits.actions.review import RatingFields, ReviewFields
from audits.enums import ReviewVerdict
from audits.finding_rules import grade_problem, grades_of
from audits.forms.finding import MAX_PAGE, GradeOption, grade_options
from audits.models import EvidenceLink
from crcaudit.core.forms import (
    MAX_REASON,
    CleanCharField,
    CleanTextField,
    VersionField,
)
from crcaudit.core.templatetags.crc import localized
from engagements.models import FindingGrade

MAX_REVIEWS = 30_000


class ReviewForm(forms.Form):
    """A verdict is needed; a rating and a finding may go with it."""

    seen = forms.IntegerField(
        min_value=0,
        max_value=MAX_REVIEWS,
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("This form is incomplete: reload the page and send it again.")
        },
    )
    version = VersionField()
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict on the evidence"),
        choices=ReviewVerdict.choices,
        error_messages={
            "required": gettext_lazy("Accept the evidence, ask to complete it, or reject it."),
            "invalid_choice": gettext_lazy(
                "Accept the evidence, ask to complete it, or reject it."
            ),
        },
    )
    reason = CleanTextField(
        label=gettext_lazy("What the evidence establishes, or what is missing"),
        required=False,
        rows=3,
        limit=MAX_REASON,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Rating"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("This level is not on the scale of the audit.")
        },
    )
    na_reason = CleanTextField(
        label=gettext_lazy("Why the requirement does not apply"),
        required=False,
        rows=2,
        limit=MAX_REASON,
    )
    departure = CleanTextField(
        label=gettext_lazy("Why you depart from the proposal"),
        required=False,
        rows=2,
        limit=MAX_REASON,
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("Grade"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a grade of the list.")},
    )
    title = CleanCharField(label=gettext_lazy("Title of the finding"), required=False)
    found = CleanTextField(
        label=gettext_lazy("What was found"),
        required=False,
        help_text=gettext_lazy("Facts only: what, where, when, how many. Name no person."),
    )
    page = forms.IntegerField(
        label=gettext_lazy("Page"),
        required=False,
        min_value=1,
        max_value=MAX_PAGE,
        error_messages={
            name: gettext_lazy("Enter a page number, such as 3.")
            for name in ("invalid", "min_value", "max_value")
        },
    )

    def __init__(
        self, *args: Any, link: EvidenceLink, today: date, may_write: bool, **kwargs: Any
    ) -> None:
        self.link, self.today = link, today
        self.needs_departure = False
        self.assessment = link.assessment
        kwargs["initial"] = {
            "seen": link.reviews,
            "version": self.assessment.version,
            "key": uuid.uuid4(),
            "verdict": link.review,
            "level": self.assessment.level,
            "na_reason": self.assessment.na_reason,
        }
        super().__init__(*args, **kwargs)
        scale = self.assessment.audit.scale
        self.excluded = {level["code"] for level in scale if level["is_excluded"]}
        self.fields["level"].choices = [(level["code"], level["letter"]) for level in scale]  # type: ignore[attr-defined]
        self.grades: list[FindingGrade] = grades_of(self.assessment.audit) if may_write else []
        self.fields["grade"].choices = [(g.code, g.code) for g in self.grades]  # type: ignore[attr-defined]

    @property
    def verdict_options(self) -> list[dict[str, Any]]:
        """The three verdicts of the segmented control, with their keys."""
        chosen = self["verdict"].value() or ""
        kinds = {
            ReviewVerdict.ACCEPTED: ("ok", _("Accept"), "a"),
            ReviewVerdict.TO_COMPLETE: ("part", _("To complete"), "c"),
            ReviewVerdict.REJECTED: ("major", _("Reject"), "r"),
        }
        return [
            {
                "value": verdict.value,
                "label": label,
                "kind": kind,
                "key": key,
                "selected": verdict == chosen,
            }
            for verdict, (kind, label, key) in kinds.items()
        ]

    @property
    def level_options(self) -> list[dict[str, Any]]:
        """The scale of the audit, chosen by 1, 2, 3."""
        chosen = self["level"].value() or ""
        return [
            {
                "value": level["code"],
                "label": level["letter"],
                "title": level[f"label_{get_language() or 'fr'}"],
                "kind": level["shape"],
                "key": str(place),
                "selected": level["code"] == chosen,
            }
            for place, level in enumerate(self.assessment.audit.scale, start=1)
        ]

    @property
    def grade_choices(self) -> list[GradeOption]:
        """The grades, with the time limits that would run from today."""
        chosen = self["grade"].value() or ""
        return grade_options(self.assessment, self.grades, found_date=self.today, chosen=chosen)

    def clean_grade(self) -> FindingGrade | None:
        """The grade itself; None when no finding is written."""
        code = self.cleaned_data["grade"]
        grade = next((g for g in self.grades if g.code == code), None)
        problem = grade_problem(self.assessment, grade) if grade else ""
        if problem:
            raise forms.ValidationError(problem, code="critical")
        return grade

    def clean(self) -> dict[str, Any]:
        """A refusal, a level outside the scale and a finding each ask for their words."""
        data = super().clean() or {}
        refused = {ReviewVerdict.TO_COMPLETE, ReviewVerdict.REJECTED}
        if data.get("verdict") in refused and "reason" in data and not data["reason"]:
            self.add_error("reason", _("Say what is missing."))
        if data.get("level") in self.excluded and not data.get("na_reason", "-"):
            self.add_error("na_reason", _("Say why the requirement does not apply."))
        wants = data.get("grade") is not None
        if wants and "title" in data and not data["title"]:
            self.add_error("title", _("Give the finding a title."))
        if wants and "found" in data and not data["found"]:
            self.add_error("found", _("Say what was found."))
        if not wants and "grade" not in self.errors and (data.get("title") or data.get("found")):
            self.add_error("grade", _("Choose the grade of the finding."))
        return data

    @property
    def asks_departure(self) -> bool:
        """Whether the rating was refused for want of that reason, or has it."""
        return bool(self["departure"].value()) or self.needs_departure

    def to_review(self) -> ReviewFields:
        """The verdict as the action takes it."""
        data = self.cleaned_data
        return ReviewFields(
            seen=data["seen"], verdict=ReviewVerdict(data["verdict"]), reason=data["reason"]
        )

    def to_rating(self) -> RatingFields | None:
        """The level, None when none was chosen."""
        data = self.cleaned_data
        if not data["level"]:
            return None
        return RatingFields(
            version=data["version"],
            level=data["level"],
            na_reason=data["na_reason"],
            departure=data["departure"],
        )

    def to_finding(self) -> tuple[uuid.UUID, FindingFields] | None:
        """The finding with its key, None when no grade was chosen."""
        data = self.cleaned_data
        if data["grade"] is None:
            return None
        fields = FindingFields(
            grade=data["grade"],
            title=data["title"],
            required=localized(self.assessment, "text"),
            found=data["found"],
            found_date=self.today,
            evidence=(self.link.evidence,),
            page=data["page"],
        )
        return data["key"] or uuid.uuid4(), fields
