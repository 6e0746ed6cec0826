"""What the opening and the closing meeting of an audit were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audits.actions.plan import CHANGED, locked_plan, locked_slot, record
from audits.models import MeetingAttendee, PlanSlot
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError


@dataclass(frozen=True, slots=True)
class MeetingFields:
    """What a meeting was. ``attendees`` are (function, name), the name may be empty."""

    held_at: datetime | None
    notes: str
    attendees: Sequence[tuple[str, str]]


@transaction.atomic
def record_meeting(
    *, slot: PlanSlot, version: int, fields: MeetingFields, by: User, at: datetime
) -> PlanSlot:
    """Write down when a meeting was held, who came, and what was said.

    Names are kept in the rows and not in the journal, where nothing is ever erased.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the audit is validated, its file closed, or the slot no meeting.
    """
    plan, _is_new = locked_plan(slot.plan.audit, by=by, at=at)
    slot = locked_slot(slot.pk, plan)
    if not slot.is_meeting:
        raise NotAvailableError(_("Only the opening and the closing meeting are recorded."))
    known = [(row.function, row.name) for row in slot.attendees.order_by("position")]
    if (slot.held_at, slot.notes, known) == (fields.held_at, fields.notes, list(fields.attendees)):
        return slot
    if slot.version != version:
        raise EditConflictError(CHANGED, slot)
    slot.held_at, slot.notes, slot.version = fields.held_at, fields.notes, slot.version + 1
    slot.save(update_fields=["held_at", "notes", "version"])
    slot.attendees.all().delete()
    MeetingAttendee.objects.bulk_create(
        MeetingAttendee(slot=slot, function=function, name=name, position=position)
        for position, (function, name) in enumerate(fields.attendees)
    )
    plan.bump(at=at)
    after = {
        "title": slot.title,
        "held_at": localtime(fields.held_at).isoformat() if fields.held_at else "",
        "attendees": len(fields.attendees),
    }
    record("plan.meeting_recorded", plan.audit, after=after, by=by, at=at)
    return slot
