"""A scratch installation: its own data folder and database, the real commands and server."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from tests.template import address_of, migrated_name, place_migrated

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180  # seconds; only a machine that hangs ever waits so long


class Site:
    """``environment`` adds to or replaces the variables of the trial defaults; migrated already."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.data = folder / "data"
        self.database = folder / "site.sqlite3"
        self.log = folder / "server.log"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        if "DATABASE_URL" not in environment:
            place_migrated(self.database)
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "crcaudit.settings",
            "CRC_DATA_DIR": str(self.data),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "CELERY_BROKER_URL": "memory://localhost",
            "REDIS_URL": "",
            "WEB_CONCURRENCY": "1",
            **environment,
        }

    def run(self, *arguments: str) -> str:
        """Output of a Python command in the installation."""
        seen = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert seen.returncode == 0, seen.stderr
        return seen.stdout

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen]:
        """The real server in a process group of its own, answering; killed at the end."""
        with self._running("manage.py", "serve", "--port", str(self.port)) as server:
            self.until(lambda: server.poll() is not None or self.answers())
            assert server.poll() is None, self.log.read_text()
            yield server

    @contextlib.contextmanager
    def working(self) -> Iterator[subprocess.Popen]:
        """The worker of the installation guide, with its beat, in a process group of its own."""
        beat = str(self.data / "beat")
        celery = ("-m", "celery", "-A", "crcaudit", "worker", "--beat", "--schedule", beat)
        with self._running(*celery, "--concurrency", "1") as worker:
            yield worker

    @contextlib.contextmanager
    def _running(self, *arguments: str) -> Iterator[subprocess.Popen]:
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def until(self, happens: Callable[[], bool]) -> None:
        """Wait for something that must happen."""
        end = time.monotonic() + PATIENCE
        while not happens():
            assert time.monotonic() < end, f"it never happened: {self.log.read_text()}"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether the sign-in page can be had."""
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{self.address}/connexion/", timeout=5),
        ):
            return True
        return False


@contextlib.contextmanager
def database_beside(address: str) -> Iterator[str]:
    """Address of a migrated database on the PostgreSQL server of ``address``; dropped after."""
    name = f"crc_{secrets.token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_name(address)}")
        try:
            yield address_of(address, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
