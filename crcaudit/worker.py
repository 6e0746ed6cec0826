"""The worker that lives in the serving process, when no broker is configured.

Three threads beside those that answer requests: the Celery worker itself, its timer, and the
sweep. With a broker (``CELERY_BROKER_URL``) no worker starts here: ordinary ones do the work.
Importing Celery takes a third of the start of the process, so a thread does it, while the
process answers already.
"""

import logging
import os
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections

if TYPE_CHECKING:
    from crcaudit.embedded import EmbeddedWorker

logger = logging.getLogger(__name__)

# By name: this module is below the apps. Each has nothing to do most of the time.
SWEEPS = ("reports.sweep_reports", "accounts.deliver_messages", "audits.daily_round")
SWEEP_EVERY = 60.0  # seconds
RESTART_AFTER = 5.0


class Service:
    """The threads of one process, from `start` to `stop`."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.stopping = threading.Event()
        self.worker: EmbeddedWorker | None = None
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Return at once; `ready` is set when the worker listens."""
        # Celery would run every system check again, in a thread, for each worker.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        for name, target in (("worker", self._work), ("sweep", self._sweep)):
            thread = threading.Thread(target=target, name=f"crc-{name}", daemon=True)
            self.threads.append(thread)
            thread.start()

    def stop(self, *, patience: float) -> None:
        """Take no further report, and wait so many seconds for the one being made."""
        self.stopping.set()
        self.ready.set()
        if self.worker is not None:
            self.worker.stop()
        for thread in self.threads:
            thread.join(patience)

    def _work(self) -> None:
        """Run a worker, and another one should it ever end by itself."""
        while not self.stopping.is_set():
            try:
                self.worker = _embedded().EmbeddedWorker(on_ready=self.ready.set)
                if not self.stopping.is_set():
                    self.worker.start()
            except Exception:
                logger.exception("The embedded worker stopped; it starts again.")
            self.stopping.wait(RESTART_AFTER)

    def _sweep(self) -> None:
        """Sweep once the worker listens, then regularly."""
        self.ready.wait()
        while not self.stopping.is_set():
            for task in SWEEPS:
                try:
                    _embedded().run_task(task)
                except Exception:
                    logger.exception("The task %s failed; it will be tried again.", task)
                finally:
                    connections.close_all()
            # A report held by a process that died must not wait for two sweeps.
            self.stopping.wait(min(SWEEP_EVERY, settings.REPORT_LEASE_SECONDS))


def start() -> Service | None:
    """Start the threads of this process. None when a broker does the work."""
    if not settings.CELERY_EMBEDDED:
        # Else the first person to ask for a report would wait for the import.
        threading.Thread(target=import_module, args=("crcaudit.celery",), daemon=True).start()
        return None
    service = Service()
    service.start()
    return service


def _embedded() -> Any:
    # First what requests import too: two threads that enter Celery at two ends could meet halfway.
    import_module("crcaudit.celery")
    return import_module("crcaudit.embedded")
