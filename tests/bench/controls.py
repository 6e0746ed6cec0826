"""The internal control plan: planning a year of 53 lines on 10 sites, and its month."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.controls import plan as plans
from audits.control_enums import ControlFrequency
from audits.models import ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.enums import Role
from crcaudit.core.workdays import Calendar
from tests.bench.timing import Line, ratio, wall
from tests.factories.controls import controlled_file, draft_plan, line_fields, person_with

SITES = 10
# As many as the example edition has of each: 53 lines.
LINES = {
    ControlFrequency.DAILY: 1,
    ControlFrequency.WEEKLY: 9,
    ControlFrequency.MONTHLY: 21,
    ControlFrequency.QUARTERLY: 15,
    ControlFrequency.HALF_YEARLY: 4,
    ControlFrequency.YEARLY: 2,
    ControlFrequency.PER_EVENT: 1,
}
DAYS = {
    ControlFrequency.DAILY: {"weekday": None, "rank": None},
    ControlFrequency.WEEKLY: {"weekday": 2, "rank": None},
    ControlFrequency.PER_EVENT: {"weekday": None, "rank": None},
}


def measure() -> Iterator[Line]:
    file = controlled_file(sites=SITES)
    draft = draft_plan(file, line_fields(file, is_per_site=True))
    model = draft.lines.get()
    ControlLine.objects.bulk_create(_copies(model))
    model.delete()
    Calendar().is_working_day(localdate())  # the library of holidays is read once by a process
    spent = wall(lambda: _approve(draft))
    count = ControlOccurrence.objects.count()
    lines = draft.lines.count()
    yield Line(
        f"planning a year of {lines} lines x {SITES} sites, {count:,} controls", spent, 5, "s"
    )
    client = Client()
    client.force_login(file.opened_by)
    address = reverse("audits:control-month", args=[file.key])
    shown = ratio(lambda: client.get(address), lambda: client.get("/hello/"))
    yield Line("month of the control plan of 10 sites: CPU over hello", shown, 60, "x")


def _copies(model: ControlLine) -> Iterator[ControlLine]:
    names = [field.attname for field in ControlLine._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(model, name) for name in names if name != "lineage"}
    for frequency, count in LINES.items():
        for _line in range(count):
            day = DAYS.get(frequency, {"weekday": None, "rank": 5})
            yield ControlLine(**values | {"frequency": frequency, **day})


def _approve(draft: ControlPlan) -> None:
    draft.refresh_from_db()
    at = timezone.now()
    by = draft.certification.opened_by
    submitted = plans.submit_plan(plan=draft, version=draft.version, by=by, at=at)
    plans.approve_plan(
        plan=submitted,
        version=submitted.version,
        starts_on=localdate(at),
        by=person_with(draft.certification, Role.DIRECTOR),
        at=at,
    )
