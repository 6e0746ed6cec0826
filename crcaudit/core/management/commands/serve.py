"""Serve the site: gunicorn with the right number of processes, and the worker beside it."""

import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from crcaudit import worker
from crcaudit.core import statics

THREADS = 8
TIMEOUT = 120  # seconds without a sign of life after which gunicorn replaces a process


class Command(BaseCommand):
    help = "Serve the site with gunicorn; without a broker, reports are made in the same process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", default=8000, type=int, help="port to listen on")
        parser.add_argument("--threads", default=THREADS, type=int, help="threads per process")
        parser.add_argument(
            "--processes",
            default=settings.WEB_PROCESSES,
            type=int,
            help="web processes; more than one needs a broker and a shared cache",
        )

    def handle(self, *, host: str, port: int, threads: int, processes: int, **_o: Any) -> None:
        _require_one_process_or_broker(processes)
        _require_free(host, port)
        _require_migrated()
        if statics.collect_if_needed():
            self.stdout.write(_("Static files collected."))
        connections.close_all()  # nothing open may cross the fork
        address = f"http://{_shown(host)}:{port}/"

        def announce(_server: Any) -> None:
            text = _("CRC Audit is served at %(address)s (Ctrl+C stops it).")
            self.stdout.write(text % {"address": address})
            self.stdout.flush()

        Server(
            {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": processes,
                "threads": threads,
                "worker_class": "gthread",
                "timeout": TIMEOUT,
                "graceful_timeout": 10,
                "keepalive": 5,
                "loglevel": "warning",
                "control_socket_disable": True,
                "when_ready": announce,
            }
        ).run()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with these settings instead of a configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options | {
            "post_worker_init": self.start_worker,
            "worker_exit": self.stop_worker,
        }
        self.service: worker.Service | None = None
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application that the settings name, made in each process."""
        return get_internal_wsgi_application()

    def start_worker(self, _process: Any) -> None:
        """Called by gunicorn in each process, after the fork: threads do not survive one."""
        self.service = worker.start()

    def stop_worker(self, _server: Any, _process: Any) -> None:
        """Called by gunicorn as a process ends. An unfinished report is taken over later."""
        if self.service is not None:
            self.service.stop(patience=1)


def _require_one_process_or_broker(processes: int) -> None:
    if processes > 1 and settings.CELERY_EMBEDDED:
        raise CommandError(
            _("Several processes need a broker: set CELERY_BROKER_URL, or serve with one process.")
        )


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                _(
                    "Port %(port)d of %(host)s cannot be used (%(cause)s): stop what uses it, "
                    "or choose another one with --port."
                )
                % {"port": port, "host": host, "cause": os.strerror(error.errno or 0)}
            ) from error


def _require_migrated() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            _("The database is not up to date: run « manage.py migrate » first, then serve again.")
        )
    known = executor.loader.disk_migrations or {}
    ours = {app for app, _name in known}
    ahead = [
        key for key in executor.loader.applied_migrations if key[0] in ours and key not in known
    ]
    if ahead:
        raise CommandError(
            _(
                "The database was made by a newer version of the program: install that version, "
                "or restore a backup of this one."
            )
        )


def _shown(host: str) -> str:
    if host in {"127.0.0.1", "0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
