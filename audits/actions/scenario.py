"""Keeping what was supposed under a name: saved, changed, deleted. It rates nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.closing import locked_file, require_open_file
from audits.actions.once import require_same_form
from audits.models import Audit, Scenario
from audits.ticks import Ticks, as_columns
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "scenario"
SAVED, CHANGED, DELETED = "scenario.saved", "scenario.changed", "scenario.deleted"


@transaction.atomic
def save_scenario(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    audit: Audit,
    title: str,
    ticks: Ticks,
    by: User,
    at: datetime,
) -> Scenario:
    """Save a new scenario on an audit; the same form sent twice gives the same one.

    Raises:
        NotAvailableError: when the file is closed, or the key was used for something else.
        UserError: when nothing is supposed.
    """
    file = locked_file(audit.certification_id)
    require_open_file(file)
    _require_ticks(ticks)
    columns = {"title": title} | as_columns(ticks)
    sent = {"audit": audit.reference} | columns
    known = Scenario.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=SAVED, sent=sent, by=by)
        return known
    row = Scenario.objects.create(
        key=key,
        certification=file,
        audit=audit,
        created_at=at,
        created_by=by,
        updated_at=at,
        updated_by=by,
        **columns,
    )
    _record(row, SAVED, before={}, after=sent, by=by, at=at)
    return row


@transaction.atomic
def change_scenario(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    scenario: Scenario,
    version: int,
    title: str,
    ticks: Ticks,
    by: User,
    at: datetime,
) -> Scenario:
    """Save over a scenario.

    Raises:
        EditConflictError: when it was changed meanwhile.
        NotAvailableError: when it was deleted, or the file is closed.
        UserError: when nothing is supposed.
    """
    row = _locked(scenario.pk)
    _require_ticks(ticks)
    new = {"title": title} | as_columns(ticks)
    old = {name: getattr(row, name) for name in new}
    changed = [name for name in new if old[name] != new[name]]
    if not changed:
        return row
    if row.version != version:
        raise EditConflictError(
            _("This scenario was changed meanwhile. Nothing was overwritten."), row
        )
    for name in changed:
        setattr(row, name, new[name])
    row.updated_at, row.updated_by, row.version = at, by, row.version + 1
    row.save(update_fields=[*changed, "updated_at", "updated_by", "version"])
    before, after = ({name: side[name] for name in changed} for side in (old, new))
    _record(row, CHANGED, before=before, after=after, by=by, at=at)
    return row


@transaction.atomic
def delete_scenario(*, scenario: Scenario, by: User, at: datetime) -> None:
    """Delete a scenario; what it supposed stays in the journal.

    Raises:
        NotAvailableError: when it was deleted already, or the file is closed.
    """
    row = _locked(scenario.pk)
    before = {name: getattr(row, name) for name in ("title", "levels", "actions", "is_proven")}
    _record(row, DELETED, before=before, after={}, by=by, at=at)
    row.delete()


def _locked(pk: int) -> Scenario:
    rows = Scenario.objects.select_for_update(of=("self",))
    row = rows.select_related("certification__organisation").filter(pk=pk).first()
    if row is None:
        raise NotAvailableError(_("This step is not available: the scenario was deleted."))
    require_open_file(row.certification)
    return row


def _require_ticks(ticks: Ticks) -> None:
    if ticks.is_empty:
        raise UserError(_("Tick at least one level or one action: nothing is supposed yet."))


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    row: Scenario,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, KIND, row.key, row.title, before=before, after=after)
    stream = journal.organisation_stream(row.certification.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
