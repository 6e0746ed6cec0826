"""Decisions of the committee: taken while it meets, done, put off or given up afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.committee import OVER, begun
from audits.actions.once import require_same_form
from audits.committee_enums import CommitteeDecisionState
from audits.finding_rules import owners_in
from audits.logic.periods import Period
from audits.models import (
    CommitteeDecision,
    CommitteeMeeting,
    ControlLine,
    CorrectiveAction,
    InternalComplaint,
    MeasuringPlace,
)
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from engagements.models import Indicator

KIND = "committee_decision"
TAKEN, EDITED, REMOVED, DONE, PUT_OFF, DROPPED, TAKEN_UP = (
    "committee_decision.taken",
    "committee_decision.edited",
    "committee_decision.removed",
    "committee_decision.done",
    "committee_decision.put_off",
    "committee_decision.dropped",
    "committee_decision.taken_up",
)
CONFLICT = gettext_lazy("Somebody changed this decision meanwhile. Nothing was overwritten.")
SETTLED = gettext_lazy("This decision is settled: take it up again to change it.")
About = InternalComplaint | Indicator | ControlLine | CorrectiveAction
_FIELDS: Mapping[type[Any], str] = {
    InternalComplaint: "complaint",
    Indicator: "indicator",
    ControlLine: "control_line",
    CorrectiveAction: "action",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFields:
    """What, who, by when, and where; ``place`` is None for the whole."""

    text: str
    owner: User
    due_date: date
    place: MeasuringPlace | None = None


@transaction.atomic
def take_decision(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    organisation: Organisation,
    period: Period,
    fields: DecisionFields,
    about: About | None = None,
    by: User,
    at: datetime,
) -> CommitteeDecision:
    """One more decision of the meeting about a period, which it begins when there is none.

    The same form twice takes one.

    Raises:
        NotAvailableError: when the meeting was held, or the form was sent with other contents.
        UserError: when the owner is no member, or the period not over.
    """
    sent = _as_json(fields)
    known = CommitteeDecision.objects.filter(key=key).select_related("meeting").first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=TAKEN, sent=sent, by=by)
        return known
    meeting = begun(organisation=organisation, period=period, by=by, at=at)
    _require_member(organisation.pk, fields.owner)
    last: int | None = meeting.decisions.aggregate(last=Max("number"))["last"]
    row = CommitteeDecision(
        key=key,
        meeting=meeting,
        number=(last or 0) + 1,
        text=fields.text,
        owner=fields.owner,
        due_date=fields.due_date,
        first_due_date=fields.due_date,
        place=fields.place,
        created_at=at,
        created_by=by,
    )
    if about is not None:
        setattr(row, _FIELDS[type(about)], about)
    row.save(force_insert=True)
    _moved(row, TAKEN, after=sent, by=by, at=at)
    return row


@transaction.atomic
def edit_decision(
    *,
    decision: CommitteeDecision,
    version: int,
    fields: DecisionFields,
    by: User,
    at: datetime,
) -> CommitteeDecision:
    """Write it otherwise, while its committee was not held.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the committee was held.
        UserError: when the owner is no member of the organisation.
    """
    row = _of_open_meeting(decision)
    old, new = _as_json(_fields_of(row)), _as_json(fields)
    if old == new:
        return row
    if row.version != version:
        raise EditConflictError(CONFLICT, row)
    if row.owner_id != fields.owner.pk:
        _require_member(row.meeting.organisation_id, fields.owner)
    row.change(
        text=fields.text,
        owner=fields.owner,
        due_date=fields.due_date,
        first_due_date=fields.due_date,
        place=fields.place,
    )
    _moved(row, EDITED, before=old, after=new, by=by, at=at)
    return row


@transaction.atomic
def remove_decision(*, decision: CommitteeDecision, by: User, at: datetime) -> None:
    """Take it off, while its committee was not held. Raises NotAvailableError when it was."""
    row = _of_open_meeting(decision)
    _moved(row, REMOVED, before=_as_json(_fields_of(row)), after={}, by=by, at=at)
    row.delete()


@transaction.atomic
def finish_decision(*, decision: CommitteeDecision, by: User, at: datetime) -> CommitteeDecision:
    """It is done. A second click changes nothing. Raises NotAvailableError when it was given up."""
    row = _locked(decision)
    if row.state == CommitteeDecisionState.DONE:
        return row
    if not row.is_open:
        raise NotAvailableError(SETTLED)
    row.settle(to=CommitteeDecisionState.DONE, by=by, on=localdate(at), note="")
    _moved(row, DONE, after={"state": row.state}, by=by, at=at)
    return row


@transaction.atomic
def drop_decision(
    *, decision: CommitteeDecision, reason: str, by: User, at: datetime
) -> CommitteeDecision:
    """It is given up, for a reason. Raises NotAvailableError when it is settled already."""
    row = _locked(decision)
    if not row.is_open:
        raise NotAvailableError(SETTLED)
    row.settle(to=CommitteeDecisionState.DROPPED, by=by, on=localdate(at), note=reason)
    _moved(row, DROPPED, after={"state": row.state}, reason=reason, by=by, at=at)
    return row


@transaction.atomic
def take_up_decision(*, decision: CommitteeDecision, by: User, at: datetime) -> CommitteeDecision:
    """It is to be done after all. A second click changes nothing."""
    row = _locked(decision)
    if row.is_open:
        return row
    before = {"state": row.state}
    row.take_up()
    _moved(row, TAKEN_UP, before=before, after={"state": row.state}, by=by, at=at)
    return row


@transaction.atomic
def put_off_decision(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    decision: CommitteeDecision,
    version: int,
    owner: User,
    due_date: date,
    reason: str,
    by: User,
    at: datetime,
) -> CommitteeDecision:
    """Give it another day, or another owner. The day said at first stays.

    The same form twice puts it off once.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is settled.
        UserError: when the owner is no member of the organisation, or nothing changes.
    """
    row = _locked(decision)
    is_same = (row.owner_id, row.due_date) == (owner.pk, due_date)
    if is_same and _was_put_off(row, reason=reason, by=by):
        return row
    if not row.is_open:
        raise NotAvailableError(SETTLED)
    if row.version != version:
        raise EditConflictError(CONFLICT, row)
    if is_same:
        raise UserError(_("Give another day or another owner: nothing is put off otherwise."))
    if row.owner_id != owner.pk:
        _require_member(row.meeting.organisation_id, owner)
    before = {"owner": str(row.owner.key), "due_date": row.due_date.isoformat()}
    row.change(owner=owner, due_date=due_date)
    after = {"owner": str(owner.key), "due_date": due_date.isoformat()}
    _moved(row, PUT_OFF, before=before, after=after, reason=reason, by=by, at=at)
    return row


def _was_put_off(row: CommitteeDecision, *, reason: str, by: User) -> bool:
    """Whether the last thing that happened to it is that this person put it off, for that."""
    last = JournalEntry.objects.of(KIND, row.key).first()
    said = (PUT_OFF, str(by.key), reason)
    return last is not None and (last.action, last.actor, last.reason) == said


def _locked(decision: CommitteeDecision) -> CommitteeDecision:
    rows = CommitteeDecision.objects.select_for_update(of=("self",))
    related = ("meeting__organisation", "owner", "place")
    return rows.select_related(*related).defer("meeting__frozen").get(pk=decision.pk)


def _of_open_meeting(decision: CommitteeDecision) -> CommitteeDecision:
    """The locked decision of a meeting that is not held, and is locked too."""
    meetings = CommitteeMeeting.objects.select_for_update(of=("self",))
    if meetings.get(pk=decision.meeting_id).is_held:
        raise NotAvailableError(OVER)
    row = _locked(decision)
    if not row.is_open:
        raise NotAvailableError(SETTLED)
    return row


def _require_member(organisation_id: int, owner: User) -> None:
    if not owners_in(organisation_id).filter(pk=owner.pk).exists():
        raise UserError(_("Choose an owner among the members of the organisation."))


def _fields_of(row: CommitteeDecision) -> DecisionFields:
    return DecisionFields(text=row.text, owner=row.owner, due_date=row.due_date, place=row.place)


def _as_json(fields: DecisionFields) -> dict[str, Any]:
    return {
        "decision": fields.text,
        "owner": str(fields.owner.key),
        "due_date": fields.due_date.isoformat(),
        "place": fields.place.pk if fields.place else "",
    }


def _moved(  # noqa: PLR0913 -- keyword-only but two, one line each
    row: CommitteeDecision,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    reason: str = "",
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(
        action, KIND, row.key, row.text, before=before or {}, after=after, reason=reason
    )
    stream = journal.organisation_stream(row.meeting.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
