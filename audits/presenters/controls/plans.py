"""The plans that a person reads, and who is in charge of what in one of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from audits.control_calendars import Lateness
from audits.control_enums import ControlState, PlanState
from audits.models import Certification, ControlOccurrence, ControlPlan
from audits.presenters.controls.figures import Completion, Figures, Share, completion, first_month
from audits.presenters.controls.month import Item, item_of
from crcaudit.accounts.models import User

AHEAD = timedelta(days=14)
SHOWN = 8

Rows = QuerySet[ControlOccurrence]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A file with its plan in force, None before the first one, and its figures."""

    file: Certification
    plan: ControlPlan | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in charge of controls: figures of a year, what is late or due within two weeks.

    ``waiting`` counts it, of which the first ones are ``items``.
    """

    share: Share
    items: tuple[Item, ...]
    waiting: int


def plans_of(user: User, files: Sequence[Certification], *, today: date) -> list[PlanRow]:
    """The files in their order, each with its plan: two queries."""
    plans = {
        plan.certification_id: plan
        for plan in ControlPlan.objects.filter(certification__in=files, state=PlanState.APPROVED)
    }
    rows = ControlOccurrence.objects.visible_to(user).filter(
        line__plan__certification__in=files,
        due_date__lt=today,
        due_date__gte=first_month(today),
    )
    counted = (
        rows.exclude(state=ControlState.CANCELLED)
        .order_by()
        .values("line__plan__certification")
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=Q(state=ControlState.DONE)),
            late=Count("pk", filter=Q(state=ControlState.PLANNED)),
        )
    )
    found = {
        row["line__plan__certification"]: Figures(row["due"], row["done"], row["late"])
        for row in counted
    }
    return [PlanRow(file, plans.get(file.pk), found.get(file.pk, Figures())) for file in files]


def year_of(rows: Rows, *, today: date) -> Completion:
    """The figures of a year by month, site and person."""
    return completion(
        rows, today=today, nobody=_("Nobody by name"), together=_("All sites together")
    )


def people_of(file: Certification, rows: Rows, *, today: date) -> list[Person]:
    """Who is in charge, by name, those without a name last: six queries."""
    found = year_of(rows, today=today)
    waiting: dict[str, list[ControlOccurrence]] = defaultdict(list)
    names: dict[str, str] = {}
    due = rows.filter(state=ControlState.PLANNED, due_date__lte=today + AHEAD)
    related = due.select_related("line__requirement", "line__plan", "site", "owner")
    for row in related.order_by("due_date", "pk"):
        key = str(row.owner.key) if row.owner is not None else ""
        names[key] = str(row.owner) if row.owner is not None else _("Nobody by name")
        waiting[key].append(row)
    known = {share.key for share in found.people}
    new = [Share(names[key], key, Figures()) for key in waiting if key not in known]
    shares = sorted((*found.people, *new), key=lambda share: (not share.key, share.label))
    lateness = Lateness([file.pk], today=today)
    return [
        Person(
            share,
            tuple(item_of(row, lateness) for row in waiting[share.key][:SHOWN]),
            len(waiting[share.key]),
        )
        for share in shares
    ]
