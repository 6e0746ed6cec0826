"""Rows of the corpus that are not office packages: active content, lies, PDF, images, text."""

import io
import struct
import zlib

import pikepdf
from PIL import Image

from crcaudit.core.files import Preview, Refusal
from tests.core.files import builders as b

_HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 48 + b"PE\0\0" + b"\0" * 200
_GIF = b"GIF89a/*\0\0\0\0\0*/=1;alert(1)//"
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND" + "ARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def _after(start: bytes):
    return lambda pad: start + b.ballast(pad)


def _before(make, end: bytes):
    return lambda pad: make(pad) + end


def rows():
    yield from _unusual()
    yield from _active()
    yield from _lies()
    yield from _polyglots()
    yield from _texts()
    yield from _pdfs()
    yield from _broken()
    yield from _pixels()


def _unusual():
    """Valid files written in a less common way."""
    frame = b"\xff\xfb\x90\x64" + b"\0" * 413
    yield "odd-mp3-bare", "mp3", _after(frame), None, None
    mailbox = b"From a@example.org Mon Mar  2 08:00:00 2026\n"
    yield "odd-mailbox", "eml", lambda pad: mailbox + b.mail(pad), None, None
    yield "odd-jpg-filler", "jpg", lambda pad: _filled(b.jpg(pad)), None, Preview.IMAGE
    flat = b.picture("WEBP", lossless=True)
    yield "odd-webp-flat", "webp", lambda pad: flat, None, Preview.IMAGE


def _filled(content: bytes) -> bytes:
    """A picture with a filler byte before its second marker, as the format allows."""
    return content[:2] + b"\xff" + content[2:]


def _active():
    contents = {
        "html": _HTML, "htm": _HTML, "svg": _SVG, "xhtml": _HTML, "xml": b"<?xml a?><a/>",
        "mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "js": b"alert(1)",
        "exe": _EXE, "zip": b.zipped([("a.txt", b"a")]), "gif": _GIF, "doc": b.compound(),
        "docm": b.ooxml("docx"), "xlsm": b.ooxml("xlsx"), "jar": b.zipped([("A.class", b"a")]),
        "bat": b"@echo off", "svgz": b"\x1f\x8b\x08", "7z": b"7z\xbc\xaf\x27\x1c",
    }  # fmt: skip
    for extension, content in contents.items():
        yield f"type-{extension}", extension, _after(content), Refusal.TYPE_NOT_ACCEPTED, None


def _lies():
    lies = {
        "exe-pdf": ("pdf", _EXE), "html-pdf": ("pdf", _HTML),
        "html-then-pdf": ("pdf", _HTML + b.pdf()),
        "space-pdf": ("pdf", b" " + b.pdf()), "png-pdf": ("pdf", b.png()), "gif-png": ("png", _GIF),
        "gif-jpg": ("jpg", _GIF), "png-jpg": ("jpg", b.png()), "pdf-png": ("png", b.pdf()),
        "svg-png": ("png", _SVG), "fits-jpg": ("jpg", b"SIMPLE  =                    T"),
        "eps-jpg": ("jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n"), "bmp-png": ("png", b.picture("BMP")),
        "tiff-webp": ("webp", b"II*\0" + b"\0" * 40), "wav-webp": ("webp", b.wav()),
        "exe-csv": ("csv", _EXE), "pdf-txt": ("txt", b.pdf()), "docx-txt": ("txt", b.ooxml("docx")),
        "exe-mp3": ("mp3", _EXE), "exe-mp4": ("mp4", _EXE), "mov-mp4": ("mp4", b.mp4(0, b"qt  ")),
        "webp-wav": ("wav", b.webp()), "wav-ogg": ("ogg", b.wav()), "html-m4a": ("m4a", _HTML),
        "html-eml": ("eml", _HTML), "text-eml": ("eml", b"Bonjour, voici le suivi.\r\n"),
        "docx-msg": ("msg", b.ooxml("docx")), "html-docx": ("docx", _HTML),
        "doc-docx": ("docx", b.compound(0, "WordDocument")), "rtf-docx": ("docx", b"{\\rtf1 a}"),
        "noise-mp3": ("mp3", b"\xff\xff\xff\xff" * 40),
        "id3-mp3": ("mp3", b"ID3\x09" + b"\xff" * 9),
        "gif-txt": ("txt", _GIF.replace(b"\0", b" ")), "rtf-txt": ("txt", b"{\\rtf1\\ansi a}"),
    }  # fmt: skip
    for row_id, (extension, content) in lies.items():
        yield f"lie-{row_id}", extension, _after(content), Refusal.TYPE_MISMATCH, None


def _polyglots():
    """Valid files that are also something else: kept, never shown in a page."""
    archive = b.zipped([("a.txt", b"a")])
    yield "both-png-html", "png", _before(b.png, _HTML), None, None
    yield "both-jpg-html", "jpg", _before(b.jpg, _HTML), None, None
    yield "both-jpg-zip", "jpg", _before(b.jpg, archive), None, None
    yield "both-webp-tail", "webp", _before(b.webp, b"tail"), None, None
    yield "both-pdf-zip", "pdf", _before(b.pdf, archive), None, None
    yield "both-pdf-html", "pdf", lambda pad: _shifted_pdf(pad, _HTML), None, None


def _shifted_pdf(pad: int, comment: bytes) -> bytes:
    """A PDF with a page in a comment of its first lines, its table of objects put right."""
    plain = b.pdf(pad, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    line, _newline, rest = plain.partition(b"\n")
    shift = len(comment) + 2
    head, _xref, table = rest.rpartition(b"\nxref\n")
    entries, _trailer, tail = table.partition(b"trailer")
    lines = entries.split(b"\n")
    for at, row in enumerate(lines):
        if row.endswith(b" n "):
            lines[at] = b"%010d" % (int(row[:10]) + shift) + row[10:]
    start = int(tail.partition(b"startxref\n")[2].split()[0])
    tail = tail.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + shift))
    moved = b"\nxref\n" + b"\n".join(lines) + b"trailer" + tail
    return line + b"\n%" + comment + b"\n" + head + moved


def _texts():
    table, plain = Preview.TABLE, Preview.TEXT
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"):
        row_id = f"text-{encoding}"
        yield f"{row_id}-csv", "csv", lambda pad, e=encoding: b.text(pad, e), None, table
        yield f"{row_id}-txt", "txt", lambda pad, e=encoding: b.text(pad, e), None, plain
    formula = b'=cmd|"/c calc"!A0;+1;-1;@a\r\n'
    yield "text-formula", "csv", lambda pad: formula + b.text(pad), None, table
    inside = "objet;modèle <html><script>alert(1)</script>\r\n".encode()
    yield "text-html-inside", "csv", lambda pad: inside + b.text(pad), None, table
    vertical = "ligne\x0bcollée depuis Word\x0c\r\n".encode()
    yield "text-vertical-tab", "txt", lambda pad: vertical + b.text(pad), None, plain
    for row_id, start in {
        "html": _HTML, "spaced": b"\r\n \t" + _HTML, "mark": b"\xef\xbb\xbf" + _HTML, "svg": _SVG,
        "utf16": "<html><script>".encode("utf-16"), "comment": b"<!-- a --><p>",
        "xml": b"<?xml a?>",
        "script": b"<SCRIPT>alert(1)</SCRIPT>",
    }.items():  # fmt: skip
        yield f"text-starts-{row_id}", "txt", _after(start), Refusal.TYPE_MISMATCH, None
    zeros = b"a;b\0;c\r\n"
    yield "text-nul", "csv", lambda pad: zeros + b.text(pad), Refusal.TYPE_MISMATCH, None
    yield (
        "text-bytes",
        "txt",
        lambda pad: b"\x81\x8d\x01" + b.text(pad),
        Refusal.TYPE_MISMATCH,
        None,
    )
    yield "text-virus", "txt", lambda pad: EICAR + b.text(pad), Refusal.INFECTED, None
    yield "csv-virus", "csv", lambda pad: EICAR + b.text(pad), Refusal.INFECTED, None


def _script(document):
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _open_script(document):
    document.Root.OpenAction = _script(document)


def _open_script_apart(document):
    document.Root.OpenAction = document.make_indirect(_script(document))


def _named_script(document):
    tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), _script(document)]))
    document.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def _annotation(action):
    def edit(document):
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])

    return edit


def _attach(name: str):
    def edit(document):
        spec = pikepdf.AttachedFileSpec(document, b"content", filename=name)
        document.attachments[name] = spec

    return edit


def _apart_name(document):
    """An action whose kind stands in an object of its own."""
    kind = document.make_indirect(pikepdf.Name.JavaScript)
    document.Root.OpenAction = pikepdf.Dictionary(S=kind, JS=pikepdf.String("app.alert(1)"))


def _pdfs():
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    embedded = pikepdf.Dictionary(S=pikepdf.Name.GoToE, D=pikepdf.Array([0]))
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org"))
    actions = {
        "open-script": _open_script, "open-script-apart": _open_script_apart,
        "named-script": _named_script, "launch": _annotation(launch),
        "go-to-embedded": _annotation(embedded), "name-apart": _apart_name,
        "form-xfa": lambda d: d.Root.update(
            pikepdf.Dictionary(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("x")))
        ),
    }  # fmt: skip
    for row_id, edit in actions.items():
        for packed in (False, True):
            mode = pikepdf.ObjectStreamMode
            how = mode.generate if packed else mode.disable
            yield (
                f"pdf-{row_id}-{'packed' if packed else 'plain'}", "pdf",
                lambda pad, e=edit, how=how: b.pdf(pad, e, object_stream_mode=how),
                Refusal.PDF_ACTIONS, None,
            )  # fmt: skip
    yield "pdf-escaped-name", "pdf", _escaped, Refusal.PDF_ACTIONS, None
    yield (
        "pdf-exe-inside",
        "pdf",
        lambda p: b.pdf(p, _attach("a.exe")),
        Refusal.EMBEDDED_FILES,
        None,
    )
    yield (
        "pdf-doc-inside",
        "pdf",
        lambda p: b.pdf(p, _attach("a.docm")),
        Refusal.EMBEDDED_FILES,
        None,
    )
    yield "pdf-invoice-data", "pdf", lambda p: b.pdf(p, _attach("f.xml")), None, Preview.PDF
    yield "pdf-web-link", "pdf", lambda p: b.pdf(p, _annotation(link)), None, Preview.PDF
    both = pikepdf.Encryption(owner="o", user="u")
    yield "pdf-password", "pdf", lambda p: b.pdf(p, encryption=both), Refusal.PASSWORD, None
    rights = pikepdf.Encryption(owner="o", user="")
    yield "pdf-restricted", "pdf", lambda p: b.pdf(p, encryption=rights), Refusal.PASSWORD, None
    yield "pdf-bomb", "pdf", _pdf_bomb, Refusal.TOO_COMPLEX, None
    group = zlib.compress(b"9 0 << /A 1 >>")
    yield "pdf-group", "pdf", lambda p: _grouped_pdf(p, group), None, Preview.PDF
    yield "pdf-unread", "pdf", lambda p: _grouped_pdf(p, b"?" * 40), Refusal.DAMAGED, None


def _escaped(pad: int) -> bytes:
    """The kind of action with a letter written as a number, and a script shorter by as much."""
    plain = b.pdf(pad, _open_script, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.replace(b"app.alert", b"app.ale").replace(b"/JavaScript", b"/J#61vaScript")


def _pdf_bomb(pad: int) -> bytes:
    """A packed group of objects that unpacks to 40 MiB of spaces."""
    return _grouped_pdf(pad, zlib.compress(b"9 0 " + b" " * (40 << 20) + b"<< /A 1 >>", 1))


def _grouped_pdf(pad: int, packed: bytes) -> bytes:
    """A PDF whose object 9 is in a packed group, and whose object 7 is declared at offset 0."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Extra 9 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (pad, b.ballast(pad)),
    ]
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = struct.pack(">BIB", 0, 0, 0)
    table += b"".join(struct.pack(">BIB", 1, place, 0) for place in (*places, len(body)))
    table += struct.pack(">BIB", 1, 0, 0) + struct.pack(">BIB", 0, 0, 0)
    table += struct.pack(">BIB", 2, 4, 0)
    xref = (
        b"6 0 obj\n<< /Type /XRef /Size 10 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\n"
        b"endstream\nendobj\n" % (len(table), table)
    )
    return body + xref + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _broken():
    for extension in ("pdf", "png", "jpg", "webp"):
        make = b.GOOD[extension]
        yield (
            f"cut-{extension}", extension,
            lambda pad, make=make: make(pad)[: len(make(pad)) * 2 // 3], Refusal.DAMAGED, None,
        )  # fmt: skip
    yield "cut-jpg-end", "jpg", lambda pad: b.jpg(pad)[:-2], Refusal.DAMAGED, None
    yield (
        "cut-webp-kind",
        "webp",
        _after(b"RIFF\x20\0\0\0WEBPXXXX" + b"\0" * 40),
        Refusal.DAMAGED,
        None,
    )
    yield "cut-webp-head", "webp", lambda pad: b.webp()[:20], Refusal.DAMAGED, None
    yield "cut-png-end", "png", lambda pad: b.png(pad)[:-6], Refusal.DAMAGED, None
    yield "flipped-png", "png", _flipped_png, Refusal.DAMAGED, None
    yield "pdf-no-page", "pdf", _no_page, Refusal.DAMAGED, None
    yield "pdf-only-head", "pdf", _after(b"%PDF-1.7\n"), Refusal.DAMAGED, None
    vba = lambda pad: b.compound(pad, "__properties_version1.0", "_VBA_PROJECT")  # noqa: E731
    yield "msg-macros", "msg", vba, Refusal.MACROS, None
    for extension in ("docx", "xlsx"):
        locked = lambda pad: b.compound(pad, "EncryptionInfo", "EncryptedPackage")  # noqa: E731
        yield f"password-{extension}", extension, locked, Refusal.PASSWORD, None


def _flipped_png(pad: int) -> bytes:
    content = bytearray(b.png(pad))
    content[content.index(b"IDAT") + 8] ^= 0xFF
    return bytes(content)


def _no_page(pad: int) -> bytes:
    def edit(document):
        del document.pages[0]

    return b.pdf(pad, edit)


def _pixels():
    flood, frames = Refusal.TOO_MANY_PIXELS, Refusal.TOO_MANY_FRAMES
    yield "pixels-png", "png", lambda pad: b.png(pad, (50_000, 50_000)), flood, None
    yield "pixels-png-tall", "png", lambda pad: b.png(pad, (1, 60_000_000)), flood, None
    yield "pixels-png-51", "png", lambda pad: b.png(pad, (8_500, 6_000)), flood, None
    yield "pixels-none", "png", lambda pad: b.png(pad, (0, 30)), Refusal.DAMAGED, None
    yield "pixels-jpg", "jpg", lambda pad: _resized_jpg(pad, 65_000, 65_000), flood, None
    yield "pixels-webp", "webp", _wide_webp, flood, None
    animation = b.chunk(b"acTL", struct.pack(">2I", 10_000, 0))
    yield "frames-png", "png", lambda pad: b.png(pad, extra=animation), frames, None
    yield "place-jpg", "jpg", located_jpg, None, Preview.IMAGE


def _resized_jpg(pad: int, width: int, height: int) -> bytes:
    content = bytearray(b.jpg(pad))
    at = content.rindex(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">2H", height, width)
    return bytes(content)


def _wide_webp(pad: int) -> bytes:
    content = bytearray(b.webp(max(pad, 2)))
    content[24:30] = b"\xfe\x3f\0\xfe\x3f\0"
    return bytes(content)


def located_jpg(pad: int) -> bytes:
    """A photograph that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "CRC-CANARY"
    exif.get_ifd(0x8825)[1] = "N"
    return b.jpg(pad, exif=exif)


def single_rows():
    target = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (number, 0, 0)) for number in range(120)]
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    many = target.getvalue()
    yield "frames-webp", "webp", lambda pad: many, Refusal.TOO_MANY_FRAMES, None
