"""What does not hold in an audit plan: shown to whoever writes it, never in their way.

Source: ISO 19011:2026, 6.3 (a plan says where, when, how and by whom), in the words of the domain
document, 5.1. A plan may knowingly break a rule of good sense, such as a hasty lunch break;
so that these are remarks, and the page that shows them saves all the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations

NOON = 13


class Kind(StrEnum):
    """What a slot is. Only the last two of these tie nobody to a place."""

    OPENING = "OPENING"
    SESSION = "SESSION"
    CLOSING = "CLOSING"
    TEAM = "TEAM"
    BREAK = "BREAK"


class Method(StrEnum):
    """How a slot is audited."""

    ON_SITE = "ON_SITE"
    REMOTE = "REMOTE"
    HYBRID = "HYBRID"


class Trouble(StrEnum):
    """What is wrong, the gravest first."""

    TWICE_AT_ONCE = "TWICE_AT_ONCE"
    NO_ACCESS = "NO_ACCESS"
    OUTSIDE_AUDIT = "OUTSIDE_AUDIT"
    NOBODY = "NOBODY"
    NO_MEANS = "NO_MEANS"
    TWO_SITES = "TWO_SITES"


# What only asks to be looked at: the others keep the plan from being carried out.
WARNINGS = frozenset({Trouble.TWO_SITES, Trouble.NOBODY})
_RANK = {trouble: place for place, trouble in enumerate(Trouble)}


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody of the team. Days of access are included; None for no limit on that side."""

    key: int
    opens_on: date | None = None
    closes_on: date | None = None

    def has_access(self, day: date) -> bool:
        """Whether the audit is open to them that day."""
        is_early = self.opens_on is not None and day < self.opens_on
        return not is_early and not (self.closes_on is not None and day > self.closes_on)


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot, in local time: ``start`` comes before ``end``. ``site`` is None without one."""

    key: int
    kind: Kind
    start: datetime
    end: datetime
    method: Method
    site: int | None = None
    auditors: tuple[int, ...] = ()

    @property
    def days(self) -> tuple[date, date]:
        """First and last day; a slot that ends at midnight ends on the day before."""
        ends_at_midnight = self.end.hour == self.end.minute == self.end.second == 0
        is_over = ends_at_midnight and self.end.date() > self.start.date()
        last = date.fromordinal(self.end.toordinal() - 1) if is_over else self.end.date()
        return self.start.date(), last

    def overlaps(self, other: "Slot") -> bool:
        """Whether there is a moment that belongs to both: one may begin as the other ends."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that does not hold, about one or two ``slots``, and ``auditor`` where it is one."""

    trouble: Trouble
    slots: tuple[int, ...]
    auditor: int | None = None

    @property
    def is_warning(self) -> bool:
        """Whether it only asks to be looked at."""
        return self.trouble in WARNINGS


def remarks(
    slots: Sequence[Slot],
    auditors: Sequence[Auditor],
    *,
    first_day: date,
    last_day: date | None,
    has_means: bool,
) -> list[Remark]:
    """Everything that does not hold, the gravest first, then in the order of time.

    The audit lasts from ``first_day`` to ``last_day``, None when no last day is set yet.
    ``has_means`` says whether the plan states the means of remote audit.
    """
    in_order = sorted(slots, key=lambda slot: (slot.start, slot.end, slot.key))
    known = {auditor.key: auditor for auditor in auditors}
    found = [
        *_of_pairs(in_order),
        *_of_access(in_order, known),
        *_of_each(in_order, Trouble.OUTSIDE_AUDIT, lambda s: _is_outside(s, first_day, last_day)),
        *_of_each(in_order, Trouble.NOBODY, lambda s: s.kind != Kind.BREAK and not s.auditors),
        *_of_each(in_order, Trouble.NO_MEANS, lambda s: _is_remote(s) and not has_means),
    ]
    return sorted(found, key=lambda remark: _RANK[remark.trouble])


def _of_pairs(slots: Sequence[Slot]) -> Iterator[Remark]:
    for one, other in combinations(slots, 2):
        both = sorted(set(one.auditors) & set(other.auditors))
        for auditor in both:
            pair = (one.key, other.key)
            if one.overlaps(other):
                yield Remark(Trouble.TWICE_AT_ONCE, pair, auditor)
            elif _needs_to_travel(one, other):
                yield Remark(Trouble.TWO_SITES, pair, auditor)


def _needs_to_travel(one: Slot, other: Slot) -> bool:
    """Two sites within one half of one day, neither of them remote."""
    if _is_away(one) or _is_away(other) or one.site == other.site:
        return False
    return _half(one.end, is_end=True) == _half(other.start)


def _is_away(slot: Slot) -> bool:
    return slot.site is None or slot.method == Method.REMOTE or slot.kind == Kind.BREAK


def _half(moment: datetime, *, is_end: bool = False) -> tuple[date, bool]:
    """The day, and whether it is its afternoon; what ends at 13:00 ends the morning."""
    minutes = moment.hour * 60 + moment.minute
    return moment.date(), minutes > NOON * 60 if is_end else minutes >= NOON * 60


def _is_remote(slot: Slot) -> bool:
    return slot.method in {Method.REMOTE, Method.HYBRID} and slot.kind != Kind.BREAK


def _is_outside(slot: Slot, first_day: date, last_day: date | None) -> bool:
    first, last = slot.days
    return first < first_day or (last_day is not None and last > last_day)


def _of_access(slots: Sequence[Slot], known: dict[int, Auditor]) -> Iterator[Remark]:
    for slot in slots:
        for key in slot.auditors:
            if not all(known[key].has_access(day) for day in slot.days):
                yield Remark(Trouble.NO_ACCESS, (slot.key,), key)


def _of_each(
    slots: Sequence[Slot], trouble: Trouble, is_wrong: Callable[[Slot], bool]
) -> Iterator[Remark]:
    return (Remark(trouble, (slot.key,)) for slot in slots if is_wrong(slot))
