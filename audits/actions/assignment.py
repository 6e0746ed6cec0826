"""Giving requirements to a person, one or many at once, with the day by which they are due."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.models import Assessment, Audit
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

ASSIGNED, KIND = "assessment.assigned", "assessment"


@transaction.atomic
def assign(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    audit: Audit,
    rows: Collection[int],
    to: User | None,
    due: date | None = None,
    by: User,
    at: datetime,
) -> int:
    """Give the requirements to a contributor, or to nobody; how many that changed.

    ``rows`` are primary keys of the audit's own. Six queries, whatever their number; one row
    of the journal for each that changed.

    Raises:
        NotAvailableError: when the audit is validated.
        UserError: when a requirement is of another audit, or the day is without a person or past.
    """
    audit = (
        Audit.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=audit.pk)
    )
    if not audit.is_open:
        raise NotAvailableError(_("The audit is validated: its ratings no longer change."))
    if due is not None and to is None:
        raise UserError(_("A day needs a person: choose who brings the evidence."))
    found = list(
        audit.assessments.filter(pk__in=rows)
        .select_related("assigned_to")
        .only("audit", "code", "due_date", "assigned_to__key")
        .order_by("position")
    )
    if len(found) != len(set(rows)):
        raise UserError(_("Choose requirements of this audit."))
    changed = [row for row in found if (row.assigned_to, row.due_date) != (to, due)]
    if due is not None and due < localdate(at) and any(row.due_date != due for row in changed):
        raise UserError(_("This day has passed: choose today or a later day."))
    if changed:
        Assessment.objects.filter(pk__in=[row.pk for row in changed]).update(
            assigned_to=to, due_date=due
        )
        changes = [_change(row, to, due) for row in changed]
        stream = journal.organisation_stream(audit.organisation.key)
        journal.record_many(changes, stream=stream, by=by, at=at)
    return len(changed)


def _change(row: Assessment, to: User | None, due: date | None) -> journal.Change:
    """Only what moved: a person whose day alone changes was not given the requirement again."""
    before, after = _as_json(row.assigned_to, row.due_date), _as_json(to, due)
    names = [name for name in after if before[name] != after[name]]
    old, new = ({name: side[name] for name in names} for side in (before, after))
    return journal.Change(ASSIGNED, KIND, row.pk, row.code, old, new)


def _as_json(person: User | None, due: date | None) -> dict[str, Any]:
    return {
        "assigned_to": str(person.key) if person else "",
        "due_date": due.isoformat() if due else "",
    }
