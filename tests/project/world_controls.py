"""Internal control plans of a side: one in force beside a draft, and one that was submitted."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.controls import lines, plan, results
from audits.control_enums import ControlFrequency, EscalationTarget
from audits.models import ControlOccurrence
from tests.factories.controls import days_ago, line_fields

TEXTS = {
    "procedure": "Relire chaque support",
    "population": "Supports en vigueur",
    "sample": "Deux par famille",
    "record_place": "Espace qualité",
    "threshold_note": "Une mention absente",
    "reaction": "Corriger le support",
}


def add_controls(side) -> None:
    """A control of the contributor for all sites, one on each site, one that an event calls for.

    The draft of the next version has lost the last line. Another file has its first version
    submitted.
    """
    file, at = side.file, days_ago(62)
    first = _begin(side, file, at)
    for fields in _fields(side):
        lines.add_line(key=uuid4(), plan=first, fields=fields, by=side.people["manager"], at=at)
    first.refresh_from_db()
    _submit(side, first, at)
    plan.approve_plan(
        plan=first,
        version=first.version,
        starts_on=localdate(at),
        by=side.people["director"],
        at=at,
    )
    _add_draft(side)
    _add_things(side, first)
    side.things["submitted_file"] = side.things["idle_file"]
    submitted = _begin(side, side.things["idle_file"], timezone.now())
    _submit(side, submitted, timezone.now())


def _begin(side, file, at):
    draft = plan.begin_plan(
        key=uuid4(), certification=file, reason="Premier plan", by=side.people["manager"], at=at
    )
    if file == side.file:
        draft.lines.all().delete()
    return draft


def _submit(side, draft, at) -> None:
    draft.refresh_from_db()
    plan.submit_plan(plan=draft, version=draft.version, by=side.people["manager"], at=at)
    draft.refresh_from_db()


def _fields(side):
    people = side.people
    whole = {
        "responsible": people["contributor"],
        "substitute": people["manager"],
        "escalation": EscalationTarget.PERSON,
        "escalate_to": people["manager"],
    }
    event = {"frequency": ControlFrequency.PER_EVENT, "rank": None}
    yield line_fields(side.file, **TEXTS, **whole)
    yield line_fields(side.file, **TEXTS, is_per_site=True, responsible=None)
    yield line_fields(side.file, **TEXTS, **event)
    yield line_fields(side.file, **TEXTS, **event)


def _add_draft(side) -> None:
    at = timezone.now()
    draft = plan.begin_plan(
        key=uuid4(), certification=side.file, reason="Suite", by=side.people["manager"], at=at
    )
    rows = list(draft.lines.select_related("plan__certification").order_by("position"))
    lines.remove_line(line=rows[-1], by=side.people["manager"], at=at)
    side.things["draft_line"] = rows[0]


def _add_things(side, first) -> None:
    rows = first.lines.select_related("plan__certification").order_by("position")
    things = side.things
    things["control_line"], *_others, things["event_line"], things["removed_line"] = rows
    controls = ControlOccurrence.objects.order_by("due_date", "pk")
    whole = list(controls.filter(line=things["control_line"])[:3])
    things["control"], things["done_control"], things["cancelled_control"] = whole
    here = controls.filter(line__plan=first, site=side.site)
    things["site_control"] = here.first()
    things["other_control"] = controls.filter(line__plan=first, site=side.other_site).first()
    by = side.people["manager"]
    results.record_result(
        occurrence=things["done_control"],
        version=1,
        fields=results.ResultFields(
            done_on=things["done_control"].period_start,
            checked=42,
            compliant=41,
            basis="EXHAUSTIVE",
            comment="Un support repris",
            record_reference="GED 12",
        ),
        by=by,
        at=timezone.now() + timedelta(days=1),
    )
    results.cancel_control(
        occurrence=things["cancelled_control"], reason="Panne", by=by, at=timezone.now()
    )
