"""How a measure is counted when nobody says otherwise."""

from collections.abc import Iterable, Mapping
from typing import Any

THRESHOLD, STRICT, DENOMINATOR, SHORT = "threshold_s", "is_strict", "denominator", "short_abandon_s"
_WITHOUT_SHORT = "offered_minus_short_abandons"


def usual_convention(
    parameters: Iterable[Mapping[str, Any]], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """What the target asks for, else the default of the catalogue, by key.

    ``parameters`` are those of the indicator, with ``key`` and ``default``. "In less than T" is
    strict. Source: domain section 6.2.
    """
    found = {str(item["key"]): wanted.get(item["key"], item["default"]) for item in parameters}
    if THRESHOLD in found:
        found[STRICT] = True
    if DENOMINATOR in found and found[DENOMINATOR] != _WITHOUT_SHORT:
        found.pop(SHORT, None)
    return found
