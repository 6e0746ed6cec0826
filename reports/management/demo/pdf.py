"""A one-page PDF 1.4 with the fonts that every reader has: for small files, without WeasyPrint."""

import textwrap
from collections.abc import Iterator, Sequence

from reports.management.demo.library import Row

_LEFT, _TOP, _WIDTH = 56, 780, 483  # points, on an A4 page of 595 x 842
_CHARACTERS = 92  # of 10 points Helvetica on one line


def make_pdf(
    *,
    title: str,
    subtitle: str,
    paragraphs: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Row],
) -> bytes:
    """One page: title, line under it, sentences, table. What does not fit is cut off."""
    lines = [
        *_line("F2", 17, _LEFT, _TOP, title),
        *_line("F1", 10, _LEFT, _TOP - 20, subtitle),
    ]
    y = _TOP - 56
    for sentence in paragraphs:
        for text in textwrap.wrap(sentence, _CHARACTERS):
            lines += _line("F1", 10, _LEFT, y, text)
            y -= 15
        y -= 6
    lines += _table(y - 10, columns, rows)
    return _document(title, b"\n".join(lines))


def _table(y: int, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[bytes]:
    if not columns:
        return
    step = _WIDTH // (len(columns) + 1)  # the first column is twice as wide
    starts = [_LEFT, *(_LEFT + step * (n + 1) for n in range(1, len(columns)))]
    for number, row in enumerate((columns, *rows)):
        for x, cell in zip(starts, row, strict=True):
            yield from _line("F1" if number else "F2", 9, x, y, str(cell))
        yield f"0.8 0.8 0.85 RG {_LEFT} {y - 6} m {_LEFT + _WIDTH} {y - 6} l S".encode()
        y -= 20


def _line(font: str, size: int, x: int, y: int, text: str) -> Iterator[bytes]:
    yield f"BT /{font} {size} Tf {x} {y} Td ".encode() + _string(text) + b" Tj ET"


def _string(text: str) -> bytes:
    """Text as WinAnsi, the encoding that the two fonts are declared with."""
    plain = text.replace("\u202f", "\xa0")
    escaped = plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode("cp1252") + b")"


def _document(title: str, page: bytes) -> bytes:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 8 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        b"<< /Title " + _string(title) + b" >>",
        b"<< /Font << /F1 5 0 R /F2 6 0 R >> >>",
    ]
    output = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        output += b"%010d 00000 n \n" % offset
    output += b"trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\n" % (len(objects) + 1)
    output += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(output)
