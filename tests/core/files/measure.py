"""Seconds and extra memory of the gate on every crafted file and a few large ones.

Not a test, as it depends on the machine: ``python -m tests.core.files.measure``. Each file is
inspected in a process of its own; memory is the growth of its peak over its start, plus what a
PDF's probe takes over an empty one.
"""

import io
import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from crcaudit.core.files import FileRefusedError, inspect_upload, pdf_probe  # noqa: E402
from tests.core.files import builders as b  # noqa: E402
from tests.core.files import corpus_packages as packages  # noqa: E402
from tests.core.files.corpus import CASES  # noqa: E402

PROBE = Path(pdf_probe.__file__)

LIMIT_SECONDS, LIMIT_MEBIBYTES = 1.0, 50.0
PROBE_START = 26.0  # MiB of a probe that has imported pikepdf and read nothing


def large():
    yield "1,000,000 rows", "a.xlsx", lambda: packages.rows_bomb(1_000_000)
    yield "100,000 parts", "a.docx", lambda: packages._many_parts(100_000)
    yield "800 MB of zeros", "a.xlsx", _zeros
    yield "accepted: 150,000 rows", "a.xlsx", lambda: packages.rows_bomb(150_000)
    yield "accepted: 99 MB of media", "a.pptx", lambda: b.ooxml("pptx", 99 << 20)
    yield "accepted: 99 MB PDF", "a.pdf", lambda: b.pdf(99 << 20)
    yield "accepted: 99 MB JPEG", "a.jpg", lambda: b.jpg(99 << 20)
    yield "accepted: 95 MB CSV", "a.csv", lambda: b.text(90 << 20)


def _zeros() -> bytes:
    parts = {f"docProps/{number}.xml": b"\0" * (100 << 20) for number in range(8)}
    return b.ooxml("xlsx", 0, **parts)


def _apart(work) -> str:
    """What ``work`` returns, computed in a forked process so that its memory ends with it."""
    source, target = os.pipe()
    if os.fork() == 0:
        os.write(target, work().encode())
        os._exit(0)
    os.close(target)
    with os.fdopen(source) as answer:
        text = answer.read()
    os.wait()
    return text


def measured(path: Path, name: str) -> str:
    """Outcome, seconds, MiB."""
    before, start = _status("VmRSS"), time.perf_counter()
    try:
        with path.open("rb") as stream:
            inspect_upload(stream, name=name)
        outcome = "accepted"
    except FileRefusedError as error:
        outcome = str(error.code)
    seconds = time.perf_counter() - start
    grown = _status("VmHWM") - before + _probe_growth(path)
    return f"{outcome} {seconds} {grown}"


def _probe_growth(path: Path) -> float:
    if not path.read_bytes().startswith(b"%PDF-"):
        return 0.0
    command = ["/usr/bin/time", "-f", "%M", sys.executable, "-I", str(PROBE), str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    return int(done.stderr.split()[-1]) / 1024 - PROBE_START


def _status(field: str) -> float:
    for line in io.StringIO(Path("/proc/self/status").read_text()):
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    cases = ((case.id, case.name, case.make) for case in CASES)
    with tempfile.TemporaryDirectory() as folder:
        path, over, slowest, largest, count = Path(folder) / "f", 0, 0.0, 0.0, 0
        for label, name, make in itertools.chain(cases, large()):
            _apart(lambda make=make: str(path.write_bytes(make())))
            outcome, *figures = _apart(lambda name=name: measured(path, name)).split()
            seconds, grown = map(float, figures)
            count += 1
            slowest, largest = max(slowest, seconds), max(largest, grown)
            is_over = seconds > LIMIT_SECONDS or grown > LIMIT_MEBIBYTES
            over += is_over
            if is_over or " " in label:
                sys.stdout.write(f"{label:28} {outcome:22} {seconds:6.2f} s {grown:6.1f} MiB\n")
        sys.stdout.write(
            f"{count} files, {over} over {LIMIT_SECONDS:.0f} s or {LIMIT_MEBIBYTES:.0f} MiB; "
            f"slowest {slowest:.2f} s, largest {largest:.1f} MiB\n"
        )


if __name__ == "__main__":
    main()
