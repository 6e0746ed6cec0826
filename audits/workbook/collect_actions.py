"""The corrective actions of a workbook, and room for those that are planned without a network."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from audits import permissions
from audits.finding_rules import owner_text, owners_in
from audits.models import Audit, CorrectiveAction, Finding
from audits.workbook.columns import (
    ACTION_ENTRY,
    ACTION_PLACE,
    ACTION_STEP,
    NEW_ACTION,
    NEW_FINDING,
    List,
    action_columns,
)
from audits.workbook.fields import values_of
from audits.workbook.tables import READ_ONLY, ROOM, Row, Table, room_for, table, text
from audits.workbook.words import owner_words, state_words
from crcaudit.accounts.models import User


def visible_actions(audit: Audit, user: User) -> Iterator[CorrectiveAction]:
    """Those that the person sees, in order: one query."""
    rows = CorrectiveAction.objects.visible_to(user).filter(finding__audit=audit)
    for row in rows.select_related("finding", "owner").order_by("number"):
        row.finding.audit = audit
        yield row


def action_table(audit: Audit, user: User, found: list[Finding], language: str) -> Table:
    """The actions: one query, and one for the members where an action may be planned.

    ``found`` are the findings that the person sees. Call with ``language`` active.
    """
    plans = permissions.plans_actions(user, audit)
    references = [row.reference for row in found if permissions.can_plan_action(user, row)]
    if plans and audit.is_own and permissions.can_write_finding(user, audit):
        references += [f"{NEW_FINDING}{number}" for number in range(1, ROOM + 1)]
    lists = {List.STATES: state_words(language).all}
    if plans:
        lists[List.FINDINGS] = tuple(references)
        lists[List.OWNERS] = owner_words(owners_in(audit.organisation_id)).all
    brings = permissions.can_bring_workbook(user, audit)
    rows = [_row(row, user, plans=plans, brings=brings) for row in visible_actions(audit, user)]
    return table(
        _("Actions"),
        action_columns(),
        rows,
        room_for(NEW_ACTION, (*ACTION_PLACE, *ACTION_ENTRY)) if references else (),
        lists=lists,
        about=_about(plans=bool(references), changes=any(row.open_cells for row in rows)),
    )


def _row(row: CorrectiveAction, user: User, *, plans: bool, brings: bool) -> Row:
    values = values_of(row)
    effort = None if row.effort_days is None else float(row.effort_days)
    # Addresses of people are for who chooses among them.
    owner = owner_text(row.owner) if plans else str(row.owner)
    cells = {
        **{name: text(value) for name, value in values.items()},
        "finding": text(row.finding.reference),
        "owner": (values["owner"], owner),
        "due_date": (values["due_date"], row.due_date),
        "effort_days": (values["effort_days"], effort),
        "state": (row.state, row.get_state_display()),
    }
    opened = ACTION_ENTRY if permissions.can_edit_action(user, row) else ()
    steps = ACTION_STEP if permissions.action_steps(user, row) else ()
    return Row(row, cells, frozenset((*opened, *steps) if brings else ()))


def _about(*, plans: bool, changes: bool) -> str:
    said = []
    if plans:
        first = f"{NEW_ACTION}1"
        said.append(_(
            "A new one is written in the rows %(first)s and following: its finding, what is "
            "done, by whom, by when."
        ) % {"first": first})  # fmt: skip
    if changes:
        said.append(_(
            "The tinted cells of those that are there may be changed: what is planned, and the "
            "state, with what was done beside it. A step is not taken back."
        ))  # fmt: skip
    return " ".join(said) or str(READ_ONLY)
