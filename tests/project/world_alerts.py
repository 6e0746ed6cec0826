"""Internal complaints of a side in the states that screens tell apart, and one rule of alerts."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import complaint_actions, internal_complaint
from audits.actions.alert_rule import RuleFields, write_rule
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.logic.periods import Grain, period_of
from audits.models import InternalComplaint
from engagements.models import Indicator
from tests.factories.alerts import in_months_before
from tests.factories.figures import indicator, want

# What is measured over the last closed months, the newest last, for each thing.
COURSES = {
    "complaint": ("ALE-1", "site", (90, 90, 70, 70)),
    "planned_complaint": ("ALE-2", "site", (90, 90, 70, 70)),
    "there_complaint": ("ALE-1", "other_site", (90, 90, 70, 70)),
    "returned_complaint": ("ALE-3", "site", (70, 70)),
    "closed_complaint": ("ALE-4", "", (70, 70)),
}
CODES = ("ALE-1", "ALE-2", "ALE-3", "ALE-4", "ALE-5")


def add_alerts(side) -> None:
    """By the quality manager; the contributor owns what is planned, returned and closed."""
    months = in_months_before(4)
    rows = {code: _followed(side, code, months[0]) for code in CODES}
    for name, (code, site, rates) in COURSES.items():
        subject = getattr(side, site) if site else None
        _record(side, rows[code], subject, months[: len(rates)], rates)
        place = place_of(side.organisation, subject)
        side.things[name] = InternalComplaint.objects.get(indicator=rows[code], place=place)
    for name in ("planned_complaint", "returned_complaint", "closed_complaint"):
        _give_and_plan(side, name)
    for code, subject in (("ALE-3", side.site), ("ALE-4", None)):
        _record(side, rows[code], subject, months[2:], (90, 90))
    _finish(side)
    side.things["rule"] = write_rule(
        key=uuid4(),
        organisation=side.organisation,
        indicator=rows["ALE-5"],
        place=place_of(side.organisation, side.site),
        fields=RuleFields(owner=side.people["manager"], people={3: (side.people["director"],)}),
        by=side.people["manager"],
        at=timezone.now(),
    )


def _give_and_plan(side, name) -> None:
    at, by, owner = timezone.now(), side.people["manager"], side.people["contributor"]
    row = side.things[name]
    row = internal_complaint.assign_complaint(
        complaint=row, version=row.version, owner=owner, by=by, at=at
    )
    side.things[name] = internal_complaint.write_plan(
        complaint=row, version=row.version, cause="Absences", plan="Renfort", by=owner, at=at
    )
    fields = complaint_actions.ComplaintActionFields(
        title="Former les équipes", owner=owner, due_date=localdate() + timedelta(days=20)
    )
    side.things[name.replace("complaint", "act")] = complaint_actions.add_action(
        key=uuid4(), complaint=side.things[name], fields=fields, by=owner, at=at
    )


def _finish(side) -> None:
    """One action done, one complaint closed, something said of another."""
    at, by = timezone.now(), side.people["manager"]
    action = side.things["returned_act"]
    complaint_actions.finish_action(action=action, by=by, at=at)
    internal_complaint.close_complaint(
        complaint=side.things["closed_complaint"], comment="Vu", by=side.people["director"], at=at
    )
    internal_complaint.comment_complaint(
        key=uuid4(), complaint=side.things["complaint"], text="Vu sur place", by=by, at=at
    )


def _followed(side, code, since) -> Indicator:
    row = Indicator.objects.filter(code=code).first() or indicator(code)
    by, at = side.people["manager"], timezone.now()
    want(side.organisation, row, starts_on=since, by=by, at=at)
    return row


def _record(side, row, subject, months, rates) -> None:
    place = place_of(side.organisation, subject)
    entries = [
        Entry(
            indicator=row,
            place=place,
            period=period_of(month, Grain.MONTH),
            inputs={"answered_in_t": Decimal(rate), "offered": Decimal(100)},
        )
        for month, rate in zip(months, rates, strict=True)
    ]
    by = side.people["manager"]
    record_measures(organisation=side.organisation, entries=entries, by=by, at=timezone.now())
