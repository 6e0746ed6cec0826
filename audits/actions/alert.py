"""Figures looked at: complaints opened, returns seen and lost, targets missed again.

After each writing of measures for what it touched, in its transaction, and once a day for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audits import alert_notices as notices
from audits.actions.complaint_moves import (
    MISSED_AGAIN,
    OPENED,
    RELATED,
    RETURNED,
    alert_of,
    change_of,
    moved,
    periods_json,
    raise_level,
)
from audits.actions.results import BATCH, Cell
from audits.alert_enums import AlertCause, ComplaintState
from audits.alert_people import SITE, People, Rules
from audits.calendars import calendar_of_place
from audits.logic.alerts import (
    USUAL_DAYS,
    Alert,
    Measured,
    Raise,
    Reading,
    Reason,
    Rule,
    follow,
    missed_after,
)
from audits.measure_enums import PlaceKind
from audits.models import AlertRule, InternalComplaint, MeasuringPlace, Target
from audits.snapshots.alerts import SLACK, Series, readings_of
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation
from crcaudit.core import journal
from crcaudit.core.numbering import next_number
from crcaudit.core.workdays import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens a complaint."""

    series: Series
    alert: Alert
    rule: AlertRule | None


def evaluate_all(*, at: datetime) -> int:
    """Look at every target of every organisation; how many complaints were opened."""
    rows = Organisation.objects.filter(pk__in=Target.objects.values("organisation"))
    return sum(_evaluate_whole(row, at=at) for row in rows.order_by("pk"))


@transaction.atomic
def _evaluate_whole(organisation: Organisation, *, at: datetime) -> int:
    return evaluate(organisation, cells=None, at=at)


def evaluate(organisation: Organisation, *, cells: Iterable[Cell] | None, at: datetime) -> int:
    """Look at the series that these cells are part of; None for all of the organisation.

    Returns how many complaints were opened. Runs in the transaction of the change; asked again,
    it does nothing more. A period is judged by the target that was in force when it began.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    return _Evaluation(organisation, cells, at).run()


class _Evaluation:
    """One look at the figures of an organisation."""

    def __init__(
        self, organisation: Organisation, cells: Iterable[Cell] | None, at: datetime
    ) -> None:
        self.organisation, self.at, self.today = organisation, at, localdate(at)
        self.rules = Rules(organisation)
        self.indicators: set[int] | None = None
        self.places: set[int] | None = None
        if cells is not None:
            found = list(cells)
            wholes = MeasuringPlace.objects.filter(organisation=organisation, kind=PlaceKind.WHOLE)
            self.indicators = {cell.indicator for cell in found}
            self.places = {cell.place for cell in found} | set(wholes.values_list("pk", flat=True))
        self._people: People | None = None

    @property
    def people(self) -> People:
        """Read when something is to be told: most of the time nothing is."""
        if self._people is None:
            self._people = People(self.organisation)
        return self._people

    def run(self) -> int:
        complaints = self._complaints()
        readings = self._readings(complaints)
        settled = self._settled() if readings.keys() - complaints.keys() else {}
        openings = []
        for series, found in readings.items():
            rule = self.rules.of(series.indicator, series.place)
            if series in complaints:
                self._continue(complaints[series], found, rule)
                continue
            alert = Alert(settled=settled.get(series))
            after = follow(alert, Measured(found), rule.test if rule else Rule())
            if after.is_open and (rule is None or rule.is_active):
                openings.append(Opening(series=series, alert=after, rule=rule))
        if openings:
            self._open(openings)
        return len(openings)

    def _complaints(self) -> dict[Series, InternalComplaint]:
        rows = InternalComplaint.objects.not_closed().filter(organisation=self.organisation)
        if self.indicators is not None:
            rows = rows.filter(indicator__in=self.indicators, place__in=self.places or ())
        rows = rows.select_related(*RELATED).prefetch_related("escalations").order_by("pk")
        return {Series(row.indicator_id, row.place_id): row for row in rows}

    def _readings(
        self, complaints: Mapping[Series, InternalComplaint]
    ) -> dict[Series, tuple[Reading, ...]]:
        reaches = [rule.test.reach for rule in self.rules.by_series.values()]
        reaches += [row.return_periods for row in complaints.values()]
        return readings_of(
            self.organisation,
            today=self.today,
            reach=max([Rule().reach, *reaches]) + SLACK,
            indicators=self.indicators,
            places=self.places,
            also=complaints,
        )

    def _settled(self) -> dict[Series, date]:
        """What closed complaints have judged, the last of each series."""
        rows = InternalComplaint.objects.filter(
            organisation=self.organisation, state=ComplaintState.CLOSED
        )
        if self.indicators is not None:
            rows = rows.filter(indicator__in=self.indicators)
        found: dict[Series, date] = {}
        for indicator, place, day in rows.order_by("settled_on").values_list(
            "indicator", "place", "settled_on"
        ):
            if day is not None:
                found[Series(indicator, place)] = day
        return found

    def _continue(
        self, complaint: InternalComplaint, found: Sequence[Reading], rule: AlertRule | None
    ) -> None:
        """Of an open complaint: whether the figures are back, or were missed again."""
        test = replace(rule.test if rule else Rule(), held=complaint.return_periods)
        escalations = list(complaint.escalations.all())
        after = follow(alert_of(complaint, escalations), Measured(tuple(found)), test)
        is_back = complaint.state == ComplaintState.RETURNED
        if after.is_closable and not is_back:
            self._come_back(complaint, after.returned, rule)
        elif is_back and not after.is_closable:
            complaint.miss_again()
            self._record(complaint, MISSED_AGAIN, source=ComplaintState.RETURNED)
        if complaint.planned_at is None:
            return
        fresh = [one for one in found if one.period.start >= complaint.since_on]
        missed = missed_after(fresh, test, localdate(complaint.planned_at))
        if missed is not None:
            raise_level(
                complaint,
                Raise(Reason.MISSED_AGAIN, self.today, missed.start.isoformat()),
                escalations=escalations,
                rule=rule,
                people=self.people,
                at=self.at,
            )

    def _come_back(
        self, complaint: InternalComplaint, periods: Sequence[Reading], rule: AlertRule | None
    ) -> None:
        source = complaint.state
        complaint.come_back(periods=periods_json(periods), at=self.at)
        self._record(complaint, RETURNED, source=source)
        told = self.people.of_level(SITE, rule=rule, place=complaint.place, owner=complaint.owner)
        told = list(dict.fromkeys([*told, *self.people.with_role(Role.QUALITY_MANAGER)]))
        notices.returned(complaint, told, at=self.at)

    def _record(self, complaint: InternalComplaint, action: str, *, source: str) -> None:
        before, after = {"state": source}, {"state": complaint.state}
        moved(complaint, action, before=before, after=after, by=None, at=self.at)

    def _open(self, openings: Sequence[Opening]) -> None:
        """New complaints, numbered in the order of their series, with their traces and messages."""
        chosen = sorted(openings, key=lambda one: one.series)
        year = self.today.year
        series = f"complaint:{self.organisation.key}:{year}"
        first = next_number(series, count=len(chosen))
        places = _places({one.series.place for one in chosen})
        calendars = _calendars(places)
        formers = self._formers(chosen)
        rows = []
        for number, one in enumerate(chosen, start=first):
            place = places[one.series.place]
            days = one.rule.plan_days if one.rule else USUAL_DAYS
            rows.append(
                _row(
                    one,
                    organisation=self.organisation,
                    place=place,
                    year=year,
                    number=number,
                    former_id=formers.get(one.series),
                    owner=self.people.owner(one.rule),
                    plan_due=calendars[place.pk].add_working_days(self.today, days),
                    opened_at=self.at,
                )
            )
        InternalComplaint.objects.bulk_create(rows, batch_size=BATCH)
        found = InternalComplaint.objects.filter(pk__in=[row.pk for row in rows])
        rows = list(found.select_related(*RELATED).order_by("number"))
        self._tell(rows, chosen)

    def _formers(self, openings: Sequence[Opening]) -> dict[Series, int]:
        """The last complaint of each series, by its number in the database."""
        rows = InternalComplaint.objects.filter(
            organisation=self.organisation,
            indicator__in={one.series.indicator for one in openings},
            state=ComplaintState.CLOSED,
        )
        values = rows.order_by("closed_at", "pk").values_list("indicator", "place", "pk")
        return {Series(indicator, place): pk for indicator, place, pk in values}

    def _tell(self, rows: Sequence[InternalComplaint], openings: Sequence[Opening]) -> None:
        changes = [change_of(row, OPENED, after=_told(row)) for row in rows]
        stream = journal.organisation_stream(self.organisation.key)
        journal.record_many(changes, stream=stream, by=None, at=self.at)
        told = {
            row: self.people.of_level(SITE, rule=one.rule, place=row.place, owner=row.owner)
            for row, one in zip(rows, openings, strict=True)
        }
        notices.opened(told, at=self.at)


def _places(numbers: Iterable[int]) -> dict[int, MeasuringPlace]:
    rows = MeasuringPlace.objects.filter(pk__in=list(numbers))
    return {row.pk: row for row in rows.select_related("site", "subcontractor", "organisation")}


def _calendars(places: Mapping[int, MeasuringPlace]) -> dict[int, Calendar]:
    return {pk: calendar_of_place(place) for pk, place in places.items()}


def _row(one: Opening, **values: object) -> InternalComplaint:
    alert, rule = one.alert, one.rule
    if alert.since is None or alert.cause is None:
        raise ValueError("Nothing opens a complaint here.")
    return InternalComplaint(
        indicator_id=one.series.indicator,
        cause=AlertCause(alert.cause),
        grain=alert.since.grain,
        since_on=alert.since.start,
        level_days=rule.level_days if rule else USUAL_DAYS,
        return_periods=rule.return_periods if rule else Rule().held,
        **values,
    )


def _told(row: InternalComplaint) -> dict[str, object]:
    return {
        "state": row.state,
        "cause": row.cause,
        "since_on": row.since_on.isoformat(),
        "owner": str(row.owner.key) if row.owner else "",
        "plan_due": row.plan_due.isoformat(),
    }
