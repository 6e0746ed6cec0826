"""The page of an internal complaint: what was measured, what is done, what closing needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.alert_enums import ComplaintState, EscalationLevel
from audits.alert_people import Rules
from audits.charts.targets import Point, chart_title, target_chart
from audits.logic.alerts import Reading, Rule, Status, returned
from audits.logic.durations import Step, steps
from audits.logic.periods import Grain, Period
from audits.models import ComplaintAction, ComplaintEscalation, InternalComplaint
from audits.presenters.alerts import MOST, figure_text, name_of, target_text
from audits.snapshots.alerts import Series, readings_of
from crcaudit.core.formats import MONTHS, SHORT_MONTHS, date_text

BEFORE = 12  # closed periods shown; more when it was opened earlier


@dataclass(frozen=True, slots=True)
class Measured:
    """One closed period in words. ``shape`` is "" for one without a figure."""

    period: str
    value: str
    target: str
    shape: str
    status: str
    is_since: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, newest first, and the drawing of it; "" with nothing to draw."""

    rows: list[Measured]
    chart: SafeString | str


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that closing needs."""

    is_there: bool
    text: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of the plan and where it stands."""

    action: ComplaintAction
    shape: str
    state: str


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """One level: when, why, to whom."""

    level: str
    day: date
    reason: str
    people: str


def readings_around(complaint: InternalComplaint, today: date) -> tuple[Reading, ...]:
    """Closed periods up to now, with some before it was opened: at most `MOST`."""
    series = Series(complaint.indicator_id, complaint.place_id)
    found = readings_of(
        complaint.organisation,
        today=today,
        reach=MOST,
        indicators=[series.indicator],
        places=[series.place],
        also=[series],
    )
    readings = found.get(series, ())
    known = [n for n, one in enumerate(readings) if one.status is not Status.NO_FIGURE]
    since = [n for n, one in enumerate(readings) if one.period.start >= complaint.since_on]
    first = min([*known[:1], len(readings)])
    wanted = min((since or [len(readings)])[0] - 3, len(readings) - BEFORE)
    return readings[max(first, wanted, 0) :]


def figures_of(complaint: InternalComplaint, readings: Sequence[Reading]) -> Figures:
    """The table and the drawing."""
    unit = complaint.indicator.unit
    rows = [_measured(one, unit, complaint) for one in reversed(readings)]
    if not any(one.value is not None for one in readings):
        return Figures(rows, "")
    points = [
        Point(
            label=period_text(one.period, short=True),
            value=None if one.value is None else float(one.value),
            target=None if one.target is None else float(one.target),
            operator=one.operator,
            text=figure_text(one.value, unit) if one.value is not None else "",
            is_missed=one.status is Status.MISSED,
        )
        for one in readings
    ]
    return Figures(rows, target_chart(points, title=chart_title(name_of(complaint))))


def _measured(one: Reading, unit: str, complaint: InternalComplaint) -> Measured:
    shape, status = status_words(one.status)
    return Measured(
        period=period_text(one.period),
        value=figure_text(one.value, unit),
        target=target_text(one.operator, one.target, unit),
        shape=shape,
        status=status,
        is_since=one.period.start >= complaint.since_on,
    )


def status_words(status: Status) -> tuple[str, str]:
    """Shape and word of a standing."""
    return {
        Status.MET: ("ok", _("met")),
        Status.MISSED: ("major", _("missed")),
        Status.NOT_PROVEN: ("part", _("not proven")),
        Status.NO_FIGURE: ("none", _("no figure")),
    }[status]


def period_text(period: Period, *, short: bool = False) -> str:
    """A period in words: "week 12 of 2026", "March 2026"."""
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    start = period.start
    if period.grain is Grain.DAY:
        return date_text(start, short=True)
    if period.grain is Grain.WEEK:
        year, week, _day = start.isocalendar()
        words = {"week": week, "year": year}
        return _("w. %(week)s") % words if short else _("week %(week)s of %(year)s") % words
    if period.grain is Grain.MONTH:
        month = (SHORT_MONTHS if short else MONTHS)[language][start.month - 1]
        return f"{month} {start.year % 100:02d}" if short else f"{month} {start.year}"
    if period.grain is Grain.YEAR:
        return str(start.year)
    size, letter = (3, _("Q")) if period.grain is Grain.QUARTER else (6, _("H"))
    return f"{letter}{(start.month - 1) // size + 1} {start.year}"


def needs_of(
    complaint: InternalComplaint, readings: Sequence[Reading], *, is_owner: bool
) -> list[Need]:
    """What closing needs, and whether it is there."""
    rule = Rules(complaint.organisation).of(complaint.indicator_id, complaint.place_id)
    since = [one for one in readings if one.period.start >= complaint.since_on]
    held = len(returned(since, rule.test if rule else Rule()))
    wanted = complaint.return_periods
    text = ngettext(
        "the target is met %(wanted)s closed period running: %(held)s so far",
        "the target is met %(wanted)s closed periods running: %(held)s so far",
        wanted,
    ) % {"wanted": wanted, "held": min(held, wanted)}
    other = _("the quality manager or a director closes it, and is not its owner")
    if is_owner:
        other = _("somebody else than you, who own it, closes it")
    return [Need(complaint.state == ComplaintState.RETURNED, text), Need(not is_owner, other)]


def steps_of(complaint: InternalComplaint, today: date) -> list[Step[str]]:
    """Time spent at each step, in the order in which they began."""
    begun = [
        (_("Plan to be written"), complaint.opened_at),
        (_("Plan written"), complaint.planned_at),
        (_("Plan under way"), complaint.started_at),
        (_("Return measured"), complaint.returned_at),
    ]
    known = [(name, at) for name, at in begun if at is not None]
    ordered = sorted(known, key=lambda pair: pair[1])
    closed = localdate(complaint.closed_at) if complaint.closed_at else None
    dated: list[tuple[str, date | None]] = [(name, localdate(at)) for name, at in ordered]
    return steps(dated, ended=closed, today=today)


def actions_of(complaint: InternalComplaint, today: date) -> list[ActionLine]:
    """The plan, in the order in which it was written."""
    rows = complaint.actions.select_related("owner", "done_by").order_by("number")
    return [_action_line(row, complaint, today) for row in rows]


def _action_line(row: ComplaintAction, complaint: InternalComplaint, today: date) -> ActionLine:
    row.complaint = complaint
    if row.done_on is not None:
        return ActionLine(
            row, "ok", _("done on %(day)s") % {"day": date_text(row.done_on, short=True)}
        )
    if row.is_late(today) and complaint.is_open:
        return ActionLine(row, "major", _("Late"))
    return ActionLine(row, "none", _("To do"))


def escalations_of(complaint: InternalComplaint) -> list[EscalationLine]:
    """How it went up, lowest level first."""
    rows = complaint.escalations.prefetch_related("people").order_by("level")
    return [_escalation_line(row) for row in rows]


def _escalation_line(row: ComplaintEscalation) -> EscalationLine:
    names = ", ".join(str(person) for person in row.people.all())
    label = str(EscalationLevel(str(row.level)).label)
    return EscalationLine(label, row.day, row.get_reason_display(), names or _("nobody there"))


def kept_periods(complaint: InternalComplaint) -> list[str]:
    """The periods that showed the return, as they were measured when it was closed."""
    unit = complaint.indicator.unit
    return [
        f"{period_text(Period(Grain(one['grain']), date.fromisoformat(one['start'])))} : "
        f"{figure_text(one['value'], unit)}"
        for one in complaint.returned_by
    ]


def return_was_corrected(complaint: InternalComplaint, readings: Iterable[Reading]) -> bool:
    """Whether the figures that closed it are no longer what they were."""
    if complaint.is_open:
        return False
    now = {one.period.start.isoformat(): one for one in readings}
    for kept in complaint.returned_by:
        one = now.get(kept["start"])
        if one is None:
            continue
        value = None if one.value is None else round(float(one.value), 6)
        if value != kept["value"]:
            return True
    return False
