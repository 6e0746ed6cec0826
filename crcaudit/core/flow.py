"""Allowed changes of state, as data that tests and screens can enumerate."""

from collections.abc import Mapping
from dataclasses import dataclass


class TransitionNotAllowedError(ValueError):
    """A change of state that the flow does not allow."""

    def __init__(self, *, flow: str, source: str, target: str) -> None:
        super().__init__(f"{flow}: {source} -> {target} is not allowed.")
        self.flow = flow
        self.source = source
        self.target = target


@dataclass(frozen=True, slots=True)
class Flow:
    """States of one kind of object, and where each may go.

    ``moves`` maps a source to its targets; a final state may be left out or map to an empty set.
    """

    name: str
    moves: Mapping[str, frozenset[str]]

    @property
    def transitions(self) -> tuple[tuple[str, str], ...]:
        """All allowed (source, target), sources in declared order, targets in alphabetical."""
        return tuple(
            (source, target) for source, targets in self.moves.items() for target in sorted(targets)
        )

    def targets(self, source: str) -> frozenset[str]:
        """States reachable in one step; empty for a final or unknown state."""
        return self.moves.get(source, frozenset())

    def check(self, *, source: str, target: str) -> None:
        """Do nothing when the change is allowed.

        Raises:
            TransitionNotAllowedError: for any other change, staying in place included unless
                the flow lists it.
        """
        if target not in self.targets(source):
            raise TransitionNotAllowedError(flow=self.name, source=source, target=target)
