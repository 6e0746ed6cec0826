"""One measure that a file would write."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

from audits.logic.periods import Grain, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """As `audits.models.Measurement` keeps it.

    ``indicator`` is a code that the organisation may use, ``place`` the number of a place.
    """

    indicator: str
    place: int
    period: Period
    inputs: Mapping[str, str]
    is_exhaustive: bool = True
    convention: Mapping[str, object] = field(default_factory=dict)
    distribution: Mapping[str, int] = field(default_factory=dict)

    @property
    def cell(self) -> tuple[str, int, Period]:
        """What a second measure would be of too."""
        return self.indicator, self.place, self.period

    def to_json(self) -> dict[str, Any]:
        """As an import keeps it until it is confirmed."""
        kept = asdict(self)
        kept["period"] = [str(self.period.grain), self.period.start.isoformat()]
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        grain, start = kept["period"]
        values = {**kept, "period": Period(Grain(grain), date.fromisoformat(start))}
        return cls(**values)
