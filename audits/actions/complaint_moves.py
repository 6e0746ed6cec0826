"""What every step of an internal complaint shares: the locked row, the level, the trace."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import alert_notices as notices
from audits.alert_people import People
from audits.logic.alerts import Alert, Cause, Raise, Reading, Reason, Rule, Status, follow
from audits.logic.periods import Grain, Period
from audits.models import AlertRule, ComplaintEscalation, InternalComplaint
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError

KIND = "internal_complaint"
OPENED, ESCALATED, RETURNED, MISSED_AGAIN = (
    "complaint.opened",
    "complaint.escalated",
    "complaint.returned",
    "complaint.missed_again",
)
CHANGED = gettext_lazy("Somebody changed this complaint meanwhile. Nothing was overwritten.")
RELATED = ("organisation", "indicator", "place__site", "place__subcontractor", "owner")


def locked(complaint: InternalComplaint, *, version: int | None = None) -> InternalComplaint:
    """The locked complaint, not closed; ``version`` is what the reader saw.

    Raises:
        NotAvailableError: when it is closed.
        EditConflictError: when it was changed since.
    """
    rows = InternalComplaint.objects.select_for_update(of=("self",)).select_related(*RELATED)
    row = rows.get(pk=complaint.pk)
    if not row.is_open:
        raise NotAvailableError(_("This complaint is closed: nothing more is written in it."))
    if version is not None and row.version != version:
        raise EditConflictError(CHANGED, row)
    return row


def alert_of(complaint: InternalComplaint, escalations: Sequence[ComplaintEscalation]) -> Alert:
    """As the rules of alerts take it."""
    return Alert(
        since=complaint.since,
        cause=Cause(complaint.cause),
        level=complaint.level,
        is_planned=complaint.planned_at is not None,
        returned=tuple(_kept(one) for one in complaint.returned_by),
        raised=tuple(Raise(Reason(one.reason), one.day, one.about) for one in escalations),
    )


def periods_json(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Periods of a return as the row keeps them; values rounded to six decimals."""
    return [
        {
            "grain": str(one.period.grain),
            "start": one.period.start.isoformat(),
            "value": _rounded(one.value),
            "operator": one.operator,
            "target": _rounded(one.target),
        }
        for one in readings
    ]


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 6)


def raise_level(  # noqa: PLR0913 -- keyword-only, one line each
    complaint: InternalComplaint,
    event: Raise,
    *,
    escalations: Sequence[ComplaintEscalation],
    rule: AlertRule | None,
    people: People,
    at: datetime,
) -> ComplaintEscalation | None:
    """One level up, with its row, its trace and its messages; None when it does not go up."""
    alert = alert_of(complaint, escalations)
    after = follow(alert, event, Rule())
    if after.level == alert.level:
        return None
    complaint.level = after.level
    complaint.version += 1
    complaint.save(update_fields=["level", "version"])
    row = ComplaintEscalation.objects.create(
        complaint=complaint,
        level=after.level,
        reason=event.reason,
        about=event.about,
        day=event.day,
        at=at,
    )
    told = people.of_level(after.level, rule=rule, place=complaint.place, owner=complaint.owner)
    row.people.set(told)
    moved(
        complaint,
        ESCALATED,
        before={"escalation_level": str(alert.level)},
        after={
            "escalation_level": str(after.level),
            "escalation_reason": str(event.reason),
            "told": [str(person.key) for person in told],
        },
        by=None,
        at=at,
    )
    notices.escalated(complaint, row, told, at=at)
    return row


def moved(  # noqa: PLR0913 -- keyword-only, one line each
    complaint: InternalComplaint,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One row of the journal about a complaint."""
    change = change_of(complaint, action, before=before or {}, after=after or {}, reason=reason)
    stream = journal.organisation_stream(complaint.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)


def change_of(complaint: InternalComplaint, action: str, **values: Any) -> journal.Change:
    """One row of the journal, to be written with others."""
    return journal.Change(action, KIND, complaint.key, complaint.reference, **values)


def _kept(one: Mapping[str, Any]) -> Reading:
    period = Period(Grain(one["grain"]), date.fromisoformat(one["start"]))
    return Reading(period, Status.MET)
