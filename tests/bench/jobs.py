"""How long a report waits for the worker of the serving process, from its row to its start."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.bench.timing import Line

GOAL_MS = 100.0
ROUNDS = 30
ROOT = Path(__file__).resolve().parents[2]


def measure() -> list[Line]:
    """A process of its own, with the settings of production and a scratch database."""
    with tempfile.TemporaryDirectory(prefix="crc-bench-") as folder, _database(folder) as database:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "crcaudit.settings",
            "CRC_DATA_DIR": folder,
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": "memory://localhost",
        }
        seen = subprocess.run(
            [sys.executable, "-m", "tests.bench.jobs"],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    waits = json.loads(seen.stdout.splitlines()[-1])
    slowest = sorted(waits)[int(len(waits) * 0.95)]
    return [
        Line("report, row to start, embedded worker: median", median(waits), GOAL_MS, "ms"),
        Line("report, row to start, embedded worker: p95", slowest, GOAL_MS, "ms"),
    ]


@contextmanager
def _database(folder: str) -> Iterator[str]:
    """Address of an empty database of the same kind as that of the other measures."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE bench_jobs")
        try:
            yield f"{server}/bench_jobs"
        finally:
            cursor.execute("DROP DATABASE bench_jobs WITH (FORCE)")


def _main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(_waits()))


def _waits() -> list[float]:
    # Models only exist once Django is set up, and the caller imports this module before that.
    from crcaudit import worker
    from reports import actions, orders, tasks
    from reports.enums import ReportKind
    from tests.factories.audits import manager_of, running_audit

    started, sent, begun = threading.Event(), [], []

    def begin(*, report_id: int) -> None:
        begun.append(time.perf_counter())
        started.set()

    send = tasks.send

    def timed_send(report_id: int) -> None:
        sent.append(time.perf_counter())
        send(report_id)

    actions.build_report = begin
    tasks.send = timed_send
    audit = running_audit()
    asker = manager_of(audit).user
    worker.start().ready.wait(30)
    for _round in range(ROUNDS):
        started.clear()
        report = orders.order_report(
            kind=ReportKind.DIAGNOSIS,
            certification=audit.certification,
            audit=audit,
            language="fr",
            by=asker,
            at=timezone.now(),
        )
        started.wait(30)
        actions.cancel_report(report_id=report.pk, by=asker, at=timezone.now())
    return [1000 * (end - start) for start, end in zip(sent, begun, strict=True)]


if __name__ == "__main__":
    _main()
