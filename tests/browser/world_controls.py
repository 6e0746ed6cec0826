"""A file with an internal control plan in force and the next version waiting for the direction."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.utils.timezone import localdate

from audits.actions.controls import lines, plan
from audits.actions.controls.fields import fields_of
from audits.models import Certification, ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.models import User


def add_control_plan(file: Certification, *, by: User, director: User, doer: User, at) -> dict:
    """What the stories need: the file, and a control that is late by some days.

    The plan keeps six lines of the edition, which the doer is in charge of.
    """
    then = at - timedelta(days=70)
    draft = plan.begin_plan(key=uuid4(), certification=file, reason="Premier plan", by=by, at=then)
    kept = list(_rows(draft)[:6])
    draft.lines.exclude(pk__in=[line.pk for line in kept]).delete()
    for number, line in enumerate(kept):
        changes = {"responsible": doer, "is_per_site": False}
        fields = _with(line, control_point=f"Point de contrôle {number + 1}", **changes)
        lines.edit_line(line=line, version=line.version, fields=fields, by=by, at=then)
    _approve(draft, by=by, director=director, at=then)
    following = plan.begin_plan(
        key=uuid4(), certification=file, reason="Seuils resserrés", by=by, at=at
    )
    line = _rows(following)[0]
    fields = _with(line, control_point="Point de contrôle resserré")
    lines.edit_line(line=line, version=line.version, fields=fields, by=by, at=at)
    following.refresh_from_db()
    plan.submit_plan(plan=following, version=following.version, by=by, at=at)
    late = (
        ControlOccurrence.objects.filter(line__plan__certification=file, due_date__lt=localdate(at))
        .order_by("-due_date")
        .first()
    )
    month = f"{late.due_date:%Y-%m}"
    return {"control": str(late.key), "control_month": month, "control_line": late.line_id}


def _rows(draft: ControlPlan):
    rows = ControlLine.objects.filter(plan=draft).exclude(frequency="PER_EVENT")
    related = rows.select_related(
        *("plan__certification", "requirement", "indicator", "action"),
        *("responsible", "substitute", "escalate_to"),
    )
    return related.prefetch_related("sites").order_by("position")


def _with(line, **changes):
    return replace(fields_of(line), **changes)


def _approve(draft: ControlPlan, *, by: User, director: User, at) -> None:
    draft.refresh_from_db()
    submitted = plan.submit_plan(plan=draft, version=draft.version, by=by, at=at)
    plan.approve_plan(
        plan=submitted,
        version=submitted.version,
        starts_on=localdate(at),
        by=director,
        at=at,
    )
