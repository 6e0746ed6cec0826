"""Reading a ZIP package nobody vouches for: every figure is checked before it is believed.

``zipfile`` would build one object per entry before anything can be refused and believes the sizes
it is told. Here the directory's size is bounded first, and parts are unpacked piece by piece
against what was declared.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from crcaudit.core.files.limits import MEBIBYTE, Limits
from crcaudit.core.files.names import is_safe_part_name
from crcaudit.core.files.refusals import FileRefusedError, Refusal

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_MAX_COMMENT = 0xFFFF
_MAX_STRAY = 16
_DIRECTORY_BYTES_PER_ENTRY = 512
# A blank drawing or repeated text packs very well; below this it harms nobody, as the total counts.
_FREE_OF_RATIO = 4 * MEBIBYTE
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package, as declared. Sizes in bytes; ``offset`` is its local header's."""

    name: str
    offset: int
    packed: int
    unpacked: int
    method: int
    crc: int


def read_entries(stream: BinaryIO, size: int, limits: Limits) -> tuple[Entry, ...]:
    """Declared files of a package of ``size`` bytes, in order of their place in it.

    Folders are left out. Nothing is unpacked. Raises FileRefusedError when the package is
    damaged, encrypted, too large once unpacked, or names its parts in a dangerous way.
    """
    _check_directory(stream, size, limits)
    try:
        with zipfile.ZipFile(stream) as package:
            infos = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise FileRefusedError(Refusal.DAMAGED) from error
    if len(infos) > limits.max_parts:
        raise FileRefusedError(Refusal.TOO_MANY_PARTS, limit=limits.max_parts)
    if min((info.header_offset for info in infos), default=1) != 0:
        raise FileRefusedError(Refusal.DAMAGED)
    _check_names(infos)
    files = sorted((i for i in infos if not i.is_dir()), key=lambda info: info.header_offset)
    entries = tuple(_entry(info) for info in files)
    _check_sizes(entries, size, limits)
    return entries


def _check_directory(stream: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse a package without a plain end record, or whose directory is too large to read."""
    tail_size = min(size, _END.size + _MAX_COMMENT)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise FileRefusedError(Refusal.DAMAGED)
    _, _, _, _, count, length, start, comment = _END.unpack_from(tail, at)
    if count > limits.max_parts or length > limits.max_parts * _DIRECTORY_BYTES_PER_ENTRY:
        raise FileRefusedError(Refusal.TOO_MANY_PARTS, limit=limits.max_parts)
    end = size - tail_size + at
    # Nothing before the first entry, between the directory and the end, or after it: a file
    # that is also something else hides there. A stray line end of a download is no matter.
    after = tail[at + _END.size + comment :]
    if start + length != end or len(after) > _MAX_STRAY or after.strip(b"\0\r\n\x1a "):
        raise FileRefusedError(Refusal.DAMAGED)


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for position, info in enumerate(infos, start=1):
        name = info.orig_filename
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        if is_link or not is_safe_part_name(name.rstrip("/")) or name.lower() in seen:
            raise FileRefusedError(Refusal.BAD_PART_NAME, position=position)
        seen.add(name.lower())


def _entry(info: zipfile.ZipInfo) -> Entry:
    if info.flag_bits & _ENCRYPTED:
        raise FileRefusedError(Refusal.PASSWORD)
    if info.compress_type not in _METHODS:
        raise FileRefusedError(Refusal.DAMAGED)
    return Entry(
        name=info.orig_filename,
        offset=info.header_offset,
        packed=info.compress_size,
        unpacked=info.file_size,
        method=info.compress_type,
        crc=info.CRC,
    )


def _check_sizes(entries: tuple[Entry, ...], size: int, limits: Limits) -> None:
    """Declared sizes: total, ratio of each and of all, and parts that share bytes."""
    total = sum(entry.unpacked for entry in entries)
    if total > limits.max_unpacked:
        raise FileRefusedError(Refusal.UNPACKED_TOO_LARGE, limit=limits.max_unpacked // MEBIBYTE)
    for packed, unpacked in [(size, total), *((e.packed, e.unpacked) for e in entries)]:
        if unpacked > _FREE_OF_RATIO and unpacked > limits.max_ratio * max(packed, 1):
            raise FileRefusedError(Refusal.COMPRESSION_TOO_HIGH)
    end = 0
    for entry in entries:
        if entry.offset < end:
            raise FileRefusedError(Refusal.COMPRESSION_TOO_HIGH)
        end = entry.offset + _LOCAL.size + entry.packed


def unpack(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Pieces of one part, at most 256 KiB each.

    Stops with FileRefusedError as soon as the part turns out larger than it declared, and at its
    end when it is shorter, does not match its checksum, or is called otherwise at its place.
    """
    _seek_content(stream, entry)
    produced, checksum = 0, 0
    for piece in _inflate(stream, entry):
        produced += len(piece)
        if produced > entry.unpacked:
            raise FileRefusedError(Refusal.COMPRESSION_TOO_HIGH)
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if produced != entry.unpacked or checksum != entry.crc:
        raise FileRefusedError(Refusal.DAMAGED)


def _seek_content(stream: BinaryIO, entry: Entry) -> None:
    stream.seek(entry.offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_SIGNATURE):
        raise FileRefusedError(Refusal.DAMAGED)
    *_, name_length, extra_length = _LOCAL.unpack(header)
    name = stream.read(name_length)
    if name not in {entry.name.encode("utf-8"), entry.name.encode("cp437", "replace")}:
        raise FileRefusedError(Refusal.DAMAGED)
    stream.seek(extra_length, io.SEEK_CUR)


def _inflate(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    left = entry.packed
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    while left:
        raw = stream.read(min(left, _CHUNK))
        if not raw:
            raise FileRefusedError(Refusal.DAMAGED)
        left -= len(raw)
        if entry.method == zipfile.ZIP_STORED:
            yield raw
            continue
        yield from _pieces(machine, raw)
    if entry.method == zipfile.ZIP_DEFLATED and not machine.eof:
        raise FileRefusedError(Refusal.DAMAGED)


def _pieces(machine: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    try:
        while raw and not machine.eof:
            piece = machine.decompress(raw, _CHUNK)
            raw = machine.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise FileRefusedError(Refusal.DAMAGED) from error
    if machine.eof and (machine.unused_data or raw):
        raise FileRefusedError(Refusal.DAMAGED)
