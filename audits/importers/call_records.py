"""Call records, one row per call, counted into what the indicators need.

Pieces of the file go through polars one after the other and leave their counts by day, place,
answered or not, and wait, so that memory does not grow with the file. All counts and sums are of
whole numbers, durations in milliseconds, hence exact. See ADR 0019.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.importers.call_columns import (
    ANSWERED,
    COUNT,
    DAY,
    FAULT,
    GROUP,
    MARKS,
    NAMES,
    PLACE,
    ROW,
    SATISFIED,
    Expressions,
)
from audits.importers.call_contacts import CallContacts, volume_grain
from audits.importers.call_mapping import MILLI, CallMapping, CallTotals, Role
from audits.importers.tables import Form, Piece, UnreadableTableError, pieces
from audits.logic.periods import Grain
from audits.workbook.problems import MOST, Problem, Problems, quoted
from crcaudit.core.formats import number

MOST_REASONS = 2_000  # different texts: with more, the column holds something else
MERGED_FROM = 200_000  # rows of counts waiting to be put together
MOST_ROWS = 5_000_000
WAIT_MS = "wait_ms"
SUMMED = ("talk_ms", "hold_ms", "wrap_ms", MARKS, SATISFIED)
# How polars calls the periods over which calls are counted; weeks begin on Monday.
EVERY = {Grain.DAY: "1d", Grain.WEEK: "1w", Grain.MONTH: "1mo"}

_NO_DURATION = gettext_lazy("“%(value)s” is no duration in this format.")
FAULTS = {
    Role.STARTED: gettext_lazy(
        "“%(value)s” is no moment in this format, or that hour did not exist on that day."
    ),
    Role.DATE: gettext_lazy("“%(value)s” is no day in this format."),
    Role.TIME: gettext_lazy(
        "“%(value)s” is no hour in this format, or it did not exist on that day."
    ),
    Role.SITE: gettext_lazy("The site is missing."),
    Role.ANSWERED: gettext_lazy("“%(value)s” says neither answered nor abandoned."),
    Role.WAIT: _NO_DURATION,
    Role.TALK: _NO_DURATION,
    Role.HOLD: _NO_DURATION,
    Role.WRAP: _NO_DURATION,
    Role.SATISFACTION: gettext_lazy("“%(value)s” is no mark of this scale."),
}


@dataclass(slots=True)
class CallsRead:
    """What a file holds, by period and place.

    ``unplaced`` counts the calls of each site that no place stands for, most first: they are in
    no total. ``first_day`` and ``last_day`` are those of the calls counted, None without any.
    ``contacts`` are answered calls by reason and channel, empty without a column of reasons.
    """

    totals: list[CallTotals] = field(default_factory=list)
    rows: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    unplaced: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    contacts: list[CallContacts] = field(default_factory=list)


def read_calls(
    path: Path,
    form: Form,
    mapping: CallMapping,
    *,
    titles: Sequence[str],
    progress: Callable[[int], None] = lambda _done: None,
) -> CallsRead:
    """Every call of the file, counted; what cannot be read is listed with its row, and left out.

    ``progress`` is told how many bytes are behind. Rows count from 1, the titles included.

    Raises UnreadableTableError when the file is no table, or longer than `MOST_ROWS`.
    """
    reader = _Reader(form, mapping, titles)
    for piece, frame in _ahead(pieces(path, form), reader.parsed):
        reader.take(piece, frame)
        progress(piece.done)
    return reader.finish()


def _ahead(
    source: Iterator[Piece], parse: Callable[[Piece], pl.DataFrame | None]
) -> Iterator[tuple[Piece, pl.DataFrame | None]]:
    """Each piece with its cells; the next one is parsed while the caller counts this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        waiting: tuple[Piece, Future[pl.DataFrame | None]] | None = None
        for piece in source:
            following = (piece, thread.submit(parse, piece))
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = following
        if waiting is not None:
            yield waiting[0], waiting[1].result()


def totals_of(counts: pl.DataFrame, mapping: CallMapping) -> list[CallTotals]:
    """Counts by day, place, answer and wait put together by period and place, in that order."""
    convention = mapping.convention
    taken, lost = pl.col(ANSWERED), ~pl.col(ANSWERED)
    limit = convention.threshold_s * MILLI
    wait = pl.col(WAIT_MS)
    in_time = taken & (wait < limit if convention.is_strict else wait <= limit)
    short = lost & (wait < convention.short_abandon_s * MILLI)
    count = pl.col(COUNT)
    keys = ["period", PLACE]
    rows = counts.lazy().with_columns(period=pl.col(DAY).dt.truncate(EVERY[mapping.grain]))
    totals = rows.group_by(keys).agg(
        offered=count.sum(),
        answered=count.filter(taken).sum(),
        answered_in_t=count.filter(in_time).sum(),
        short_abandoned=count.filter(short).sum(),
        wait_ms=(wait * count).filter(taken).sum(),
        **{name: pl.col(name).filter(taken).sum() for name in SUMMED},
    )
    seconds = rows.filter(taken).group_by(*keys, second=wait // MILLI).agg(count.sum())
    waits = seconds.group_by(keys).agg("second", COUNT)
    found = totals.join(waits, on=keys, how="left").sort(keys).collect()
    return [
        CallTotals(
            waits=dict(zip(row.pop("second") or (), row.pop(COUNT) or (), strict=True)), **row
        )
        for row in found.iter_rows(named=True)
    ]


class _Reader:
    """The pieces of one file, taken in order."""

    def __init__(self, form: Form, mapping: CallMapping, titles: Sequence[str]) -> None:
        self.form, self.mapping, self.titles = form, mapping, titles
        self.problems, self.problem_count = Problems(), 0
        self.unplaced: Counter[str] = Counter()
        self.next_row = 1  # the titles
        self.waiting: list[pl.DataFrame] = []
        self.expressions = Expressions(mapping)
        self.schema = {str(place): pl.String() for place in range(len(titles))}
        self.named = [str(mapping.columns[role]) for role in NAMES if role in mapping.columns]
        self.contacts: list[pl.DataFrame] = []
        self.used = sorted(set(mapping.columns.values()))

    def parsed(self, piece: Piece) -> pl.DataFrame | None:
        """The cells of a piece as texts; None when some of its rows are too long."""
        try:
            return self._cells(piece.content)
        except pl.exceptions.ComputeError:
            return None

    def take(self, piece: Piece, cells: pl.DataFrame | None) -> None:
        frame, wide = self._numbered(piece, cells)
        if self.next_row > MOST_ROWS:
            raise UnreadableTableError(
                _("This file holds more than %(n)s calls: split it by month.")
                % {"n": number(MOST_ROWS)}
            )
        read, faulty = self.expressions.read(frame)
        if faulty.height:
            self._list(faulty, wide)
        if read[PLACE].null_count():
            self._count_unplaced(read.filter(pl.col(PLACE).is_null()))
            read = read.filter(pl.col(PLACE).is_not_null())
        self.waiting.append(read.lazy().group_by(GROUP).agg(self.expressions.sums).collect())
        if sum(part.height for part in self.waiting) > MERGED_FROM:
            self.waiting = [self._merged()]
        if Role.REASON in self.mapping.columns:
            self._take_contacts(read)

    def finish(self) -> CallsRead:
        found = CallsRead(
            rows=self.next_row - 2,
            problem_count=self.problem_count,
            problems=self.problems.listed(),
            unplaced=dict(self.unplaced.most_common()),
        )
        if self.waiting:
            merged = self._merged()
            found.totals = totals_of(merged, self.mapping)
            found.first_day, found.last_day = merged[DAY].min(), merged[DAY].max()  # type: ignore[assignment]
        found.contacts = self._contacts_found()
        return found

    def _merged(self) -> pl.DataFrame:
        together = pl.concat(self.waiting).lazy()
        return together.group_by(GROUP).agg(pl.all().sum()).collect()

    def _take_contacts(self, read: pl.DataFrame) -> None:
        """Answered calls by period, place, reason and channel: few rows, put together at once."""
        period = pl.col(DAY).dt.truncate(EVERY[volume_grain(self.mapping)]).alias("period")
        taken = read.lazy().filter(pl.col(ANSWERED))
        counts = taken.group_by(period, PLACE, *self.named).agg(pl.len().alias(COUNT)).collect()
        together = pl.concat([*self.contacts, counts]).lazy()
        sums = together.group_by("period", PLACE, *self.named).agg(pl.col(COUNT).sum())
        self.contacts = [sums.collect()]
        if self.contacts[0][self.named[0]].n_unique() > MOST_REASONS:
            raise UnreadableTableError(
                _("The column of reasons holds more than %(n)s texts: choose another one.")
                % {"n": number(MOST_REASONS)}
            )

    def _contacts_found(self) -> list[CallContacts]:
        if not self.contacts:
            return []
        names = ["period", PLACE, *self.named]
        rows = self.contacts[0].sort(names, nulls_last=True).select(*names, COUNT).iter_rows()
        return [
            CallContacts(period, place, reason, channel[0] if channel else None, count)
            for period, place, reason, *channel, count in rows
        ]

    def _count_unplaced(self, calls: pl.DataFrame) -> None:
        column = calls[str(self.mapping.columns[Role.SITE])].str.strip_chars()
        for site, count in column.value_counts().iter_rows():
            self.unplaced[site] += count

    def _numbered(
        self, piece: Piece, cells: pl.DataFrame | None
    ) -> tuple[pl.DataFrame, dict[int, int]]:
        """The cells of a piece with their row; rows that are too long, by number.

        Of those nothing is left, as nobody knows which of their cells is which.
        """
        wide: dict[int, int] = {}
        if cells is None:
            content, wide = self._without_long_rows(piece.content)
            cells = self._cells(content)
        frame = cells.with_row_index(ROW, offset=self.next_row)
        self.next_row += frame.height
        return (frame.slice(1) if piece.is_first else frame), wide

    def _cells(self, content: bytes) -> pl.DataFrame:
        return pl.read_csv(
            content,
            separator=self.form.delimiter,
            has_header=False,
            schema=self.schema,
            columns=self.used,
            raise_if_empty=False,
        )

    def _without_long_rows(self, content: bytes) -> tuple[bytes, dict[int, int]]:
        kept, wide = io.StringIO(), {}
        writer = csv.writer(kept, delimiter=self.form.delimiter)
        text = io.StringIO(content.decode(), newline="")
        rows = csv.reader(text, delimiter=self.form.delimiter)
        for row_number, row in enumerate(rows, start=self.next_row):
            if len(row) > len(self.titles):
                wide[row_number] = len(row)
                row = [""] * len(self.titles)  # noqa: PLW2901
            writer.writerow(row)
        return kept.getvalue().encode(), wide

    def _list(self, faulty: pl.DataFrame, wide: dict[int, int]) -> None:
        self.problem_count += faulty.height
        for row in faulty.head(MOST).iter_rows(named=True):
            place = row[FAULT]
            text = row[str(place)] or ""
            message = str(FAULTS[self.expressions.role_of[place]]) % {"value": quoted(text)}
            if row[ROW] in wide:
                message = _("This row has %(n)s cells for %(titles)s titles.") % {
                    "n": wide[row[ROW]],
                    "titles": len(self.titles),
                }
            self.problems.add(message, row=row[ROW], column=self.titles[place])
