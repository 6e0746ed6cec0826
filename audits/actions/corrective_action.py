"""Planning corrective actions and moving them from state to state."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.closing import require_open_file
from audits.actions.once import require_same_form
from audits.enums import ACTION_FLOW, PENDING_ACTIONS, ActionState, FindingState
from audits.finding_rules import needs_text, owners_in
from audits.models import CorrectiveAction, Finding
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.numbering import next_number

KIND = "action"
PLANNED, EDITED, MOVED, TAKEN_BACK = (
    "action.planned",
    "action.edited",
    "action.moved",
    "action.taken_back",
)
CHANGED = gettext_lazy("Somebody changed this action meanwhile. Nothing was overwritten.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFields:
    """What the planner fills in. ``effort_days`` in person-days, None when unknown."""

    title: str
    description: str = ""
    owner: User
    due_date: date
    effort_days: Decimal | None = None


@transaction.atomic
def plan_action(
    *, key: UUID, finding: Finding, fields: ActionFields, by: User, at: datetime
) -> CorrectiveAction:
    """A new action ACT-nnn of the organisation. ``key`` is drawn when the form is shown.

    The same form sent twice gives the same action.

    Raises:
        NotAvailableError: when the finding or its file is closed, or the form was already sent
            with other contents.
        UserError: when the owner is no member of the organisation.
    """
    rows = Finding.objects.select_for_update(of=("self",)).defer("audit__frozen")
    finding = rows.select_related("audit__organisation", "audit__certification").get(pk=finding.pk)
    organisation = finding.audit.organisation
    sent = as_json(fields)
    known = CorrectiveAction.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=PLANNED, sent=sent, by=by)
        return known
    require_open_file(finding.audit.certification)
    if finding.is_draft:
        raise NotAvailableError(
            _("This finding is a draft: an action is planned once it is presented.")
        )
    if not finding.is_open:
        raise NotAvailableError(_("This finding is closed: reopen it to plan an action."))
    _require_member(organisation.pk, fields.owner)
    action = CorrectiveAction.objects.create(
        key=key,
        organisation=organisation,
        finding=finding,
        number=next_number(f"action:{organisation.key}"),
        created_at=at,
        created_by=by,
        **_columns(fields),
    )
    _record(action, PLANNED, before={}, after=sent, by=by, at=at)
    return action


@transaction.atomic
def edit_action(
    *, action: CorrectiveAction, version: int, fields: ActionFields, by: User, at: datetime
) -> CorrectiveAction:
    """Change what is planned, until the action is done. Returns the row as saved.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is done, verified or cancelled, or its file is closed.
        UserError: when the owner is no member of the organisation.
    """
    action = _locked(action.pk)
    require_open_file(action.finding.audit.certification)
    if action.state not in PENDING_ACTIONS:
        raise NotAvailableError(
            _("This step is not available: the action is “%(state)s” and no longer changes.")
            % {"state": action.get_state_display()}
        )
    old, new = as_json(fields_of(action)), as_json(fields)
    if old == new:
        return action
    if action.owner_id != fields.owner.pk:
        _require_member(action.organisation_id, fields.owner)
    changed = CorrectiveAction.objects.filter(pk=action.pk, version=version).update(
        **_columns(fields), version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(CHANGED, action)
    names = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in names} for row in (old, new))
    _record(action, EDITED, before=before, after=after, by=by, at=at)
    return _locked(action.pk)


@transaction.atomic
def move_action(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    action: CorrectiveAction,
    version: int,
    to: ActionState,
    outcome: str,
    by: User,
    at: datetime,
) -> CorrectiveAction:
    """Start, finish, verify, send back, cancel or take up an action again.

    ``outcome`` says what was done or seen, and why when sending back or cancelling.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when the step does not exist from the present state, or the finding
            or its file is closed.
        UserError: when the text is missing, or the owner verifies their own action.
    """
    action = _locked(action.pk)
    require_open_file(action.finding.audit.certification)
    source = ActionState(action.state)
    if to not in ACTION_FLOW.targets(source):
        raise NotAvailableError(
            _("This step is not available: the action is “%(state)s”.") % {"state": source.label}
        )
    if action.version != version:
        raise EditConflictError(CHANGED, action)
    _require_sense(action, source=source, to=to, outcome=outcome, by=by)
    action.move(to=to, by=by, at=at, outcome=outcome)
    CorrectiveAction.objects.filter(pk=action.pk).update(version=F("version") + 1)
    action.version += 1
    before, after = {"state": source}, {"state": to}
    _record(action, MOVED, before=before, after=after, reason=outcome, by=by, at=at)
    return action


@transaction.atomic
def take_back_action(*, action: CorrectiveAction, version: int, by: User, at: datetime) -> None:
    """Undo the planning of an action, as long as nothing was built on it.

    The journal keeps what it said. Its number is not given again.

    Raises:
        NotAvailableError: when it was changed or moved since ``version``, the finding was answered
            with it, or its file is closed.
    """
    action = _locked(action.pk)
    require_open_file(action.finding.audit.certification)
    answered = action.finding.answered_at
    if action.version != version or (answered and answered >= action.created_at):
        raise NotAvailableError(_("A step or an answer rests on it: it stays."))
    _record(action, TAKEN_BACK, before=as_json(fields_of(action)), after={}, by=by, at=at)
    action.delete()


def fields_of(action: CorrectiveAction) -> ActionFields:
    """The present values."""
    return ActionFields(
        title=action.title,
        description=action.description,
        owner=action.owner,
        due_date=action.due_date,
        effort_days=action.effort_days,
    )


def as_json(fields: ActionFields) -> dict[str, Any]:
    """Values as the journal keeps them: the owner by key, the date in ISO, the effort exact."""
    effort = fields.effort_days
    return {
        "title": fields.title,
        "description": fields.description,
        "owner": str(fields.owner.key),
        "due_date": fields.due_date.isoformat(),
        "effort_days": "" if effort is None else f"{effort:.2f}",
    }


def _columns(fields: ActionFields) -> dict[str, Any]:
    names = ("title", "description", "owner", "due_date", "effort_days")
    return {name: getattr(fields, name) for name in names}


def _locked(pk: int) -> CorrectiveAction:
    rows = CorrectiveAction.objects.select_for_update(of=("self", "finding")).select_related(
        "organisation", "owner", "finding__audit__certification"
    )
    return rows.defer("finding__audit__frozen").get(pk=pk)


def _require_member(organisation_id: int, owner: User) -> None:
    if not owners_in(organisation_id).filter(pk=owner.pk).exists():
        raise UserError(_("Choose an owner among the members of the organisation."))


def _require_sense(
    action: CorrectiveAction, *, source: ActionState, to: ActionState, outcome: str, by: User
) -> None:
    if action.finding.state == FindingState.CLOSED:
        raise NotAvailableError(
            _("This step is not available: the finding is closed. Reopen it first.")
        )
    if to == ActionState.VERIFIED and action.owner_id == by.pk:
        raise UserError(_("An action is verified by somebody other than its owner."))
    if needs_text(source, to) and not outcome:
        raise UserError(_("Say in a few words what was seen, or why."))


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    action: CorrectiveAction,
    name: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(
        name, KIND, action.key, action.reference, before=before, after=after, reason=reason
    )
    stream = journal.organisation_stream(action.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
