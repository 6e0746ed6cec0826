"""A pasted list read as a population: one unit per line, its stratum after a tab or a semicolon."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from audits.logic.sampling import MAX_LISTED, Unit

MAX_LABEL = 100
MAX_STRATUM = 60
SHOWN_LINES = 5
# A spreadsheet, and our own records, write an apostrophe before what looks like a formula.
_MARKED_TEXT = re.compile(r"^'(?=[=+\-@|%]|\\\|)")


class ListProblem(StrEnum):
    """Why a list cannot be drawn from."""

    EMPTY = "EMPTY"
    TOO_MANY = "TOO_MANY"
    TOO_LONG = "TOO_LONG"
    NAMELESS = "NAMELESS"
    TWICE = "TWICE"


@dataclass(slots=True)
class PopulationError(Exception):
    """A list that cannot be drawn from: ``count`` lines are wrong, ``lines`` are the first ones.

    For TOO_MANY, ``count`` is how many units the list has.
    """

    problem: ListProblem
    count: int = 0
    lines: tuple[int, ...] = ()


def read_population(text: str) -> tuple[Unit, ...]:
    """Units in the order of the lines; empty lines are passed over. ``text`` has plain newlines.

    Raises:
        PopulationError: nothing in it, too many lines, a line too long or without a name before
            the separator, or the same name twice.
    """
    numbered = [
        (number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()
    ]
    if not numbered:
        raise PopulationError(ListProblem.EMPTY)
    if len(numbered) > MAX_LISTED:
        raise PopulationError(ListProblem.TOO_MANY, len(numbered))
    units = [(number, _unit(line)) for number, line in numbered]
    _refuse(ListProblem.NAMELESS, [number for number, unit in units if not unit.label])
    _refuse(
        ListProblem.TOO_LONG,
        [n for n, unit in units if len(unit.label) > MAX_LABEL or len(unit.stratum) > MAX_STRATUM],
    )
    seen: set[str] = set()
    twice = []
    for number, unit in units:
        if unit.label in seen:
            twice.append(number)
        seen.add(unit.label)
    _refuse(ListProblem.TWICE, twice)
    return tuple(unit for _number, unit in units)


def write_population(units: Sequence[Unit]) -> str:
    """The list as it is typed, the inverse of `read_population`."""
    return "\n".join(
        f"{unit.label}\t{unit.stratum}" if unit.stratum or ";" in unit.label else unit.label
        for unit in units
    )


def _unit(line: str) -> Unit:
    label, _separator, rest = line.partition("\t" if "\t" in line else ";")
    stratum = re.split(r"[\t;]", rest, maxsplit=1)[0]
    return Unit(_field(label), _field(stratum))


def _field(text: str) -> str:
    return _MARKED_TEXT.sub("", text.strip())


def _refuse(problem: ListProblem, lines: list[int]) -> None:
    if lines:
        raise PopulationError(problem, len(lines), tuple(lines[:SHOWN_LINES]))
