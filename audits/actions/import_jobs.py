"""The life of the job that reads a file of figures: claimed, held, ended, taken back.

Each change of state is one conditional UPDATE, so that of several processes exactly one wins.
``attempt`` grows with each claim: it names the holder, and only the holder may end.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from audits.measure_enums import MeasureImportState
from audits.models import MeasureImport
from audits.models.measure_import import MeasureImportQuerySet

LEASE: Final = timedelta(minutes=2)
MOST_ATTEMPTS: Final = 3
_STATE = MeasureImportState


def claim(*, import_id: int, at: datetime) -> MeasureImport | None:
    """Take a waiting file, or one whose holder gives no more news; None when there is none."""
    free = Q(state=_STATE.QUEUED) | Q(state=_STATE.READING, lease_until__lt=at)
    rows = MeasureImport.objects.filter(free, pk=import_id, attempt__lt=MOST_ATTEMPTS)
    taken = rows.update(
        state=_STATE.READING, attempt=F("attempt") + 1, lease_until=at + LEASE, done=0
    )
    related = ("organisation", "received_by")
    return MeasureImport.objects.select_related(*related).get(pk=import_id) if taken else None


def held(imported: MeasureImport) -> MeasureImportQuerySet:
    """The row, as long as this attempt holds it; empty afterwards."""
    return MeasureImport.objects.filter(
        pk=imported.pk, state=_STATE.READING, attempt=imported.attempt
    )


def renew(imported: MeasureImport, *, done: int, at: datetime) -> bool:
    """Give news of an attempt. False when it does not hold the file any more."""
    return bool(held(imported).update(lease_until=at + LEASE, done=done))


def finish(imported: MeasureImport, **found: Any) -> bool:
    """What was read, to be confirmed. False when somebody gave up, or another attempt took over."""
    return bool(held(imported).update(state=_STATE.READ, lease_until=None, **found))


def fail(imported: MeasureImport, *, cause: str) -> bool:
    """It cannot be read; ``cause`` is a sentence for the person. False when not held."""
    return bool(held(imported).update(state=_STATE.FAILED, lease_until=None, error=cause))


def sweep(*, at: datetime) -> list[int]:
    """Take back what dead processes held; the files to send again. Reads before it writes."""
    silent = MeasureImport.objects.filter(state=_STATE.READING, lease_until__lt=at)
    for row in silent.select_related("received_by"):
        if row.attempt < MOST_ATTEMPTS:
            held(row).update(state=_STATE.QUEUED, lease_until=None)
            continue
        with translation.override(row.received_by.language):
            fail(
                row,
                cause=_("The program stopped several times while reading this file: try again."),
            )
    waiting = MeasureImport.objects.filter(state=_STATE.QUEUED).order_by("received_at", "pk")
    return list(waiting.values_list("pk", flat=True))
