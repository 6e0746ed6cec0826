"""What is wrong with a workbook, cell by cell, in the words shown to who brought it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST = 500
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct. ``sheet`` and ``column`` are "" and ``row`` None for the whole file."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""


class Problems:
    """A growing list, of one problem for each cell; `MOST` of them, with a word about the rest."""

    def __init__(self) -> None:
        self.all: list[Problem] = []
        self._cells: set[tuple[str, int, str]] = set()

    def __bool__(self) -> bool:
        return bool(self.all)

    def add(
        self, message: str, *, sheet: str = "", row: int | None = None, column: str = ""
    ) -> None:
        """Keep one problem; of a cell, the first one that was found."""
        if row is not None and column:
            if (sheet, row, column) in self._cells:
                return
            self._cells.add((sheet, row, column))
        if len(self.all) < MOST:
            self.all.append(Problem(message, sheet, row, column))
        elif len(self.all) == MOST:
            self.all.append(Problem(_("There are more problems: correct these first.")))

    def listed(self, sheets: Sequence[str] = ()) -> list[Problem]:
        """All of them in the order of the sheets and their rows, those of the whole file last."""
        places = {title: place for place, title in enumerate(sheets)}
        last = len(places)
        return sorted(self.all, key=lambda p: (places.get(p.sheet, last), p.row or 0, p.column))


def quoted(value: str) -> str:
    """A value of the file as it may stand in a sentence: short, and on one line."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return clean if len(clean) <= SHOWN else f"{clean[: SHOWN - 1]}…"
