"""A migrated database, made once and copied: the migrations take longer than most tests.

It is made by `manage.py migrate` from nothing, and again when a migration has changed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache"
# What decides of what is in a migrated database.
SOURCES = ("*/migrations/*.py", "crcaudit/*/migrations/*.py", "crcaudit/core/*.py", "uv.lock")


def place_migrated(database: Path) -> None:
    """Put a migrated SQLite database at a path where none is."""
    database.parent.mkdir(parents=True, exist_ok=True)
    # Copied while it is ours alone: a run of other migrations removes it when it makes its own.
    with _alone():
        shutil.copyfile(_migrated_file(), database)


@cache
def migrated_name(address: str) -> str:
    """Name of a migrated database on the PostgreSQL server of ``address``, made when missing."""
    name = f"crc_template_{_version()}"
    own = address_of(address, name)
    with _alone(), psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            connection.execute(f"CREATE DATABASE {name}_under_way")
            _migrate(address_of(own, f"{name}_under_way"))
            connection.execute(f"ALTER DATABASE {name}_under_way RENAME TO {name}")
    return name


def address_of(address: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _migrated_file() -> Path:
    """The one database that is kept; those of other migrations go when it is made."""
    made = KEPT / f"migrated-{_version()}.sqlite3"
    if not made.exists():
        under_way = made.with_suffix(".part")
        for old in KEPT.glob("migrated-*"):
            old.unlink()
        _migrate(f"sqlite:///{under_way}")
        under_way.rename(made)
    return made


def _migrate(address: str) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "crcaudit.settings",
        "DATABASE_URL": address,
        "CELERY_BROKER_URL": "memory://localhost",
        "REDIS_URL": "",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    seen = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert seen.returncode == 0, seen.stderr


@cache
def _version() -> str:
    whole = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            whole.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: the tests run in several."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
