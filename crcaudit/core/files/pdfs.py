"""PDF files: looked into by another process (`pdf_probe.py`), never opened in this one."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from crcaudit.core.files.refusals import FileRefusedError, Refusal

_PROBE = Path(__file__).with_name("pdf_probe.py")
_WALL_SECONDS = (
    60  # its time on the processor is bounded in the probe; this is for a loaded machine
)
_HEAD, _TAIL = 1024, 66 * 1024
_PAGES = ("<html", "<script", "<!doctype", "<body")


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """``is_plain`` is False when the file may also be read as a page or an archive."""

    pages: int
    is_plain: bool


def inspect_pdf(path: Path) -> PdfFacts:
    """Page count of a PDF without scripts, launched programs, embedded files or password.

    Raises FileRefusedError.
    """
    answer = _ask_probe(path)
    if "refused" in answer:
        raise FileRefusedError(Refusal(str(answer["refused"])))
    return PdfFacts(pages=int(answer["pages"]), is_plain=not _has_second_nature(path))


def _ask_probe(path: Path) -> dict[str, int | str]:
    try:
        done = subprocess.run(  # noqa: S603 - our own script, and a path that we made
            [sys.executable, "-I", str(_PROBE), str(path)],
            capture_output=True,
            timeout=_WALL_SECONDS,
            check=True,
        )
        answer: dict[str, int | str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        # Out of memory, out of time, or crashed: in each case nobody knows what the file holds.
        raise FileRefusedError(Refusal.TOO_COMPLEX) from error
    return answer


def _has_second_nature(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD).lower()
        stream.seek(max(0, path.stat().st_size - _TAIL))
        tail = stream.read()
    return any(mark.encode() in head for mark in _PAGES) or b"PK\x05\x06" in tail
