"""When an indicator under its target opens an alert, what it needs to be closed, how it goes up.

A figure that is missing, and a sample that decides nothing, are neither missed nor met: they
neither count in a run nor end it, so that nobody gets rid of an alert by not measuring. What came
and went before it was known opens nothing; what a closed complaint has judged never opens
another one, whatever is corrected in it afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from audits.logic.indicators import FALLING, RISING
from audits.logic.periods import Period

FIRST_LEVEL, TOP_LEVEL = 1, 3
USUAL_MISSED, USUAL_HELD, USUAL_DAYS = 2, 2, 5


class Status(StrEnum):
    """How the figure of a closed period stands against the target that was in force."""

    MET = "MET"
    MISSED = "MISSED"
    NOT_PROVEN = "NOT_PROVEN"
    NO_FIGURE = "NO_FIGURE"


class Bound(StrEnum):
    """What a single sample needs to open an alert.

    PROVEN: its whole interval is under the target. STRICT: its interval is not wholly over it.
    """

    NONE = "NONE"
    PROVEN = "PROVEN"
    STRICT = "STRICT"


class Cause(StrEnum):
    """Why an alert is open."""

    MISSED = "MISSED"
    SAMPLE = "SAMPLE"
    TREND = "TREND"
    HAND = "HAND"


class Reason(StrEnum):
    """Why an alert goes up one level."""

    PLAN_LATE = "PLAN_LATE"
    ACTION_LATE = "ACTION_LATE"
    MISSED_AGAIN = "MISSED_AGAIN"


@dataclass(frozen=True, slots=True)
class Reading:
    """A closed period. ``value`` and ``target`` are None when there is none."""

    period: Period
    status: Status
    value: Fraction | None = None
    is_sample: bool = False
    operator: str = ""
    target: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When to open, and how many met periods a return must hold.

    ``missed`` periods running, ``trend`` points each worse than the one before: None leaves the
    test out.
    """

    missed: int | None = USUAL_MISSED
    bound: Bound = Bound.NONE
    trend: int | None = None
    held: int = USUAL_HELD

    @property
    def reach(self) -> int:
        """Readings with a figure that it looks at."""
        return max(self.missed or 1, self.trend or 1, self.held)


@dataclass(frozen=True, slots=True)
class Raise:
    """One level up. ``about`` names the action or the period; "" for the plan."""

    reason: Reason
    day: date
    about: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is known of an indicator at a place. ``since`` is None while no alert is open.

    ``returned`` are the met periods that make it closable, in order; empty while it is not.
    ``settled`` is the first day of the last period that a closed alert has judged.
    """

    since: Period | None = None
    cause: Cause | None = None
    level: int = FIRST_LEVEL
    is_planned: bool = False
    returned: tuple[Reading, ...] = ()
    raised: tuple[Raise, ...] = ()
    settled: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has it in hand."""
        return self.since is not None

    @property
    def is_closable(self) -> bool:
        """Whether a measured return over the target was seen."""
        return self.is_open and bool(self.returned)


@dataclass(frozen=True, slots=True)
class Measured:
    """Every closed period as it is known now, in order, gaps filled with NO_FIGURE."""

    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class PlanWritten:
    """Somebody said what will be done."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Somebody closed it; ``settled`` is the first day of the last period that they saw."""

    settled: date


Event = Measured | PlanWritten | Raise | Closed


def follow(alert: Alert, event: Event, rule: Rule) -> Alert:
    """What an event makes of an alert; the same one when it changes nothing.

    Closing what is not closable changes nothing, nor does an escalation that was made that day
    for that reason, about that period, above the last level, or while a return holds.
    """
    if isinstance(event, Measured):
        return _measured(alert, event.readings, rule)
    if not alert.is_open:
        return alert
    if isinstance(event, PlanWritten):
        return replace(alert, is_planned=True)
    if isinstance(event, Closed):
        return Alert(settled=event.settled) if alert.is_closable else alert
    if not _goes_up(alert, event):
        return alert
    return replace(alert, level=alert.level + 1, raised=(*alert.raised, event))


def returned(readings: Sequence[Reading], rule: Rule) -> tuple[Reading, ...]:
    """The met periods since the last bad one, in order: what a return is made of, held or not."""
    found: list[Reading] = []
    bad = set(_trends(readings, rule))
    for place in reversed(range(len(readings))):
        reading = readings[place]
        if place in bad or _is_missed(reading, rule):
            break
        if reading.status is Status.MET:
            found.append(reading)
    return tuple(reversed(found))


def missed_run(readings: Sequence[Reading], rule: Rule) -> tuple[Reading, ...]:
    """The missed periods since the last met one, in order."""
    found: list[Reading] = []
    for reading in reversed(readings):
        if _is_missed(reading, rule):
            found.append(reading)
        elif reading.status is Status.MET:
            break
    return tuple(reversed(found))


def missed_after(readings: Sequence[Reading], rule: Rule, planned_on: date) -> Period | None:
    """The last closed period when it was missed although a plan was there when it ended."""
    run = missed_run(readings, rule)
    return run[-1].period if run and run[-1].period.end >= planned_on else None


def is_due(
    late: Raise,
    *,
    due: date,
    alert: Alert,
    days: int,
    add_working_days: Callable[[date, int], date],
) -> bool:
    """Whether what was due by ``due`` goes up on the day of ``late``.

    Once when that day has passed, then again after each ``days`` working days.
    """
    times = sum((one.reason, one.about) == (late.reason, late.about) for one in alert.raised)
    return add_working_days(due, days * times) < late.day if times else due < late.day


def _measured(alert: Alert, readings: Sequence[Reading], rule: Rule) -> Alert:
    if alert.since is None:
        fresh = [
            one for one in readings if alert.settled is None or one.period.start > alert.settled
        ]
        found = _opening(fresh, rule)
        return alert if found is None else replace(alert, cause=found[0], since=found[1])
    since = alert.since.start
    held = returned([one for one in readings if one.period.start >= since], rule)
    return replace(alert, returned=held if len(held) >= rule.held else ())


def _opening(readings: Sequence[Reading], rule: Rule) -> tuple[Cause, Period] | None:
    """Why and since when an alert is to be opened by the latest of these readings."""
    run = missed_run(readings, rule)
    if rule.missed is not None and len(run) >= rule.missed:
        return Cause.MISSED, run[0].period
    if rule.bound is not Bound.NONE and run and run[-1].is_sample:
        return Cause.SAMPLE, run[0].period
    ends = list(_trends(readings, rule))
    if rule.trend is not None and ends and ends[-1] == len(readings) - 1:
        return Cause.TREND, readings[ends[-1] - rule.trend + 1].period
    return None


def _is_missed(reading: Reading, rule: Rule) -> bool:
    if reading.status is Status.NOT_PROVEN:
        return rule.bound is Bound.STRICT and reading.is_sample
    return reading.status is Status.MISSED


def _trends(readings: Sequence[Reading], rule: Rule) -> Iterator[int]:
    """Places at which a run of ``trend`` points, each worse than the one before, is complete.

    A missing value breaks it: nothing is known of what happened meanwhile.
    """
    if rule.trend is None:
        return
    length = 0
    for place, reading in enumerate(readings):
        before = readings[place - 1] if place else None
        worse = before is not None and _is_worse(before, reading)
        length = length + 1 if worse else int(reading.value is not None)
        if length >= rule.trend:
            yield place


def _is_worse(before: Reading, after: Reading) -> bool:
    if before.value is None or after.value is None or after.target is None:
        return False
    if after.operator in RISING:
        return after.value < before.value
    if after.operator in FALLING:
        return after.value > before.value
    return abs(after.value - after.target) > abs(before.value - after.target)


def _goes_up(alert: Alert, event: Raise) -> bool:
    if alert.level >= TOP_LEVEL or alert.is_closable:
        return False
    if event.reason is Reason.PLAN_LATE and alert.is_planned:
        return False
    if event.reason is Reason.MISSED_AGAIN and not alert.is_planned:
        return False
    once = event.reason is Reason.MISSED_AGAIN
    return not any(
        one.reason is event.reason and (one.day == event.day or (once and one.about == event.about))
        for one in alert.raised
    )
