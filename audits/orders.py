"""Orders of jobs: the change and the job that it starts, in one call."""

from datetime import datetime
from functools import partial

from django.db import transaction

from audits.actions.measure_import import AnyMapping, name_columns
from audits.models import MeasureImport
from crcaudit.accounts.models import User


@transaction.atomic
def order_reading(
    *, imported: MeasureImport, mapping: AnyMapping, by: User, at: datetime
) -> MeasureImport:
    """Say what the columns are, and have the file read once that is saved. Raises alike."""
    imported = name_columns(imported=imported, mapping=mapping, by=by, at=at)
    transaction.on_commit(partial(_send, imported.pk))
    return imported


def _send(import_id: int) -> None:
    # Not at the top: Celery would be a third of the start of a process that may never send a job.
    from audits.tasks import send_figures  # noqa: PLC0415

    send_figures(import_id)
