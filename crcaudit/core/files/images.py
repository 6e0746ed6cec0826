"""Images: measured before they are decoded, and shown only as a copy that we drew again."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from crcaudit.core.files.limits import DEFAULT, Limits
from crcaudit.core.files.refusals import FileRefusedError, Refusal

PREVIEW_MEDIA_TYPE = "image/webp"
_PREVIEW_SIDE = 1600
_PREVIEW_QUALITY = 82
# A JPEG is decoded at a fraction of its size; the others must be decoded whole.
_MAX_WHOLE_DECODE = 24_000_000
_FORMATS = {"png": ["PNG"], "jpg": ["JPEG", "MPO"], "webp": ["WEBP"]}
_ALL_FORMATS = [name for names in _FORMATS.values() for name in names]
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, zlib.error,
           EOFError, TypeError, IndexError, KeyError)  # fmt: skip
_SECOND_NATURE = re.compile(rb"(?i)<(?:script|html|!doctype|iframe|\?php)|%PDF-")
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 66 * 1024
_CHUNK = 256 * 1024
_MAX_SEGMENTS = 200_000


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Pixels as stored. ``is_plain`` is False when the file may also be read as something else."""

    width: int
    height: int
    is_plain: bool


def inspect_image(path: Path, extension: str, limits: Limits = DEFAULT) -> ImageFacts:
    """Measure an image without decoding it. ``extension`` is png, jpg or webp.

    Raises FileRefusedError: damaged, too many pixels or frames.
    """
    with path.open("rb") as stream:
        if extension == "webp":  # Pillow reserves the whole canvas before it can be asked its size
            _check_pixels(*_webp_size(stream.read(30)), limits)
        width, height, frames = _measure(path, _FORMATS[extension])
        _check_pixels(width, height, limits)
        if frames > limits.max_frames:
            raise FileRefusedError(Refusal.TOO_MANY_FRAMES, limit=limits.max_frames)
        size = path.stat().st_size
        end = _END_OF[extension](stream, size)
        # Phones append a second picture to a JPEG; nothing belongs after the others.
        is_plain = (extension == "jpg" or end == size) and not _has_second_nature(stream, size)
    small_enough = extension == "jpg" or width * height <= _MAX_WHOLE_DECODE
    return ImageFacts(width, height, is_plain=is_plain and small_enough)


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width < 1 or height < 1:
        raise FileRefusedError(Refusal.DAMAGED)
    if width * height > limits.max_pixels:
        raise FileRefusedError(Refusal.TOO_MANY_PIXELS, limit=limits.max_pixels // 1_000_000)


def _measure(path: Path, formats: list[str]) -> tuple[int, int, int]:
    try:
        with _whole_pictures_only(), Image.open(path, formats=formats) as image:
            return *image.size, getattr(image, "n_frames", 1)
    except _BOMBS as error:
        limit = DEFAULT.max_pixels // 1_000_000
        raise FileRefusedError(Refusal.TOO_MANY_PIXELS, limit=limit) from error
    except _BROKEN as error:
        raise FileRefusedError(Refusal.DAMAGED) from error


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Refuse a cut file, even where WeasyPrint is imported: it tells Pillow to fill it up."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _webp_size(head: bytes) -> tuple[int, int]:
    """Canvas of a WebP file from its first 30 bytes (RFC 9649); (0, 0) when it has none."""
    kind, body = head[12:16], head[20:30]
    if len(body) < 10:  # noqa: PLR2004
        return 0, 0
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<2H", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _damaged() -> FileRefusedError:
    return FileRefusedError(Refusal.DAMAGED)


def _end_of_webp(stream: BinaryIO, size: int) -> int:
    stream.seek(4)
    end = 8 + int.from_bytes(stream.read(4), "little")
    if end > size:
        raise _damaged()
    return end + (end & 1) if end + (end & 1) <= size else end


def _end_of_png(stream: BinaryIO, size: int) -> int:
    """Place after the IEND chunk; every checksum on the way must be right."""
    at = 8
    for _count in range(_MAX_SEGMENTS):
        stream.seek(at)
        header = stream.read(8)
        length = int.from_bytes(header[:4], "big")
        if len(header) < 8 or at + 12 + length > size:  # noqa: PLR2004
            raise _damaged()
        checksum = zlib.crc32(header[4:])
        for start in range(0, length, _CHUNK):
            checksum = zlib.crc32(stream.read(min(_CHUNK, length - start)), checksum)
        if int.from_bytes(stream.read(4), "big") != checksum:
            raise _damaged()
        at += 12 + length
        if header[4:] == b"IEND":
            return at
    raise _damaged()


def _end_of_jpeg(stream: BinaryIO, size: int) -> int:
    """Place after the end-of-image marker that follows the first scan."""
    at = 2
    for _count in range(_MAX_SEGMENTS):
        stream.seek(at)
        header = stream.read(4)
        if len(header) < 4 or header[0] != 0xFF:  # noqa: PLR2004
            raise _damaged()
        if header[1] == 0xFF:  # filler before a marker  # noqa: PLR2004
            at += 1
            continue
        at += 2 + int.from_bytes(header[2:], "big")
        if header[1] == 0xDA:  # noqa: PLR2004
            return _find(stream, b"\xff\xd9", start=at, size=size) + 2
    raise _damaged()


def _find(stream: BinaryIO, needle: bytes, *, start: int, size: int) -> int:
    stream.seek(start)
    before = b""
    for at in range(start, size, _CHUNK):
        window = before + stream.read(_CHUNK)
        found = window.find(needle)
        if found >= 0:
            return at - len(before) + found
        before = window[-(len(needle) - 1) :]
    raise _damaged()


_END_OF = {"png": _end_of_png, "jpg": _end_of_jpeg, "webp": _end_of_webp}


def _has_second_nature(stream: BinaryIO, size: int) -> bool:
    """Whether the bytes could also be taken for a page, a script, a PDF or an archive."""
    stream.seek(0)
    before = b""
    for _at in range(0, size, _CHUNK):
        window = before + stream.read(_CHUNK)
        if _SECOND_NATURE.search(window):
            return True
        before = window[-16:]
    stream.seek(max(0, size - _ZIP_TAIL))
    return _ZIP_END in stream.read()


def make_preview_image(path: Path) -> bytes:
    """The first picture of an accepted image as WebP, upright, at most 1600 pixels a side.

    Drawn again from its pixels: no EXIF, no profile, no comment, nothing of the original bytes.
    Raises FileRefusedError when it cannot be decoded.
    """
    try:
        with _whole_pictures_only(), Image.open(path, formats=_ALL_FORMATS) as image:
            _check_pixels(*image.size, DEFAULT)
            image.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE))
            upright = ImageOps.exif_transpose(image)
            has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
            pixels = upright.convert("RGBA" if has_alpha else "RGB")
    except (*_BOMBS, *_BROKEN) as error:
        raise FileRefusedError(Refusal.DAMAGED) from error
    target = io.BytesIO()
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    clean.save(target, "WEBP", quality=_PREVIEW_QUALITY)
    return target.getvalue()
