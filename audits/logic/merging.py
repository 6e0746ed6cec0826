"""Three versions of one cell: as it was taken away, as it is now, as it was brought back.

Source: issue "Offline workbook" and security.md, "XLSX template": what changed online since the
export is a conflict, never overwritten.
"""

from enum import StrEnum
from typing import TypeVar

Value = TypeVar("Value")


class Outcome(StrEnum):
    """What became of one cell. Exactly one holds for any three values."""

    SAME = "SAME"  # nobody changed it
    MINE = "MINE"  # only the one who brings it back
    THEIRS = "THEIRS"  # only somebody else
    AGREED = "AGREED"  # both, to the same value
    CONFLICT = "CONFLICT"  # both, to different values


def outcome(*, taken: Value, now: Value, brought: Value) -> Outcome:
    """Compare one cell three ways. Values are compared by equality and are never mixed."""
    if brought == taken:
        return Outcome.SAME if now == taken else Outcome.THEIRS
    if brought == now:
        return Outcome.AGREED
    return Outcome.MINE if now == taken else Outcome.CONFLICT


def merged(*, taken: Value, now: Value, brought: Value, keeps_mine: bool | None = None) -> Value:
    """The value to keep. ``keeps_mine`` is the choice of a person, None when none was made.

    Raises:
        ValueError: for a conflict without a choice: nothing is chosen for anybody.
    """
    found = outcome(taken=taken, now=now, brought=brought)
    if found is not Outcome.CONFLICT:
        return brought if found is Outcome.MINE else now
    if keeps_mine is None:
        raise ValueError("A conflict waits for a choice.")
    return brought if keeps_mine else now
