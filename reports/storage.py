"""Where the files of reports are, and how one appears under its final name: whole, or not at all.

Below ``MEDIA_ROOT``: ``reports/<organisation>/<report>.pdf`` once finished, and
``reports/parts/<report>.<attempt>.<random>.part`` while an attempt writes. Both are on one file
system, so that the last step is a rename.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

_CHUNK = 1024 * 1024
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 (64 hexadecimal digits) and size in bytes of a file."""

    sha256: str
    size: int


def root() -> Path:
    """Folder of every file of the installation."""
    return Path(settings.MEDIA_ROOT)


def relative_path(organisation: UUID, report: UUID) -> str:
    """Final place of a report, relative to `root`, with forward slashes."""
    return f"reports/{organisation}/{report}.pdf"


def new_part(report: UUID, attempt: int) -> Path:
    """Where one attempt writes, a new place each time; the folder is made."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{report}.{attempt}.{secrets.token_hex(4)}.part"


def parts() -> list[Path]:
    """Parts that are there now."""
    return sorted(_folder().glob("*.part"))


def full_path(relative: str) -> Path:
    """Place on disk of a finished report."""
    return root() / relative


def fingerprint(path: Path) -> Fingerprint:
    """Read the file once, in pieces. Raises OSError when it is not there."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Fingerprint(digest.hexdigest(), size)


def settle(part: Path) -> None:
    """Make the bytes of a finished part outlive a power cut."""
    part.chmod(_PRIVATE)
    _sync(part)


def publish(part: Path, relative: str) -> None:
    """Give a settled part its final name, replacing what a broken attempt may have left there."""
    final = full_path(relative)
    final.parent.mkdir(parents=True, exist_ok=True)
    part.replace(final)
    _sync(final.parent)


def discard(relative: str) -> None:
    """Remove a file that no finished report owns; nothing happens when there is none."""
    full_path(relative).unlink(missing_ok=True)


def remove_parts(found: Iterable[Path], *, kept: Collection[tuple[UUID, int]]) -> int:
    """Remove the parts of attempts that nobody makes any more; how many there were.

    ``kept`` holds (report, attempt) of those being made.
    """
    starts = tuple(f"{report}.{attempt}." for report, attempt in kept)
    orphans = [path for path in found if not path.name.startswith(starts)]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _folder() -> Path:
    return root() / "reports" / "parts"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
