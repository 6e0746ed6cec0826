"""The cycle of a certificate: which audit is held when, what comes next, what is late.

Durations are data of the scheme. Source: domain document, 3.2 (yearly follow-ups after the first
certificate, renewal before a term of three years); each scheme states its own, and what it does
not state stays None and is never guessed.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

MONTHS = 12


class StepKind(StrEnum):
    """What a step of the cycle is."""

    START = "START"
    SURVEILLANCE = "SURVEILLANCE"
    RENEWAL = "RENEWAL"


class StepState(StrEnum):
    """Where a step stands, for a day."""

    DONE = "DONE"
    UNDER_WAY = "UNDER_WAY"
    LATE = "LATE"
    OPEN = "OPEN"  # its window is open
    COMING = "COMING"
    UNSET = "UNSET"  # the scheme does not say when


@dataclass(frozen=True, slots=True)
class CycleRule:
    """Durations of the scheme, each None where it does not state it.

    ``validity_months`` is how long a certificate lasts; follow-ups come every
    ``surveillance_months``, ``surveillances`` times. ``window_months`` before its day a follow-up
    may already be held, ``renewal_lead_months`` before the term the renewal.
    """

    validity_months: int | None = None
    surveillance_months: int | None = None
    surveillances: int | None = None
    window_months: int | None = None
    renewal_lead_months: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An audit of the file, under way or done. ``day`` is its last day, the first without one."""

    key: int
    kind: StepKind
    day: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One audit that the cycle asks for.

    ``number`` counts follow-ups from 1 and is 0 elsewhere. It may be held from ``earliest`` on,
    None when no day is stated, and by ``latest``, None when even that is not known. ``audits``
    are the keys of those that were held or have begun, oldest first.
    """

    kind: StepKind
    number: int
    earliest: date | None
    latest: date | None
    audits: tuple[int, ...] = ()
    state: StepState = StepState.UNSET


@dataclass(frozen=True, slots=True)
class Cycle:
    """The steps in order of time. ``term`` is the last day of validity, None when not known."""

    start: date | None
    term: date | None
    steps: tuple[Step, ...]

    @property
    def upcoming(self) -> Step | None:
        """The first step with a day that is still to be done, None when all are."""
        left = (step for step in self.steps if step.latest and step.state != StepState.DONE)
        return next(left, None)

    @property
    def late(self) -> tuple[Step, ...]:
        """Those whose day has passed, oldest first."""
        return tuple(step for step in self.steps if step.state == StepState.LATE)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, the last one of a shorter month.

    29 February and a year gives 28 February. Count from one start and never from the result: 31
    January, 28 February, then 31 March. ``months`` may be negative.

    Raises:
        ValueError: outside the years 1 to 9999.
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def term_of(start: date, years: int | None) -> date | None:
    """Last day of validity: the eve of the anniversary, None where the scheme states no duration.

    A certificate of 14 March lasts until a 13 March.
    """
    return None if years is None else add_months(start, years * MONTHS) - timedelta(days=1)


def cycle_of(  # noqa: PLR0913 -- keyword-only, one line each
    rule: CycleRule,
    *,
    start: date | None,
    term: date | None = None,
    is_planned: bool = False,
    held: Iterable[Held] = (),
    today: date,
) -> Cycle:
    """The cycle that began on ``start``, None while no day is known.

    ``term`` is the last day that the certificate itself states, None to count it by the rule.
    With ``is_planned`` it is yet to begin: the day is the one for which the first audit is
    planned. An audit counts for the step whose day is nearest, the earlier one on a tie, so that
    a follow-up held late is not taken for the next. What was held before the start belongs to
    the cycle before, but for the audit that the certificate came from.
    """
    has_begun = start is not None and not is_planned
    term = term or _term(rule, start)
    audits = sorted(held, key=lambda one: (one.day, one.key))
    opening = _opening(audits, start) if has_begun else [a for a in audits if _is_start(a)]
    steps = list(_steps(rule, start, term))
    steps[0] = replace(steps[0], audits=tuple(audit.key for audit in opening))
    for audit in audits:
        place = _place(steps, audit, start) if has_begun else None
        if place is not None:
            steps[place] = replace(steps[place], audits=(*steps[place].audits, audit.key))
    done = {audit.key for audit in audits if audit.is_done}
    states = [_state(step, done, today) for step in steps]
    if has_begun:
        states[0] = StepState.DONE
    return Cycle(
        start=start,
        term=term,
        steps=tuple(replace(step, state=state) for step, state in zip(steps, states, strict=True)),
    )


def _term(rule: CycleRule, start: date | None) -> date | None:
    """The eve of the anniversary: a certificate of 14 March lasts until a 13 March."""
    if start is None or rule.validity_months is None:
        return None
    return add_months(start, rule.validity_months) - timedelta(days=1)


def _steps(rule: CycleRule, start: date | None, term: date | None) -> Iterable[Step]:
    yield Step(StepKind.START, 0, start, start)
    for number in range(1, (rule.surveillances or 0) + 1):
        months = number * (rule.surveillance_months or 0)
        latest = None if start is None else add_months(start, months)
        yield Step(
            StepKind.SURVEILLANCE, number, _before(start, months, rule.window_months), latest
        )
    lead = rule.renewal_lead_months
    earliest = None if term is None or lead is None else add_months(term, -lead)
    yield Step(StepKind.RENEWAL, 0, earliest, term)


def _before(start: date | None, months: int, window: int | None) -> date | None:
    """First day of the window of a follow-up, never before the certificate itself."""
    if start is None or window is None:
        return None
    return max(start, add_months(start, months - window))


def _is_start(audit: Held) -> bool:
    return audit.kind == StepKind.START


def _opening(audits: Sequence[Held], start: date | None) -> list[Held]:
    """The audit that the certificate came from, the last one done by then; empty without one."""
    kinds = {StepKind.START, StepKind.RENEWAL}
    found = [a for a in audits if a.is_done and a.kind in kinds and start and a.day <= start]
    return found[-1:]


def _place(steps: Sequence[Step], audit: Held, start: date | None) -> int | None:
    """Rank of the step that the audit was held for, None for one of another cycle."""
    if _is_start(audit) or start is None or audit.day <= start:
        return None
    ranks = [n for n, step in enumerate(steps) if step.kind == audit.kind]
    return min(ranks, key=lambda n: _distance(steps[n], audit), default=None)


def _distance(step: Step, audit: Held) -> int:
    return abs((step.latest - audit.day).days) if step.latest else 0


def _state(step: Step, done: set[int], today: date) -> StepState:
    if any(key in done for key in step.audits):
        return StepState.DONE
    if step.latest is not None and step.latest < today:
        return StepState.LATE
    if step.audits:
        return StepState.UNDER_WAY
    if step.latest is None:
        return StepState.UNSET
    is_open = step.earliest is not None and step.earliest <= today
    return StepState.OPEN if is_open and step.kind != StepKind.START else StepState.COMING
