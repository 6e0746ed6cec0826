"""The Celery worker of `crcaudit.worker`, apart because it imports Celery."""

from collections.abc import Callable
from typing import Any

from celery import signals
from celery.worker import WorkController

from crcaudit.celery import app


class EmbeddedWorker(WorkController):  # type: ignore[misc]
    """One task at a time, in the thread that starts it, without signals or child processes.

    ``on_ready`` is called when it listens.
    """

    def __init__(self, *, on_ready: Callable[[], None]) -> None:
        self.on_ready = on_ready
        super().__init__(
            app=app,
            hostname="embedded@localhost",
            pool_cls="solo",
            concurrency=1,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )

    def on_consumer_ready(self, consumer: Any) -> None:
        """Say so, as the command line's worker does."""
        signals.worker_ready.send(sender=consumer)
        self.on_ready()


def run_task(name: str) -> None:
    """Run a task here and now."""
    app.tasks[name]()
