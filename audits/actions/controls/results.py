"""Doing a control: its result, who does it instead, why it is not done, what events ask for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.controls.journal import record_control
from audits.actions.controls.plan import locked_file
from audits.actions.controls.planning import new_control
from audits.actions.feeding import feed_day
from audits.control_enums import ControlFrequency, ControlOutcome, ControlState, PlanState
from audits.control_people import members_of
from audits.logic.schedule import Due, Period
from audits.models import ControlLine, ControlOccurrence
from crcaudit.accounts.models import Site, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.formats import date_text

DONE, CORRECTED = "control.done", "control.corrected"
CHANGED = gettext_lazy(
    "Somebody recorded something on this control meanwhile. Nothing you typed is lost: save again "
    "to keep what is below."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFields:
    """A result: counts with their basis, or an outcome; ``done_on`` is the day it was done."""

    done_on: date
    checked: int | None = None
    compliant: int | None = None
    basis: str = ""
    outcome: str = ""
    comment: str = ""
    record_reference: str = ""


@transaction.atomic
def record_result(
    *,
    occurrence: ControlOccurrence,
    version: int,
    fields: ResultFields,
    by: User,
    at: datetime,
) -> ControlOccurrence:
    """Record what a control gave, or put right what was recorded. The same twice is once.

    Raises:
        EditConflictError: when somebody changed the control since ``version``.
        NotAvailableError: when it was cancelled, or the file is closed.
        UserError: when the counts are impossible, or the day is not within its period or later.
    """
    row = locked_control(occurrence)
    before = result_of(row)
    was_done = row.state == ControlState.DONE
    if was_done and before == fields:
        return row
    if row.state == ControlState.CANCELLED:
        raise NotAvailableError(_("This control was cancelled: no result is recorded on it."))
    if row.version != version:
        raise EditConflictError(CHANGED, row)
    _require_whole(row, fields, today=localdate(at))
    row.do(by=by, at=at, **_columns(fields))
    old = _as_json(before) if was_done and before is not None else {}
    action = CORRECTED if was_done else DONE
    record_control(action, row, before=old, after=_as_json(fields), by=by, at=at)
    feed_day(row.line.plan.certification.organisation, row.period_end, at=at)
    return row


@transaction.atomic
def hand_over(
    *, occurrence: ControlOccurrence, to: User, reason: str, by: User, at: datetime
) -> ControlOccurrence:
    """Somebody does the control in the place of who was to do it.

    Raises:
        NotAvailableError: when it is not to be done any more.
    """
    row = _planned(occurrence)
    if row.owner_id == to.pk:
        return row
    before = str(row.owner.key) if row.owner else ""
    row.hand_over(to=to)
    record_control(
        "control.handed_over",
        row,
        before={"owner": before},
        after={"owner": str(to.key)},
        reason=reason,
        by=by,
        at=at,
    )
    return row


@transaction.atomic
def cancel_control(
    *, occurrence: ControlOccurrence, reason: str, by: User, at: datetime
) -> ControlOccurrence:
    """A control that will not be done, and why. It leaves the figures of the plan.

    Raises:
        NotAvailableError: when it is done or cancelled already.
    """
    row = _planned(occurrence)
    row.cancel(by=by, at=at, reason=reason)
    record_control("control.cancelled", row, reason=reason, by=by, at=at)
    return row


@transaction.atomic
def plan_event(
    *, line: ControlLine, site: Site | None, day: date, by: User, at: datetime
) -> ControlOccurrence:
    """The control that an event asks for, by a day. Asked for twice, it is there once.

    Raises:
        NotAvailableError: when the plan of the line is not in force, or the file is closed.
        UserError: when the line is not by event, or its site is missing or too many.
    """
    file = locked_file(line.plan.certification)
    line.plan.refresh_from_db(fields=["state"])
    if line.plan.state != PlanState.APPROVED:
        raise NotAvailableError(_("This version of the plan is not in force any more."))
    if line.frequency != ControlFrequency.PER_EVENT:
        raise UserError(_("This line has its own days: choose a line that events call for."))
    if line.is_per_site != (site is not None):
        raise UserError(
            _("Say at which site: this line is controlled site by site.")
            if site is None
            else _("This line is controlled for all sites together: leave the site out.")
        )
    known = ControlOccurrence.objects.filter(line=line, site=site, period_start=day).first()
    if known is not None:
        return known
    members = members_of([file.organisation_id])
    row = new_control(line, site, Due(Period(day, day), opens=day, due=day), members)
    row.save(force_insert=True)
    row.line.plan.certification = file
    record_control("control.planned", row, by=by, at=at)
    return row


def result_of(row: ControlOccurrence) -> ResultFields | None:
    """What was recorded, None as long as nothing was."""
    if row.done_on is None:
        return None
    return ResultFields(
        done_on=row.done_on,
        checked=row.checked,
        compliant=row.compliant,
        basis=row.basis,
        outcome=row.outcome,
        comment=row.comment,
        record_reference=row.record_reference,
    )


def locked_control(occurrence: ControlOccurrence) -> ControlOccurrence:
    """The control as it is now, locked.

    Raises:
        NotAvailableError: when the file is closed, or a new version of the plan replaced it.
    """
    rows = ControlOccurrence.objects.select_for_update(of=("self",))
    row = (
        rows.select_related(
            "line__requirement", "line__plan__certification__organisation", "site", "owner"
        )
        .filter(pk=occurrence.pk)
        .first()
    )
    if row is None:
        raise NotAvailableError(_("A new version of the plan replaced this control."))
    if row.line.plan.certification.closed_at is not None:
        raise NotAvailableError(_("This certification file is closed: nothing of it changes."))
    return row


def _planned(occurrence: ControlOccurrence) -> ControlOccurrence:
    row = locked_control(occurrence)
    if row.state != ControlState.PLANNED:
        raise NotAvailableError(
            _("This step is not available: the control is “%(state)s”.")
            % {"state": row.get_state_display()}
        )
    return row


def _require_whole(row: ControlOccurrence, said: ResultFields, *, today: date) -> None:
    if said.done_on > today:
        raise UserError(_("This day has not come yet: give the day on which it was done."))
    if said.done_on < row.period_start:
        raise UserError(
            _("This control is of a period that begins on %(day)s: give a later day.")
            % {"day": date_text(row.period_start)}
        )
    if said.outcome:
        return
    if said.checked is None or said.compliant is None or not said.basis:
        raise UserError(_("Say how many were checked and how many comply, or the outcome."))
    if said.compliant > said.checked:
        raise UserError(_("More comply than were checked: correct one of the two numbers."))


def _columns(said: ResultFields) -> dict[str, Any]:
    """Columns of the row; with nothing checked there was nothing to check."""
    columns: dict[str, Any] = {
        "done_on": said.done_on,
        "comment": said.comment,
        "record_reference": said.record_reference,
        "checked": said.checked,
        "compliant": said.compliant,
        "basis": said.basis,
        "outcome": said.outcome,
    }
    if said.outcome or not said.checked:
        outcome = said.outcome or ControlOutcome.NOTHING
        columns |= {"checked": None, "compliant": None, "basis": "", "outcome": outcome}
    return columns


def _as_json(said: ResultFields) -> dict[str, Any]:
    return _columns(said) | {"done_on": said.done_on.isoformat()}
