"""Writing the plan of an audit: what it says, and its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audits.actions.closing import require_open_file
from audits.cycle_enums import AuditMethod, SlotKind
from audits.models import (
    Audit,
    AuditPlan,
    AuditSection,
    AuditTeamMember,
    PlanSlot,
)
from crcaudit.accounts.models import Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "plan"
CHANGED = _(
    "Somebody changed this meanwhile. Nothing you typed is lost: look at the plan, then save "
    "again to keep what is below."
)


@dataclass(frozen=True, slots=True)
class PlanFields:
    """What the plan says of the whole audit; each may be empty."""

    criteria: str = ""
    scope: str = ""
    language: str = ""
    confidentiality: str = ""
    remote_means: str = ""
    fallback: str = ""
    logistics: str = ""


@dataclass(frozen=True, slots=True)
class SlotFields:
    """One slot. Moments are aware; sections and auditors are those of the audit."""

    kind: SlotKind
    starts_at: datetime
    ends_at: datetime
    title: str
    method: AuditMethod
    site: Site | None = None
    people_met: str = ""
    topics: str = ""
    sections: Sequence[AuditSection] = ()
    auditors: Sequence[AuditTeamMember] = ()


@transaction.atomic
def save_plan(
    *, audit: Audit, version: int, fields: PlanFields, by: User, at: datetime
) -> AuditPlan:
    """Write what the plan says of the whole audit. ``version`` is 0 when there was none.

    Raises:
        EditConflictError: when somebody changed the plan since ``version``.
        NotAvailableError: when the audit is validated or its file closed.
    """
    plan, is_new = locked_plan(audit, by=by, at=at)
    old, new = _plan_json(plan), asdict(fields)
    if old == new:
        return plan
    if not is_new and plan.version != version:
        raise EditConflictError(CHANGED, plan)
    for name, value in new.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(new))
    plan.bump(at=at)
    record("plan.edited", audit, before=old, after=new, by=by, at=at)
    return plan


@transaction.atomic
def add_slot(*, key: UUID, audit: Audit, fields: SlotFields, by: User, at: datetime) -> PlanSlot:
    """Add a slot; the first one makes the plan. The same form twice leaves one slot.

    Raises:
        NotAvailableError: when the audit is validated, its file closed, or the key is taken.
        UserError: when it ends before it starts.
    """
    plan, _is_new = locked_plan(audit, by=by, at=at)
    _require_order(fields)
    known = PlanSlot.objects.filter(key=key).first()
    if known is not None:
        if known.plan_id == plan.pk and slot_json(known) == _fields_json(fields):
            return known
        raise NotAvailableError(
            _(
                "This form was already sent once, with another text. "
                "Nothing was lost: send it again to record it as a new one."
            )
        )
    slot = PlanSlot.objects.create(key=key, plan=plan, **_columns(fields))
    _set_lists(slot, fields)
    plan.bump(at=at)
    record("plan.slot_added", audit, after=_fields_json(fields), by=by, at=at)
    return slot


@transaction.atomic
def edit_slot(
    *, slot: PlanSlot, version: int, fields: SlotFields, by: User, at: datetime
) -> PlanSlot:
    """Change a slot. What a meeting was goes when the slot is no longer one.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the audit is validated or its file closed.
        UserError: when it ends before it starts, or a meeting that was recorded becomes another
            kind of slot.
    """
    plan, _is_new = locked_plan(slot.plan.audit, by=by, at=at)
    slot = locked_slot(slot.pk, plan)
    _require_order(fields)
    old, new = slot_json(slot), _fields_json(fields)
    if old == new:
        return slot
    if slot.version != version:
        raise EditConflictError(CHANGED, slot)
    was_recorded = slot.held_at is not None or slot.notes or slot.attendees.exists()
    if was_recorded and fields.kind != slot.kind:
        raise UserError(_("This meeting was recorded: it stays what it is."))
    columns = _columns(fields) | {"version": slot.version + 1}
    for name, value in columns.items():
        setattr(slot, name, value)
    slot.save(update_fields=list(columns))
    _set_lists(slot, fields)
    plan.bump(at=at)
    record("plan.slot_edited", plan.audit, before=old, after=new, by=by, at=at)
    return slot


@transaction.atomic
def remove_slot(*, slot: PlanSlot, by: User, at: datetime) -> None:
    """Take a slot out of the plan; what it was stays in the journal.

    Raises:
        NotAvailableError: when the audit is validated, its file closed, or the meeting was held.
    """
    plan, _is_new = locked_plan(slot.plan.audit, by=by, at=at)
    slot = locked_slot(slot.pk, plan)
    if slot.held_at is not None:
        raise NotAvailableError(_("This meeting was held: it stays in the plan."))
    record("plan.slot_removed", plan.audit, before=slot_json(slot), by=by, at=at)
    slot.delete()
    plan.bump(at=at)


def slot_json(slot: PlanSlot) -> dict[str, Any]:
    """The slot as the journal keeps it."""
    return _fields_json(
        SlotFields(
            kind=SlotKind(slot.kind),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            title=slot.title,
            method=AuditMethod(slot.method),
            site=slot.site,
            people_met=slot.people_met,
            topics=slot.topics,
            sections=tuple(slot.sections.all()),
            auditors=tuple(slot.auditors.select_related("user")),
        )
    )


def _fields_json(fields: SlotFields) -> dict[str, Any]:
    return {
        "slot_kind": str(fields.kind),
        "starts_at": localtime(fields.starts_at).isoformat(),
        "ends_at": localtime(fields.ends_at).isoformat(),
        "title": fields.title,
        "method": str(fields.method),
        "site": fields.site.name if fields.site else "",
        "people_met": fields.people_met,
        "topics": fields.topics,
        "sections": sorted(section.code for section in fields.sections),
        "auditors": sorted(str(member.user.key) for member in fields.auditors),
    }


def _plan_json(plan: AuditPlan) -> dict[str, str]:
    return {name: getattr(plan, name) for name in PlanFields.__dataclass_fields__}


def _columns(fields: SlotFields) -> dict[str, Any]:
    names = ("kind", "starts_at", "ends_at", "title", "method", "site", "people_met", "topics")
    return {name: getattr(fields, name) for name in names}


def _set_lists(slot: PlanSlot, fields: SlotFields) -> None:
    slot.sections.set(fields.sections)
    slot.auditors.set(fields.auditors)


def _require_order(fields: SlotFields) -> None:
    # In one zone, moments are compared by the clock on the wall, which goes back in October.
    if fields.ends_at.astimezone(UTC) <= fields.starts_at.astimezone(UTC):
        raise UserError(_("A slot ends after it starts."))


def locked_plan(audit: Audit, *, by: User, at: datetime) -> tuple[AuditPlan, bool]:
    """The plan, made when there is none, and whether it was; the audit's row is the lock."""
    rows = Audit.objects.select_for_update(of=("self",)).defer("frozen", "scale")
    audit = rows.select_related("organisation", "certification").get(pk=audit.pk)
    if not audit.is_open:
        raise NotAvailableError(_("This audit is validated: its plan no longer changes."))
    require_open_file(audit.certification)
    plan, is_new = AuditPlan.objects.get_or_create(
        audit=audit, defaults={"created_at": at, "created_by": by, "changed_at": at}
    )
    plan.audit = audit
    return plan, is_new


def locked_slot(pk: int, plan: AuditPlan) -> PlanSlot:
    """The slot as it is now. Raises NotAvailableError when it was taken out meanwhile."""
    slot = PlanSlot.objects.filter(pk=pk, plan=plan).select_related("site").first()
    if slot is None:
        raise NotAvailableError(_("This slot is no longer in the plan."))
    slot.plan = plan
    return slot


def record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    audit: Audit,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    """One row of the journal; of a change, only what changed and which slot it was."""
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        changed = {name for name in new if old.get(name) != new[name]}
        # The title says which slot it was.
        shown = changed | {"title"} if "slot_kind" in new else changed
        old, new = ({n: row[n] for n in row if n in shown} for row in (old, new))
    change = journal.Change(action, KIND, audit.key, audit.reference, before=old, after=new)
    journal.record(change, stream=journal.organisation_stream(audit.organisation.key), by=by, at=at)
