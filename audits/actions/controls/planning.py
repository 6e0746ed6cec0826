"""Planning controls: a year ahead of the plan in force, on the working days of each site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from audits.actions.controls.journal import record_plan
from audits.calendars import calendar_of_sites
from audits.control_enums import ControlState, PlanState
from audits.control_people import Members, members_of
from audits.logic.schedule import Due, Frequency, Rule, add_months, due_days
from audits.models import ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.models import Site
from crcaudit.core.workdays import Calendar

MONTHS_AHEAD = 12
BATCH = 1_000
_DAY = timedelta(days=1)

# What makes two controls the same one, whichever version planned them.
Same = tuple[object, int | None, date, date]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line is controlled: a site, or all of them when None. ``last`` day of it, if any."""

    site: Site | None
    calendar: Calendar
    last: date | None = None


def horizon(today: date) -> date:
    """The last day up to which controls are planned: that of the month in twelve months."""
    return add_months(today, MONTHS_AHEAD + 1) - _DAY


def plan_controls(plan: ControlPlan, *, first: date, until: date) -> int:
    """Plan what is due from ``first`` to ``until``; how many controls that makes.

    Of periods that a control covers already, be it of a version before, none is made again.
    """
    lines = plan.lines.prefetch_related("sites__closures").order_by("position", "pk")
    sites = list(plan.certification.sites.prefetch_related("closures").order_by("pk"))
    members = members_of([plan.certification.organisation_id])
    known = _known(plan, first)
    rows = [
        row
        for line in lines
        for row in _controls(line, sites, members, first=first, last=until)
        if _same(line, row) not in known
    ]
    ControlOccurrence.objects.bulk_create(rows, batch_size=BATCH)
    plan.plan_until(until)
    return len(rows)


def withdraw_controls(plan: ControlPlan, *, first: date) -> int:
    """Take back what is due from ``first`` on and was not begun; how many controls that was."""
    rows = ControlOccurrence.objects.filter(
        line__plan=plan, state=ControlState.PLANNED, due_date__gte=first
    )
    rows = rows.filter(evidence=None, reminders=None, version=1)
    # By keys: a delete that joins is written differently by each database.
    found = list(rows.values_list("pk", flat=True))
    for place in range(0, len(found), BATCH):
        ControlOccurrence.objects.filter(pk__in=found[place : place + BATCH]).delete()
    return len(found)


def plan_ahead(*, at: datetime) -> None:
    """Keep twelve months planned ahead in every open file. Asked again, it does nothing more."""
    today = localdate(at)
    wanted = horizon(today)
    rows = ControlPlan.objects.in_force().filter(certification__closed_at=None)
    for pk in rows.filter(planned_until__lt=wanted).values_list("pk", flat=True):
        _extend(pk, today, at)


@transaction.atomic
def _extend(pk: int, today: date, at: datetime) -> None:
    rows = ControlPlan.objects.select_for_update(of=("self",))
    plan = rows.select_related("certification__organisation").get(pk=pk)
    is_over = plan.state != PlanState.APPROVED or plan.certification.closed_at is not None
    if is_over or plan.planned_until is None or plan.planned_until >= horizon(today):
        return
    before = plan.planned_until
    until = horizon(today)
    count = plan_controls(plan, first=before + _DAY, until=until)
    told = {"planned_until": until.isoformat(), "planned": count}
    was = {"planned_until": before.isoformat()}
    record_plan("control_plan.extended", plan, before=was, after=told, by=None, at=at)


def rule_of(line: ControlLine) -> Rule:
    """When the line is wanted."""
    return Rule(
        Frequency(line.frequency),
        weekday=line.weekday or 1,
        rank=line.rank or 1,
        window=line.window_days,
    )


def places_of(line: ControlLine, of_file: Sequence[Site]) -> Iterator[Place]:
    """Its own sites, else those of the file: each one, or all of them together."""
    sites = list(line.sites.all()) or list(of_file)
    if not line.is_per_site or not sites:
        yield Place(None, calendar_of_sites(sites))
        return
    for site in sites:
        last = site.closed_date - _DAY if site.closed_date else None
        yield Place(site, calendar_of_sites([site]), last)


def new_control(
    line: ControlLine, site: Site | None, due: Due, members: Members
) -> ControlOccurrence:
    """A planned control, not saved; nobody named, it is for the manager of the site."""
    responsible = line.responsible_id
    if responsible is None and site is not None:
        responsible = next((person.pk for person in members.by_site.get(site.pk, ())), None)
    return ControlOccurrence(
        line=line,
        site=site,
        period_start=due.period.start,
        period_end=due.period.end,
        opens_on=due.opens,
        due_date=due.due,
        responsible_id=responsible,
        substitute_id=line.substitute_id,
        owner_id=responsible,
    )


def _controls(
    line: ControlLine, sites: Sequence[Site], members: Members, *, first: date, last: date
) -> Iterator[ControlOccurrence]:
    rule = rule_of(line)
    for place in places_of(line, sites):
        until = last if place.last is None else min(last, place.last)
        for due in due_days(rule, place.calendar, first=first, last=until):
            yield new_control(line, place.site, due, members)


def _known(plan: ControlPlan, first: date) -> set[Same]:
    """Controls of the file in the periods at stake, cancelled ones included."""
    rows = ControlOccurrence.objects.filter(
        Q(period_end__gte=first), line__plan__certification=plan.certification_id
    )
    names = ("line__lineage", "site", "period_start", "period_end")
    return set(rows.values_list(*names))


def _same(line: ControlLine, row: ControlOccurrence) -> Same:
    return (line.lineage, row.site_id, row.period_start, row.period_end)
