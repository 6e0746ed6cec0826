"""The file types accepted as evidence, and how each is recognised by its first bytes.

Two opinions must agree with the extension: our own signature, always, and libmagic, where the
system library is installed. A machine without libmagic therefore still refuses a file that lies.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 64 * 1024  # what a signature may look at
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_SIGNATURE = b"PK\x03\x04"


class Preview(StrEnum):
    """How the page may show a file without handing it to the browser as it is."""

    PDF = "pdf"
    IMAGE = "image"
    TABLE = "table"
    TEXT = "text"


class Family(StrEnum):
    """Which inspection a type goes through."""

    PDF = "PDF"
    OOXML = "OOXML"
    ODF = "ODF"
    IMAGE = "IMAGE"
    TEXT = "TEXT"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class FileType:
    """One accepted type.

    ``extension`` is without dot and in its usual form (``jpg``, never ``jpeg``). ``magic`` holds
    the beginnings of what libmagic may answer. ``main_part`` is the content type that the main
    part of an OOXML package must have; "" for other families.
    """

    extension: str
    media_type: str
    family: Family
    signature: Callable[[bytes], bool]
    magic: tuple[str, ...]
    preview: Preview | None = None
    main_part: str = ""


def _starts(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(prefixes)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


_HEADER_LINE = re.compile(rb"[A-Za-z0-9_-]{1,76}:")
_MAIL_FIELDS = re.compile(
    rb"(?im)^(?:from|to|subject|date|received|message-id|mime-version|return-path|delivered-to):"
)
MARKUP_START = re.compile(
    rb"(?i)<(?:!|\?|(?:html|head|body|script|style|title|meta|link|base|svg|math|iframe|frame|"
    rb"object|embed|form|input|img|image|video|audio|table|div|font|h[1-6]|a|b|p|br)[\s/>])"
)


def starts_with_markup(head: bytes) -> bool:
    """Whether a browser that guesses would take these bytes for a web page or a drawing."""
    plain = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    return MARKUP_START.match(plain.removeprefix(b"\xfe\xff").lstrip()) is not None


_FOREIGN_TEXT = (b"%PDF-", b"GIF8", b"{\\rtf", b"%!PS", b"PK\x03\x04", b"MZ\x90")


def _is_text(head: bytes) -> bool:
    """Nothing a browser or a reader would take for something else; decoding comes later."""
    return not starts_with_markup(head) and not head.lstrip().startswith(_FOREIGN_TEXT)


def _is_mail(head: bytes) -> bool:
    """A message starts with header fields; at least one is a field every message has."""
    start = head.removeprefix(b"\xef\xbb\xbf")
    if start.startswith(b"From "):  # the separator line of a mailbox
        start = start.partition(b"\n")[2]
    has_fields = _HEADER_LINE.match(start) and _MAIL_FIELDS.search(head)
    return bool(has_fields) and b"\0" not in head


def _is_mpeg_audio(head: bytes) -> bool:
    """An ID3 tag of a known version, or a valid MPEG frame header at byte 0."""
    if head[:3] == b"ID3":
        return len(head) > 10 and head[3] in {2, 3, 4} and max(head[6:10]) < 0x80  # noqa: PLR2004
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer != 0 and bitrate not in {0, 15} and rate != 3  # noqa: PLR2004


_BRANDS = (b"iso", b"mp4", b"M4A", b"M4V", b"avc", b"dash", b"MSNV", b"f4v")


def _is_mp4(head: bytes) -> bool:
    """An ``ftyp`` box of plausible size first, of a brand that players take for MP4."""
    if head[4:8] != b"ftyp":
        return False
    return 8 <= struct.unpack(">I", head[:4])[0] <= 1024 and head[8:12].startswith(_BRANDS)  # noqa: PLR2004


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_ZIPPED = ("application/zip", "application/octet-stream")


def _ooxml(extension: str, subtype: str, preview: Preview | None = None) -> FileType:
    media_type = f"{_OOXML}{subtype}"
    return FileType(
        extension=extension,
        media_type=media_type,
        family=Family.OOXML,
        signature=_starts(ZIP_SIGNATURE),
        magic=(media_type, *_ZIPPED, "application/vnd.openxmlformats"),
        preview=preview,
        main_part=f"{_OOXML}{subtype}.main+xml",
    )


def _odf(extension: str, subtype: str) -> FileType:
    media_type = f"{_ODF}{subtype}"
    return FileType(
        extension, media_type, Family.ODF, _starts(ZIP_SIGNATURE), (media_type, *_ZIPPED)
    )


def _image(extension: str, kind: str, signature: Callable[[bytes], bool]) -> FileType:
    media_type = f"image/{kind}"
    return FileType(extension, media_type, Family.IMAGE, signature, (media_type,), Preview.IMAGE)


# libmagic reads words into texts (a table of figures may be called "application/csv", a list of
# HTML e-mails "text/html"), so for texts it can only veto: see `foreign_to_text`.
_TEXTS = ("text/", "application/", "message/")
_SOUND = ("audio/", "video/", "application/ogg", "application/octet-stream")

_ALL = (
    FileType(
        "pdf", "application/pdf", Family.PDF, _starts(b"%PDF-"), ("application/pdf",), Preview.PDF
    ),
    _ooxml("docx", "wordprocessingml.document"),
    _ooxml("xlsx", "spreadsheetml.sheet", Preview.TABLE),
    _ooxml("pptx", "presentationml.presentation"),
    _odf("odt", "text"),
    _odf("ods", "spreadsheet"),
    _odf("odp", "presentation"),
    FileType("csv", "text/csv", Family.TEXT, _is_text, _TEXTS, Preview.TABLE),
    FileType("txt", "text/plain", Family.TEXT, _is_text, _TEXTS, Preview.TEXT),
    _image("png", "png", _starts(b"\x89PNG\r\n\x1a\n")),
    _image("jpg", "jpeg", _starts(b"\xff\xd8\xff")),
    _image("webp", "webp", _riff(b"WEBP")),
    FileType("eml", "message/rfc822", Family.OTHER, _is_mail, ("message/", "text/")),
    FileType(
        "msg",
        "application/vnd.ms-outlook",
        Family.OTHER,
        _starts(OLE_SIGNATURE),
        (
            "application/vnd.ms-",
            "application/CDFV2",
            "application/x-ole-storage",
            "application/octet-stream",
        ),
    ),
    FileType("mp3", "audio/mpeg", Family.OTHER, _is_mpeg_audio, _SOUND),
    FileType("wav", "audio/wav", Family.OTHER, _riff(b"WAVE"), _SOUND),
    FileType("ogg", "audio/ogg", Family.OTHER, _starts(b"OggS\0"), _SOUND),
    FileType("m4a", "audio/mp4", Family.OTHER, _is_mp4, _SOUND),
    FileType("mp4", "video/mp4", Family.OTHER, _is_mp4, _SOUND),
)

TYPES: dict[str, FileType] = {kind.extension: kind for kind in _ALL}
_ALIASES = {"jpeg": "jpg"}
ACCEPTED_EXTENSIONS: tuple[str, ...] = (*TYPES, *_ALIASES)


def type_of(extension: str) -> FileType | None:
    """The accepted type of a lower-case extension without dot; None when it is not accepted."""
    return TYPES.get(_ALIASES.get(extension, extension))


# Every real archive, image or office file holds bytes that no text has; these may not.
_FOREIGN_MAGIC = re.compile(r"application/(?:pdf|x-dosexec|postscript|java-archive)|text/rtf")


def agrees(kind: FileType, answer: str) -> bool:
    """Whether an answer of libmagic (a media type) is compatible with the type."""
    if kind.family is Family.TEXT:
        return _FOREIGN_MAGIC.match(answer) is None
    return answer.startswith(kind.magic)
