"""The internal control plan in three versions, and nine months of its controls.

Told from ``controls.yaml``. Each working day has its step, which does what is due on it, so that
the journal reads in the order of time.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.utils.timezone import localdate

from audits.actions.controls import followup, lines, planning, results
from audits.actions.controls import plan as plans
from audits.actions.controls.fields import LineFields, fields_of
from audits.control_enums import (
    ControlBasis,
    ControlFrequency,
    ControlOutcome,
    ControlState,
    PlanState,
)
from audits.models import Certification, ControlLine, ControlOccurrence, ControlPlan
from reports.management.demo import library
from reports.management.demo.scene import Scene

_FEW = 20  # units from which on a sample is said to be one
_NUMBERS = ("target", "alert", "nonconformity")


@dataclass(slots=True)
class _Story:
    """What the steps share: the lines by code, and what is done later than its day."""

    scene: Scene
    told: Mapping[str, Any]
    lines: dict[str, Sequence[Any]]
    later: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def file(self) -> Certification:
        return self.scene.certifications[self.told["file"]]


def schedule(scene: Scene) -> None:
    """Put the versions and every day of controls in the agenda of the scene."""
    told = library.load("controls")
    story = _Story(scene, told, {row[0]: row for row in told["lines"]})
    add, at = scene.agenda.add, scene.moments.at
    for number, version in enumerate(told["versions"]):
        add(at(version["day"], 7), partial(_write, story, number, version))
        add(at(version["day"], 7, 30), partial(_submit, story))
        add(at(version["day"] + 1, 8), partial(_approve, story, version))
    # Early and late: what others do in between lasts, and the journal is in the order of time.
    for day in range(told["first_day"], 0):
        add(at(day, 18), partial(_work, story, day))
    cancelled = told["cancelled"]
    add(at(cancelled["day"], 18, 30), partial(_cancel, story, cancelled))
    add(at(-3, 18, 45), partial(_hand_over, story))
    for day in range(-12, 0):
        add(at(day, 6), _night)


def _night(at: datetime) -> None:
    planning.plan_ahead(at=at)
    followup.follow_up(at=at)


def _write(story: _Story, number: int, version: Mapping[str, Any], at: datetime) -> None:
    by = story.scene.cast.people[story.told["by"]]
    plan = plans.begin_plan(
        key=uuid.uuid4(), certification=story.file, reason=version["reason"], by=by, at=at
    )
    changes = version.get("change", {})
    rows = ControlLine.objects.filter(plan=plan).select_related(
        *("plan__certification", "requirement", "indicator", "action"),
        *("responsible", "substitute", "escalate_to"),
    )
    for line in rows.prefetch_related("sites"):
        fields = fields_of(line)
        if number == 0:
            fields = _adapted(story, fields)
        fields = _changed(fields, changes.get(fields.requirement.code, {}))
        lines.edit_line(line=line, version=line.version, fields=fields, by=by, at=at)


def _submit(story: _Story, at: datetime) -> None:
    plan, by = _draft(story), story.scene.cast.people[story.told["by"]]
    plans.submit_plan(plan=plan, version=plan.version, by=by, at=at)


def _draft(story: _Story) -> ControlPlan:
    rows = ControlPlan.objects.select_related("certification__organisation")
    return rows.get(certification=story.file, state=PlanState.DRAFT)


def _adapted(story: _Story, fields: LineFields) -> LineFields:
    """A line of the edition as the quality manager makes it hers."""
    code = fields.requirement.code
    _code, point, person, substitute, where, day, size, _share = story.lines[code]
    people = story.scene.cast.people
    frequency = story.told["frequency"].get(code, fields.frequency)
    is_weekly = frequency == ControlFrequency.WEEKLY
    is_dated = bool(day)
    return replace(
        fields,
        control_point=point,
        responsible=people[person] if person else None,
        substitute=people[substitute],
        is_per_site=where == "sites",
        frequency=frequency,
        weekday=day if is_weekly else None,
        rank=day if is_dated and not is_weekly else None,
        window_days=0 if is_weekly or not is_dated else 5,
        sample_size=size if 0 < size <= _FEW * 5 else None,
        record_place="Espace qualité",
    )


def _changed(fields: LineFields, change: Mapping[str, Any]) -> LineFields:
    values: Any = {
        name: Decimal(value) if name in _NUMBERS else value for name, value in change.items()
    }
    return replace(fields, **values)


def _approve(story: _Story, version: Mapping[str, Any], at: datetime) -> None:
    plan = _draft(story)
    plans.approve_plan(
        plan=plan,
        version=plan.version,
        starts_on=story.scene.moments.workday(version["starts"]),
        by=story.scene.cast.people[story.told["director"]],
        at=at,
    )


def _work(story: _Story, day: int, at: datetime) -> None:
    """What is due on the day, and what was put off until it."""
    today = localdate(at)
    rows = ControlOccurrence.objects.filter(
        line__plan__certification=story.file, state=ControlState.PLANNED
    ).select_related("line__requirement", "owner")
    due = rows.filter(due_date=today) | rows.filter(pk__in=story.later.pop(today, []))
    rule = story.told["postponed"]
    for row in due.order_by("pk"):
        chance = Random(f"{row.line.requirement.code} {row.due_date} {row.site_id}")  # noqa: S311 -- a story
        if _stays_late(story, row):
            continue
        if row.due_date == today and not chance.randrange(rule["one_in"]) and day < -rule["days"]:
            story.later[story.scene.moments.workday(day + rule["days"])].append(row.pk)
            continue
        _record(story, row, chance, at)


def _stays_late(story: _Story, row: ControlOccurrence) -> bool:
    """Whether it is one of the last of its line, as seen from the day of the demonstration."""
    place = story.told["late"].get(row.line.requirement.code)
    if place is None:
        return False
    since = ControlOccurrence.objects.filter(
        line__lineage=row.line.lineage,
        line__plan__certification=story.file,
        due_date__gt=row.due_date,
        due_date__lt=story.scene.moments.today,
    )
    return bool(since.exclude(state=ControlState.CANCELLED).count() == place)


def _record(story: _Story, row: ControlOccurrence, chance: Random, at: datetime) -> None:
    size, share = story.lines[row.line.requirement.code][6:8]
    day = localdate(at)
    if size:
        checked = size if size <= _FEW * 5 else size + chance.randrange(-size // 8, size // 8)
        gaps = _gaps(checked, 1 - share, chance)
        basis = ControlBasis.SAMPLE if row.line.sample_size else ControlBasis.EXHAUSTIVE
        fields = results.ResultFields(
            done_on=day,
            checked=checked,
            compliant=checked - gaps,
            basis=basis,
            comment=_comment(gaps, checked, share),
            record_reference=f"{row.line.record}, {day:%Y-%m-%d}",
        )
    else:
        is_good = chance.random() <= share
        fields = results.ResultFields(
            done_on=day,
            outcome=ControlOutcome.CONFORM if is_good else ControlOutcome.PARTIAL,
            record_reference=f"{row.line.record}, {day:%Y-%m-%d}",
        )
    by = row.owner or story.scene.cast.people[story.told["by"]]
    results.record_result(occurrence=row, version=row.version, fields=fields, by=by, at=at)


def _gaps(checked: int, rate: float, chance: Random) -> int:
    """How many of the units do not comply: around the rate, as chance has it."""
    mean = checked * rate
    if checked > _FEW * 5:
        return max(0, round(chance.gauss(mean, (mean * (1 - rate)) ** 0.5 + mean * 0.06)))
    return sum(chance.random() < rate for _unit in range(checked))


def _comment(gaps: int, checked: int, share: float) -> str:
    is_unusual = gaps > 1 and gaps / checked > 1.8 * (1 - share)
    return "Écarts transmis à l'équipe, cas repris un par un." if is_unusual else ""


def _cancel(story: _Story, told: Mapping[str, Any], at: datetime) -> None:
    row = (
        ControlOccurrence.objects.filter(
            line__plan__certification=story.file,
            line__requirement__code=told["code"],
            state=ControlState.PLANNED,
            due_date__gte=localdate(at),
        )
        .order_by("due_date")
        .first()
    )
    if row is not None:
        by = story.scene.cast.people[story.told["by"]]
        results.cancel_control(occurrence=row, reason=told["reason"], by=by, at=at)


def _hand_over(story: _Story, at: datetime) -> None:
    told = story.told["handed_over"]
    row = (
        ControlOccurrence.objects.filter(
            line__plan__certification=story.file,
            line__requirement__code=told["code"],
            state=ControlState.PLANNED,
        )
        .select_related("owner")
        .order_by("due_date")
        .first()
    )
    if row is not None and row.owner is not None:
        results.hand_over(
            occurrence=row,
            to=story.scene.cast.people[told["to"]],
            reason=told["reason"],
            by=row.owner,
            at=at,
        )
