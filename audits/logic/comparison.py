"""Two audits, requirement by requirement and site by site.

Only what stands for the same thing on both sides is compared: the same requirement, or the one
that a mapping of editions says it became, on the same site. The rest is counted with the reason
why it is not. Scores are pooled on each side, never averaged. Source: domain notes 10.2 and 10.5.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from audits.logic import gap
from audits.logic.gap import Gap, Rating


class Line(NamedTuple):
    """One requirement as rated in one audit, on one site: enough of it to compare and to show.

    ``place`` is the id of the site, 0 for the whole scope. ``rating`` is a value of `gap.Rating`,
    ``level`` a code of the audit's scale, ``points`` 0..``max_points`` when rated, else None.
    """

    pk: int
    requirement: int
    place: int
    code: str
    site: str
    domain: str
    engagement: str
    weight: int
    criticality: str
    rating: str
    level: str
    points: int | None
    max_points: int
    is_conform: bool
    has_evidence: bool


class Relation(StrEnum):
    """What a requirement of one edition became in the next. Equal to the values of the table."""

    KEPT = "KEPT"
    REWORDED = "REWORDED"
    MERGED = "MERGED"
    SPLIT = "SPLIT"
    NEW = "NEW"
    REMOVED = "REMOVED"


class Link(NamedTuple):
    """One row of a mapping: ids of requirements; None on the side where there is none."""

    old: int | None
    new: int | None
    relation: str


class Movement(StrEnum):
    """What became of a requirement between the two audits."""

    BETTER = "BETTER"
    WORSE = "WORSE"
    SAME = "SAME"
    NEWLY_RATED = "NEWLY_RATED"
    NO_LONGER_RATED = "NO_LONGER_RATED"
    NO_LONGER_APPLICABLE = "NO_LONGER_APPLICABLE"
    NEITHER_RATED = "NEITHER_RATED"
    NOT_COMPARABLE = "NOT_COMPARABLE"


class Reason(StrEnum):
    """Why a requirement has nothing on the other side to be compared with."""

    SITE_ADDED = "SITE_ADDED"
    SITE_LEFT = "SITE_LEFT"
    SCOPE_DIFFERS = "SCOPE_DIFFERS"
    MERGED = "MERGED"
    SPLIT = "SPLIT"
    NEW = "NEW"
    REMOVED = "REMOVED"
    NOT_MAPPED = "NOT_MAPPED"


class Row(NamedTuple):
    """One line of a comparison; a side is None, and ``reason`` set, where nothing compares."""

    movement: Movement
    reason: Reason | None
    then: Line | None
    now: Line | None

    @property
    def shown(self) -> Line:
        """The side that names the row: now, or then when nothing is left of it."""
        return self.now or self.then  # type: ignore[return-value]  # one of the two is there

    @property
    def change(self) -> Fraction | None:
        """Points gained on the requirement itself, in [-1, 1]; None unless rated on both sides."""
        if self.then is None or self.now is None:
            return None
        if self.then.points is None or self.now.points is None:
            return None
        before = Fraction(self.then.points, self.then.max_points)
        return Fraction(self.now.points, self.now.max_points) - before


@dataclass(frozen=True, slots=True)
class Pooled:
    """The same requirements on both sides, pooled."""

    then: Gap
    now: Gap

    @property
    def progress(self) -> Fraction | None:
        """Score now minus then; None when either was not assessed."""
        return gap.progress(self.now, self.then)

    @property
    def share_closed(self) -> Fraction | None:
        """Part of the former gap that is closed; None when there is none to tell."""
        return gap.share_closed(self.now, self.then)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both audits.

    ``rows`` are in the order of the later audit, then what is left of the earlier one. ``domains``
    hold what compares, by code of the later audit. ``like_for_like`` is all that compares,
    ``total`` each audit as it stands: the two differ when the scope or the edition did.
    """

    rows: tuple[Row, ...]
    movements: Mapping[Movement, int]
    reasons: Mapping[Reason, int]
    domains: Mapping[str, Pooled]
    domain_movements: Mapping[str, Mapping[Movement, int]]
    like_for_like: Pooled
    total: Pooled

    @property
    def comparable(self) -> int:
        """How many rows have both sides."""
        return len(self.rows) - self.not_comparable

    @property
    def not_comparable(self) -> int:
        """How many rows have one side only."""
        return self.movements.get(Movement.NOT_COMPARABLE, 0)


def compare(
    then: Sequence[Line], now: Sequence[Line], mapping: Iterable[Link] | None = None
) -> Comparison:
    """Compare two audits. ``mapping`` is None for one edition, else the links from old to new.

    Only kept and reworded requirements compare: a level given to one requirement says nothing
    exact of each of those that it was split into, or merged with.
    """
    rows = tuple(_rows(then, now, _Partners(then, now, mapping)))
    by_domain: dict[str, tuple[list[Line], list[Line]]] = {}
    moved: dict[str, Counter[Movement]] = {}
    alone: tuple[list[Line], list[Line]] = ([], [])
    for row in rows:
        if row.then is not None and row.now is not None:
            pair = by_domain.setdefault(row.now.domain, ([], []))
            pair[0].append(row.then)
            pair[1].append(row.now)
            moved.setdefault(row.now.domain, Counter())[row.movement] += 1
        elif row.then is not None:
            alone[0].append(row.then)
        elif row.now is not None:
            alone[1].append(row.now)
    domains = {
        code: Pooled(gap.measure(before), gap.measure(after))
        for code, (before, after) in by_domain.items()
    }
    like = Pooled(
        sum((pooled.then for pooled in domains.values()), gap.EMPTY),
        sum((pooled.now for pooled in domains.values()), gap.EMPTY),
    )
    return Comparison(
        rows=rows,
        movements=Counter(row.movement for row in rows),
        reasons=Counter(row.reason for row in rows if row.reason is not None),
        domains=domains,
        domain_movements=moved,
        like_for_like=like,
        total=Pooled(like.then + gap.measure(alone[0]), like.now + gap.measure(alone[1])),
    )


class _Partners:
    """Which requirement of one side stands for which of the other, and why not."""

    def __init__(
        self, then: Sequence[Line], now: Sequence[Line], mapping: Iterable[Link] | None
    ) -> None:
        self.olds = {line.requirement for line in then}
        self.news = {line.requirement for line in now}
        self.is_mapped = mapping is not None
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}
        self.why: dict[int, Reason] = {}
        for link in mapping or ():
            self._take(link)
        # Two audits are rated alike when both give sites, or neither does.
        self.is_same_grain = {line.place == 0 for line in then} == {line.place == 0 for line in now}

    def _take(self, link: Link) -> None:
        relation = Relation(link.relation)
        if relation in {Relation.KEPT, Relation.REWORDED}:
            if link.old is not None and link.new is not None:
                self.new_of[link.old], self.old_of[link.new] = link.new, link.old
            return
        for key in (link.old, link.new):
            if key is not None:
                self.why[key] = Reason(relation.value)

    def old(self, requirement: int) -> int | None:
        """The former requirement of one of now."""
        if self.is_mapped:
            return self.old_of.get(requirement)
        return requirement if requirement in self.olds else None

    def new(self, requirement: int) -> int | None:
        """The present requirement of one of then."""
        if self.is_mapped:
            return self.new_of.get(requirement)
        return requirement if requirement in self.news else None

    def reason(self, line: Line, *, is_now: bool) -> Reason:
        """Why a line found nothing on the other side."""
        partner = self.old(line.requirement) if is_now else self.new(line.requirement)
        if partner is None:
            if self.is_mapped:
                return self.why.get(line.requirement, Reason.NOT_MAPPED)
            return Reason.NEW if is_now else Reason.REMOVED
        if not self.is_same_grain:
            return Reason.SCOPE_DIFFERS
        return Reason.SITE_ADDED if is_now else Reason.SITE_LEFT


def _rows(then: Sequence[Line], now: Sequence[Line], partners: _Partners) -> Iterator[Row]:
    left = {(line.requirement, line.place): line for line in then}
    for line in now:
        old = partners.old(line.requirement)
        before = left.pop((old, line.place), None) if old is not None else None
        if before is None:
            reason = partners.reason(line, is_now=True)
            yield Row(Movement.NOT_COMPARABLE, reason, None, line)
        else:
            yield Row(_movement(before, line), None, before, line)
    for line in left.values():
        yield Row(Movement.NOT_COMPARABLE, partners.reason(line, is_now=False), line, None)


def _movement(then: Line, now: Line) -> Movement:
    if then.points is not None and now.points is not None:
        before, after = then.points * now.max_points, now.points * then.max_points
        if before == after:
            return Movement.SAME
        return Movement.BETTER if after > before else Movement.WORSE
    if now.points is not None:
        return Movement.NEWLY_RATED
    if then.points is None:
        return Movement.NEITHER_RATED
    if now.rating == Rating.NOT_APPLICABLE:
        return Movement.NO_LONGER_APPLICABLE
    return Movement.NO_LONGER_RATED
