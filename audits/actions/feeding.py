"""Measures that the product counts by itself, written as those that people enter.

Only of what is followed, month by month once the month is over, and never over a figure that
somebody typed or imported: such a count is set aside, and shown beside the figure. Asked again, it
does no more. What is counted from what: `audits.logic.feeding`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.timezone import localdate

from audits.actions.feeding_scope import FollowedIndicator, followed_in, months_of
from audits.actions.measurement import KIND, Entry, record_measures
from audits.actions.place import place_of
from audits.logic import feeding as rules
from audits.logic.feeding import Count
from audits.logic.number_text import plain
from audits.logic.periods import GRAINS, Grain, Period, period_of
from audits.measure_enums import MeasureOrigin
from audits.models import Measurement, MeasuringPlace, SetAsideCount, Target
from audits.snapshots.fed import Cells, FedCell, Span, control_counts, listening_counts
from audits.snapshots.fed.steering import steering_counts
from crcaudit.accounts.models import Organisation, Site
from crcaudit.core import journal

SET_ASIDE, AGREED = "measurement.set_aside", "measurement.agreed"
_COUNTED_FROM = "counted_from"


@dataclass(frozen=True, slots=True)
class Fed:
    """How many measures were written, corrected or taken away, and counts newly set aside."""

    written: int = 0
    set_aside: int = 0


class _Key(NamedTuple):
    """A cell by numbers: of the indicator, of the site or None, and the period."""

    indicator: int
    site: int | None
    period: Period


def feed_all(*, at: datetime) -> Fed:
    """Count the months that are over for every organisation that follows something."""
    found = Fed()
    rows = Organisation.objects.filter(pk__in=Target.objects.values("organisation"))
    for organisation in rows.order_by("pk"):
        one = feed(organisation, months=months_of(organisation, at=at), at=at)
        found = Fed(found.written + one.written, found.set_aside + one.set_aside)
    return found


def feed_day(organisation: Organisation, day: date | None, *, at: datetime) -> Fed:
    """Count the month of a day again, when it is over: something of it was written just now.

    Runs in the transaction of the change.
    """
    if day is None:
        return Fed()
    month = period_of(day, Grain.MONTH)
    return feed(organisation, months=[month], at=at) if month.is_over(localdate(at)) else Fed()


@transaction.atomic
def feed(organisation: Organisation, *, months: Iterable[Period], at: datetime) -> Fed:
    """Write what is counted for these months, of those that are over.

    A measure that the product counted and that is counted otherwise now is corrected; one of which
    nothing is left is taken away.
    """
    today = localdate(at)
    over = tuple(sorted(month for month in months if month.is_over(today)))
    followed = followed_in(organisation, today)
    if not over or not followed:
        return Fed()
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    return _Feeding(Span(organisation, over, today), followed, at).run()


class _Feeding:
    """One run over some months of one organisation, which is locked."""

    def __init__(self, span: Span, followed: Mapping[int, FollowedIndicator], at: datetime) -> None:
        self.span, self.followed, self.at = span, followed, at
        self.organisation = span.organisation
        self.measured: dict[_Key, Measurement] = {}
        self.finer: set[_Key] = set()
        self.set_aside = {
            _Key(row.indicator_id, row.place.site_id, row.period): row
            for row in self._rows(SetAsideCount.objects.select_related("place"))
        }

    def run(self) -> Fed:
        self._read_measures()
        counts = self._counts()
        entries: list[Entry] = []
        changes: list[journal.Change] = []
        for key in sorted(counts.keys() | self._ours(), key=_order):
            self._settle(key, counts.get(key), entries, changes)
        written = 0
        if entries:
            written = record_measures(
                organisation=self.organisation, entries=entries, by=None, at=self.at
            )
        if changes:
            stream = journal.organisation_stream(self.organisation.key)
            journal.record_many(changes, stream=stream, by=None, at=self.at)
        return Fed(written, sum(change.action == SET_ASIDE for change in changes))

    def _rows(self, rows: Any) -> Any:
        """Of the followed indicators, in the years of the months: longer periods begin before."""
        first, last = self.span.days
        return rows.filter(
            organisation=self.organisation,
            indicator__in=self.followed,
            starts_on__range=(date(first.year, 1, 1) - timedelta(days=6), last),
        )

    def _read_measures(self) -> None:
        """Measures by cell; and the cells in which somebody measures shorter periods."""
        for row in self._rows(Measurement.objects.select_related("place")):
            if row.place.subcontractor_id is not None:
                continue
            key = _Key(row.indicator_id, row.place.site_id, row.period)
            self.measured[key] = row
            if row.is_counted:
                continue
            for period in row.period.larger():
                if period != row.period and GRAINS.index(period.grain) >= _MONTH:
                    self.finer.add(key._replace(period=period))

    def _counts(self) -> dict[_Key, Count]:
        codes = {one.indicator.code: pk for pk, one in self.followed.items()}
        heard: Cells = listening_counts(self.span) if rules.OF_LISTENING.keys() & codes else {}
        known = steering_counts(self.span, codes)
        controlled = control_counts(self.span)
        found = {}
        for cell, count in rules.first_of(heard, known, controlled).items():
            pk = codes.get(cell.code)
            if pk is None or not self._may_count(self.followed[pk], cell, count):
                continue
            found[_Key(pk, cell.site, cell.period)] = count
        return self._without_hidden(found)

    def _may_count(self, one: FollowedIndicator, cell: FedCell, count: Count) -> bool:
        is_kept = rules.is_measurable(one.indicator.formula, count.inputs)
        if cell.code in rules.OF_THE_DAY and _Key(one.indicator.pk, *cell[1:]) in self.measured:
            return False  # counted already: what it stood for has passed
        return is_kept and one.is_followed_at(cell.site, self.span.today)

    def _without_hidden(self, counts: dict[_Key, Count]) -> dict[_Key, Count]:
        """Without a count of the whole by which a figure entered for a site would be hidden."""
        entered = {
            (key.indicator, key.period)
            for key, row in self.measured.items()
            if key.site is not None and not row.is_counted
        }
        of_sites = {(key.indicator, key.period) for key in counts if key.site is not None}
        return {
            key: count
            for key, count in counts.items()
            if key.site is not None
            or (
                (key.indicator, key.period) not in entered
                and (count.origin != rules.CONTROLS or (key[0], key[2]) not in of_sites)
            )
        }

    def _ours(self) -> set[_Key]:
        """Cells of the months that hold what the product counted before, or set aside."""
        found = {key for key, row in self.measured.items() if row.is_counted}
        found |= self.set_aside.keys()
        return {
            key
            for key in found
            if self.span.month_of(key.period.end) is not None
            and self.followed[key.indicator].indicator.code not in rules.OF_THE_DAY
        }

    def _settle(
        self,
        key: _Key,
        count: Count | None,
        entries: list[Entry],
        changes: list[journal.Change],
    ) -> None:
        row = self.measured.get(key)
        given = {} if count is None else rules.entered(count.inputs)
        is_theirs = (row is not None and not row.is_counted) or key in self.finer
        if not is_theirs:
            if row is not None or given:
                entries.append(self._entry(key, row, count, given))
            given = {}  # nothing is set aside any more
        elif row is not None and _numbers(row.inputs) == given:
            given = {}
        change = self._keep_aside(key, count, given)
        if change is not None:
            changes.append(change)

    def _entry(
        self,
        key: _Key,
        row: Measurement | None,
        count: Count | None,
        given: Mapping[str, Decimal],
    ) -> Entry:
        origin = count.origin if count else MeasureOrigin.CONTROLS
        return Entry(
            indicator=self.followed[key.indicator].indicator,
            place=row.place if row else self._place(key.site),
            period=key.period,
            inputs=given,
            is_exhaustive=count.is_exhaustive if count else True,
            convention={_COUNTED_FROM: str(origin)},
            version=row.version if row else None,
            origin=origin,
        )

    def _place(self, site: int | None) -> MeasuringPlace:
        subject = None if site is None else Site.objects.get(pk=site)
        return place_of(self.organisation, subject)

    def _keep_aside(
        self, key: _Key, count: Count | None, given: Mapping[str, Decimal]
    ) -> journal.Change | None:
        """The count beside the figure that somebody entered, or its end. None without a change."""
        row = self.set_aside.get(key)
        inputs = {name: plain(value) for name, value in given.items()}
        before = row.inputs if row else {}
        if inputs == before or (count is None and row is None):
            return None
        indicator = self.followed[key.indicator].indicator
        label = f"{indicator.code} {key.period.grain} {key.period.start}"
        if count is None or not inputs:
            if row is not None:
                row.delete()
            return journal.Change(AGREED, KIND, label, label, before=before)
        SetAsideCount.objects.update_or_create(
            indicator=indicator,
            place=self._place(key.site),
            grain=key.period.grain,
            starts_on=key.period.start,
            defaults={
                "organisation": self.organisation,
                "origin": count.origin,
                "inputs": inputs,
                "found_at": self.at,
            },
        )
        return journal.Change(SET_ASIDE, KIND, label, label, before=before, after=inputs)


_MONTH = GRAINS.index(Grain.MONTH)


def _order(key: _Key) -> tuple[int, int, Period]:
    return key.indicator, key.site or 0, key.period


def _numbers(inputs: Mapping[str, str]) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in inputs.items()}
