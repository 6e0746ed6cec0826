"""Rendering in a child process: its crash, its memory and its time are not the server's.

The child is ``python -m reports.builders.child``: it reads one job on standard input, writes
the document into the output path, says a line of JSON on standard output for each step, and a
last one for the result or the error.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from reports.builders.meta import ReportMeta, ReportRenderError

WALL_SECONDS = 300
POLL_SECONDS = 0.25
KEPT_OF_LOG = 4000  # characters


class RenderCancelledError(Exception):
    """Somebody cancelled, or another worker took over: the child was stopped."""


class RenderBrokenError(ReportRenderError):
    """The child ended without a word: killed, or broken. It may not happen again."""


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One document to make. ``document`` is a `reports.enums.ReportKind`."""

    document: str
    snapshot: str
    meta: ReportMeta
    output: Path

    def to_json(self) -> str:
        """What the child reads."""
        meta = asdict(self.meta) | {"created_on": self.meta.created_on.isoformat()}
        return json.dumps(
            {
                "document": self.document,
                "snapshot": self.snapshot,
                "meta": meta,
                "output": str(self.output),
            }
        )


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the child made: number of pages of the file."""

    pages: int


def render_in_child(
    job: RenderJob,
    on_progress: Callable[[int, int, str], None],
    is_cancelled: Callable[[], bool],
    *,
    wall_seconds: float = WALL_SECONDS,
) -> Rendered:
    """Make the document; ``on_progress(done, total, step)`` is called for each news.

    Raises:
        ReportRenderError: the document cannot be made, with the sentence for the person.
        RenderBrokenError: the child died of something else, told in its ``__cause__``.
        RenderCancelledError: ``is_cancelled`` said so.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "reports.builders.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env=_environment(),
        text=True,
    )
    try:
        return _follow(child, job, on_progress, is_cancelled, time.monotonic() + wall_seconds)
    finally:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                stream.close()


def _environment() -> dict[str, str]:
    """The server's, less what a renderer has no use for."""
    unused = ("CRC_SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if name not in unused}
    return kept | {"PYTHONHASHSEED": "0"}


def _follow(
    child: subprocess.Popen[str],
    job: RenderJob,
    on_progress: Callable[[int, int, str], None],
    is_cancelled: Callable[[], bool],
    deadline: float,
) -> Rendered:
    news: queue.Queue[str | None] = queue.Queue()
    log: list[str] = []
    threads = (
        threading.Thread(target=_send, args=(child, job.to_json()), daemon=True),
        threading.Thread(target=_read, args=(child, news), daemon=True),
        threading.Thread(target=_drain, args=(child, log), daemon=True),
    )
    for thread in threads:
        thread.start()
    for line in _lines(news, is_cancelled, deadline):
        said = json.loads(line)
        if "step" in said:
            on_progress(said["done"], said["total"], said["step"])
        elif "error" in said:
            raise ReportRenderError(said["error"])
        else:
            return Rendered(**said["result"])
    child.wait()
    raise RenderBrokenError(_sentence(child.returncode)) from RuntimeError("".join(log))


def _lines(
    news: "queue.Queue[str | None]", is_cancelled: Callable[[], bool], deadline: float
) -> Iterator[str]:
    """Lines of the child until it ends; looks at cancellation and the clock in between."""
    while True:
        if is_cancelled():
            raise RenderCancelledError
        if time.monotonic() > deadline:
            raise ReportRenderError(
                _("The document took too long to make: choose fewer sites or shorter texts.")
            )
        try:
            line = news.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if line is None:
            return
        yield line


def _send(child: "subprocess.Popen[str]", text: str) -> None:
    if child.stdin is not None:
        try:
            child.stdin.write(text)
            child.stdin.close()
        except OSError:
            return  # the child died: the reader tells


def _read(child: "subprocess.Popen[str]", news: "queue.Queue[str | None]") -> None:
    if child.stdout is not None:
        for line in child.stdout:
            if line.startswith("{"):
                news.put(line)
    news.put(None)


def _drain(child: "subprocess.Popen[str]", log: list[str]) -> None:
    if child.stderr is not None:
        for line in child.stderr:
            log.append(line)
            while sum(map(len, log)) > KEPT_OF_LOG:
                log.pop(0)


def _sentence(code: int | None) -> str:
    """Why a child ended without a word: killed for its memory or its time, or broken."""
    if code is not None and code < 0:
        return _(
            "The document needed more memory or time than one report may use: "
            "choose fewer sites or shorter texts."
        )
    return _("The document could not be made because of a fault of the program.")


def result_line(result: Rendered) -> str:
    """The last line of a child that succeeded."""
    return json.dumps({"result": asdict(result)})


def error_line(message: str) -> str:
    """The last line of a child that could not make the document."""
    return json.dumps({"error": message})


def progress_line(done: int, total: int, step: str) -> str:
    """One news of the child."""
    return json.dumps({"done": done, "total": total, "step": step})


def job_from_json(text: str) -> dict[str, Any]:
    """The job as the child reads it; ``meta`` still as a mapping."""
    job: dict[str, Any] = json.loads(text)
    return job
