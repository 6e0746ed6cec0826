"""Recording what was found on one unit of a sample."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audits.actions.sample import locked
from audits.models import SampleItem
from audits.sample_enums import SampleState, UnitResult
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

# Apart from the sample, whose own history would drown in them.
KIND = "sample_item"
RECORDED = "sample_item.recorded"


@transaction.atomic
def record_result(  # noqa: PLR0913 -- keyword-only, one line each
    *, item: SampleItem, version: int, result: str, comment: str, by: User, at: datetime
) -> SampleItem:
    """Set the result of a unit, "" to take it back. Returns the row as saved.

    Saying again what is recorded changes nothing, whatever the version: a double click.

    Raises:
        EditConflictError: when somebody changed the unit since ``version``.
        NotAvailableError: when the sample is concluded, is one of sites, or its audit validated.
        UserError: when what cannot be assessed has no comment that says why.
    """
    sample = locked(item.sample, "population")
    if not sample.audit.is_open or sample.state != SampleState.DRAWN or sample.is_of_sites:
        raise NotAvailableError(_("The results of this sample no longer change."))
    if result == UnitResult.NOT_ASSESSABLE and not comment:
        raise UserError(_("Say why the unit cannot be assessed: write it in the comment first."))
    row = SampleItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    row.sample = sample
    old, new = (row.result, row.comment), (result, comment)
    if old == new:
        return row
    changed = SampleItem.objects.filter(pk=row.pk, version=version).update(
        result=result, comment=comment, recorded_at=at, recorded_by=by, version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(
            _("Somebody recorded this unit meanwhile: here is what they wrote."), row
        )
    before, after = ({"result": values[0], "comment": values[1]} for values in (old, new))
    change = journal.Change(
        RECORDED, KIND, f"{sample.key}:{row.rank}", f"{sample.reference} {row.label}", before, after
    )
    stream = journal.organisation_stream(sample.audit.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
    row.refresh_from_db()
    row.sample = sample
    return row
