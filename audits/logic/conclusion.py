"""What stands in the way of concluding an audit, and what may be accepted knowingly.

Sources: domain document, 5.1 (conclusions, closing meeting with findings presented and
disagreements noted) and 5.2 (what a report must say is not covered).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ObstacleKind(StrEnum):
    """In the order in which an auditor settles them."""

    NOTHING_RATED = "NOTHING_RATED"
    NOT_EXAMINED = "NOT_EXAMINED"
    DRAFTS = "DRAFTS"
    NOT_REVIEWED = "NOT_REVIEWED"
    NO_POSITION = "NO_POSITION"
    OPEN_SAMPLES = "OPEN_SAMPLES"
    NO_CLOSING_MEETING = "NO_CLOSING_MEETING"


# Nothing is concluded on what was not looked at, or not said to the auditee.
REFUSES = frozenset({ObstacleKind.NOTHING_RATED, ObstacleKind.NOT_EXAMINED, ObstacleKind.DRAFTS})


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts about an audit under way.

    ``rated`` requirements have a level; ``not_examined`` ones neither that nor a reason for being
    not applicable. ``drafts`` were not presented; ``without_position`` are presented findings
    that need an action and that the auditee has said nothing of; ``open_samples`` were prepared
    or drawn and not concluded.
    """

    rated: int = 0
    not_examined: int = 0
    drafts: int = 0
    not_reviewed: int = 0
    without_position: int = 0
    open_samples: int = 0
    closing_meetings: int = 0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way. ``count`` is of what is missing, 1 for a thing that is not there."""

    kind: ObstacleKind
    count: int

    @property
    def refuses(self) -> bool:
        """Whether nobody may accept it."""
        return self.kind in REFUSES


def obstacles_of(facts: Facts) -> tuple[Obstacle, ...]:
    """What is in the way, in the order of `ObstacleKind`; empty when nothing is."""
    return tuple(_obstacles(facts))


def _obstacles(facts: Facts) -> Iterator[Obstacle]:
    if not facts.rated:
        yield Obstacle(ObstacleKind.NOTHING_RATED, 1)
    counted = (
        (ObstacleKind.NOT_EXAMINED, facts.not_examined if facts.rated else 0),
        (ObstacleKind.DRAFTS, facts.drafts),
        (ObstacleKind.NOT_REVIEWED, facts.not_reviewed),
        (ObstacleKind.NO_POSITION, facts.without_position),
        (ObstacleKind.OPEN_SAMPLES, facts.open_samples),
        (ObstacleKind.NO_CLOSING_MEETING, 0 if facts.closing_meetings else 1),
    )
    yield from (Obstacle(kind, count) for kind, count in counted if count)
