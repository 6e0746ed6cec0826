"""The life of a job on its row: claimed, held, finished, failed, swept.

Each change of state is one conditional UPDATE, so that of several processes exactly one wins.
``attempt`` grows with each claim: it names the holder, and only the holder may finish.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from reports import storage
from reports.actions import trace
from reports.enums import ReportState
from reports.models import Report, ReportQuerySet

SENT_AT_ONCE = 200
ALL_RELATED = ("organisation", "certification", "audit", "requested_by")


def lease() -> timedelta:
    """How long a holder that gives no news keeps its report."""
    return timedelta(seconds=settings.REPORT_LEASE_SECONDS)


@transaction.atomic
def claim(*, report_id: int, at: datetime) -> Report | None:
    """Take a waiting report, or one whose holder gives no more news.

    None when there is nothing to take: somebody else has it, it is finished, it was attempted
    too often, or as many reports of the same person are being made as one may have.
    """
    if not _has_a_place(report_id, at):
        return None
    free = Q(state=ReportState.QUEUED) | Q(state=ReportState.BUILDING, lease_until__lt=at)
    rows = Report.objects.filter(free, pk=report_id, attempt__lt=settings.REPORT_MAX_ATTEMPTS)
    taken = rows.update(
        state=ReportState.BUILDING,
        attempt=F("attempt") + 1,
        lease_until=at + lease(),
        done=0,
        total=0,
        step="",
    )
    if not taken:
        return None
    return Report.objects.select_related(*ALL_RELATED).get(pk=report_id)


def _has_a_place(report_id: int, at: datetime) -> bool:
    """Whether the person who asked has fewer reports being made than allowed.

    Claims for one person come one after the other, so that two of them see each other.
    """
    asked = Report.objects.filter(pk=report_id).values("requested_by")
    asker = User.objects.select_for_update(no_key=True).filter(pk__in=asked).first()
    others = Report.objects.filter(
        requested_by=asker, state=ReportState.BUILDING, lease_until__gte=at
    ).exclude(pk=report_id)
    return others.count() < settings.REPORT_MAX_RUNNING_PER_USER


def next_waiting(report_id: int) -> int | None:
    """The report that the same person has been waiting for longest; None without one."""
    asker = Report.objects.filter(pk=report_id).values("requested_by")
    waiting = Report.objects.filter(state=ReportState.QUEUED, requested_by__in=asker)
    return waiting.order_by("requested_at", "pk").values_list("pk", flat=True).first()


def held(report: Report) -> ReportQuerySet:
    """The row, as long as this attempt holds it; empty afterwards."""
    return Report.objects.filter(pk=report.pk, state=ReportState.BUILDING, attempt=report.attempt)


def renew(report: Report, *, at: datetime, done: int, total: int, step: str) -> bool:
    """Give news of an attempt. False when it does not hold the report any more."""
    news = {"done": done, "total": total, "step": step[:80]}
    return bool(held(report).update(lease_until=at + lease(), **news))


@transaction.atomic
def finish(report: Report, *, part: Path, pages: int, at: datetime) -> bool:
    """Give the settled part its final name and say so.

    False when another attempt took over, or somebody cancelled; the part is then left to the
    caller.
    """
    found = storage.fingerprint(part)
    path = storage.relative_path(report.organisation.key, report.key)
    finished = held(report).update(
        state=ReportState.READY,
        lease_until=None,
        finished_at=at,
        done=pages,
        total=pages,
        step="",
        page_count=pages,
        file_path=path,
        file_sha256=found.sha256,
        file_size=found.size,
    )
    if not finished:
        return False
    # Last before the commit: a file without a row is swept, a row without a file is a loss.
    storage.publish(part, path)
    after = {"sha256": found.sha256, "size": found.size, "pages": pages, "attempt": report.attempt}
    trace.record(report, trace.FINISHED, by=None, at=at, after=after)
    return True


@transaction.atomic
def fail(report: Report, *, cause: str, at: datetime) -> bool:
    """Give up for good. ``cause`` is a sentence for the person who asked. False when not held."""
    ended = held(report).update(
        state=ReportState.FAILED, lease_until=None, finished_at=at, error=cause
    )
    if ended:
        trace.record(report, trace.FAILED, by=None, at=at, reason=cause)
        transaction.on_commit(discard_file(report))
    return bool(ended)


def return_to_queue(report: Report, *, cause: str, at: datetime) -> bool:
    """After a failure that may not happen again: back to the queue.

    Given up when it was the last attempt. True when it waits again.
    """
    if report.attempt >= settings.REPORT_MAX_ATTEMPTS:
        fail(report, cause=cause, at=at)
        return False
    return bool(held(report).update(state=ReportState.QUEUED, lease_until=None, step=""))


def discard_file(report: Report) -> Callable[[], None]:
    """What removes a file that a broken attempt left under the final name of the report."""
    return partial(storage.discard, storage.relative_path(report.organisation.key, report.key))


def sweep(*, at: datetime) -> list[int]:
    """Take back what dead processes held, remove their parts; ids of the reports to send.

    Reads first: nothing is written while there is nothing to mend.
    """
    silent = Report.objects.filter(state=ReportState.BUILDING, lease_until__lt=at)
    for report in silent.select_related(*ALL_RELATED):
        with translation.override(report.requested_by.language):
            return_to_queue(report, cause=_stopped(), at=at)
    # Parts first: one that appears later belongs to an attempt that this query may not see.
    parts = storage.parts()
    making = Report.objects.filter(state=ReportState.BUILDING).values_list("key", "attempt")
    storage.remove_parts(parts, kept=list(making))
    waiting = Report.objects.filter(state=ReportState.QUEUED).order_by("requested_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:SENT_AT_ONCE])


def _stopped() -> str:
    return _(
        "The program stopped several times while making this report. "
        "Start it again; if that does not help, tell the person who runs the server."
    )
