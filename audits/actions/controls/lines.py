"""Lines of a draft of the internal control plan: added, changed, taken out, put back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.controls.drafts import copy_of
from audits.actions.controls.fields import (
    LineFields,
    as_json,
    changed,
    columns_of,
    fields_of,
)
from audits.actions.controls.journal import line_label, record_plan
from audits.actions.controls.plan import locked_draft
from audits.control_enums import ControlFrequency, EscalationTarget
from audits.control_values import thresholds_of_values
from audits.logic.control_result import in_order
from audits.models import ControlLine, ControlPlan
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

CHANGED = gettext_lazy(
    "Somebody changed this line meanwhile. Nothing you typed is lost: save again to keep what is "
    "below."
)
UNRANKED = frozenset({ControlFrequency.DAILY, ControlFrequency.WEEKLY, ControlFrequency.PER_EVENT})
RELATED = ("plan", "requirement", "indicator", "action")


@transaction.atomic
def add_line(
    *, key: UUID, plan: ControlPlan, fields: LineFields, by: User, at: datetime
) -> ControlLine:
    """A new line, after the others. ``key`` is its lineage: the same form twice leaves one.

    Raises:
        NotAvailableError: when the plan is no draft any more, or the form was sent before with
            other contents.
        UserError: when what it says does not hold together.
    """
    plan = locked_draft(plan)
    known = plan.lines.filter(lineage=key).select_related(*RELATED).first()
    if known is not None:
        if changed(fields_of(known), fields):
            raise NotAvailableError(_("This line was added already: open it to change it."))
        return known
    _require_whole(plan, fields)
    last = plan.lines.aggregate(last=Max("position"))["last"]
    line = ControlLine.objects.create(
        plan=plan,
        lineage=key,
        position=0 if last is None else last + 1,
        **columns_of(fields),
    )
    line.sites.set(fields.sites)
    plan.touch()
    told = as_json(fields) | {"line": line_label(line)}
    record_plan("control_plan.line_added", plan, after=told, by=by, at=at)
    return line


@transaction.atomic
def edit_line(
    *, line: ControlLine, version: int, fields: LineFields, by: User, at: datetime
) -> ControlLine:
    """Change a line of a draft; its journal row holds what changed.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the plan is no draft any more, or the line was taken out.
        UserError: when what it says does not hold together.
    """
    plan = locked_draft(line.plan)
    line = _locked_line(plan, line.pk)
    old = fields_of(line)
    names = changed(old, fields)
    if not names:
        return line
    if line.version != version:
        raise EditConflictError(CHANGED, line)
    _require_whole(plan, fields)
    columns = columns_of(fields)
    for name, value in columns.items():
        setattr(line, name, value)
    line.version += 1
    line.save(update_fields=[*columns, "version"])
    line.sites.set(fields.sites)
    plan.touch()
    before, after = (
        {name: row[name] for name in names} | {"line": line_label(line)}
        for row in (as_json(old), as_json(fields))
    )
    record_plan("control_plan.line_edited", plan, before=before, after=after, by=by, at=at)
    return line


@transaction.atomic
def remove_line(*, line: ControlLine, by: User, at: datetime) -> None:
    """Take a line out of a draft; the versions before keep it.

    Raises:
        NotAvailableError: when the plan is no draft any more, or the line is gone already.
    """
    plan = locked_draft(line.plan)
    line = _locked_line(plan, line.pk)
    told = as_json(fields_of(line)) | {"line": line_label(line)}
    line.sites.clear()
    line.delete()
    plan.touch()
    record_plan("control_plan.line_removed", plan, before=told, by=by, at=at)


@transaction.atomic
def restore_line(*, plan: ControlPlan, source: ControlLine, by: User, at: datetime) -> ControlLine:
    """Put back a line of a version before, as it was there. Put back twice, it is there once.

    Raises:
        NotAvailableError: when the plan is no draft any more.
    """
    plan = locked_draft(plan)
    known = plan.lines.filter(lineage=source.lineage).first()
    if known is not None:
        return known
    line = copy_of(source, plan)
    line.save(force_insert=True)
    line.sites.set(source.sites.all())
    plan.touch()
    told = {"line": line_label(line)}
    record_plan("control_plan.line_restored", plan, after=told, by=by, at=at)
    return line


def _require_whole(plan: ControlPlan, said: LineFields) -> None:
    """What the database refuses, in words."""
    if said.requirement.edition_id != plan.certification.edition_id:
        raise UserError(_("Choose a requirement of the edition of this file."))
    limits = thresholds_of_values(said.sign, said.target, said.alert, said.nonconformity)
    if limits is not None and not in_order(limits):
        raise UserError(
            _("Each threshold is worse than the one before: target, alert, nonconformity.")
        )
    if (said.escalation == EscalationTarget.PERSON) != (said.escalate_to is not None):
        raise UserError(_("Say to whom it is escalated, or choose somebody else than a person."))


def _locked_line(plan: ControlPlan, pk: int) -> ControlLine:
    rows = ControlLine.objects.select_for_update(of=("self",)).filter(plan=plan)
    related = rows.select_related(
        "requirement", "indicator", "action", "responsible", "substitute", "escalate_to"
    )
    line = related.filter(pk=pk).first()
    if line is None:
        raise NotAvailableError(_("This line is no longer in the draft."))
    line.plan = plan
    return line
