"""What the screens of editions and of indicators share."""

from dataclasses import dataclass

MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """One chip of a filter. ``value`` goes in the address; "" keeps everything."""

    value: str
    label: str
    count: int
    active: bool


def asked(text: str) -> str:
    """What was typed in a search field, cut to a sensible length."""
    return text[:MAX_QUERY].strip()
