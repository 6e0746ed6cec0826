"""Answers by mark, typed or pasted like a sheet: marks down, places across."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audits.actions.surveys.fields import ReturnFields
from audits.forms.surveys.fields import CountField
from audits.logic.surveys import SCALES, Question
from audits.models import SurveyWave, WaveReturn
from audits.survey_enums import SurveyQuestion, WaveState
from crcaudit.core.forms import ReasonField, VersionField

INVITED, ANSWERED = "invited", "answered"
_ENDS = {
    Question.SATISFACTION: {
        1: gettext_lazy("not satisfied at all"),
        4: gettext_lazy("satisfied"),
        5: gettext_lazy("very satisfied"),
    },
    Question.RECOMMENDATION: {
        0: gettext_lazy("detractors from 0 to 6"),
        9: gettext_lazy("promoters from 9 on"),
    },
    Question.EFFORT: {
        1: gettext_lazy("very hard"),
        7: gettext_lazy("very easy"),
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: ``group`` is "" but in the first row of each question."""

    group: str
    label: str
    help: str
    cells: Sequence[forms.BoundField]


class AnswersForm(forms.Form):
    """A cell for each mark of each question at each place. An empty question was not answered."""

    version = VersionField()

    def __init__(
        self, *args: Any, wave: SurveyWave, returns: Sequence[WaveReturn], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wave, self.returns = wave, returns
        self.fields["version"].initial = wave.version
        for row in returns:
            counts = row.answers.counts
            self._add(row, INVITED, _("People asked"), row.invited)
            self._add(row, ANSWERED, _("People who answered"), row.answered)
            for question in wave.questions:
                for mark in SCALES[question]:
                    known = counts.get(question, {}).get(mark)
                    self._add(row, _code(question, mark), str(mark), known)
        if wave.state == WaveState.CLOSED:
            self.fields["reason"] = ReasonField(
                asked=gettext_lazy("Say why the answers of a closed wave are corrected."), rows=2
            )
            self.fields["replaces"] = forms.BooleanField(
                label=gettext_lazy("Replace the measures that are there"), required=False
            )

    def _add(self, row: WaveReturn, code: str, label: str, known: int | None) -> None:
        self.fields[_name(row, code)] = CountField(
            label=f"{row.place.name}, {label}", required=False, initial=known
        )

    def lines(self) -> Iterator[Line]:
        """The rows of the sheet."""
        yield Line(pgettext("survey", "People"), _("People asked"), "", self._cells(INVITED))
        said = _("empty: the largest number of answers below")
        yield Line("", _("People who answered"), said, self._cells(ANSWERED))
        for question in self.wave.questions:
            for place, mark in enumerate(SCALES[question]):
                yield Line(
                    group="" if place else str(SurveyQuestion(question).label),
                    label=str(mark),
                    help=str(_ENDS[question].get(mark, "")),
                    cells=self._cells(_code(question, mark)),
                )

    def _cells(self, code: str) -> list[forms.BoundField]:
        return [self[_name(row, code)] for row in self.returns]

    def clean(self) -> dict[str, Any]:
        """Of a question every mark has its count at a place, or none."""
        data = super().clean() or {}
        for row in self.returns:
            for question in self.wave.questions:
                names = [_name(row, _code(question, mark)) for mark in SCALES[question]]
                if any(name in self.errors for name in names):
                    continue
                empty = [name for name in names if data.get(name) is None]
                if empty and len(empty) < len(names):
                    self.add_error(
                        empty[0],
                        _("This count is missing: type 0 when nobody gave this mark."),
                    )
            self._check(row, data)
        return data

    def _check(self, row: WaveReturn, data: dict[str, Any]) -> None:
        """More answers than people: said at the cell, before the action says it of the whole."""
        invited, answered = (data.get(_name(row, code)) for code in (INVITED, ANSWERED))
        most = max((sum(one.values()) for one in self._counts(row, data).values()), default=0)
        if answered is not None and answered < most:
            self.add_error(
                _name(row, ANSWERED),
                _("Fewer than the %(n)s answers to one question.") % {"n": most},
            )
        elif invited is not None and max(answered or 0, most) > invited:
            self.add_error(
                _name(row, INVITED),
                _("Fewer than the %(n)s people who answered.") % {"n": max(answered or 0, most)},
            )

    def _counts(self, row: WaveReturn, data: dict[str, Any]) -> dict[Question, dict[int, int]]:
        found = {}
        for question in self.wave.questions:
            cells = {mark: data.get(_name(row, _code(question, mark))) for mark in SCALES[question]}
            known = {mark: count for mark, count in cells.items() if count is not None}
            if len(known) == len(cells):
                found[question] = known
        return found

    def to_returns(self) -> dict[int, ReturnFields]:
        """Valid counts as the action takes them, by place."""
        data = self.cleaned_data
        return {
            row.place_id: ReturnFields(
                invited=data[_name(row, INVITED)],
                answered=data[_name(row, ANSWERED)],
                counts=self._counts(row, data),
            )
            for row in self.returns
        }


def _code(question: Question, mark: int) -> str:
    return f"{question.lower()}-{mark}"


def _name(row: WaveReturn, code: str) -> str:
    return f"{code}-{row.place_id}"
