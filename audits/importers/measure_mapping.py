"""What the columns of a table of measures are: guessed from their titles, corrected by people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from audits.logic.number_text import COMMA, decimal_of
from audits.logic.period_text import period_from
from audits.logic.periods import Grain
from engagements.logic.search import fold

IGNORED, PERIOD, PLACE, INDICATOR, EXHAUSTIVE = "", "period", "place", "indicator", "exhaustive"
INPUT, FIGURE = "input:", "figure:"  # then the place in the formula; code and key
_TITLES = {
    PERIOD: ("periode", "period", "mois", "month", "semaine", "week", "date", "jour", "day"),
    PLACE: ("site", "lieu", "centre", "place", "prestataire", "provider"),
    INDICATOR: ("indicateur", "indicator", "code"),
    EXHAUSTIVE: ("exhaustif", "exhaustive", "population entiere"),
}
_FIRST = ("numerateur", "numerator")
_SECOND = ("denominateur", "denominator")
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMapping:
    """What the columns of a table of measures are.

    ``columns`` says it of each, in order: "", "period", "place", "indicator", "exhaustive",
    "input:<n>" for the nth figure of the formula from 0, or "figure:<code>:<key>".
    ``places`` maps a value of the place column, folded, to the number of a place; ``place`` is
    that of rows without one. ``is_exhaustive`` is for a file without such a column.
    """

    columns: tuple[str, ...]
    grain: Grain = Grain.MONTH
    decimal: str = COMMA
    places: Mapping[str, int]
    place: int | None = None
    is_exhaustive: bool = True

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        return cls(**{**kept, "columns": tuple(kept["columns"]), "grain": Grain(kept["grain"])})


@dataclass(frozen=True, slots=True)
class Known:
    """An indicator that a file may measure: the keys of its formula, in order."""

    code: str
    keys: tuple[str, ...]


def guessed_columns(
    columns: Sequence[str], sample: Sequence[Sequence[str]], known: Sequence[Known]
) -> MeasureMapping:
    """A first proposal from titles and first rows; people correct it."""
    found = [_guess(title, known) for title in columns]
    numbers = [
        cell
        for row in sample
        for place, cell in enumerate(row)
        if place < len(found) and found[place].startswith((INPUT, FIGURE)) and cell.strip()
    ]
    grain = _grain(found, sample)
    return MeasureMapping(
        columns=tuple(_once(found)),
        grain=grain,
        decimal=decimal_of(numbers, fallback=COMMA),
        places={},
    )


def _guess(title: str, known: Sequence[Known]) -> str:
    plain = fold(title)
    for indicator in known:
        for key in indicator.keys:
            if fold(indicator.code) in plain and (fold(key) in plain or len(indicator.keys) == 1):
                return f"{FIGURE}{indicator.code}:{key}"
    if any(word in plain for word in _FIRST):
        return f"{INPUT}0"
    if any(word in plain for word in _SECOND):
        return f"{INPUT}1"
    return next(
        (role for role, words in _TITLES.items() if any(word in plain for word in words)), IGNORED
    )


def _once(roles: Sequence[str]) -> Iterator[str]:
    """Each role for the first column that has it."""
    seen: set[str] = set()
    for role in roles:
        yield IGNORED if role in seen else role
        seen.add(role)


def _grain(roles: Sequence[str], sample: Sequence[Sequence[str]]) -> Grain:
    """The grain in which the periods of the first rows are written; months where days are."""
    if PERIOD not in roles:
        return Grain.MONTH
    place = roles.index(PERIOD)
    cells = [row[place] for row in sample if place < len(row) and row[place].strip()]
    for grain in (Grain.MONTH, Grain.WEEK, Grain.QUARTER, Grain.HALF, Grain.YEAR):
        if cells and all(period_from(cell, grain) for cell in cells):
            return grain
    return Grain.MONTH
