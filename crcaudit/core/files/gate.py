"""The upload gate: nothing is kept that did not pass here.

Order, cheapest first: size while the bytes arrive; name and extension; our own signature and
libmagic against the extension; then the inspection of the type's family; last the antivirus, where
there is one. No parser that builds a document in memory runs before its input is bounded.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from crcaudit.core.files import second_opinion
from crcaudit.core.files.antivirus import Scanner
from crcaudit.core.files.limits import DEFAULT, MEBIBYTE, Limits
from crcaudit.core.files.names import display_name, extension_of
from crcaudit.core.files.parts import is_test_virus
from crcaudit.core.files.pdfs import inspect_pdf
from crcaudit.core.files.refusals import FileRefusedError, Refusal
from crcaudit.core.files.texts import encoding_of
from crcaudit.core.files.types import (
    HEAD_BYTES,
    OLE_SIGNATURE,
    TYPES,
    Family,
    FileType,
    Preview,
    agrees,
    type_of,
)

_CHUNK = 256 * 1024
_PART_PREFIX, _PART_SUFFIX = "upload-", ".part"
PART_GLOB = f"{_PART_PREFIX}*{_PART_SUFFIX}"
_OLE_MARKS = {
    "_VBA_PROJECT".encode("utf-16-le"): Refusal.MACROS,
    "EncryptedPackage".encode("utf-16-le"): Refusal.PASSWORD,
}
_MAX_PREVIEWED_PACKAGE = 40 * MEBIBYTE


class Readable(Protocol):
    """Anything with ``read(size)``: a file, an upload, a socket's body."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of an accepted file.

    ``extension`` is in its usual form without dot; ``size`` in bytes; ``sha256`` in lower-case
    hexadecimal. ``page_count`` is of a PDF, ``width`` and ``height`` of an image in pixels,
    ``encoding`` of a text; None for others. ``preview`` is None when the file may be downloaded
    only. ``is_scanned`` when an antivirus found nothing in it, False where there is none.
    """

    display_name: str
    extension: str
    media_type: str
    size: int
    sha256: str
    preview: Preview | None = None
    page_count: int | None = None
    width: int | None = None
    height: int | None = None
    encoding: str | None = None
    is_scanned: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """An accepted upload waiting at ``path`` to be moved to its place."""

    path: Path
    inspected: Inspected


@dataclass(frozen=True, slots=True)
class _Facts:
    preview: Preview | None
    numbers: dict[str, int] = field(default_factory=dict)
    encoding: str | None = None


@contextmanager
def receive_upload(
    stream: Readable,
    *,
    name: str,
    folder: Path,
    limits: Limits = DEFAULT,
    scanner: Scanner | None = None,
) -> Iterator[Received]:
    """Copy an upload to a part file in ``folder``, inspect it, and lend it to the caller.

    Inside the block the caller may move the part away (same file system, so the move is atomic);
    a part that is still there at the end is deleted, whatever happened. The part is on disk
    (``fsync``) before it is lent. ``scanner`` is asked last; None where there is none. Raises
    FileRefusedError.
    """
    _check_extension(display_name(name))
    handle, part_name = tempfile.mkstemp(dir=folder, prefix=_PART_PREFIX, suffix=_PART_SUFFIX)
    part = Path(part_name)
    try:
        with os.fdopen(handle, "wb") as target:
            size, digest = _copy(stream, target, limits)
            target.flush()
            os.fsync(target.fileno())
        inspected = _inspect(part, name=name, size=size, digest=digest, limits=limits)
        if scanner is not None:
            scanner.require_clean(part)
            inspected = replace(inspected, is_scanned=True)
        yield Received(part, inspected)
    finally:
        part.unlink(missing_ok=True)


def inspect_upload(
    stream_or_path: Readable | Path, *, name: str, limits: Limits = DEFAULT
) -> Inspected:
    """Inspect a file sent as ``name``. Raises FileRefusedError.

    A path is read in place. A stream is copied to a temporary file that is gone on return: use
    `receive_upload` to keep it.
    """
    if not isinstance(stream_or_path, Path):
        folder = Path(tempfile.gettempdir())
        with receive_upload(stream_or_path, name=name, folder=folder, limits=limits) as received:
            return received.inspected
    _check_extension(display_name(name))
    with stream_or_path.open("rb") as source:
        size, digest = _copy(source, None, limits)
    return _inspect(stream_or_path, name=name, size=size, digest=digest, limits=limits)


def _copy(stream: Readable, target: io.BufferedWriter | None, limits: Limits) -> tuple[int, str]:
    """Size and SHA-256 of what was read; stops at the first byte over the limit."""
    size, digest = 0, hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limits.max_bytes:
            raise FileRefusedError(Refusal.TOO_LARGE, limit=limits.max_bytes // MEBIBYTE)
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    if not size:
        raise FileRefusedError(Refusal.EMPTY)
    return size, digest.hexdigest()


def _check_extension(shown: str) -> FileType:
    extension = extension_of(shown)
    kind = type_of(extension)
    if kind is None:
        raise FileRefusedError(
            Refusal.TYPE_NOT_ACCEPTED,
            extension=f".{extension}" if extension else "?",
            accepted=", ".join(TYPES),
        )
    return kind


def _inspect(path: Path, *, name: str, size: int, digest: str, limits: Limits) -> Inspected:
    shown = display_name(name)
    kind = _check_extension(shown)
    _check_type(path, kind)
    facts = _look_inside(path, kind, size, limits)
    return Inspected(
        display_name=shown,
        extension=kind.extension,
        media_type=kind.media_type,
        size=size,
        sha256=digest,
        preview=facts.preview,
        encoding=facts.encoding,
        is_scanned=False,
        **facts.numbers,
    )


def _check_type(path: Path, kind: FileType) -> None:
    """Our signature, then libmagic, against the extension."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if is_test_virus(head):
        raise FileRefusedError(Refusal.INFECTED)
    if kind.family is Family.OOXML and head.startswith(OLE_SIGNATURE):
        _check_compound(path)  # a protected .xlsx is not a package any more
    if not kind.signature(head):
        raise _mismatch(kind)
    if kind.extension == "msg":
        _check_compound(path)
    answer = second_opinion.ask(path)
    if answer is not None and not agrees(kind, answer):
        raise _mismatch(kind)


def _mismatch(kind: FileType) -> FileRefusedError:
    return FileRefusedError(Refusal.TYPE_MISMATCH, extension=f".{kind.extension}")


def _check_compound(path: Path) -> None:
    """Streams of a compound file (older Office, Outlook) that are refused, by their names."""
    with path.open("rb") as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            for mark, code in _OLE_MARKS.items():
                if mark in before + chunk:
                    raise FileRefusedError(code)
            before = chunk[-64:]


def _look_inside(path: Path, kind: FileType, size: int, limits: Limits) -> _Facts:
    """What the inspection of the type's family finds; mail and sound are not opened."""
    if kind.family is Family.PDF:
        pdf = inspect_pdf(path)
        return _Facts(kind.preview if pdf.is_plain else None, {"page_count": pdf.pages})
    if kind.family is Family.IMAGE:
        # Pillow, and below XML, are long to import: not before somebody sends such a file.
        from crcaudit.core.files.images import inspect_image  # noqa: PLC0415

        image = inspect_image(path, kind.extension, limits)
        numbers = {"width": image.width, "height": image.height}
        return _Facts(kind.preview if image.is_plain else None, numbers)
    if kind.family is Family.TEXT:
        encoding = encoding_of(path)
        if encoding is None:
            raise _mismatch(kind)
        return _Facts(kind.preview, encoding=encoding)
    if kind.family in {Family.OOXML, Family.ODF}:
        from crcaudit.core.files.archives import inspect_package  # noqa: PLC0415

        with path.open("rb") as stream:
            unpacked = inspect_package(stream, size, kind, limits)
        return _Facts(kind.preview if unpacked <= _MAX_PREVIEWED_PACKAGE else None)
    return _Facts(kind.preview)
