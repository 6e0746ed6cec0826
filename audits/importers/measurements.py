"""Measures from a table: one row per measure, or a column for each figure of an indicator."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from audits.importers.measure_mapping import (
    EXHAUSTIVE,
    FIGURE,
    INDICATOR,
    INPUT,
    MOST_ROWS,
    PERIOD,
    PLACE,
    Known,
    MeasureMapping,
)
from audits.importers.proposal import Proposal
from audits.importers.rows import read_rows
from audits.importers.tables import Form
from audits.logic.number_text import COMMA, number_from, plain
from audits.logic.period_text import period_from
from audits.logic.periods import Period
from audits.workbook.problems import Problem, Problems, quoted
from engagements.logic.search import fold

_YES = frozenset({"oui", "o", "yes", "y", "1", "x", "vrai", "true", "exhaustif", "exhaustive"})
_NO = frozenset({"non", "n", "no", "0", "", "faux", "false", "echantillon", "sample"})


@dataclass(frozen=True, slots=True)
class MeasuresRead:
    """What a file holds. With any problem nothing of it may be written."""

    proposals: list[Proposal]
    rows: int
    problem_count: int
    problems: list[Problem]


def read_measures(
    path: Path,
    form: Form,
    mapping: MeasureMapping,
    *,
    titles: Sequence[str],
    known: Mapping[str, Known],
) -> MeasuresRead:
    """Every measure of the file, and every problem with its row and column.

    ``known`` maps a folded code or name to its indicator. Rows count from 1, titles included.
    """
    reader = _Reader(mapping, titles, known)
    rows = read_rows(path, form, reader.take, most=MOST_ROWS, problems=reader.problems)
    return MeasuresRead(
        proposals=list(reader.found.values()),
        rows=rows,
        problem_count=len(reader.problems.all),
        problems=reader.problems.listed(),
    )


class _Reader:
    """Rows of one file, taken in order."""

    def __init__(
        self, mapping: MeasureMapping, titles: Sequence[str], known: Mapping[str, Known]
    ) -> None:
        self.mapping, self.titles, self.known = mapping, titles, known
        self.problems = Problems()
        self.found: dict[tuple[str, int, Period], Proposal] = {}
        self.row_of: dict[tuple[str, int, Period], int] = {}
        self.places = {role: place for place, role in enumerate(mapping.columns) if role}
        self.figures: dict[str, list[tuple[str, int]]] = {}
        for role, place in self.places.items():
            if role.startswith(FIGURE):
                _figure, code, key = role.split(":")
                self.figures.setdefault(code, []).append((key, place))

    def take(self, number: int, row: Sequence[str]) -> None:
        """Every measure of a row; nothing of it when its period or its place cannot be read."""
        if len(row) > len(self.titles):
            words = {"n": len(row), "titles": len(self.titles)}
            self.problems.add(
                _("This row has %(n)s cells for %(titles)s titles.") % words, row=number
            )
            return
        period = self._period(number, row)
        place = self._place(number, row)
        exhaustive = self._exhaustive(number, row)
        if period is None or place is None:
            return
        for indicator, cells in self._measures(number, row):
            inputs = self._inputs(number, row, indicator, cells)
            if inputs is not None:
                found = Proposal(
                    indicator=indicator.code,
                    place=place,
                    period=period,
                    inputs=inputs,
                    is_exhaustive=exhaustive,
                )
                self._keep(number, found)

    def _keep(self, number: int, found: Proposal) -> None:
        if found.cell in self.found:
            self._say(
                number,
                PERIOD,
                _("Row %(row)s already measures this indicator there over this period.")
                % {"row": self.row_of[found.cell]},
            )
            return
        self.found[found.cell], self.row_of[found.cell] = found, number

    def _measures(
        self, number: int, row: Sequence[str]
    ) -> Iterator[tuple[Known, list[tuple[str, int]]]]:
        """Each indicator of the row, with the column of each figure that is given of it."""
        if INDICATOR in self.places:
            text = self._cell(row, INDICATOR)
            indicator = self.known.get(fold(text.strip()))
            if indicator is None:
                self._say(
                    number,
                    INDICATOR,
                    _("“%(value)s” is no indicator of yours: give its code, such as PEC-01.")
                    % {"value": quoted(text)},
                )
                return
            cells = [
                (key, self.places[f"{INPUT}{n}"])
                for n, key in enumerate(indicator.keys)
                if f"{INPUT}{n}" in self.places
            ]
            yield indicator, cells
        for code, cells in self.figures.items():
            indicator = self.known[fold(code)]
            # In a wide table an indicator that was not measured over a period has empty cells.
            if any(self._at(row, place).strip() for _key, place in cells):
                yield indicator, cells

    def _inputs(
        self, number: int, row: Sequence[str], indicator: Known, cells: list[tuple[str, int]]
    ) -> dict[str, str] | None:
        given = dict(cells)
        found: dict[str, str] = {}
        for key in indicator.keys:
            if key not in given:
                self.problems.add(
                    _("%(code)s: no column gives “%(key)s”.")
                    % {"code": indicator.code, "key": key},
                    row=number,
                )
                continue
            text = self._at(row, given[key])
            value = number_from(text, self.mapping.decimal)
            if value is None:
                self.problems.add(self._no_number(text), row=number, column=self.titles[given[key]])
                continue
            found[key] = plain(value)
        return found if len(found) == len(indicator.keys) else None

    def _no_number(self, text: str) -> str:
        if not text.strip():
            return _("The figure is missing: what was not measured is no zero.")
        sample = "1 234,5" if self.mapping.decimal == COMMA else "1,234.5"
        return _("“%(value)s” is no number such as %(sample)s.") % {
            "value": quoted(text),
            "sample": sample,
        }

    def _period(self, number: int, row: Sequence[str]) -> Period | None:
        text = self._cell(row, PERIOD)
        found = period_from(text, self.mapping.grain)
        if found is None:
            self._say(
                number,
                PERIOD,
                _("“%(value)s” is no period of this length.") % {"value": quoted(text)},
            )
        return found

    def _place(self, number: int, row: Sequence[str]) -> int | None:
        text = self._cell(row, PLACE).strip()
        if not text and self.mapping.place is not None:
            return self.mapping.place
        found = self.mapping.places.get(fold(text))
        if found is None:
            self._say(
                number,
                PLACE,
                _("“%(value)s” is none of your sites and providers.") % {"value": quoted(text)},
            )
        return found

    def _exhaustive(self, number: int, row: Sequence[str]) -> bool:
        if EXHAUSTIVE not in self.places:
            return self.mapping.is_exhaustive
        text = self._cell(row, EXHAUSTIVE)
        word = fold(text.strip())
        if word not in _YES | _NO:
            self._say(
                number, EXHAUSTIVE, _("Write yes or no, not “%(value)s”.") % {"value": quoted(text)}
            )
        return word in _YES

    def _say(self, number: int, role: str, message: str) -> None:
        column = self.titles[self.places[role]] if role in self.places else ""
        self.problems.add(message, row=number, column=column)

    def _cell(self, row: Sequence[str], role: str) -> str:
        return self._at(row, self.places[role]) if role in self.places else ""

    @staticmethod
    def _at(row: Sequence[str], place: int) -> str:
        return row[place] if place < len(row) else ""
