"""Corrective actions of a workbook: planned, changed, moved on and taken back as on their pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from audits import permissions
from audits.actions.corrective_action import (
    ActionFields,
    edit_action,
    move_action,
    plan_action,
    take_back_action,
)
from audits.actions.workbook_rows import gathered, named, refuse_writing
from audits.enums import ActionState
from audits.models import Audit, CorrectiveAction, Finding
from audits.models.workbook import Kind
from audits.workbook.columns import ACTION_ENTRY
from audits.workbook.fields import Addition, Values, values_of
from audits.workbook.review import Cell
from crcaudit.accounts.models import User


def write_actions(
    cells: Sequence[Cell], added: Sequence[Addition], *, audit: Audit, by: User, at: datetime
) -> list[dict[str, Any]]:
    """Change and move on those of ``cells``, then plan the new ones, each with its journal rows.

    Call after `write_findings`: an action may answer a finding of the same workbook. Gives, of
    each, what an undo needs: see `WorkbookImport`.

    Raises:
        NotAvailableError: naming the first one that may not be written, or no longer.
    """
    written = []
    for row, changes in gathered(cells):
        written.append(_change(row, changes, by=by, at=at))
    for item in added:
        action = _plan(item, audit, by=by, at=at)
        written.append({"kind": Kind.ACTION, "pk": action.pk, "version": action.version})
    return written


def put_back_actions(
    items: Sequence[Mapping[str, Any]],
    rows: Mapping[int, CorrectiveAction],
    *,
    by: User,
    at: datetime,
) -> None:
    """What `write_actions` did without a step, taken back, the newest first.

    Raises:
        NotAvailableError: naming the first one that may not be changed any more.
    """
    for item in reversed(items):
        row = rows[item["pk"]]
        if not permissions.can_edit_action(by, row):
            refuse_writing(row.reference)
        with named(row.reference):
            if "before" in item:
                _edit(row, values_of(row) | item["before"], by=by, at=at)
            else:
                take_back_action(action=row, version=item["version"], by=by, at=at)


def _change(row: CorrectiveAction, changes: Values, *, by: User, at: datetime) -> dict[str, Any]:
    """What is planned first, which the step may shut."""
    before = values_of(row)
    planned = {name: value for name, value in changes.items() if name in ACTION_ENTRY}
    item = {"kind": Kind.ACTION, "pk": row.pk, "before": {name: before[name] for name in planned}}
    with named(row.reference):
        if planned:
            if not permissions.can_edit_action(by, row):
                refuse_writing(row.reference)
            row = _edit(row, before | planned, by=by, at=at)
        if "state" in changes:
            done = "" if changes["outcome"] == before["outcome"] else changes["outcome"]
            row = _move(row, ActionState(changes["state"]), done, by=by, at=at)
            item["step"] = changes["state"]
    return item | {"version": row.version}


def _edit(row: CorrectiveAction, values: Values, *, by: User, at: datetime) -> CorrectiveAction:
    return edit_action(action=row, version=row.version, fields=_fields(values), by=by, at=at)


def _move(
    row: CorrectiveAction, to: ActionState, done: str, *, by: User, at: datetime
) -> CorrectiveAction:
    if to not in permissions.action_steps(by, row):
        refuse_writing(row.reference)
    return move_action(action=row, version=row.version, to=to, outcome=done, by=by, at=at)


def _plan(item: Addition, audit: Audit, *, by: User, at: datetime) -> CorrectiveAction:
    wanted = item.values["finding"]
    place = {"pk": wanted} if wanted.isdecimal() else {"key": wanted}
    finding = Finding.objects.visible_to(by).filter(audit=audit, **place).first()
    if finding is None:
        refuse_writing(item.label)
    finding.audit = audit
    with named(item.label):
        if finding.is_open and not permissions.can_plan_action(by, finding):
            refuse_writing(item.label)
        fields = _fields(item.values)
        return plan_action(key=UUID(item.key), finding=finding, fields=fields, by=by, at=at)


def _fields(values: Values) -> ActionFields:
    effort = values["effort_days"]
    return ActionFields(
        title=values["title"],
        description=values["description"],
        owner=User.objects.get(key=values["owner"]),
        due_date=date.fromisoformat(values["due_date"]),
        effort_days=Decimal(effort) if effort else None,
    )
