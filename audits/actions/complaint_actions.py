"""The actions of the plan of an internal complaint."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.complaint_moves import KIND, locked, moved
from audits.actions.internal_complaint import start_plan
from audits.actions.once import require_same_form
from audits.finding_rules import owners_in
from audits.models import ComplaintAction, InternalComplaint
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

ADDED, CHANGED, DONE, TAKEN_UP = (
    "complaint.action_added",
    "complaint.action_changed",
    "complaint.action_done",
    "complaint.action_taken_up",
)
CONFLICT = gettext_lazy("Somebody changed this action meanwhile. Nothing was overwritten.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintActionFields:
    """What, who, by when."""

    title: str
    owner: User
    due_date: date


@transaction.atomic
def add_action(
    *,
    key: UUID,
    complaint: InternalComplaint,
    fields: ComplaintActionFields,
    by: User,
    at: datetime,
) -> ComplaintAction:
    """One more action of a plan that is written. The same form twice adds one.

    Raises:
        NotAvailableError: when no plan is written, the complaint is closed, or the form was sent
            with other contents.
        UserError: when the owner is no member of the organisation.
    """
    row = locked(complaint)
    sent = _as_json(fields)
    known = ComplaintAction.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=row.key, action=ADDED, sent=sent, by=by)
        return known
    if row.planned_at is None:
        raise NotAvailableError(_("Write the plan first: then its actions may be added."))
    _require_member(row, fields.owner)
    number = row.actions.count() + 1
    action = ComplaintAction.objects.create(
        key=key,
        complaint=row,
        number=number,
        title=fields.title,
        owner=fields.owner,
        due_date=fields.due_date,
        created_at=at,
        created_by=by,
    )
    moved(row, ADDED, after=sent, by=by, at=at)
    return action


@transaction.atomic
def edit_action(
    *,
    action: ComplaintAction,
    version: int,
    fields: ComplaintActionFields,
    by: User,
    at: datetime,
) -> ComplaintAction:
    """Change an action that is not done.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is done, or the complaint is closed.
        UserError: when the owner is no member of the organisation.
    """
    complaint, row = _locked(action)
    if row.done_on is not None:
        raise NotAvailableError(_("This action is done: take it up again to change it."))
    old = _as_json(ComplaintActionFields(title=row.title, owner=row.owner, due_date=row.due_date))
    new = _as_json(fields)
    if old == new:
        return row
    if row.version != version:
        raise EditConflictError(CONFLICT, row)
    if row.owner_id != fields.owner.pk:
        _require_member(complaint, fields.owner)
    row.change(title=fields.title, owner=fields.owner, due_date=fields.due_date)
    moved(complaint, CHANGED, before=old, after=new, by=by, at=at)
    return row


@transaction.atomic
def finish_action(*, action: ComplaintAction, by: User, at: datetime) -> ComplaintAction:
    """Done today: the plan is under way, if nobody had said so. A second click changes nothing.

    Raises:
        NotAvailableError: when the complaint is closed.
    """
    complaint, row = _locked(action)
    if row.done_on is not None:
        return row
    start_plan(complaint=complaint, by=by, at=at)
    row.change(done_on=localdate(at), done_by=by)
    moved(complaint, DONE, after={"action": row.title}, by=by, at=at)
    return row


@transaction.atomic
def take_up_action(*, action: ComplaintAction, by: User, at: datetime) -> ComplaintAction:
    """It was not done after all. A second click changes nothing.

    Raises:
        NotAvailableError: when the complaint is closed.
    """
    complaint, row = _locked(action)
    if row.done_on is None:
        return row
    row.change(done_on=None, done_by=None)
    moved(complaint, TAKEN_UP, after={"action": row.title}, by=by, at=at)
    return row


def _locked(action: ComplaintAction) -> tuple[InternalComplaint, ComplaintAction]:
    complaint = locked(action.complaint)
    row = ComplaintAction.objects.select_related("owner").get(pk=action.pk)
    return complaint, row


def _require_member(complaint: InternalComplaint, owner: User) -> None:
    if not owners_in(complaint.organisation_id).filter(pk=owner.pk).exists():
        raise UserError(_("Choose an owner among the members of the organisation."))


def _as_json(fields: ComplaintActionFields) -> dict[str, Any]:
    return {
        "action": fields.title,
        "owner": str(fields.owner.key),
        "due_date": fields.due_date.isoformat(),
    }
