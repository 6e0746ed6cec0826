"""The rows of the journal about internal control plans, their lines and their controls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audits.models import ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.models import User
from crcaudit.core import journal

PLAN, CONTROL = "control_plan", "control"


def record_plan(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    plan: ControlPlan,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One change of a version of the plan."""
    file = plan.certification
    change = journal.Change(
        action,
        PLAN,
        plan.key,
        f"{file.reference} v{plan.number}",
        before=before or {},
        after=after or {},
        reason=reason,
    )
    journal.record(change, stream=journal.organisation_stream(file.organisation.key), by=by, at=at)


def record_control(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    row: ControlOccurrence,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One change of one control; of fields that stay as they were, nothing is said."""
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        names = [name for name in new if old.get(name) != new[name]]
        old, new = ({name: each.get(name) for name in names} for each in (old, new))
    change = journal.Change(
        action, CONTROL, row.key, label_of(row), before=old, after=new, reason=reason
    )
    organisation = row.line.plan.certification.organisation
    journal.record(change, stream=journal.organisation_stream(organisation.key), by=by, at=at)


def label_of(row: ControlOccurrence) -> str:
    """Requirement, day and place of a control."""
    place = f" {row.site.name}" if row.site is not None else ""
    return f"{line_label(row.line)} {row.due_date.isoformat()}{place}"


def line_label(line: ControlLine) -> str:
    """Requirement and control point."""
    return f"{line.requirement.code} {line.control_point}"[:150]
