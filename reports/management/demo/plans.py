"""The plans of the two audits under way, told from ``plans.yaml``, and their opening meetings."""

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from audits.actions import meeting as meetings
from audits.actions import plan as plans
from audits.cycle_enums import AuditMethod, SlotKind
from audits.models import Audit, PlanSlot
from crcaudit.core.workdays import PARIS
from reports.management.demo import library
from reports.management.demo.moments import Moments
from reports.management.demo.scene import Scene

_TEN_MINUTES = timedelta(minutes=10)


def schedule(scene: Scene) -> None:
    """Put the writing of each plan, and each meeting that was held, in the agenda of the scene."""
    for name, told in library.load("plans").items():
        at = scene.moments.at(told["day"], 16)
        scene.agenda.add(at, partial(_write, scene, name, told))
        for row in told["slots"]:
            if "held" in row:
                _starts, ends = _hours(scene.moments, row)
                step = partial(_hold, scene, name, told["by"], row)
                scene.agenda.add(max(ends, at) + _TEN_MINUTES, step)


def _write(scene: Scene, name: str, told: Mapping[str, Any], at: datetime) -> None:
    audit, by = scene.audits[name], scene.cast.people[told["by"]]
    fields = plans.PlanFields(**told["plan"])
    plans.save_plan(audit=audit, version=0, fields=fields, by=by, at=at)
    for row in told["slots"]:
        fields_of_slot = _slot(scene, audit, row)
        plans.add_slot(key=uuid.uuid4(), audit=audit, fields=fields_of_slot, by=by, at=at)


def _slot(scene: Scene, audit: Audit, row: Mapping[str, Any]) -> plans.SlotFields:
    team = {member.user_id: member for member in audit.team.select_related("user")}
    starts_at, ends_at = _hours(scene.moments, row)
    return plans.SlotFields(
        kind=SlotKind(row.get("kind", SlotKind.SESSION)),
        starts_at=starts_at,
        ends_at=ends_at,
        title=row["title"],
        method=AuditMethod(row.get("method", AuditMethod.ON_SITE)),
        site=scene.cast.sites[row["site"]] if "site" in row else None,
        people_met=row.get("met", ""),
        topics=row.get("topics", ""),
        sections=tuple(audit.sections.filter(parent=None, code__in=row.get("domains", ()))),
        auditors=tuple(team[scene.cast.people[key].pk] for key in row.get("who", ())),
    )


def _hours(moments: Moments, row: Mapping[str, Any]) -> tuple[datetime, datetime]:
    day = moments.last_workday_by(row["last"]) if "last" in row else moments.workday(row["day"])
    starts, ends = (
        datetime.combine(day, time.fromisoformat(row[name]), tzinfo=PARIS)
        for name in ("from", "to")
    )
    return starts, ends


def _hold(scene: Scene, name: str, by: str, row: Mapping[str, Any], at: datetime) -> None:
    audit, held = scene.audits[name], row["held"]
    slot = PlanSlot.objects.select_related("plan__audit").get(plan__audit=audit, title=row["title"])
    people = {key: str(person) for key, person in scene.cast.people.items()} | {"": ""}
    meetings.record_meeting(
        slot=slot,
        version=slot.version,
        fields=meetings.MeetingFields(
            held_at=slot.starts_at,
            notes=held["notes"],
            attendees=[(function, people[key]) for function, key in held["attendees"]],
        ),
        by=scene.cast.people[by],
        at=at,
    )
