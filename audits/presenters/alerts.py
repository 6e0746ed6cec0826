"""Internal complaints as lists show them: how long, who, what is planned, how high."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from audits.alert_enums import AlertCause, ComplaintState
from audits.alert_people import DIRECTION, QUALITY, SITE
from audits.logic.alerts import Reading, Status
from audits.logic.periods import Grain
from audits.measure_enums import PlaceKind
from audits.models import InternalComplaint
from audits.presenters.nearness import days_text
from audits.snapshots.alerts import Series, readings_of
from audits.snapshots.common import in_language
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.formats import DASH, NO_BREAK, number
from engagements.enums import Operator
from engagements.words import unit_label

MOST = 24  # closed periods looked back on
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
    """Complaints not closed that the user reads, highest level first.

    For the fragment ``_alert_table.html``, which takes them as ``lines``.
    """
    rows = InternalComplaint.objects.visible_to(user).not_closed()
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return lines_of(with_counts(rows, today).order_by("-level", "opened_at", "pk"), today)


def lines_of(rows: Iterable[InternalComplaint], today: date) -> list[AlertLine]:
    """Lines of rows that have their counts; a few queries more for what was measured since."""
    found = list(rows)
    since = since_texts(found, today)
    return [_line(row, since[row.pk], today) for row in found]


def _line(row: InternalComplaint, since: str, today: date) -> AlertLine:
    plan, is_late = _plan(row, today)
    return AlertLine(
        complaint=row,
        name=name_of(row),
        since=since,
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


def since_texts(rows: Sequence[InternalComplaint], today: date) -> dict[int, str]:
    """How long each has been under its target, by its number in the database."""
    found: dict[int, str] = {}
    readings: dict[int, dict[Series, tuple[Reading, ...]]] = {}
    for row in rows:
        if not row.is_open:
            found[row.pk] = ""
            continue
        if row.organisation_id not in readings:
            readings[row.organisation_id] = _readings(row.organisation, rows, today)
        series = Series(row.indicator_id, row.place_id)
        found[row.pk] = since_text(row, readings[row.organisation_id].get(series, ()))
    return found


def _readings(
    organisation: Organisation, rows: Iterable[InternalComplaint], today: date
) -> dict[Series, tuple[Reading, ...]]:
    return readings_of(
        organisation,
        today=today,
        reach=MOST,
        indicators={row.indicator_id for row in rows},
        places={row.place_id for row in rows},
    )


def since_text(row: InternalComplaint, readings: Iterable[Reading]) -> str:
    """How many closed periods were missed since it was opened, and whether the last one was met.

    "" for one that figures never opened, and for one that is closed.
    """
    known = [
        one
        for one in readings
        if one.period.start >= row.since_on and one.status is not Status.NO_FIGURE
    ]
    if not row.is_open:
        return ""
    if row.state == ComplaintState.RETURNED:
        return _("back at the target")
    count = sum(one.status is Status.MISSED for one in known)
    if not count:
        return _("getting worse") if row.cause == AlertCause.TREND else ""
    text = length_text(row.since.grain, count)
    if known[-1].status is Status.MET:
        return _("%(long)s, met since") % {"long": text}
    return text


def length_text(grain: Grain, count: int) -> str:
    """Such as "3 weeks under the target"."""
    return _LENGTHS[grain](count) % {"n": count}


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
    is_site = row.place.kind == PlaceKind.SITE
    return _("Site") if is_site else pgettext("of a complaint", "Owner")


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
