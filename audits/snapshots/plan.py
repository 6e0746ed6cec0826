"""The plan of an audit as frozen values, in one language."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import translation
from django.utils.timezone import localtime

from audits.cycle_enums import SlotKind
from audits.models import Audit, AuditPlan, AuditSection, AuditTeamMember, PlanSlot
from audits.snapshots import common
from audits.snapshots.values import SCHEMA
from crcaudit.core import journal
from crcaudit.core.formats import time_text


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot, ready to print: times such as "9 h 00", "" for what it has not."""

    starts: str
    ends: str
    kind: str
    title: str
    method: str
    site: str
    auditors: tuple[str, ...]
    people_met: str
    topics: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanDayView:
    """The slots of one day, in the order of time."""

    day: date
    slots: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True)
class AuditPlanSnapshot:
    """The plan of one audit. ``team`` is (name, role); ``end`` is None while no last day is set.

    ``parts`` is (code, title) of every part of the referential that a slot names.
    """

    schema: int
    language: str
    organisation: str
    certification: str
    audit: str
    kind: str
    version: int
    start: date
    end: date | None
    referential: str
    edition: str
    notice: str
    objectives: str
    scope: str
    criteria: str
    audit_language: str
    confidentiality: str
    remote_means: str
    fallback: str
    logistics: str
    team: tuple[tuple[str, str], ...]
    days: tuple[PlanDayView, ...]
    parts: tuple[tuple[str, str], ...]
    journal_root: str


def audit_plan_snapshot(audit: Audit, plan: AuditPlan, *, language: str) -> AuditPlanSnapshot:
    """The plan as it stands, in a number of queries that does not grow with it."""
    with translation.override(language):
        return _snapshot(audit, plan, language)


def _snapshot(audit: Audit, plan: AuditPlan, language: str) -> AuditPlanSnapshot:
    file = audit.certification
    slots = list(
        plan.slots.select_related("site")
        .prefetch_related("auditors__user", "sections")
        .order_by("starts_at", "ends_at", "pk")
    )
    edition = file.edition
    title = common.in_language(edition, "title", language)
    sections = {row.code: row for slot in slots for row in slot.sections.all()}
    return AuditPlanSnapshot(
        schema=SCHEMA,
        language=language,
        organisation=file.organisation.name,
        certification=file.reference,
        audit=audit.reference,
        kind=str(audit.get_kind_display()),
        version=plan.version,
        start=audit.start_date,
        end=audit.end_date,
        referential=title,
        edition=edition.version,
        notice=common.in_language(edition, "notice", language),
        objectives=audit.objectives,
        scope=plan.scope or file.scope,
        criteria=plan.criteria or f"{title}, {edition.version}",
        audit_language=plan.language,
        confidentiality=plan.confidentiality,
        remote_means=plan.remote_means,
        fallback=plan.fallback,
        logistics=plan.logistics,
        team=tuple(
            _member(row) for row in audit.team.of(audit).select_related("user").order_by("pk")
        ),
        days=tuple(
            PlanDayView(day, tuple(_slot(slot) for slot in of_day))
            for day, of_day in groupby(slots, key=lambda slot: localtime(slot.starts_at).date())
        ),
        parts=tuple(
            (row.code, common.in_language(row, "title", language)) for row in _in_order(sections)
        ),
        journal_root=journal.root(journal.organisation_stream(file.organisation.key)),
    )


def _member(row: AuditTeamMember) -> tuple[str, str]:
    return str(row.user), str(row.get_role_display())


def _in_order(sections: dict[str, AuditSection]) -> list[AuditSection]:
    return sorted(sections.values(), key=lambda row: (row.level, row.position, row.pk))


def _slot(slot: PlanSlot) -> SlotView:
    return SlotView(
        starts=time_text(slot.starts_at),
        ends=time_text(slot.ends_at),
        kind=str(slot.get_kind_display()),
        title=slot.title,
        method="" if slot.kind == SlotKind.BREAK else str(slot.get_method_display()),
        site=slot.site.name if slot.site else "",
        auditors=tuple(
            str(member.user) for member in sorted(slot.auditors.all(), key=lambda row: row.pk)
        ),
        people_met=slot.people_met,
        topics=slot.topics,
        codes=tuple(row.code for row in _in_order({row.code: row for row in slot.sections.all()})),
    )
