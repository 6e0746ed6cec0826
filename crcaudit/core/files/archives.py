"""Office packages (OOXML, ODF): what they hold, looked at before any library opens them.

Order, cheapest first: sizes and names as declared; the list of content types; relations between
parts; then every part unpacked once, piece by piece, against patterns. Nothing is kept in memory
but the current piece.
"""

import re
import tempfile
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crcaudit.core.files.limits import MEBIBYTE, Limits
from crcaudit.core.files.parts import PartScanner
from crcaudit.core.files.refusals import FileRefusedError, Refusal
from crcaudit.core.files.types import TYPES, Family, FileType
from crcaudit.core.files.zips import Entry, read_entries, unpack

_CONTENT_TYPES = "[Content_Types].xml"
_MAX_SMALL_PART = 2 * MEBIBYTE
_SPOOL = 8 * MEBIBYTE

_REFUSED_PARTS = (
    (re.compile(r"vbaproject|vbadata\.xml$|/(?:intl)?macrosheets/|^(?:basic|scripts)/"),
     Refusal.MACROS),
    (re.compile(r"(?:^|/)activex/"), Refusal.ACTIVE_CONTENT),
    (re.compile(r"(?:^|/)externallinks/"), Refusal.EXTERNAL_LINKS),
    (re.compile(r"(?:^|/)oleobject[^/]*\.bin$"), Refusal.EMBEDDED_FILES),
)  # fmt: skip
_REFUSED_CONTENT = (
    (re.compile(r"macroenabled|ms-office\.vba|macrosheet"), Refusal.MACROS),
    (re.compile(r"activex"), Refusal.ACTIVE_CONTENT),
    (re.compile(r"externallink\+xml"), Refusal.EXTERNAL_LINKS),
    (re.compile(r"oleobject"), Refusal.EMBEDDED_FILES),
)
_REFUSED_RELATIONS = {
    "vbaproject": Refusal.MACROS,
    "wordvbadata": Refusal.MACROS,
    "xlmacrosheet": Refusal.MACROS,
    "xlintlmacrosheet": Refusal.MACROS,
    "control": Refusal.ACTIVE_CONTENT,
    "activexcontrolbinary": Refusal.ACTIVE_CONTENT,
    "oleobject": Refusal.EMBEDDED_FILES,
    "afchunk": Refusal.EMBEDDED_FILES,
    "externallink": Refusal.EXTERNAL_LINKS,
    "externallinkpath": Refusal.EXTERNAL_LINKS,
}
# A link that a person clicks is text; anything fetched when the document opens is refused, and so
# are the schemes that start programs.
_PLAIN_LINK = re.compile(r"(?i)(?:https?|mailto|tel|ftp|file):|[^:]*$|[^:/]*[/#?]")
_LOCAL_TEMPLATE = re.compile(r"(?i)(?:file:///)?[a-z]:[\\/]|[^:/\\]+$")
_ODF_TYPES = {kind.media_type for kind in TYPES.values() if kind.family is Family.ODF}


def inspect_package(
    stream: BinaryIO, size: int, kind: FileType, limits: Limits, *, is_nested: bool = False
) -> int:
    """Look at every part of an office package; its unpacked size in bytes.

    ``kind`` is the type its extension promises. A workbook or document embedded in it (the data
    of a chart, say) is inspected in the same way, one level deep. Raises FileRefusedError.
    """
    entries = read_entries(stream, size, limits)
    by_name = {entry.name: entry for entry in entries}
    for entry in entries:
        _refuse_first(_REFUSED_PARTS, entry.name.lower())
    if kind.family is Family.OOXML:
        _check_content_types(stream, by_name, kind)
    else:
        _check_mimetype(stream, entries, by_name, kind)
    scanner = PartScanner(limits)
    for entry in entries:
        embedded = _embedded_type(entry.name)
        if entry.name.lower().endswith(".rels"):
            _check_relations(_small_xml(stream, entry))
        if embedded is not None and not is_nested:
            _check_embedded(stream, entry, embedded, limits)
        else:
            scanner.scan(entry.name, unpack(stream, entry))
    return sum(entry.unpacked for entry in entries)


def _refuse_first(rules: tuple[tuple[re.Pattern[str], Refusal], ...], text: str) -> None:
    for pattern, code in rules:
        if pattern.search(text):
            raise FileRefusedError(code)


def _read_small(stream: BinaryIO, entry: Entry) -> bytes:
    if entry.unpacked > _MAX_SMALL_PART:
        raise FileRefusedError(Refusal.DAMAGED)
    return b"".join(unpack(stream, entry))


def _small_xml(stream: BinaryIO, entry: Entry) -> Element:
    try:
        root: Element = fromstring(_read_small(stream, entry), forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefusedError(Refusal.XML_ENTITIES) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileRefusedError(Refusal.DAMAGED) from error
    return root


def _check_content_types(stream: BinaryIO, by_name: dict[str, Entry], kind: FileType) -> None:
    """The main part must be of the type the extension promises, and no part of a refused type."""
    if _CONTENT_TYPES not in by_name:
        raise _mismatch(kind)
    root = _small_xml(stream, by_name[_CONTENT_TYPES])
    kinds = [item.get("ContentType", "") for item in root]
    for content in kinds:
        _refuse_first(_REFUSED_CONTENT, content.lower())
    if kind.main_part not in kinds:
        raise _mismatch(kind)


def _mismatch(kind: FileType) -> FileRefusedError:
    return FileRefusedError(Refusal.TYPE_MISMATCH, extension=f".{kind.extension}")


def _check_mimetype(
    stream: BinaryIO, entries: tuple[Entry, ...], by_name: dict[str, Entry], kind: FileType
) -> None:
    """OpenDocument: the first part says the type, the manifest says what is encrypted."""
    if not entries or entries[0].name != "mimetype" or "content.xml" not in by_name:
        raise _mismatch(kind)
    if _read_small(stream, entries[0]).strip() != kind.media_type.encode():
        raise _mismatch(kind)
    manifest = by_name.get("META-INF/manifest.xml")
    if manifest is None:
        raise FileRefusedError(Refusal.DAMAGED)
    for element in _small_xml(stream, manifest).iter():
        if element.tag.endswith("}encryption-data"):
            raise FileRefusedError(Refusal.PASSWORD)


def _check_relations(root: Element) -> None:
    """What the parts point to: no refused kind, and nothing outside but links to click."""
    for item in root:
        relation = item.get("Type", "").rpartition("/")[2].lower()
        if relation in _REFUSED_RELATIONS:
            raise FileRefusedError(_REFUSED_RELATIONS[relation])
        if item.get("TargetMode", "").lower() == "external":
            _check_external(relation, item.get("Target", "").strip())


def _check_external(relation: str, target: str) -> None:
    if relation == "hyperlink" and _PLAIN_LINK.match(target):
        return
    # Every document made from a template of the house names it; only a distant one is fetched.
    if relation == "attachedtemplate" and _LOCAL_TEMPLATE.match(target):
        return
    raise FileRefusedError(Refusal.EXTERNAL_LINKS)


def _embedded_type(name: str) -> FileType | None:
    kind = TYPES.get(name.rpartition(".")[2].lower())
    return kind if kind is not None and kind.main_part and "/embeddings/" in name.lower() else None


def _check_embedded(stream: BinaryIO, entry: Entry, kind: FileType, limits: Limits) -> None:
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as inner:
        for piece in unpack(stream, entry):
            inner.write(piece)
        inspect_package(inner, entry.unpacked, kind, limits, is_nested=True)  # type: ignore[arg-type]
