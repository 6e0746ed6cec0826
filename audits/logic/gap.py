"""The gap: what separates a set of rated requirements from full conformity.

Counts and weighted sums are pooled exactly at every level and never averaged; the figures come
from the gap rule. Not applicable leaves every sum, missing is never zero. Source: ADR-0004.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from audits.logic.gap_rules import v1

CRITICAL = "critical"
CRITICALITIES = frozenset({CRITICAL, "major", "standard"})


class Rating(StrEnum):
    """Whether a requirement was given a level, and if not, why."""

    NOT_ASSESSED = "NOT_ASSESSED"
    RATED = "RATED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


_RATINGS = frozenset(Rating)


@dataclass(frozen=True, slots=True)
class Rated:
    """One requirement as rated in one audit, on one site.

    ``site`` is "" when the rating holds for the whole scope. ``points`` is 0..``max_points``
    when RATED, else None; ``max_points`` is the best level of the scale used. ``has_evidence``
    says that at least one valid piece of evidence is attached. Raises ValueError on a
    combination that no audit can produce.
    """

    code: str
    weight: int
    domain: str
    engagement: str
    site: str
    criticality: str
    rating: Rating
    points: int | None
    max_points: int
    is_conform: bool
    has_evidence: bool

    def __post_init__(self) -> None:
        if self.weight < 1 or self.max_points < 1:
            raise ValueError(f"{self.code}: weight and best level are at least 1.")
        if self.criticality not in CRITICALITIES:
            raise ValueError(f"{self.code}: unknown criticality {self.criticality!r}.")
        if self.rating not in _RATINGS:
            raise ValueError(f"{self.code}: unknown rating {self.rating!r}.")
        self._check_points()

    def _check_points(self) -> None:
        if self.rating == Rating.RATED:
            if self.points is None or not 0 <= self.points <= self.max_points:
                raise ValueError(f"{self.code}: a rated requirement has 0..{self.max_points}.")
        elif self.points is not None or self.is_conform:
            raise ValueError(f"{self.code}: without a level there are no points, nor conformity.")


class Measured(Protocol):
    """What pooling reads of a requirement: a `Rated`, or a lighter value of as many fields."""

    @property
    def weight(self) -> int:
        """At least 1."""

    @property
    def rating(self) -> str:
        """A value of `Rating`."""

    @property
    def points(self) -> int | None:
        """0..``max_points`` when rated, else None."""

    @property
    def max_points(self) -> int:
        """What the best level is worth."""

    @property
    def is_conform(self) -> bool:
        """Whether the level is a compliant one."""

    @property
    def has_evidence(self) -> bool:
        """Whether some evidence is valid."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Counts and sums of any set of requirements: one engagement, a domain, a site, the whole.

    ``applicable`` is all but the not applicable; ``examined`` are those with a level, and
    ``conform`` those of them whose level is conform; ``with_evidence`` counts among the
    applicable. ``weight`` and ``reached`` are the sums of weight, and of weight x s with s in
    [0, 1], over the examined. Figures are ratios, None when they cannot be computed, never 0.
    """

    total: int
    not_applicable: int
    applicable: int
    examined: int
    conform: int
    with_evidence: int
    weight: int
    reached: Fraction

    def __add__(self, other: "Gap") -> "Gap":
        return Gap(
            total=self.total + other.total,
            not_applicable=self.not_applicable + other.not_applicable,
            applicable=self.applicable + other.applicable,
            examined=self.examined + other.examined,
            conform=self.conform + other.conform,
            with_evidence=self.with_evidence + other.with_evidence,
            weight=self.weight + other.weight,
            reached=self.reached + other.reached,
        )

    @property
    def score(self) -> Fraction | None:
        """Weighted conformity score in [0, 1]; None when nothing was examined."""
        return v1.score(self.reached, self.weight)

    @property
    def gap(self) -> Fraction | None:
        """What is missing to full conformity, 1 - score; None when nothing was examined."""
        score = self.score
        return None if score is None else 1 - score

    @property
    def coverage(self) -> Fraction | None:
        """Examined over applicable; None when nothing is applicable."""
        return v1.share(self.examined, self.applicable)

    @property
    def conformity_rate(self) -> Fraction | None:
        """Conform over examined, without weights; None when nothing was examined."""
        return v1.share(self.conform, self.examined)

    @property
    def evidence_coverage(self) -> Fraction | None:
        """Applicable with valid evidence over applicable; None when nothing is applicable."""
        return v1.share(self.with_evidence, self.applicable)


EMPTY = Gap(
    total=0,
    not_applicable=0,
    applicable=0,
    examined=0,
    conform=0,
    with_evidence=0,
    weight=0,
    reached=Fraction(0),
)


def measure(items: Iterable[Measured]) -> Gap:
    """Pool a set of rated requirements, in any order; may be empty.

    Exact, also when the items come from scales with different best levels.
    """
    total = not_applicable = examined = conform = with_evidence = weight = 0
    # Integers in the loop, one Fraction per scale at the end: a page measures 1,200 items.
    reached_by_scale: dict[int, int] = {}
    for item in items:
        total += 1
        if item.rating == Rating.NOT_APPLICABLE:
            not_applicable += 1
            continue
        with_evidence += item.has_evidence
        if item.points is None:
            continue
        examined += 1
        conform += item.is_conform
        weight += item.weight
        points = item.weight * item.points
        reached_by_scale[item.max_points] = reached_by_scale.get(item.max_points, 0) + points
    # Nearly always one scale: then there is nothing to add up.
    reached, *others = [Fraction(n, best) for best, n in reached_by_scale.items()] or [Fraction(0)]
    return Gap(
        total=total,
        not_applicable=not_applicable,
        applicable=total - not_applicable,
        examined=examined,
        conform=conform,
        with_evidence=with_evidence,
        weight=weight,
        reached=sum(others, reached),
    )


def by_domain(items: Iterable[Rated]) -> dict[str, Gap]:
    """Gap of each domain, by code, in first-seen order."""
    return _measure_by(items, lambda item: item.domain)


def by_engagement(items: Iterable[Rated]) -> dict[str, Gap]:
    """Gap of each engagement, by code, in first-seen order."""
    return _measure_by(items, lambda item: item.engagement)


def by_site(items: Iterable[Rated]) -> dict[str, Gap]:
    """Gap of each site, by code, in first-seen order; "" holds the ratings of the whole scope."""
    return _measure_by(items, lambda item: item.site)


def _measure_by(items: Iterable[Rated], key: Callable[[Rated], str]) -> dict[str, Gap]:
    groups: dict[str, list[Rated]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {code: measure(group) for code, group in groups.items()}


def requirement_gap(item: Rated) -> Fraction | None:
    """What one requirement lacks to its best level, 1 - s in [0, 1]; None without a level."""
    if item.points is None:
        return None
    return 1 - Fraction(item.points, item.max_points)


def progress(now: Gap, then: Gap) -> Fraction | None:
    """Score now minus score then, in [-1, 1]; None when either was not assessed.

    The caller compares like with like: same edition and same scope.
    """
    return v1.progress(now.score, then.score)


def share_closed(now: Gap, then: Gap) -> Fraction | None:
    """Part of the former gap that is closed; negative when the score fell.

    None when either was not assessed, or when there was no gap to close.
    """
    return v1.share_closed(now.score, then.score)
