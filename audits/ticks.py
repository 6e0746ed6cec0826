"""What somebody ticked in a simulation: as it is sent, and as a scenario keeps it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.models import Scenario

MOST = 900  # ticks in one form: fewer than the fields that the server reads
KEY_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Ticks:
    """``levels`` are codes of levels by id of an assessment; ``actions`` ids of actions.

    ``is_proven`` supposes that everything is proven.
    """

    levels: Mapping[int, str] = field(default_factory=dict)
    actions: frozenset[int] = frozenset()
    is_proven: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is supposed."""
        return not (self.levels or self.actions or self.is_proven)

    def within(
        self, assessments: Collection[int], codes: Collection[str], actions: Collection[int]
    ) -> "Ticks":
        """Only what can still be supposed: the rest was settled since, or was never there."""
        levels = {
            key: code for key, code in self.levels.items() if key in assessments and code in codes
        }
        return Ticks(levels, self.actions & frozenset(actions), self.is_proven)


def read_ticks(levels: Sequence[str], actions: Sequence[str], *, is_proven: bool) -> Ticks:
    """Ticks as a form sends them: "12:C" for a level, "7" for an action.

    Of two levels of one requirement the last one counts: forms send the best one last.

    Raises:
        ValueError: for anything that no form of ours sends.
    """
    if len(levels) + len(actions) > MOST:
        raise ValueError("too many ticks")
    found = {}
    for value in levels:
        key, colon, code = value.partition(":")
        if not colon or not code:
            raise ValueError("a level without its code")
        found[_key(key)] = code
    return Ticks(found, frozenset(_key(value) for value in actions), is_proven)


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS):
        raise ValueError("not the key of a row")
    return int(text)


def ticks_of(scenario: Scenario) -> Ticks:
    """What a scenario keeps."""
    return Ticks(
        {int(key): code for key, code in scenario.levels.items()},
        frozenset(scenario.actions),
        scenario.is_proven,
    )


def as_columns(ticks: Ticks) -> dict[str, Any]:
    """The same as columns of a scenario, in a fixed order."""
    return {
        "levels": {str(key): ticks.levels[key] for key in sorted(ticks.levels)},
        "actions": sorted(ticks.actions),
        "is_proven": ticks.is_proven,
    }
