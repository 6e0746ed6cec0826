"""Internal complaints as lists show them: how long, who, what is planned, how high."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.alert_enums import ComplaintState
from audits.alert_people import DIRECTION, QUALITY, SITE
from audits.logic.periods import Grain, Period
from audits.measure_enums import PlaceKind
from audits.models import InternalComplaint
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from audits.snapshots.common import in_language
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with
from crcaudit.core.formats import DASH, NO_BREAK, number
from engagements.enums import Operator
from engagements.words import unit_label

LEVEL_SHAPES = {SITE: "part", QUALITY: "minor", DIRECTION: "major"}
STATE_SHAPES: Mapping[str, str] = {
    ComplaintState.OPEN: "none",
    ComplaintState.PLANNED: "part",
    ComplaintState.IN_PROGRESS: "part",
    ComplaintState.RETURNED: "ok",
    ComplaintState.CLOSED: "na",
}
_LENGTHS: Mapping[Grain, Callable[[int], str]] = {
    Grain.DAY: lambda n: ngettext("%(n)s day under the target", "%(n)s days under the target", n),
    Grain.WEEK: lambda n: ngettext(
        "%(n)s week under the target", "%(n)s weeks under the target", n
    ),
    Grain.MONTH: lambda n: ngettext(
        "%(n)s month under the target", "%(n)s months under the target", n
    ),
    Grain.QUARTER: lambda n: ngettext(
        "%(n)s quarter under the target", "%(n)s quarters under the target", n
    ),
    Grain.HALF: lambda n: ngettext(
        "%(n)s half-year under the target", "%(n)s half-years under the target", n
    ),
    Grain.YEAR: lambda n: ngettext(
        "%(n)s year under the target", "%(n)s years under the target", n
    ),
}


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One complaint in a list, in words. ``plan`` says what is planned, or by when."""

    complaint: InternalComplaint
    name: str
    since: str
    opened: str
    owner: str
    plan: str
    is_late: bool
    level: str
    level_shape: str
    state_shape: str


def with_counts(rows: QuerySet[InternalComplaint], today: date) -> QuerySet[InternalComplaint]:
    """With what a line shows: ``action_count``, ``done_count``, ``late_count``, in one query."""
    done = Q(actions__done_on__isnull=False)
    late = Q(actions__done_on=None, actions__due_date__lt=today)
    return rows.select_related(
        "organisation", "indicator", "place__site", "place__subcontractor", "owner"
    ).annotate(
        action_count=Count("actions"),
        done_count=Count("actions", filter=done),
        late_count=Count("actions", filter=late),
    )


def open_alerts(
    user: User, *, organisation: Organisation | None = None, today: date
) -> list[AlertLine]:
    """Complaints not closed that the user reads, highest level first: one query."""
    rows = InternalComplaint.objects.visible_to(user).not_closed()
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return lines_of(with_counts(rows, today).order_by("-level", "opened_at", "pk"), today)


def lines_of(rows: Iterable[InternalComplaint], today: date) -> list[AlertLine]:
    """Lines of rows that have their counts."""
    return [_line(row, today) for row in rows]


def _line(row: InternalComplaint, today: date) -> AlertLine:
    plan, is_late = _plan(row, today)
    return AlertLine(
        complaint=row,
        name=name_of(row),
        since=since_text(row, today),
        opened=ago_text(localdate(row.opened_at), today),
        owner=str(row.owner) if row.owner else _("to be named"),
        plan=plan,
        is_late=is_late,
        level=level_text(row),
        level_shape=LEVEL_SHAPES[row.level],
        state_shape=STATE_SHAPES[row.state],
    )


def name_of(row: InternalComplaint) -> str:
    """Name of the indicator in the active language."""
    return str(in_language(row.indicator, "name", (get_language() or "fr")[:2]))


def since_text(row: InternalComplaint, today: date) -> str:
    """How long it has been under the target, in closed periods; "" for what was never seen so."""
    if row.state == ComplaintState.CLOSED:
        return ""
    if row.state == ComplaintState.RETURNED:
        return _("back over the target")
    count = closed_periods(row.since, today)
    return _LENGTHS[row.since.grain](count) % {"n": count} if count else ""


def closed_periods(since: Period, today: date) -> int:
    """Periods from ``since`` on that are over."""
    count = 0
    while since.after(count).is_over(today):
        count += 1
    return count


def ago_text(day: date, today: date) -> str:
    """How long ago a day was: "20 days ago", "today"."""
    days = (today - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}


def level_text(row: InternalComplaint) -> str:
    """Who answers for it now."""
    if row.level == QUALITY:
        return _("Escalated to quality")
    if row.level == DIRECTION:
        return _("Escalated to the direction")
    return _("Site") if row.place.kind == PlaceKind.SITE else _("Owner")


def _plan(row: InternalComplaint, today: date) -> tuple[str, bool]:
    """What is planned in words, and whether something of it is late."""
    if row.planned_at is None:
        if row.state != ComplaintState.OPEN:
            return _("no plan written"), False
        near = days_text(row.plan_due, today)
        return _("plan to be written, %(near)s") % {"near": near}, row.plan_due < today
    total: int = row.action_count  # type: ignore[attr-defined]
    done: int = row.done_count  # type: ignore[attr-defined]
    late: int = row.late_count  # type: ignore[attr-defined]
    words = [ngettext("%(n)s action", "%(n)s actions", total) % {"n": total}]
    if done:
        words.append(ngettext("%(n)s done", "%(n)s done", done) % {"n": done})
    if late:
        words.append(ngettext("%(n)s late", "%(n)s late", late) % {"n": late})
    is_owed = row.state in {ComplaintState.PLANNED, ComplaintState.IN_PROGRESS}
    return ", ".join(words), bool(late) and is_owed


def figure_text(value: Fraction | float | None, unit: str) -> str:
    """A figure as printed: "84,2 %"; a dash for none."""
    if value is None:
        return DASH
    exact = Fraction(value).limit_denominator(10**6)
    decimals = 0 if exact.denominator == 1 else 1
    return NO_BREAK.join(
        part for part in (number(exact, decimals=decimals), unit_label(unit)) if part
    )


def target_text(operator: str, value: Fraction | float | None, unit: str) -> str:
    """A target as printed: "≥ 85 %"; "" for none."""
    if value is None or not operator:
        return ""
    return f"{Operator(operator).label}{NO_BREAK}{figure_text(value, unit)}"


def alert_tasks_of(user: User, *, today: date) -> list[Task]:
    """What waits for the person in internal complaints, by date: two queries.

    Plans to write and actions of theirs; for managers and directors, what came up to their level
    and what may be closed.
    """
    members = organisations_with(user, *READERS)
    if not members:
        return []
    return [*_complaint_tasks(user, members, today), *_action_tasks(user, members, today)]


def _complaint_tasks(user: User, members: list[int], today: date) -> list[Task]:
    managed = organisations_with(user, Role.QUALITY_MANAGER)
    directed = organisations_with(user, Role.DIRECTOR)
    closing = Q(state=ComplaintState.RETURNED, organisation__in={*managed, *directed})
    closing &= ~Q(owner=user) | Q(owner=None)
    owed = Q(state=ComplaintState.OPEN) & (
        Q(owner=user)
        | Q(level__gte=QUALITY, organisation__in=managed)
        | Q(level__gte=DIRECTION, organisation__in=directed)
    )
    up = Q(state__in=[ComplaintState.PLANNED, ComplaintState.IN_PROGRESS], level=DIRECTION)
    rows = InternalComplaint.objects.filter(organisation__in=members)
    rows = rows.filter(closing | owed | (up & Q(organisation__in=directed)))
    rows = rows.select_related("indicator", "place__site", "place__subcontractor")
    return [_complaint_task(row, today) for row in rows.order_by("plan_due", "pk")[:SHOWN]]


def _complaint_task(row: InternalComplaint, today: date) -> Task:
    is_owed = row.state == ComplaintState.OPEN
    late = is_owed and row.plan_due < today
    label = _("Plan late") if late else _("Plan to write")
    if row.state == ComplaintState.RETURNED:
        label = _("Complaint to close")
    elif not is_owed:
        label = level_text(row)
    return Task(
        shape="major" if late or row.level == DIRECTION else "part",
        label=label,
        text=f"{name_of(row)} · {row.place.name}",
        where=row.reference,
        due=row.plan_due if is_owed else None,
        due_text=days_text(row.plan_due, today) if is_owed else "",
        url=row.get_absolute_url(),
    )


def _action_tasks(user: User, members: list[int], today: date) -> list[Task]:
    rows = (
        user.complaint_actions.filter(
            done_on=None, complaint__organisation__in=members, complaint__closed_at=None
        )
        .select_related("complaint__indicator")
        .order_by(F("due_date"), "pk")
    )
    return [
        Task(
            shape="major" if row.is_late(today) else "part",
            label=_("Action late") if row.is_late(today) else _("Action"),
            text=row.title,
            where=row.complaint.reference,
            due=row.due_date,
            due_text=days_text(row.due_date, today),
            url=row.complaint.get_absolute_url(),
        )
        for row in rows[:SHOWN]
    ]
