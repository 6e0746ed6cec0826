"""The story of the demonstration, told once in a run: telling it takes longer than reading it.

Every module that reads it works on a copy of its own, whichever process it runs in.
"""

import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from tests.template import place_migrated

HOSTS = ["localhost", "127.0.0.1"]


@dataclass(frozen=True)
class Told:
    """What `manage.py demo` said on an empty database, and the folder of its documents."""

    said: str
    documents: Path


def run_demo(documents: Path) -> str:
    """Run the command; what it says."""
    output = io.StringIO()
    with override_settings(ALLOWED_HOSTS=HOSTS):
        call_command("demo", output=str(documents), stdout=output)
    return output.getvalue()


@contextmanager
def told_story(shared: Path, own: Path) -> Iterator[Told]:
    """The database and the files are those of the story until the end of the block.

    ``shared`` is a folder of all processes of this run, ``own`` one of the caller. On PostgreSQL
    the story is told in place, and taken back.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield Told(run_demo(own / "documents"), own / "documents")
            transaction.set_rollback(True)
        return
    shutil.copytree(_kept(shared), own, dirs_exist_ok=True)
    with _placed(own):
        yield Told((own / "said.txt").read_text(), own / "documents")


def _kept(shared: Path) -> Path:
    """The folder in which the story was told; one process tells it, the others wait."""
    kept, done = shared / "told", shared / "told" / "said.txt"
    with (shared / "told.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(kept, ignore_errors=True)
            place_migrated(kept / "demo.sqlite3")
            with _placed(kept):
                said = run_demo(kept / "documents")
            done.write_text(said)
    return kept


@contextmanager
def _placed(folder: Path) -> Iterator[None]:
    """The connection and the storage of this process work in the folder."""
    usual = connection.settings_dict["NAME"]
    try:
        _connect(str(folder / "demo.sqlite3"))
        with override_settings(MEDIA_ROOT=folder / "files"):
            yield
    finally:
        _connect(usual)


def _connect(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    cache.clear()


def shared_folder(base: Path) -> Path:
    """Of a temporary folder of pytest: the one that its processes have in common."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
