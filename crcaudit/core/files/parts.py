"""One pass over the bytes of a package's parts, looking for what must not be there."""

import codecs
import html
import itertools
import re
from collections.abc import Iterable, Iterator

from crcaudit.core.files.limits import MEBIBYTE, Limits
from crcaudit.core.files.refusals import FileRefusedError, Refusal

# The standard string every antivirus knows, in two pieces so that none stops at this file.
_TEST_VIRUS = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND", rb"ARD-ANTIVIRUS-TEST-FILE!"))

_PROGRAMS_AND_ARCHIVES = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"PK\x03\x04", b"PK\x05\x06", b"PK00PK", b"Rar!\x1a",
    b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"MSCF",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MAX_TAG = MEBIBYTE
_XML_NAMES = (".xml", ".rels", ".vml", ".rdf", ".svg")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
# Encodings in which "<!DOCTYPE" cannot be written with other bytes.
_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15",
              b"windows-1252"}  # fmt: skip

_FIELD = re.compile(
    rb"<(?:[\w.-]+:)?(?:instrText[^>]*>([^<]*)|fldSimple[^>]*?instr=(\"[^\"]*\"|'[^']*')|"
    rb"(fldChar)[^>]*?begin)"
)
_DDE_FIELD = re.compile(r"(?i)\x00\W*DDE\b|\bDDEAUTO\b")
_MAX_FIELD = 4096
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^>]*)?>([^<]*\|[^<]*)")
_QUOTED = re.compile(r'"[^"]*"')
_DDE_FORMULA = re.compile(r"\w'?\s*\|")
_ODF_PATTERNS = (
    (re.compile(rb"<text:dde-connection-decl|<office:dde-source|<table:dde-link"),
     Refusal.ACTIVE_CONTENT),
    (re.compile(rb"<script:event-listener|<script:module|<office:script[ >]"), Refusal.MACROS),
    (re.compile(rb"<table:table-source|<text:section-source|<draw:floating-frame"),
     Refusal.EXTERNAL_LINKS),
    (re.compile(rb"<(?:draw:(?:image|object|fill-image)|presentation:sound)\s[^>]*?"
                rb"xlink:href=[\"'](?:[a-zA-Z]+:|//|\.\./)"), Refusal.EXTERNAL_LINKS),
    (re.compile(rb"<draw:(?:plugin|applet|object-ole)"), Refusal.EMBEDDED_FILES),
)  # fmt: skip


def is_test_virus(head: bytes) -> bool:
    """Whether these first bytes are the standard antivirus test file."""
    return head.lstrip().startswith(_TEST_VIRUS)


class PartScanner:
    """Looks at parts one after the other; rows and cells add up over the whole package."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows = 0
        self._cells = 0

    def scan(self, name: str, pieces: Iterable[bytes]) -> None:
        """Read one part to its end. Raises FileRefusedError at the first thing refused."""
        source = iter(pieces)
        first = next(source, b"")
        _check_head(first)
        if not _is_xml(name, first):
            for _piece in source:  # its size and checksum are checked by reading it
                pass
            return
        fields = _Fields()
        for text in _whole_tags(_as_utf8(itertools.chain([first], source))):
            _check_declarations(name, text)
            if name.startswith("word/"):
                fields.read(text)
            elif "/worksheets/" in name:
                self._check_sheet(text)
            elif name.endswith(("content.xml", "styles.xml")):
                self._check_open_document(text)

    def _check_sheet(self, text: bytes) -> None:
        if b"|" in text:
            _check_formulas(text)
        self._count(
            rows=text.count(b"<row") + text.count(b":row "),
            cells=text.count(b"<c ") + text.count(b"<c>") + text.count(b":c "),
        )

    def _check_open_document(self, text: bytes) -> None:
        for pattern, code in _ODF_PATTERNS:
            if pattern.search(text):
                raise FileRefusedError(code)
        self._count(rows=text.count(b"<table:table-row "), cells=text.count(b"<table:table-cell "))

    def _count(self, *, rows: int, cells: int) -> None:
        self._rows += rows
        self._cells += cells
        if self._rows > self._limits.max_rows or self._cells > self._limits.max_cells:
            raise FileRefusedError(Refusal.TOO_MANY_ROWS, limit=self._limits.max_rows)


def _check_head(head: bytes) -> None:
    if is_test_virus(head):
        raise FileRefusedError(Refusal.INFECTED)
    if head.startswith(_OLE):
        raise FileRefusedError(Refusal.EMBEDDED_FILES)
    if head.startswith(_PROGRAMS_AND_ARCHIVES):
        raise FileRefusedError(Refusal.NESTED_ARCHIVE)


def _is_xml(name: str, head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return name.lower().endswith(_XML_NAMES) or start.startswith(b"<")


def _as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same text in UTF-8, when it starts like UTF-16; otherwise the pieces as they are."""
    source = iter(pieces)
    first = next(source, b"")
    if not first.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        yield from itertools.chain([first], source)
        return
    name = "utf-16-be" if first.startswith((b"\xfe\xff", b"\0<")) else "utf-16-le"
    decoder = codecs.getincrementaldecoder(name)("replace")
    for piece in itertools.chain([first], source):
        yield decoder.decode(piece).encode("utf-8", "replace")


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces cut before a ``<``, so that no tag nor the text after it is ever in two pieces."""
    kept = b""
    for piece in pieces:
        kept += piece
        cut = kept.rfind(b"<")
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
        if len(kept) > _MAX_TAG:
            if b">" not in kept:
                raise FileRefusedError(Refusal.DAMAGED)
            yield kept
            kept = b""
    yield kept


def _check_declarations(name: str, text: bytes) -> None:
    # Drawings inserted in a document keep the DOCTYPE of their maker; entities they may not.
    if b"<!ENTITY" in text or (b"<!DOCTYPE" in text and not name.endswith(".svg")):
        raise FileRefusedError(Refusal.XML_ENTITIES)
    if b"\0" in text:
        raise FileRefusedError(Refusal.DAMAGED)
    declared = _DECLARED.search(text, 0, 1024)
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise FileRefusedError(Refusal.DAMAGED)


class _Fields:
    """Field codes of a text document; Word may split one code over several runs."""

    def __init__(self) -> None:
        self._codes = ""

    def read(self, text: bytes) -> None:
        for code, simple, begins in _FIELD.findall(text):
            start = "\0" if simple or begins else ""
            self._codes += start + html.unescape((code or simple).decode("utf-8", "replace"))
            if _DDE_FIELD.search(self._codes):
                raise FileRefusedError(Refusal.ACTIVE_CONTENT)
            self._codes = self._codes[-_MAX_FIELD:]


def _check_formulas(text: bytes) -> None:
    """A bar outside quotes in a formula calls another program (``program|topic!item``)."""
    for formula in _FORMULA.findall(text):
        plain = html.unescape(formula.decode("utf-8", "replace"))
        if _DDE_FORMULA.search(_QUOTED.sub("", plain)):
            raise FileRefusedError(Refusal.ACTIVE_CONTENT)
