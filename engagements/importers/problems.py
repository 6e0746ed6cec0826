"""Collects what is wrong with a file, in the words shown to the person who sent it."""

from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.values import Problem

SHOWN_LENGTH = 60


class Problems:
    """A growing list of problems, closed at `limits.MAX_PROBLEMS` with a word about the rest."""

    def __init__(self) -> None:
        self._items: list[Problem] = []
        self._is_full = False

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, place: str, line: int | None, message: str) -> None:
        """Keep one problem. ``line`` counts from 1."""
        if self._is_full:
            return
        self._items.append(Problem(place, line, message))
        if len(self._items) == limits.MAX_PROBLEMS:
            self._is_full = True
            self._items.append(
                Problem("", None, _("There are more problems: correct these first."))
            )

    def listed(self) -> tuple[Problem, ...]:
        """All of them in the order of the file, those without a line at the end."""
        return tuple(sorted(self._items, key=lambda item: (item.line is None, item.line or 0)))


def shown(value: str) -> str:
    """A value of the file as it may be quoted in a message: short, and on one line."""
    clean = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in value
    )
    return clean if len(clean) <= SHOWN_LENGTH else f"{clean[: SHOWN_LENGTH - 1]}…"
