"""The plan of an audit as it is read: by day, with what does not hold in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Prefetch
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audits.builders.ics import Event
from audits.logic.plan import Auditor, Kind, Method, Remark, Slot, Trouble, remarks
from audits.models import Audit, AuditPlan, AuditSection, AuditTeamMember, PlanSlot
from crcaudit.core.formats import time_text


@dataclass(frozen=True, slots=True)
class Told:
    """One remark in words."""

    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot with its lists, and whether a remark is about it."""

    slot: PlanSlot
    auditors: tuple[AuditTeamMember, ...]
    sections: tuple[AuditSection, ...]
    is_in_trouble: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The slots of one day, in the order of time."""

    day: date
    lines: tuple[SlotLine, ...]


def slots_of(plan: AuditPlan) -> list[PlanSlot]:
    """The slots in the order of time, with everything that is shown of them: 4 queries."""
    auditors = AuditTeamMember.objects.select_related("user").order_by("pk")
    sections = AuditSection.objects.order_by("position", "pk")
    return list(
        plan.slots.select_related("site")
        .prefetch_related(
            Prefetch("auditors", queryset=auditors),
            Prefetch("sections", queryset=sections),
            "attendees",
        )
        .order_by("starts_at", "ends_at", "pk")
    )


def remarks_on(audit: Audit, plan: AuditPlan, slots: Sequence[PlanSlot]) -> list[Remark]:
    """What does not hold, as values."""
    team = audit.team.order_by("pk")
    return remarks(
        [_value(slot) for slot in slots],
        [Auditor(member.pk, member.opens_on, member.closes_on) for member in team],
        first_day=audit.start_date,
        last_day=audit.end_date,
        has_means=bool(plan.remote_means),
    )


def told(found: Sequence[Remark], slots: Sequence[PlanSlot]) -> list[Told]:
    """The remarks in words."""
    by_key = {slot.pk: slot for slot in slots}
    people = {member.pk: str(member.user) for slot in slots for member in slot.auditors.all()}
    return [
        Told(_text(remark, by_key, people), "part" if remark.is_warning else "major")
        for remark in found
    ]


def days_of(slots: Sequence[PlanSlot], found: Sequence[Remark]) -> list[Day]:
    """The slots by day."""
    marked = {key for remark in found for key in remark.slots}
    lines = [
        SlotLine(slot, tuple(slot.auditors.all()), tuple(slot.sections.all()), slot.pk in marked)
        for slot in slots
    ]
    return [
        Day(day, tuple(of_day))
        for day, of_day in groupby(lines, key=lambda line: localtime(line.slot.starts_at).date())
    ]


def hours_of(slots: Sequence[PlanSlot]) -> str:
    """How long people audit, breaks apart, in hours and minutes: "11 h 30"."""
    total = sum(
        (slot.ends_at - slot.starts_at for slot in slots if slot.kind != Kind.BREAK), timedelta()
    )
    hours, minutes = divmod(int(total.total_seconds()) // 60, 60)
    return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{minutes:02}"}


def events_of(plan: AuditPlan, slots: Sequence[PlanSlot], *, url: str) -> list[Event]:
    """The slots as events of an agenda; ``url`` is the plan's own."""
    return [
        Event(
            uid=f"slot-{slot.key}",
            title=f"{plan.audit.reference} · {slot.title}",
            start=slot.starts_at,
            end=slot.ends_at,
            stamp=plan.changed_at,
            sequence=plan.version,
            description=_description(slot),
            place=slot.site.name if slot.site else "",
            url=url,
        )
        for slot in slots
    ]


def _description(slot: PlanSlot) -> str:
    people = ", ".join(str(member.user) for member in slot.auditors.all())
    codes = ", ".join(section.code for section in slot.sections.all())
    lines = [
        f"{slot.get_kind_display()}, {slot.get_method_display()}",
        people and _("Auditors: %(people)s") % {"people": people},
        slot.people_met and _("Functions met: %(functions)s") % {"functions": slot.people_met},
        slot.topics,
        codes,
    ]
    return "\n".join(line for line in lines if line)


def _value(slot: PlanSlot) -> Slot:
    return Slot(
        key=slot.pk,
        kind=Kind(slot.kind),
        start=localtime(slot.starts_at).replace(tzinfo=None),
        end=localtime(slot.ends_at).replace(tzinfo=None),
        method=Method(slot.method),
        site=slot.site_id,
        auditors=tuple(member.pk for member in slot.auditors.all()),
    )


def _text(remark: Remark, slots: Mapping[int, PlanSlot], people: Mapping[int, str]) -> str:
    one, other = (slots[key] for key in (remark.slots[0], remark.slots[-1]))
    words = {
        "who": people.get(remark.auditor or 0, ""),
        "one": _named(one),
        "other": _named(other),
    }
    return TEXTS[remark.trouble]() % words


def _named(slot: PlanSlot) -> str:
    return f"{slot.title} ({time_text(slot.starts_at)})"


TEXTS = {
    Trouble.TWICE_AT_ONCE: lambda: _("%(who)s is in two slots at once: %(one)s and %(other)s."),
    Trouble.NO_ACCESS: lambda: _("%(who)s has no access to the audit on the day of %(one)s."),
    Trouble.OUTSIDE_AUDIT: lambda: _("%(one)s is outside the days of the audit."),
    Trouble.NOBODY: lambda: _("Nobody of the team is in %(one)s."),
    Trouble.NO_MEANS: lambda: _("%(one)s is remote, and the plan does not say by which means."),
    Trouble.TWO_SITES: lambda: _(
        "%(who)s is on two sites within half a day: %(one)s and %(other)s."
    ),
}
