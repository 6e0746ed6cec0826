"""Text and CSV: which encoding, and whether it is text at all."""

import codecs
import re
from pathlib import Path

_CHUNK = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tab, line ends, and what older programs leave: vertical tab, form feed, end of file.
_BINARY = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MIN_SHARE_OF_ZEROS = 0.3


def encoding_of(path: Path) -> str | None:
    """Name of the codec that reads the whole file; None when it is not text.

    One of utf-8, utf-8-sig, utf-16, utf-16-le, cp1252. Control characters that no text has make
    a file something else.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    return next((name for name in _candidates(head) if _reads(path, name)), None)


def _candidates(head: bytes) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return (name,)
    # Excel's "Unicode text" without its mark: in Western text every other byte is zero.
    if head[1::2].count(0) > _MIN_SHARE_OF_ZEROS * len(head[1::2]):
        return ("utf-16-le",)
    return ("utf-8", "cp1252")


def _reads(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with path.open("rb") as stream:
        try:
            while raw := stream.read(_CHUNK):
                if _BINARY.search(decoder.decode(raw)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True
