"""What happened in the story, carried out in the order of time.

The journal is a chain: a rating of last week written after one of yesterday would read wrong.
"""

from collections.abc import Callable
from datetime import datetime

Step = Callable[[datetime], object]


class Agenda:
    """Steps with their moments. Steps of one moment keep the order in which they were added."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, Step]] = []

    def add(self, at: datetime, step: Step) -> None:
        """Note a step; it is called with its own moment."""
        self._steps.append((at, step))

    def run(self) -> None:
        """Carry out every step, oldest first."""
        for at, step in sorted(self._steps, key=lambda pair: pair[0]):
            step(at)
