"""What a worker does with its report while it is being made: give news, notice that it lost it.

News are small UPDATEs of their own, at most two a second, never inside a longer transaction.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django.utils import timezone

from reports.actions.jobs import held, lease, renew
from reports.models import Report

logger = logging.getLogger(__name__)

NEWS_EVERY = 0.5  # seconds between two UPDATEs of progress
LOOK_EVERY = 1.0  # seconds between two looks at a possible cancellation
RENEWALS_PER_LEASE = 3


class Hold:
    """The lease of one attempt.

    ``clock`` gives the date, ``ticks`` seconds that only grow; both are given by tests.
    """

    def __init__(
        self,
        report: Report,
        *,
        clock: Callable[[], datetime] = timezone.now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.report, self.clock, self.ticks = report, clock, ticks
        self.progress = (0, 0, "")
        self.is_lost = False
        self._written = self._looked = ticks()

    def on_progress(self, done: int, total: int, step: str) -> None:
        """News of the renderer: pages done, pages expected, what is going on."""
        self.progress = (done, total, step)
        if self.ticks() - self._written >= NEWS_EVERY:
            self._write()

    def is_cancelled(self) -> bool:
        """Whether to stop: somebody cancelled, or another worker took over. Asked often."""
        now = self.ticks()
        if now - self._written >= lease().total_seconds() / RENEWALS_PER_LEASE:
            self._write()
        elif now - self._looked >= LOOK_EVERY:
            self._looked = now
            self.is_lost = self.is_lost or not held(self.report).exists()
        return self.is_lost

    def _write(self) -> None:
        self._written = self._looked = self.ticks()
        done, total, step = self.progress
        try:
            kept = renew(self.report, at=self.clock(), done=done, total=total, step=step)
        except OperationalError as error:
            # The database is busy or away: the lease still runs, the next news tells more.
            logger.warning("No news of report %s could be written: %s", self.report.key, error)
            return
        self.is_lost = self.is_lost or not kept
