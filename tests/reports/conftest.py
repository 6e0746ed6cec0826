"""A document that takes no time, for tests about everything but its pages; files of one test."""

from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from reports.builders import run


@dataclass
class Printer:
    """Stands where the child process stands. ``jobs`` are those it was given, in order.

    ``before`` is called at the start of each job; what it raises is what the child died of.
    The bytes depend on the job alone, as those of the real documents do.
    """

    jobs: list = field(default_factory=list)
    before: object = None

    def __call__(self, job, on_progress, is_cancelled):
        self.jobs.append(job)
        if self.before is not None:
            self.before(job)
        on_progress(1, 2, "Mise en page")
        if is_cancelled():
            raise run.RenderCancelledError
        content = b"%PDF-" + sha256(repr((job.snapshot, job.meta)).encode()).digest()
        job.output.write_bytes(content)
        return run.Rendered(pages=2)


@pytest.fixture
def printer(monkeypatch) -> Printer:
    fake = Printer()
    monkeypatch.setattr(run, "render_in_child", fake)
    return fake


@pytest.fixture
def own_files(settings, tmp_path):
    """Files of this test alone; the folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT
