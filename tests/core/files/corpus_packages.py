"""Rows of the corpus that are office packages: macros, links, bombs, XML, names, damage."""

import io
import stat
import struct
import zipfile

from crcaudit.core.files import Preview, Refusal
from tests.core.files import builders as b
from tests.core.files.corpus_plain import EICAR

_DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]>'
_OLE = b.compound()
_VBA = "application/vnd.ms-office.vbaProject"


def _with(extension: str, **parts: bytes | None):
    return lambda pad: b.ooxml(extension, pad, **parts)


def _with_odf(extension: str, **parts: bytes | None):
    return lambda pad: b.odf(extension, pad, **parts)


def rows():
    yield from _macros()
    yield from _links()
    yield from _fields()
    yield from _embedded()
    yield from _lies()
    yield from _entities()
    yield from _names()
    yield from _broken()
    yield from _harmless()


def _macros():
    macro_main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    book_main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    listener = b"<office:document-content><script:event-listener/></office:document-content>"
    made = {
        "docm": ("docx", {b.CONTENT_TYPES: b.content_types("docx", main=macro_main)}),
        "xlsm": ("xlsx", {b.CONTENT_TYPES: b.content_types("xlsx", main=book_main)}),
        "docx-vba-part": ("docx", {"word/vbaProject.bin": b"a"}),
        "pptx-vba-part": ("pptx", {"ppt/VBAproject.BIN": b"a"}),
        "xlsx-vba-type": ("xlsx", {b.CONTENT_TYPES: b.content_types("xlsx", _VBA)}),
        "xlsx-vba-link": ("xlsx", {"xl/_rels/a.xml.rels": b.rels(("vbaProject", "a.bin", ""))}),
        "xlsx-old-macros": ("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"}),
    }
    for row_id, (extension, parts) in made.items():
        yield f"macros-{row_id}", extension, _with(extension, **parts), Refusal.MACROS, None
    for row_id, parts in {
        "basic": {"Basic/Standard/Module1.xml": b"<a/>"},
        "scripts": {"Scripts/python/a.py": b"print(1)"},
        "listener": {"content.xml": listener},
    }.items():
        yield f"macros-odt-{row_id}", "odt", _with_odf("odt", **parts), Refusal.MACROS, None


def _relation(part: str, *relation: str) -> dict[str, bytes]:
    return {part: b.rels((relation[0], relation[1], "External"))}


def _links():
    settings, document = "word/_rels/settings.xml.rels", "word/_rels/document.xml.rels"
    image = b'<draw:image xlink:href="http://example.org/a.png"/>'
    made = {
        "template": ("docx", _relation(settings, "attachedTemplate", "http://example.org/a.dotx")),
        "template-unc": ("docx", _relation(settings, "attachedTemplate", "file://host/a.dotx")),
        "image": ("docx", _relation(document, "image", "https://example.org/a.png")),
        "frame": ("docx", _relation(document, "frame", "http://example.org/")),
        "script-link": ("docx", _relation(document, "hyperlink", "javascript:alert(1)")),
        "program-link": ("docx", _relation(document, "hyperlink", "ms-msdt:/id")),
        "book": ("xlsx", {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "book-relation": ("xlsx", _relation("xl/_rels/a.xml.rels", "externalLinkPath", "a.xlsx")),
        "video": ("pptx", _relation("ppt/_rels/a.xml.rels", "video", "http://example.org/a.mp4")),
    }
    for row_id, (extension, parts) in made.items():
        yield f"link-{row_id}", extension, _with(extension, **parts), Refusal.EXTERNAL_LINKS, None
    for row_id, content in {
        "image": image, "table": b"<table:table-source xlink:href='a.ods'/>",
        "section": b"<text:section-source/>",
    }.items():  # fmt: skip
        make = _with_odf("odt", **{"content.xml": b"<a>" + content + b"</a>"})
        yield f"link-odt-{row_id}", "odt", make, Refusal.EXTERNAL_LINKS, None


def _field(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return b.paragraph(f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}')


def _fields():
    document, first = "word/document.xml", "xl/worksheets/sheet1.xml"
    simple = '<w:fldSimple w:instr="DDE cmd &quot;/c calc&quot;"/>'
    other = f'<x:d xmlns:x="{b.WORD}"><x:instrText> DDEAUTO cmd</x:instrText></x:d>'.encode()
    call = "<row><c><f>cmd|'/c calc'!A0</f></c></row>"
    activex = {"word/activeX/activeX1.xml": b"<a/>"}
    control = {"word/_rels/document.xml.rels": b.rels(("control", "a.xml", ""))}
    made = {
        "field": ("docx", {document: _field("DDEAUTO c:\\\\a.exe")}),
        "field-split": ("docx", {document: _field(" DD", "EAU", "TO cmd")}),
        "field-entity": ("docx", {document: _field(" &#68;DEAUTO cmd")}),
        "field-simple": ("docx", {document: b.paragraph(simple)}),
        "field-prefix": ("docx", {document: other}),
        "formula": ("xlsx", {first: b.sheet(call)}),
        "formula-prefix": ("xlsx", {first: b.sheet(call).replace(b"<f>", b"<x:f>")}),
        "activex": ("docx", activex),
        "control": ("docx", control),
    }
    for row_id, (extension, parts) in made.items():
        yield f"active-{row_id}", extension, _with(extension, **parts), Refusal.ACTIVE_CONTENT, None
    odf = _with_odf("odt", **{"content.xml": b"<a><text:dde-connection-decl/></a>"})
    yield "active-odt-dde", "odt", odf, Refusal.ACTIVE_CONTENT, None


def _embedded():
    inside, nested = Refusal.EMBEDDED_FILES, Refusal.NESTED_ARCHIVE
    archive = b.zipped([("a.txt", b"a" * 99)])
    relation = {"word/_rels/document.xml.rels": b.rels(("oleObject", "a.bin", ""))}
    twice = b.ooxml("xlsx", 0, **{"xl/embeddings/a.xlsx": b.ooxml("xlsx")})
    macros = b.ooxml("xlsx", 0, **{"xl/vbaProject.bin": b"a"})
    made = {
        "ole": ({"word/embeddings/oleObject1.bin": b"a"}, inside),
        "ole-renamed": ({"word/media/image1.png": _OLE}, inside),
        "ole-relation": (relation, inside),
        "zip": ({"word/embeddings/a.zip": archive}, nested),
        "zip-renamed": ({"word/media/image1.png": archive}, nested),
        "program": ({"word/media/image1.png": b"MZ\x90\0" + b"\0" * 60}, nested),
        "rar": ({"word/a.bin": b"Rar!\x1a\x07\0"}, nested),
        "twice": ({"word/embeddings/a.xlsx": twice}, nested),
        "macros": ({"word/embeddings/a.xlsx": macros}, Refusal.MACROS),
        "virus": ({"word/media/a.bin": EICAR}, Refusal.INFECTED),
    }
    for row_id, (parts, expected) in made.items():
        yield f"inside-{row_id}", "docx", _with("docx", **parts), expected, None


def _lies():
    lie = Refusal.TYPE_MISMATCH
    jar = lambda pad: b.zipped([("META-INF/MANIFEST.MF", b"a"), ("A.class", b.ballast(pad))])  # noqa: E731
    template = b.MAIN["docx"][1].replace("document.main", "template.main")
    yield "lie-jar-docx", "docx", jar, lie, None
    yield "lie-jar-odt", "odt", jar, lie, None
    yield "lie-docx-xlsx", "xlsx", lambda pad: b.ooxml("docx", pad), lie, None
    yield "lie-xlsx-docx", "docx", lambda pad: b.ooxml("xlsx", pad), lie, None
    yield "lie-xlsx-ods", "ods", lambda pad: b.ooxml("xlsx", pad), lie, None
    yield "lie-ods-odt", "odt", lambda pad: b.odf("ods", pad), lie, None
    yield "lie-odt-docx", "docx", lambda pad: b.odf("odt", pad), lie, None
    dotx = _with("docx", **{b.CONTENT_TYPES: b.content_types("docx", main=template)})
    yield "lie-dotx-docx", "docx", dotx, lie, None


def _entities():
    refused, document = Refusal.XML_ENTITIES, "word/document.xml"
    hidden = (_DOCTYPE + b"<a/>").decode()
    made = {
        "document": ("docx", {document: _DOCTYPE + b.paragraph()}),
        "laughs": ("xlsx", {"xl/worksheets/sheet1.xml": _LAUGHS + b.sheet()}),
        "types": ("docx", {b.CONTENT_TYPES: _LAUGHS + b.content_types("docx").split(b"?>")[1]}),
        "relations": ("docx", {"_rels/.rels": _LAUGHS + b.rels()}),
        "utf16": ("docx", {document: hidden.encode("utf-16")}),
        "utf16-bare": ("docx", {document: hidden.encode("utf-16-be")}),
        "unnamed": ("pptx", {"ppt/data": b" \n" + _DOCTYPE + b"<a/>"}),
        "svg": ("pptx", {"ppt/media/a.svg": _DOCTYPE + b"<svg/>"}),
    }
    for row_id, (extension, parts) in made.items():
        yield f"xml-{row_id}", extension, _with(extension, **parts), refused, None
    odf = _with_odf("ods", **{"content.xml": _DOCTYPE + b"<a/>"})
    yield "xml-ods", "ods", odf, refused, None
    late = ("<a>" + "<!-- -->" * 50_000 + "</a>" + hidden).encode("utf-16")
    yield "xml-utf16-late", "docx", _with("docx", **{document: late}), refused, None
    nul = b.paragraph().replace(b"Bonjour", b"Bon\0jour")
    yield "xml-nul", "docx", _with("docx", **{document: nul}), Refusal.DAMAGED, None
    endless = b"<w:document " + b.ballast(1_500_000).hex().encode()
    yield "xml-endless-tag", "docx", _with("docx", **{document: endless}), Refusal.DAMAGED, None
    odd = b'<?xml version="1.0" encoding="UTF-7"?>' + b"<a/>"
    yield "xml-utf7", "docx", _with("docx", **{document: odd}), Refusal.DAMAGED, None


def _named(name) -> object:
    def make(pad: int) -> bytes:
        return b.zipped([*b.ooxml_parts("docx", pad).items(), (name, b"a")])

    return make


def _link_entry():
    link = zipfile.ZipInfo("word/link.xml")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


def _names():
    for row_id, name in {
        "up": "../evil.xml", "up-inside": "word/../../evil.xml", "root": "/etc/evil.xml",
        "drive": "C:/evil.xml", "backslash": "word\\..\\evil.xml", "line": "word/a\r\nb.xml",
        "case": "WORD/DOCUMENT.XML", "link": _link_entry(),
    }.items():  # fmt: skip
        yield f"name-{row_id}", "docx", _named(name), Refusal.BAD_PART_NAME, None


def _broken():
    damaged = Refusal.DAMAGED
    for extension in ("docx", "xlsx", "pptx", "odt"):
        make = b.GOOD[extension]
        yield (
            f"cut-{extension}", extension,
            lambda pad, make=make: make(pad)[: len(make(pad)) * 2 // 3], damaged, None,
        )  # fmt: skip
    yield "tail-docx", "docx", lambda pad: b.ooxml("docx", pad) + b"tail", damaged, None
    twice = lambda pad: b.ooxml("docx") + b.ooxml("docx", pad)  # noqa: E731
    yield "two-docx", "docx", twice, damaged, None
    yield "flipped-docx", "docx", _flipped, damaged, None
    yield "relations-broken", "docx", _with("docx", **{"_rels/.rels": b"<Rel"}), damaged, None
    yield "locked-part", "docx", _locked, Refusal.PASSWORD, None
    locked = b"<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"
    odt = _with_odf("odt", **{"META-INF/manifest.xml": locked})
    yield "password-odt", "odt", odt, Refusal.PASSWORD, None
    bare = _with_odf("odt", **{"META-INF/manifest.xml": None})
    yield "manifest-none", "odt", bare, damaged, None
    yield "method-odd", "docx", _odd_method, damaged, None
    yield "name-differs", "docx", _renamed, damaged, None
    yield "packed-more", "docx", _packed_more, damaged, None
    yield "size-less", "docx", lambda pad: _lying(pad, 10), Refusal.COMPRESSION_TOO_HIGH, None
    yield "size-more", "docx", lambda pad: _lying(pad, 90_000), damaged, None


def _flipped(pad: int) -> bytes:
    content = bytearray(b.ooxml("docx", pad))
    content[content.index(b"word/document.xml") + 40] ^= 0xFF
    return bytes(content)


def _directory_entry(content: bytearray, name: bytes) -> int:
    return content.rindex(name) - 46


def _locked(pad: int) -> bytes:
    content = bytearray(b.ooxml("docx", pad))
    content[_directory_entry(content, b"word/document.xml") + 8] |= 1
    return bytes(content)


def _lying(pad: int, size: int) -> bytes:
    """The directory declares another unpacked size for the document than the true one."""
    content = bytearray(b.ooxml("docx", pad))
    at = _directory_entry(content, b"word/document.xml")
    content[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(content)


def _odd_method(pad: int) -> bytes:
    """A part packed in a way that office programs do not use."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as package:
        for name, content in b.ooxml_parts("docx", pad).items():
            package.writestr(name, content)
    return target.getvalue()


def _renamed(pad: int) -> bytes:
    """A part that calls itself otherwise at its place than in the directory."""
    return b.ooxml("docx", pad).replace(b"word/document.xml", b"word/dokument.xml", 1)


def _packed_more(pad: int) -> bytes:
    """The last part declares some bytes of the directory as its own."""
    content = bytearray(b.ooxml("docx", pad, **{"word/z.xml": b"<a>" + b"z" * 99 + b"</a>"}))
    at = _directory_entry(content, b"word/z.xml")
    (packed,) = struct.unpack_from("<I", content, at + 20)
    struct.pack_into("<I", content, at + 20, packed + 9)
    return bytes(content)


def _harmless():
    table = Preview.TABLE
    document = "word/_rels/document.xml.rels"
    link = _with("docx", **_relation(document, "hyperlink", "https://example.org/a?b=1"))
    yield "fine-link", "docx", link, None, None
    house = _relation("word/_rels/settings.xml.rels", "attachedTemplate", "file:///C:\\M\\a.dotx")
    yield "fine-stray-end", "docx", lambda pad: b.ooxml("docx", pad) + b"\r\n", None, None
    yield "fine-template", "docx", _with("docx", **house), None, None
    chart = {"ppt/embeddings/Feuille1.xlsx": b.ooxml("xlsx")}
    yield "fine-chart-data", "pptx", _with("pptx", **chart), None, None
    joined = '<row><c><f>A1&amp;"|"&amp;Synthese!B1</f></c></row>'
    bar = {"xl/worksheets/sheet1.xml": b.sheet(joined)}
    yield "fine-bar-in-text", "xlsx", _with("xlsx", **bar), None, table
    hint = b.sheet(before='<dimension ref="A1:XFD1048576"/>')
    flood = {"xl/worksheets/sheet1.xml": hint}
    yield "fine-dimension-hint", "xlsx", _with("xlsx", **flood), None, table
    drawing = {"ppt/media/a.svg": b"<!DOCTYPE svg PUBLIC 'a' 'b'><svg/>"}
    yield "fine-drawing", "pptx", _with("pptx", **drawing), None, None
    long_text = b.paragraph("<w:r><w:t>" + "mot " * 400_000 + "</w:t></w:r>")
    yield "fine-long-text", "docx", _with("docx", **{"word/document.xml": long_text}), None, None
    words = b.paragraph("<w:r><w:t>DDEAUTO &lt;!DOCTYPE cmd|a!A0</w:t></w:r>")
    yield "fine-words", "docx", _with("docx", **{"word/document.xml": words}), None, None


def single_rows():
    """Files whose very size or number of parts is the attack."""
    unpacked, ratio = Refusal.UNPACKED_TOO_LARGE, Refusal.COMPRESSION_TOO_HIGH
    too_many = Refusal.TOO_MANY_PARTS
    for extension in ("docx", "xlsx"):
        yield f"bomb-{extension}", extension, _zeros(extension, 201), unpacked, None
        yield f"ratio-{extension}", extension, _zeros(extension, 30), ratio, None
    yield "bomb-parts", "docx", lambda pad: _many_parts(2_001), too_many, None
    yield "bomb-more-parts", "docx", lambda pad: _many_parts(20_000), too_many, None
    yield "bomb-parts-hidden", "docx", lambda pad: _many_parts(3_000, declared=9), too_many, None
    large = {b.CONTENT_TYPES: b.content_types("docx") + b"<!--" + b"-" * (3 << 20) + b"-->"}
    yield "types-large", "docx", _with("docx", **large), Refusal.DAMAGED, None
    yield "bomb-rows", "xlsx", lambda pad: rows_bomb(210_000), Refusal.TOO_MANY_ROWS, None
    yield "bomb-inside", "pptx", _bomb_inside, ratio, None
    yield "bomb-shared", "docx", lambda pad: _shared(), ratio, None


def _zeros(extension: str, mebibytes: int):
    return lambda pad: b.ooxml(extension, 0, **{"docProps/a.xml": b"\0" * (mebibytes << 20)})


def _many_parts(count: int, declared: int | None = None) -> bytes:
    """So many parts; the end record may declare fewer."""
    parts = b.ooxml_parts("docx").items()
    more = ((f"word/{number}.xml", b"") for number in range(count))
    content = bytearray(b.zipped([*parts, *more], level=0))
    if declared is not None:
        struct.pack_into("<2H", content, len(content) - 14, declared, declared)
    return bytes(content)


def rows_bomb(count: int) -> bytes:
    """A workbook of so many rows that differ, which opening it would unfold in memory."""
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 99991}</v></c></row>' for n in range(count)
    )
    parts = b.changed(b.ooxml_parts("xlsx"), {"xl/worksheets/sheet1.xml": b.sheet(cells)})
    return b.zipped(parts, level=1)


def _bomb_inside(pad: int) -> bytes:
    inner = b.ooxml("xlsx", 0, **{"docProps/a.xml": b"\0" * (30 << 20)})
    return b.ooxml("pptx", 0, **{"ppt/embeddings/a.xlsx": inner})


def _shared() -> bytes:
    """Two parts of the directory that unpack the same bytes."""
    names = (b"word/media/aaaa.bin", b"word/media/bbbb.bin")
    parts = {name.decode(): b.ballast(5_000) for name in names}
    content = bytearray(b.ooxml("docx", 0, **parts))
    first, second = (_directory_entry(content, name) for name in names)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)
