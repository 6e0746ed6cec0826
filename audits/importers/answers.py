"""Answers to a survey from a file of one answer per row: counted by place, question and mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from audits.importers.answer_mapping import AnswerMapping
from audits.importers.measure_mapping import PLACE
from audits.importers.rows import read_rows
from audits.importers.tables import Form
from audits.logic.number_text import COMMA, POINT, number_from
from audits.logic.surveys import SCALES, Question
from audits.workbook.problems import Problem, Problems
from engagements.logic.search import fold

MOST_ROWS, MOST_PLACES, LONGEST_PLACE = 1_000_000, 60, 60


@dataclass(slots=True)
class PlaceAnswers:
    """What a file says of one place: people who answered something, and answers by mark."""

    place: int
    answered: int = 0
    counts: dict[Question, dict[int, int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As an import keeps it until it is confirmed."""
        counts = {
            str(question): {str(mark): count for mark, count in by_mark.items()}
            for question, by_mark in self.counts.items()
        }
        return {"place": self.place, "answered": self.answered, "counts": counts}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        counts = {
            Question(question): {int(mark): count for mark, count in by_mark.items()}
            for question, by_mark in kept["counts"].items()
        }
        return cls(kept["place"], kept["answered"], counts)


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """What a file holds. With any problem nothing of it may be taken.

    ``unplaced`` counts the rows of each value that stands for no place of the wave.
    """

    places: list[PlaceAnswers]
    unplaced: Mapping[str, int]
    rows: int
    problem_count: int
    problems: list[Problem]


def read_answers(
    path: Path, form: Form, mapping: AnswerMapping, *, titles: Sequence[str]
) -> AnswersRead:
    """Every answer counted, and every problem with its row and column, without its text.

    Rows count from 1, titles included. A cell that is empty was not answered.
    """
    reader = _Reader(mapping, titles)
    rows = read_rows(path, form, reader.take, most=MOST_ROWS, problems=reader.problems)
    return AnswersRead(
        places=[one for one in reader.found.values() if one.answered],
        unplaced=reader.unplaced,
        rows=rows,
        problem_count=len(reader.problems.all),
        problems=reader.problems.listed(),
    )


class _Reader:
    """Rows of one file, taken in order."""

    def __init__(self, mapping: AnswerMapping, titles: Sequence[str]) -> None:
        self.mapping, self.titles = mapping, titles
        self.problems = Problems()
        self.found: dict[int, PlaceAnswers] = {}
        self.unplaced: dict[str, int] = {}
        roles = {role: place for place, role in enumerate(mapping.columns) if role}
        self.place_column = roles.pop(PLACE, None)
        self.columns = {Question(role): place for role, place in roles.items()}

    def take(self, number: int, row: Sequence[str]) -> None:
        """Count one row."""
        place = self._place(row)
        marks = self._marks(number, row)
        if place is None or not marks:
            return
        found = self.found.get(place)
        if found is None:
            counts = {question: dict.fromkeys(SCALES[question], 0) for question in self.columns}
            found = self.found[place] = PlaceAnswers(place, 0, counts)
        found.answered += 1
        for question, mark in marks.items():
            found.counts[question][mark] += 1

    def _place(self, row: Sequence[str]) -> int | None:
        if self.place_column is None:
            return self.mapping.place
        text = self._at(row, self.place_column)
        found = self.mapping.places.get(fold(text))
        if found is None:
            named = text[:LONGEST_PLACE] or _("(empty)")
            if named in self.unplaced or len(self.unplaced) < MOST_PLACES:
                self.unplaced[named] = self.unplaced.get(named, 0) + 1
            else:
                rest = _("(other values)")
                self.unplaced[rest] = self.unplaced.get(rest, 0) + 1
        return found

    def _marks(self, number: int, row: Sequence[str]) -> dict[Question, int]:
        marks = {}
        for question, place in self.columns.items():
            text = self._at(row, place)
            if not text:
                continue
            scale = SCALES[question]
            found = number_from(text, COMMA)
            if found is None:
                found = number_from(text, POINT)
            if found is None or found != found.to_integral_value() or int(found) not in scale:
                told = {"low": scale[0], "high": scale[-1]}
                self.problems.add(
                    _("This is no mark from %(low)s to %(high)s.") % told,
                    row=number,
                    column=self.titles[place],
                )
                continue
            marks[question] = int(found)
        return marks

    @staticmethod
    def _at(row: Sequence[str], place: int) -> str:
        return row[place].strip() if place < len(row) else ""
