"""What the score and the verdict would be, had some requirements another level.

Nothing is judged here: levels are replaced, then the same gap and the same verdict are computed as
for what was found. Source: ADR-0004.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from audits.logic import gap
from audits.logic.gap import Gap, Rated, Rating
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import OpenFinding, Readiness, Sums, assess_sums


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the audit's scale: its points, and whether it counts as compliant."""

    points: int
    is_conform: bool


@dataclass(frozen=True, slots=True)
class AboutItem:
    """An open finding with the key of the item that it is about; None when it is no item."""

    finding: OpenFinding
    target: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the file stands: the whole, each domain by code, and the verdict."""

    whole: Gap
    domains: Mapping[str, Gap]
    readiness: Readiness


def supposed(
    items: Mapping[int, Rated], levels: Mapping[int, Level], *, is_proven: bool = False
) -> dict[int, Rated]:
    """The items with the levels that are supposed, in the same order.

    Keys that are not items are passed over, so is what is not applicable: supposing a level does
    not bring it into the scope. ``is_proven`` supposes valid evidence on all that is applicable.
    """
    found = {}
    for key, row in items.items():
        item, level = row, levels.get(key)
        if item.rating != Rating.NOT_APPLICABLE:
            if level is not None:
                item = replace(
                    item, rating=Rating.RATED, points=level.points, is_conform=level.is_conform
                )
            if is_proven and not item.has_evidence:
                item = replace(item, has_evidence=True)
        found[key] = item
    return found


def settled(
    items: Mapping[int, Rated],
    levels: Mapping[int, Level],
    pending: Mapping[int, Collection[int]],
    ticked: Collection[int],
    compliant: Level,
) -> dict[int, Level]:
    """Levels that follow from what was ticked, by key of the item.

    ``pending`` are the actions still to be done on each item. An item becomes compliant when every
    one of them is ticked, and not before; a level given by hand wins over it. Nothing ticked on an
    item leaves it out.
    """
    chosen = set(ticked)
    found = {
        key: compliant
        for key, actions in pending.items()
        if key in items and actions and chosen.issuperset(actions) and not items[key].is_conform
    }
    return found | {key: level for key, level in levels.items() if key in items}


def still_open(
    findings: Iterable[AboutItem],
    levels: Mapping[int, Level],
    pending: Mapping[int, Collection[int]],
    ticked: Collection[int],
) -> list[OpenFinding]:
    """Findings that would be left: one is settled once its requirement is supposed compliant.

    On a requirement that is compliant already, it is settled by ticking all of its actions.
    """
    chosen = set(ticked)
    left = []
    for about in findings:
        key = about.target
        if key is not None:
            level, actions = levels.get(key), pending.get(key, ())
            if level is not None and level.is_conform:
                continue
            if level is None and actions and chosen.issuperset(actions):
                continue
        left.append(about.finding)
    return left


def outcome(
    items: Iterable[Rated], findings: Iterable[OpenFinding], thresholds: Thresholds
) -> Outcome:
    """The gap and the verdict of `audits.logic.readiness`, in the order of the items."""
    items = tuple(items)
    domains = gap.by_domain(items)
    sums = Sums(
        domains=domains,
        engagements={code: part.score for code, part in gap.by_engagement(items).items()},
        shortfalls=[
            (item.code, item.site, Fraction(item.points, item.max_points))
            for item in items
            if item.criticality == gap.CRITICAL and item.points is not None and not item.is_conform
        ],
    )
    return Outcome(
        whole=sum(domains.values(), gap.EMPTY),
        domains=domains,
        readiness=assess_sums(sums, findings, thresholds),
    )
