"""The cells of call records as expressions of polars: what they say, and which one is at fault.

Polars is long to import: whatever imports this module does so when a file is read, not before.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

from audits.importers.call_mapping import DURATIONS, CallMapping, Duration, Role

ROW, DAY, MOMENT = "row", "day", "moment"
ANSWERED, PLACE, MARK = "is_answered", "place", "mark"
SUSPECT, FAULT = "is_suspect", "fault"
COUNT, MARKS, SATISFIED = "count", "marks", "satisfied"
# What may be empty, or a text that nobody knows yet.
NAMES = (Role.REASON, Role.CHANNEL)
GROUP = (DAY, PLACE, ANSWERED, "wait_ms")
_HOURS = {
    "%H:%M:%S": r"^(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d$",
    "%H:%M": r"^(?:[01]?\d|2[0-3]):[0-5]\d$",
    "%Hh%M": r"^(?:[01]?\d|2[0-3])h[0-5]\d$",
}
_SECOND = 1000
_MINUTE, _HOUR = 60 * _SECOND, 3600 * _SECOND
_VALUE = {
    Role.STARTED: DAY,
    Role.DATE: DAY,
    Role.ANSWERED: ANSWERED,
    Role.SITE: PLACE,
    Role.SATISFACTION: MARK,
    **{role: f"{role}_ms" for role in DURATIONS},
}
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_STEP = timedelta(minutes=1)


class Expressions:
    """Expressions for one mapping, made once and used on every piece.

    A column is named by its place in the file. The fault of a row is the place of its first cell
    that cannot be read. To look for it is long: it is done for the rows that are suspect alone.
    """

    def __init__(self, mapping: CallMapping) -> None:
        self.mapping = mapping
        self.role_of = {place: role for role, place in mapping.columns.items()}

    def read(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that can be read, with what their cells say, and those at fault."""
        lazy = frame.lazy().with_columns(*self._moments(), *self._numbers(), *self._words(frame))
        if self.mapping.has_moment:
            lazy = lazy.with_columns(pl.col(MOMENT).dt.date().alias(DAY))
        read = lazy.with_columns(self._suspect()).collect()
        if not read[SUSPECT].any():
            return read, read.clear()
        faulty = read.filter(SUSPECT).with_columns(self._fault())
        faulty = faulty.filter(pl.col(FAULT).is_not_null())
        return read.join(faulty.select(ROW), on=ROW, how="anti"), faulty

    @property
    def sums(self) -> list[pl.Expr]:
        """What is summed over a group of calls; a duration that may be empty counts as none."""
        satisfied = self.mapping.convention.satisfied_from
        return [
            pl.len().alias(COUNT),
            *(pl.col(f"{role}_ms").sum() for role in DURATIONS if role is not Role.WAIT),
            pl.col(MARK).count().alias(MARKS),
            (pl.col(MARK) >= satisfied).sum().alias(SATISFIED),
        ]

    def _raw(self, role: Role) -> pl.Expr:
        return pl.col(str(self.mapping.columns[role]))

    def _has(self, role: Role) -> bool:
        return role in self.mapping.columns

    def _words(self, frame: pl.DataFrame) -> list[pl.Expr]:
        """Site and answer. Their values are few: each is looked at once, not once a row."""
        place = pl.lit(self.mapping.place, pl.Int64)
        if self._has(Role.SITE):
            places = self.mapping.places
            place = self._by_value(frame, Role.SITE, places.get, pl.Int64())
        answered = self._duration(Role.TALK).fill_null(0) > 0
        if self._has(Role.ANSWERED):
            answered = self._by_value(frame, Role.ANSWERED, self._answer, pl.Boolean())
        return [place.alias(PLACE), answered.alias(ANSWERED)]

    def _answer(self, text: str) -> bool | None:
        word = text.casefold()
        if word in self.mapping.answered:
            return True
        return False if word in self.mapping.unanswered else None

    def _by_value(
        self,
        frame: pl.DataFrame,
        role: Role,
        meaning: Callable[[str], object],
        kind: pl.DataType,
    ) -> pl.Expr:
        values = frame[str(self.mapping.columns[role])].unique().drop_nulls().to_list()
        found = [meaning(value.strip()) for value in values]
        return self._raw(role).replace_strict(values, found, default=None, return_dtype=kind)

    def _moments(self) -> list[pl.Expr]:
        if self.mapping.has_moment:
            wanted = self.mapping.moment_format
            moment = self._raw(Role.STARTED).str.to_datetime(wanted, strict=False, time_unit="ms")
            if wanted.endswith("%z"):
                zone = self.mapping.convention.time_zone
                moment = moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)
            return [moment.alias(MOMENT)]
        return [
            self._raw(Role.DATE).str.to_date(self.mapping.moment_format, strict=False).alias(DAY)
        ]

    def _numbers(self) -> list[pl.Expr]:
        found = [self._duration(role).alias(f"{role}_ms") for role in DURATIONS]
        return [*found, self._mark().alias(MARK)]

    def _mark(self) -> pl.Expr:
        if not self._has(Role.SATISFACTION):
            return pl.lit(None, pl.Int64)
        mark = self._raw(Role.SATISFACTION).cast(pl.Int64, strict=False)
        return pl.when(mark.is_between(0, self.mapping.convention.satisfaction_max)).then(mark)

    def _duration(self, role: Role) -> pl.Expr:
        """Milliseconds; None when the cell is empty, is no duration, or is negative."""
        if not self._has(role):
            return pl.lit(0, pl.Int64)
        raw, kind = self._raw(role), self.mapping.durations
        if kind is Duration.CLOCK:
            return self._clock(raw)
        if kind is Duration.SECONDS:
            return raw.cast(pl.UInt32, strict=False).cast(pl.Int64) * _SECOND
        text = raw.str.replace(",", ".", literal=True) if kind is Duration.COMMA else raw
        seconds = text.cast(pl.Float64, strict=False)
        value = (seconds * _SECOND).round().cast(pl.Int64, strict=False)
        return pl.when(value >= 0).then(value)

    def _clock(self, raw: pl.Expr) -> pl.Expr:
        """H:MM:SS or MM:SS, hours without limit."""
        parts = raw.str.extract_groups(r"^\s*(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)\s*$").struct
        hours, minutes, seconds = (parts.field(str(n)).cast(pl.Int64) for n in (1, 2, 3))
        return hours.fill_null(0) * _HOUR + minutes * _MINUTE + seconds * _SECOND

    def _suspect(self) -> pl.Expr:
        """Whether a row may have a fault: true of every row that has one."""
        found = [self._may_be_faulty(role) for role in self.role_of.values() if role not in NAMES]
        return pl.any_horizontal(found).fill_null(value=True).alias(SUSPECT)

    def _may_be_faulty(self, role: Role) -> pl.Expr:
        if role is Role.TIME:
            return self._is_no_hour() | self._is_night()
        value = pl.col(_VALUE[role])
        if role is Role.STARTED:
            return value.is_null() | self._is_night()
        if role in {Role.DATE, Role.ANSWERED}:
            return value.is_null()
        if role in {Role.WAIT, Role.SITE}:
            return value.is_null()
        is_missing = self._raw(role).is_not_null()
        if role is not Role.SATISFACTION and not self.mapping.convention.empty_is_zero:
            is_missing |= pl.col(ANSWERED)
        return value.is_null() & is_missing

    def _fault(self) -> pl.Expr:
        chosen = pl.lit(None, pl.Int16)
        for place, role in reversed(list(self.role_of.items())):
            if role in NAMES:
                continue
            chosen = pl.when(self._is_faulty(role)).then(pl.lit(place, pl.Int16)).otherwise(chosen)
        return chosen.alias(FAULT)

    def _is_faulty(self, role: Role) -> pl.Expr:
        if role in DURATIONS:
            return self._is_faulty_duration(role)
        value = pl.col(_VALUE[role]) if role in _VALUE else pl.lit(None)
        raw = self._raw(role)
        if role is Role.TIME:
            hour = raw.str.to_time(self.mapping.time_format, strict=False)
            return self._is_no_hour() | self._is_skipped(hour)
        if role is Role.STARTED:
            return value.is_null() | self._is_skipped(pl.col(MOMENT).dt.time())
        if role is Role.SITE:
            return value.is_null() & self._is_empty(raw)
        if role is Role.SATISFACTION:
            return value.is_null() & ~self._is_empty(raw)
        return value.is_null()

    def _is_faulty_duration(self, role: Role) -> pl.Expr:
        value = pl.col(_VALUE[role])
        if role is Role.WAIT:
            return value.is_null()
        # The talk of a call that nobody took is empty; of one that was taken, it is missing.
        may_be_empty = self._is_empty(self._raw(role))
        if not self.mapping.convention.empty_is_zero:
            may_be_empty &= ~pl.col(ANSWERED)
        return value.is_null() & ~may_be_empty

    def _is_empty(self, raw: pl.Expr) -> pl.Expr:
        return raw.fill_null("").str.strip_chars() == ""

    def _is_no_hour(self) -> pl.Expr:
        pattern = _HOURS[self.mapping.time_format]
        return ~self._raw(Role.TIME).str.contains(pattern).fill_null(value=False)

    def _is_night(self) -> pl.Expr:
        """Whether the clocks skip an hour on that day."""
        nights = [day for days in self._skipped.values() for day in days]
        return pl.col(DAY).is_in(nights)

    def _is_skipped(self, hour: pl.Expr) -> pl.Expr:
        """Whether the clocks never showed that hour: the night on which they went forward."""
        found = pl.lit(value=False)
        for (start, end), days in self._skipped.items():
            found = found | (pl.col(DAY).is_in(days) & (hour >= start) & (hour < end))
        return found.fill_null(value=False)

    @property
    def _skipped(self) -> dict[tuple[time, time], list[date]]:
        if self.mapping.moment_format.endswith("%z"):
            return {}  # such a moment is one whatever the clocks show
        return skipped_hours(self.mapping.convention.time_zone)


@lru_cache(maxsize=32)
def skipped_hours(zone: str) -> dict[tuple[time, time], list[date]]:
    """Hours that a time zone skips, first and first after, with the days on which it does.

    From 2000 to 2099; a change over midnight is left out, as no zone of ours has one.
    """
    clock = ZoneInfo(zone)
    found: dict[tuple[time, time], list[date]] = {}
    day = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    while day.year <= _LAST_YEAR:
        following = day + timedelta(days=1)
        forward = _offset(clock, following) - _offset(clock, day)
        if forward > timedelta(0):
            end = _change(clock, day, following).astimezone(clock).replace(tzinfo=None)
            start = end - forward
            if start.date() == end.date():
                found.setdefault((start.time(), end.time()), []).append(start.date())
        day = following
    return found


def _change(clock: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute of the new offset between two moments."""
    low, high = 0, int((after - before) / _STEP)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(clock, before + middle * _STEP) == _offset(clock, before):
            low = middle
        else:
            high = middle
    return before + high * _STEP


def _offset(clock: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(clock).utcoffset() or timedelta(0)
