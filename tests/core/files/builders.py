"""Small valid files of every accepted type, made in memory, with as much padding as asked for.

``pad`` is a number of bytes of ballast that does not pack, put where the format allows it.
"""

import io
import random
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{_OOXML}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_OOXML}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{_OOXML}presentationml.presentation.main+xml"),
}
_HOUR = (2026, 3, 2, 8, 0, 0)
_ODF = "application/vnd.oasis.opendocument."
ODF_TYPES = {"odt": f"{_ODF}text", "ods": f"{_ODF}spreadsheet", "odp": f"{_ODF}presentation"}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def ballast(pad: int) -> bytes:
    return random.Random(pad).randbytes(pad)


def zipped(parts, *, level: int = 6) -> bytes:
    """A package of (name or ZipInfo, bytes) pairs, in order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, content in parts:
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            # A fixed hour, so that the same parts make the same bytes.
            entry = zipfile.ZipInfo(name, _HOUR) if isinstance(name, str) else name
            package.writestr(entry, content, how)
    return target.getvalue()


def content_types(extension: str, *more: str, main: str | None = None) -> bytes:
    part, kind = MAIN[extension]
    overrides = f'<Override PartName="/{part}" ContentType="{main or kind}"/>' + "".join(
        f'<Override PartName="/more/{number}.xml" ContentType="{kind}"/>'
        for number, kind in enumerate(more)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_TYPES_NS}">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def rels(*relations: tuple[str, str, str]) -> bytes:
    """A part of relations (type's last word, target, mode)."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE_RELS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(relations)
    )
    return f'<Relationships xmlns="{_RELS_NS}">{rows}</Relationships>'.encode()


def paragraph(inner: str = "<w:r><w:t>Bonjour</w:t></w:r>") -> bytes:
    return f'<w:document xmlns:w="{WORD}"><w:body><w:p>{inner}</w:p></w:body></w:document>'.encode()


def sheet(rows: str = '<row r="1"><c r="A1"><v>85.4</v></c></row>', before: str = "") -> bytes:
    return f'<worksheet xmlns="{SHEET}">{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def ooxml_parts(extension: str, pad: int = 0):
    """Parts of a minimal package, as a dict in the right order."""
    main = MAIN[extension][0]
    body = {"docx": paragraph(), "pptx": b"<p:presentation xmlns:p='p'/>"}.get(extension)
    workbook = (
        f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE_RELS}"><sheets>'
        '<sheet name="Synthese" sheetId="1" r:id="r0"/></sheets></workbook>'
    ).encode()
    parts = {
        CONTENT_TYPES: content_types(extension),
        "_rels/.rels": rels(("officeDocument", main, "")),
        main: body or workbook,
    }
    if extension == "xlsx":
        parts["xl/_rels/workbook.xml.rels"] = rels(("worksheet", "worksheets/sheet1.xml", ""))
        parts["xl/worksheets/sheet1.xml"] = sheet()
    if pad:
        parts["docProps/ballast.bin"] = b"\1" + ballast(pad)
    return parts


def ooxml(extension: str, pad: int = 0, **changes: bytes | None) -> bytes:
    """A package whose parts are replaced, added or (None) left out by name."""
    return zipped(changed(ooxml_parts(extension, pad), changes))


def changed(parts, changes):
    merged = {**parts, **changes}
    return [(name, content) for name, content in merged.items() if content is not None]


def odf_parts(extension: str, pad: int = 0):
    kind = ODF_TYPES[extension]
    parts = {
        "mimetype": kind.encode(),
        "content.xml": b"<office:document-content xmlns:office='o'/>",
        "META-INF/manifest.xml": (
            "<manifest:manifest xmlns:manifest='m'>"
            f"<manifest:file-entry manifest:media-type='{kind}' manifest:full-path='/'/>"
            "</manifest:manifest>"
        ).encode(),
    }
    if pad:
        parts["Thumbnails/ballast.bin"] = b"\1" + ballast(pad)
    return parts


def odf(extension: str, pad: int = 0, **changes: bytes | None) -> bytes:
    return zipped(changed(odf_parts(extension, pad), changes))


def pdf(pad: int = 0, edit=None, **options) -> bytes:
    """One blank page; ``edit`` gets the document before it is written."""
    with pikepdf.new() as document:
        document.add_blank_page()
        if pad:
            stream = pikepdf.Stream(document, ballast(pad))
            document.Root["/CrcBallast"] = document.make_indirect(stream)
        if edit is not None:
            edit(document)
        target = io.BytesIO()
        # The same bytes each time, which a password makes impossible.
        document.save(target, deterministic_id="encryption" not in options, **options)
        return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = b"\x89PNG\r\n\x1a\n"


def png(pad: int = 0, size: tuple[int, int] = (40, 30), extra: bytes = b"") -> bytes:
    """A grey picture; ``size`` may lie about what follows."""
    rows = b"".join(b"\0" + b"\x80" * 40 for _row in range(30))
    header = chunk(b"IHDR", struct.pack(">2I5B", *size, 8, 0, 0, 0, 0))
    filler = chunk(b"crCb", ballast(pad)) if pad else b""
    return PNG + header + extra + filler + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(kind: str, size: tuple[int, int] = (40, 30), **options) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(target, kind, **options)
    return target.getvalue()


def jpg(pad: int = 0, **options) -> bytes:
    plain = picture("JPEG", **options)
    noise = ballast(pad)
    pieces = (noise[at : at + 60_000] for at in range(0, pad, 60_000))
    filler = b"".join(b"\xff\xe9" + struct.pack(">H", len(p) + 2) + p for p in pieces)
    return plain[:2] + filler + plain[2:]


def webp(pad: int = 0, **options) -> bytes:
    plain = picture("WEBP", **options)
    if not pad:
        return plain
    # An extended file: canvas first, then the picture, then an unknown chunk.
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\0" * 4 + b"\x27\0\0" + b"\x1d\0\0"
    noise = ballast(pad + pad % 2)
    body = b"WEBP" + canvas + plain[12:] + b"crcb" + struct.pack("<I", len(noise)) + noise
    return b"RIFF" + struct.pack("<I", len(body)) + body


def text(pad: int = 0, encoding: str = "utf-8") -> bytes:
    line = "2026-03-02;Réclamations traitées à l\u2019échéance;85,4 %\r\n"
    return (line * (1 + pad // len(line))).encode(encoding, "replace")


def mail(pad: int = 0) -> bytes:
    head = (
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Suivi\r\nMIME-Version: 1.0\r\n\r\n"
    )
    return head + text(pad)


def compound(pad: int = 0, *streams: str) -> bytes:
    """What looks like an Outlook or older Office file holding streams of these names."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + ballast(pad) + names + b"\0" * 512


def mp3(pad: int = 0) -> bytes:
    return b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + b"\xff\xfb\x90\x64" + b"\0" * 413 + ballast(pad)


def wav(pad: int = 0) -> bytes:
    data = ballast(pad + pad % 2 + 2)
    shape = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    body = b"WAVEfmt " + shape + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def ogg(pad: int = 0) -> bytes:
    head = b"OggS\0\x02" + b"\0" * 20 + b"\x01\x1e\x01vorbis\0\0\0\0\x01\x44\xac\0\0"
    return head + b"\0" * 20 + ballast(pad)


def mp4(pad: int = 0, brand: bytes = b"isom") -> bytes:
    box = struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0" + b"isommp42"
    return box + struct.pack(">I", 8 + pad) + b"mdat" + ballast(pad)


GOOD = {
    "pdf": pdf,
    "docx": lambda pad=0: ooxml("docx", pad),
    "xlsx": lambda pad=0: ooxml("xlsx", pad),
    "pptx": lambda pad=0: ooxml("pptx", pad),
    "odt": lambda pad=0: odf("odt", pad),
    "ods": lambda pad=0: odf("ods", pad),
    "odp": lambda pad=0: odf("odp", pad),
    "csv": text,
    "txt": text,
    "png": png,
    "jpg": jpg,
    "jpeg": jpg,
    "webp": webp,
    "eml": mail,
    "msg": lambda pad=0: compound(pad, "__properties_version1.0"),
    "mp3": mp3,
    "wav": wav,
    "ogg": ogg,
    "m4a": lambda pad=0: mp4(pad, b"M4A "),
    "mp4": mp4,
}
