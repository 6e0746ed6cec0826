"""The weekly committees of the operator: four held, with their decisions, and one prepared."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from audits.actions import committee as meetings
from audits.actions import committee_decision as decisions
from audits.actions.place import place_of
from audits.committee_enums import CommitteeRole
from audits.logic.periods import Grain, Period, period_of
from audits.models import CommitteeDecision, CommitteeMeeting, InternalComplaint
from crcaudit.accounts.models import Organisation
from crcaudit.core.workdays import PARIS, Calendar
from reports.management.demo import indicators, library
from reports.management.demo.scene import Scene

BY = "qualite"
_PREPARED, _HELD, _FOLLOWED = time(9, 40), time(11, 30), time(15, 20)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeData:
    """One line of ``committee.yaml``: see there."""

    week: int
    roles: tuple[str, ...]
    flows: str
    resources: str
    notes: str
    decisions: tuple[Mapping[str, Any], ...]
    held: bool = False


def committees() -> tuple[CommitteeData, ...]:
    """The committees of the story, oldest first."""
    return tuple(CommitteeData(**row) for row in library.load("committee")["committees"])


def schedule(scene: Scene) -> None:
    """Note in the agenda what was written, held and done before today."""
    today = scene.moments.today
    last = period_of(today, Grain.WEEK).after(-1)
    for data in committees():
        period = last.after(data.week)
        day = Calendar().add_working_days(period.end + _DAY, 0)
        if day >= today:
            # Prepared at once when the week ended yesterday: nothing else takes place today.
            day, first = period.end + _DAY, time(0, 1)
        else:
            first = _PREPARED
        scene.agenda.add(_at(day, first), partial(_prepare, scene, data, period))
        if data.held:
            scene.agenda.add(_at(day, _HELD), partial(_hold, scene, period))
            for row in data.decisions:
                _follow(scene, period, day, row)


def _follow(scene: Scene, period: Period, day: date, row: Mapping[str, Any]) -> None:
    for name, step in (("done", _finish), ("dropped", _drop)):
        if name in row:
            settled = Calendar().add_working_days(day, row[name])
            if settled < scene.moments.today:
                scene.agenda.add(_at(settled, _FOLLOWED), partial(step, scene, period, row))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=PARIS)


def _operator(scene: Scene) -> Organisation:
    return scene.cast.organisations[indicators.OPERATOR]


def _prepare(scene: Scene, data: CommitteeData, period: Period, at: datetime) -> None:
    by = scene.cast.people[BY]
    meetings.prepare_meeting(
        organisation=_operator(scene),
        period=period,
        version=0,
        fields=meetings.MeetingFields(
            roles=[CommitteeRole(role) for role in data.roles],
            flows=data.flows,
            resources=data.resources,
            notes=data.notes,
        ),
        by=by,
        at=at,
    )
    day = at.astimezone(PARIS).date()
    for row in data.decisions:
        decisions.take_decision(
            key=uuid.uuid4(),
            organisation=_operator(scene),
            period=period,
            fields=_fields(scene, row, Calendar().add_working_days(day, row["due"])),
            about=_about(scene, row),
            by=by,
            at=at,
        )


def _fields(scene: Scene, row: Mapping[str, Any], due: date) -> decisions.DecisionFields:
    place = None
    if "place" in row:
        place = place_of(_operator(scene), indicators.subject_of(scene, row["place"]))
    return decisions.DecisionFields(
        text=row["text"], owner=scene.cast.people[row["owner"]], due_date=due, place=place
    )


def _about(scene: Scene, row: Mapping[str, Any]) -> InternalComplaint | None:
    """The latest complaint about the indicator that the decision names; None for none."""
    if "complaint" not in row:
        return None
    rows = InternalComplaint.objects.filter(
        organisation=_operator(scene), indicator__code=row["complaint"]
    )
    return rows.order_by("-pk").first()


def _hold(scene: Scene, period: Period, at: datetime) -> None:
    meeting = _meeting(scene, period)
    meetings.hold_meeting(
        meeting=meeting,
        version=meeting.version,
        held_on=at.astimezone(PARIS).date(),
        by=scene.cast.people[BY],
        at=at,
    )


def _finish(scene: Scene, period: Period, row: Mapping[str, Any], at: datetime) -> None:
    decision = _decision(scene, period, row)
    decisions.finish_decision(decision=decision, by=decision.owner, at=at)


def _drop(scene: Scene, period: Period, row: Mapping[str, Any], at: datetime) -> None:
    decisions.drop_decision(
        decision=_decision(scene, period, row),
        reason=row["reason"],
        by=scene.cast.people[BY],
        at=at,
    )


def _meeting(scene: Scene, period: Period) -> CommitteeMeeting:
    rows = CommitteeMeeting.objects.filter(organisation=_operator(scene))
    return rows.get(grain=str(period.grain), starts_on=period.start)


def _decision(scene: Scene, period: Period, row: Mapping[str, Any]) -> CommitteeDecision:
    rows = CommitteeDecision.objects.filter(meeting=_meeting(scene, period))
    return rows.select_related("owner").get(text=row["text"])
