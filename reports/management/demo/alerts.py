"""What people did about the complaints that figures opened: plans, actions, one of them closed."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import complaint_actions
from audits.actions import internal_complaint as steps
from audits.actions.alert_round import escalate_late
from audits.actions.place import place_of
from audits.models import ComplaintAction, InternalComplaint
from crcaudit.core.workdays import Calendar
from reports.management.demo import indicators
from reports.management.demo.scene import Scene

_ROUNDS = 60  # working days in which something may have been late
# Minutes after 8, when nothing else of the story happens: the journal is in the order of time.
_ASSIGNED, _PLANNED, _DONE, _SAID, _CLOSED = 24, 26, 40, 45, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintData:
    """One line of ``complaints``: see the fixture."""

    code: str
    place: str
    opened: int
    owner: str
    planned: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[Mapping[str, Any], ...] = ()
    comments: tuple[Mapping[str, Any], ...] = ()
    closed: Mapping[str, Any] = field(default_factory=dict)


def complaints() -> tuple[ComplaintData, ...]:
    """What is told of each complaint."""
    return tuple(ComplaintData(**row) for row in indicators.fixture()["complaints"])


def schedule(scene: Scene) -> None:
    """Note the steps in the agenda; those of today and later are left to whoever tries it."""
    for day in range(-_ROUNDS, 0):
        scene.agenda.add(scene.moments.at(day, 8), _round)
    for data in complaints():
        _schedule(scene, data)


def _round(at: datetime) -> None:
    escalate_late(at=at)


def _schedule(scene: Scene, data: ComplaintData) -> None:
    opened = _recorded_on(scene, data, data.opened)
    _add(scene, opened, 0, _ASSIGNED, partial(_assign, scene, data))
    if data.planned:
        _add(scene, opened, data.planned["day"], _PLANNED, partial(_plan, scene, data))
    for row in data.actions:
        if "done" in row:
            _add(scene, opened, row["done"], _DONE, partial(_finish, scene, data, row))
    for row in data.comments:
        _add(scene, opened, row["day"], _SAID, partial(_comment, scene, data, row))
    if data.closed:
        returned = _recorded_on(scene, data, data.closed["after"])
        _add(scene, returned, data.closed["day"], _CLOSED, partial(_close, scene, data))


def _add(
    scene: Scene, start: date, days: int, minute: int, step: Callable[[datetime], object]
) -> None:
    day = Calendar().add_working_days(start, days)
    if day < scene.moments.today:
        scene.agenda.add(timezone.make_aware(datetime.combine(day, time(8, minute))), step)


def _recorded_on(scene: Scene, data: ComplaintData, back: int) -> date:
    """The day on which the figure was written, ``back`` periods before the last one."""
    (followed,) = (row for row in indicators.followed() if row.code == data.code)
    return indicators.recorded(followed.grain, scene.moments.today)[back - 1].day


def _complaint(scene: Scene, data: ComplaintData) -> InternalComplaint:
    organisation = scene.cast.organisations[indicators.OPERATOR]
    place = place_of(organisation, indicators.subject_of(scene, data.place))
    rows = InternalComplaint.objects.filter(indicator__code=data.code, place=place)
    return rows.latest("pk")


def _assign(scene: Scene, data: ComplaintData, at: datetime) -> None:
    row = _complaint(scene, data)
    steps.assign_complaint(
        complaint=row,
        version=row.version,
        owner=scene.cast.people[data.owner],
        by=scene.cast.people["qualite"],
        at=at,
    )


def _plan(scene: Scene, data: ComplaintData, at: datetime) -> None:
    row = _complaint(scene, data)
    by = scene.cast.people[data.planned["by"]]
    steps.write_plan(
        complaint=row,
        version=row.version,
        cause=data.planned["cause"],
        plan=data.planned["plan"],
        by=by,
        at=at,
    )
    for action in data.actions:
        opened = localdate(row.opened_at)
        fields = complaint_actions.ComplaintActionFields(
            title=action["title"],
            owner=scene.cast.people[action["owner"]],
            due_date=Calendar().add_working_days(opened, action["due"]),
        )
        complaint_actions.add_action(
            key=uuid.uuid4(),
            complaint=row,
            fields=fields,
            by=by,
            at=at,
        )


def _finish(scene: Scene, data: ComplaintData, action: Mapping[str, Any], at: datetime) -> None:
    row = ComplaintAction.objects.select_related("complaint").get(
        complaint=_complaint(scene, data), title=action["title"]
    )
    complaint_actions.finish_action(action=row, by=scene.cast.people[action["owner"]], at=at)


def _comment(scene: Scene, data: ComplaintData, said: Mapping[str, Any], at: datetime) -> None:
    steps.comment_complaint(
        key=uuid.uuid4(),
        complaint=_complaint(scene, data),
        text=said["text"],
        by=scene.cast.people[said["by"]],
        at=at,
    )


def _close(scene: Scene, data: ComplaintData, at: datetime) -> None:
    steps.close_complaint(
        complaint=_complaint(scene, data),
        comment=data.closed["comment"],
        by=scene.cast.people[data.closed["by"]],
        at=at,
    )
