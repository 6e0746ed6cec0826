"""What the columns of a file of answers are: guessed from their titles, corrected by people."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from audits.importers.measure_mapping import IGNORED, PLACE
from audits.logic.surveys import Question
from engagements.logic.search import fold

_TITLES = {
    PLACE: ("site", "lieu", "centre", "place", "prestataire", "provider"),
    str(Question.RECOMMENDATION): ("nps", "recommand", "recommend"),
    str(Question.EFFORT): ("effort", "ces", "facilite", "ease"),
    str(Question.SATISFACTION): ("satisf", "csat", "note", "mark", "score"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMapping:
    """What the columns of a file of answers are.

    ``columns`` says it of each, in order: "", "place", or a question. ``places`` maps a value of
    the place column, folded, to the number of a place; ``place`` is that of a file without one.
    """

    columns: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    place: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        return cls(**{**kept, "columns": tuple(kept["columns"])})


def guessed_answers(columns: Sequence[str]) -> AnswerMapping:
    """A first proposal from the titles; each thing is the first column that looks like it."""
    found: list[str] = []
    for title in columns:
        plain = fold(title)
        role = next(
            (
                role
                for role, words in _TITLES.items()
                if role not in found and any(word in plain for word in words)
            ),
            IGNORED,
        )
        found.append(role)
    return AnswerMapping(columns=tuple(found))


def without_texts(rows: Sequence[Sequence[str]], mapping: AnswerMapping) -> list[list[str]]:
    """First rows of a file with everything but short numbers and places blotted out.

    Who answered, and what they wrote, is kept nowhere.
    """
    return [
        [cell if _is_harmless(cell, place, mapping) else BLOT for place, cell in enumerate(row)]
        for row in rows
    ]


BLOT = "…"
_SHORT = 3


def _is_harmless(cell: str, place: int, mapping: AnswerMapping) -> bool:
    clean = cell.strip()
    is_number = len(clean) <= _SHORT and clean.replace(",", "").replace(".", "").isdecimal()
    is_place = place < len(mapping.columns) and mapping.columns[place] == PLACE
    return not clean or is_number or is_place
