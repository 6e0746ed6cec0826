"""Named versions of the gap rule, one module each; past ones are never edited."""

from fractions import Fraction
from typing import Protocol

from audits.logic.gap_rules import v1

CURRENT_VERSION = v1.RULE_VERSION


class GapRule(Protocol):
    """What each rule module offers; the meaning of each function is in its module."""

    RULE_VERSION: str

    def score(self, reached: Fraction, weight: int) -> Fraction | None:
        """Weighted conformity score."""

    def share(self, part: int, whole: int) -> Fraction | None:
        """Coverage and rates."""

    def progress(self, now: Fraction | None, then: Fraction | None) -> Fraction | None:
        """Difference of two scores."""

    def share_closed(self, now: Fraction | None, then: Fraction | None) -> Fraction | None:
        """Part of the former gap that is closed."""

    def reaches(self, value: Fraction | None, threshold: Fraction) -> bool:
        """Whether a score passes."""


_RULES: dict[str, GapRule] = {v1.RULE_VERSION: v1}


def rule(version: str) -> GapRule:
    """The rule of that version, as stored with an audit.

    Raises ValueError when the application does not know it: an audit is never judged silently
    with another rule.
    """
    if version not in _RULES:
        raise ValueError(f"Unknown gap rule: {version!r}.")
    return _RULES[version]
