"""Where deposited files are: ``<organisation key>/<random key>``, never under their own name.

A file arrives as a part in the folder of uploads, on the same file system as the storage, and
takes its final name in one step. Nothing but this module and the reading views touches them.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from crcaudit.core.exceptions import UserError
from crcaudit.core.files import PART_GLOB, Limits, Received, Scanner, receive_upload

_STALE_SECONDS = 24 * 60 * 60
_CHUNK = 1024 * 1024


class Upload(Protocol):
    """A file on its way in: Django's uploads and open files with a name are both."""

    name: str | None

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes; empty at the end."""


class NotStoredError(UserError):
    """The disk is full, or the storage does not answer: nothing was kept, nothing changed."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The server could not store this file, and nothing was changed: "
                "try again later, or warn the person who runs the server."
            )
        )


class _Part(File):  # type: ignore[type-arg]  # not generic at run time
    """A part on disk: a storage on the same file system moves it instead of copying it."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        super().__init__(stream, path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Where the part is."""
        return str(self._path)


@contextmanager
def received(upload: Upload, *, limits: Limits | None = None) -> Iterator[Received]:
    """An upload that passed the gate, as a part; gone at the end unless it was `placed`.

    ``limits`` are those of evidence unless said otherwise.

    Raises FileRefusedError, or NotStoredError when the disk does not take it.
    """
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    _sweep(folder)
    limits = limits or Limits(max_bytes=settings.EVIDENCE_MAX_BYTES)
    scanner = Scanner(settings.CLAMD_ADDRESS) if settings.CLAMD_ADDRESS else None
    with ExitStack() as stack:
        try:
            found = stack.enter_context(
                receive_upload(
                    upload, name=upload.name or "", folder=folder, limits=limits, scanner=scanner
                )
            )
        except OSError as error:
            raise NotStoredError from error
        yield found


@contextmanager
def placed(part: Path, organisation: UUID) -> Iterator[str]:
    """Give a part its final place and lend its path, relative to the storage.

    When the block raises - the transaction that writes the row is inside it - the file is
    removed again: no file without a row. Raises NotStoredError when the disk does not take it.
    """
    wanted = f"{organisation}/{uuid4()}"
    try:
        path = _save(part, wanted)
        yield path
    except BaseException:
        default_storage.delete(wanted)
        raise


def open_file(path: str) -> BinaryIO:
    """A stored file, open for reading. Raises FileNotFoundError when it is gone."""
    return cast("BinaryIO", default_storage.open(path, "rb"))


@contextmanager
def on_disk(path: str) -> Iterator[Path]:
    """A stored file as a local file, for the libraries that want one.

    Raises FileNotFoundError when it is gone.
    """
    try:
        local = Path(default_storage.path(path))
    except NotImplementedError:  # a remote storage
        with open_file(path) as source, tempfile.NamedTemporaryFile() as target:
            shutil.copyfileobj(source, target)
            target.flush()
            yield Path(target.name)
        return
    if not local.is_file():
        raise FileNotFoundError(path)
    yield local


def paths() -> Iterator[str]:
    """Every file in the folder of an organisation, folder by folder: one listing in memory.

    Reports, which the storage may hold too, are elsewhere. Raises NotImplementedError when the
    storage cannot list what it holds.
    """
    for folder in filter(_is_key, _listing("")[0]):
        for name in _listing(folder)[1]:
            yield f"{folder}/{name}"


def changed_at(path: str) -> datetime:
    """When a stored file was last written. Raises FileNotFoundError when it is gone."""
    return default_storage.get_modified_time(path)


def digest_of(path: str) -> str:
    """SHA-256 of a stored file, 64 hexadecimal digits, read in pieces.

    Raises FileNotFoundError when it is gone, OSError when it cannot be read.
    """
    with open_file(path) as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def remove(path: str) -> None:
    """Remove a file that no row speaks of; it may be gone already."""
    default_storage.delete(path)


def _listing(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files of a folder, in order; both empty when nothing was ever stored."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(files)


def _is_key(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _save(part: Path, wanted: str) -> str:
    try:
        with part.open("rb") as stream:
            path = default_storage.save(wanted, _Part(stream, part))
        _settle(path)
    except OSError as error:
        raise NotStoredError from error
    return path


def _settle(path: str) -> None:
    """Let the new name outlive a power cut; the bytes were settled as a part."""
    with suppress(NotImplementedError):
        handle = os.open(Path(default_storage.path(path)).parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove the parts that a stopped process left behind."""
    limit = time.time() - _STALE_SECONDS
    for part in folder.glob(PART_GLOB):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < limit:
                part.unlink()
