"""The child process for real: it makes, refuses, is stopped, is killed, and leaves nothing."""

import os
import signal
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest

from audits.snapshots import to_json
from reports.builders import run
from reports.builders.meta import ReportRenderError
from tests.reports import values
from tests.reports.builders import documents

pytestmark = [pytest.mark.pdf, pytest.mark.unit]


@pytest.fixture
def job(tmp_path):
    snapshot = values.control_plan()
    return run.RenderJob(
        document="CONTROL_PLAN",
        snapshot=to_json(snapshot),
        meta=values.meta(snapshot, title=documents.TITLES["control_plan"]),
        output=tmp_path / "plan.part",
    )


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")


def children() -> list[int]:
    """Children of this process that render."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(status[1]) == os.getpid() and b"reports.builders.child" in command:
                found.append(int(entry.name))
    return found


def never() -> bool:
    return False


@pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning")
def test_the_child_makes_the_document_that_we_would(job):
    said = []

    made = run.render_in_child(job, lambda *news: said.append(news), never)

    content = job.output.read_bytes()
    assert made.pages == len(documents.pages("control_plan"))
    assert sha256(content).hexdigest() == sha256(documents.pdf("control_plan")).hexdigest()
    assert said[0][0] == 1
    assert children() == []


def test_a_refusal_of_the_child_is_a_sentence_for_the_person(job):
    object.__setattr__(job, "snapshot", job.snapshot.replace("Démo", "Autre").replace("D", "E"))

    with pytest.raises(ReportRenderError):
        run.render_in_child(job, lambda *_news: None, never)

    assert not job.output.exists()


def test_a_cancelled_child_is_stopped_at_once(job):
    with pytest.raises(run.RenderCancelledError):
        run.render_in_child(job, lambda *_news: None, lambda: True)

    assert children() == []
    assert not job.output.exists()


def test_a_child_that_takes_too_long_is_stopped(job):
    with pytest.raises(ReportRenderError) as caught:
        run.render_in_child(job, lambda *_news: None, never, wall_seconds=0.3)

    assert not isinstance(caught.value, run.RenderBrokenError)
    assert children() == []


def test_a_killed_child_is_told_from_a_refusal(job):
    def kill():
        until = time.monotonic() + 20
        while not children() and time.monotonic() < until:
            time.sleep(0.05)
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(run.RenderBrokenError):
        run.render_in_child(job, lambda *_news: None, never)
    killer.join()

    assert not job.output.exists()
