"""What a file would write, in lines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """Measures of one indicator, or contacts of one reason, that a file would write."""

    code: str
    name: str
    count: str
    first: str
    last: str
    places: str
