"""Score of one contact on a weighted grid, and what a set of contacts says.

Scores are exact, out of 100. Not applicable leaves the weights; a contact of which nothing applies
is not assessed, never zero. Practice and figures: `domain.md` 6.3; limits of time: section 11.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from audits.logic.statistics import sample_size

FULL = 100
DEBRIEF_DAYS = 2  # 48 working hours, in working days
MARGIN = Fraction(5, 100)
_HEARD_FEBRUARY_29 = 28


class Mark(StrEnum):
    """What was heard about one criterion."""

    COMPLIANT = "COMPLIANT"
    PARTLY = "PARTLY"
    NOT_COMPLIANT = "NOT_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class CriticalRule(StrEnum):
    """What a critical error does: the score is 0, or it stays and the contact is not error-free."""

    ZERO = "ZERO"
    COUNTED = "COUNTED"


@dataclass(frozen=True, slots=True)
class Marked:
    """One criterion with its mark; ``weight`` is at least 1."""

    weight: int
    is_critical: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contact is worth.

    ``earned`` of ``applicable``, both weights times 100. ``critical_errors`` counts critical
    criteria that are not compliant; partly compliant is none.
    """

    earned: int
    applicable: int
    critical_errors: int

    @property
    def score(self) -> Fraction | None:
        """Out of 100; None when nothing applied."""
        return Fraction(FULL * self.earned, self.applicable) if self.applicable else None

    @property
    def is_error_free(self) -> bool | None:
        """Without critical error; None when nothing applied."""
        return self.critical_errors == 0 if self.applicable else None


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of ``count`` scores out of 100, from their exact ``total``.

    ``standard_error`` is in points; None under two scores, which show no spread.
    """

    count: int
    total: Fraction
    standard_error: float | None

    @property
    def value(self) -> Fraction | None:
        """None without a score."""
        return self.total / self.count if self.count else None


def outcome(marks: Iterable[Marked], *, partly: int, rule: CriticalRule) -> Outcome:
    """What the marks of one contact are worth.

    ``partly`` is what "partly compliant" is worth, in percent of the weight. Raises ValueError
    unless it is from 0 to 100 and each weight at least 1.
    """
    if not 0 <= partly <= FULL:
        raise ValueError("What is partly compliant is worth 0 to 100 % of the weight.")
    earned = applicable = errors = 0
    for row in marks:
        if row.weight < 1:
            raise ValueError("A criterion weighs at least 1.")
        if row.mark == Mark.NOT_APPLICABLE:
            continue
        applicable += FULL * row.weight
        earned += row.weight * _worth(row.mark, partly)
        errors += row.is_critical and row.mark == Mark.NOT_COMPLIANT
    if errors and rule == CriticalRule.ZERO:
        earned = 0
    return Outcome(earned, applicable, errors)


def _worth(mark: Mark, partly: int) -> int:
    return {Mark.COMPLIANT: FULL, Mark.PARTLY: partly}.get(mark, 0)


def mean_of(scores: Iterable[Fraction]) -> Mean:
    """Mean and standard error, the sample standard deviation over the root of the count."""
    values = list(scores)
    count, total = len(values), sum(values, Fraction(0))
    if count <= 1:
        return Mean(count, total, None)
    mean = total / count
    spread = sum(((value - mean) ** 2 for value in values), Fraction(0))
    return Mean(count, total, sqrt(spread / (count - 1) / count))


def needed() -> int:
    """Contacts heard at random that tell a share within 5 points, whatever the share: 385."""
    return sample_size(MARGIN)


def expires_on(heard: date) -> date:
    """First day on which what could name somebody is erased: one year after, the same day.

    One year is the most that the simplified norm of the CNIL gave to documents of analysis.
    """
    if (heard.month, heard.day) == (2, _HEARD_FEBRUARY_29 + 1):
        return date(heard.year + 1, 2, _HEARD_FEBRUARY_29)
    return heard.replace(year=heard.year + 1)


def debrief_due(heard: date, add_working_days: Callable[[date, int], date]) -> date:
    """Last day of a feedback that is in time. Source: indicator SOC-11 of the catalogue."""
    return add_working_days(heard, DEBRIEF_DAYS)
