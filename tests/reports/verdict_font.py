"""Makes the font of the six verdict shapes: ``python -m tests.reports.verdict_font``.

Documents print hundreds of shapes; as text they cost nothing, and they are read, copied and
searched like text. Geometry as in ``crcaudit.core.verdicts``, in a box of 1,000 units.
"""

import sys
from io import BytesIO
from math import cos, pi, sin, tan
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from reports.builders.styles import SYMBOLS

TARGET = Path(__file__).resolve().parents[2] / "reports/static/reports/fonts/crc-verdicts-v1.ttf"
WIDTH, CENTRE, RADIUS = 760, (380, 330), 330
STEPS = 8
SPACE = 260


def arc(pen, radius, start, end, *, first=True):
    """Quadratic curves round the centre, from one angle to another."""
    x, y = CENTRE
    step = (end - start) / STEPS
    reach = radius / cos(step / 2)
    point = (round(x + radius * cos(start)), round(y + radius * sin(start)))
    (pen.moveTo if first else pen.lineTo)(point)
    for index in range(STEPS):
        middle, angle = start + step * (index + 0.5), start + step * (index + 1)
        pen.qCurveTo(
            (round(x + reach * cos(middle)), round(y + reach * sin(middle))),
            (round(x + radius * cos(angle)), round(y + radius * sin(angle))),
        )


def ring(pen, outer, inner):
    arc(pen, outer, 0, -2 * pi)
    pen.closePath()
    arc(pen, inner, 0, 2 * pi)
    pen.closePath()


def polygon(pen, points):
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def triangle(pen, half, base, top, *, inside=False):
    x = CENTRE[0]
    points = [(x - half, base), (x, top), (x + half, base)]
    polygon(pen, points[::-1] if inside else points)


def draw(kind):
    pen = TTGlyphPen(None)
    if kind == "ok":
        arc(pen, RADIUS, 0, -2 * pi)
        pen.closePath()
    elif kind == "part":
        ring(pen, RADIUS, RADIUS - 70)
        arc(pen, RADIUS - 40, pi / 2, -pi / 2)
        pen.closePath()
    elif kind == "minor":
        triangle(pen, 370, -10, 660)
        thick = 80
        slope = tan(pi / 4 + 0.13)
        triangle(pen, 370 - thick * (1 + slope), -10 + thick, 660 - thick * 2.35, inside=True)
    elif kind == "major":
        triangle(pen, 375, -15, 670)
    elif kind == "na":
        polygon(pen, [(60, 280), (60, 380), (700, 380), (700, 280)])
    elif kind == "none":
        for index in range(8):
            start = index * pi / 4
            arc(pen, RADIUS, start + pi / 7, start)
            arc(pen, RADIUS - 75, start, start + pi / 7, first=False)
            pen.closePath()
    return pen.glyph()


def build() -> bytes:
    """Bytes of the font; the same every time."""
    names = [".notdef", "space", *SYMBOLS]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    # A space beside a shape is set in the shape's font: it has one too.
    spaces = {0x20: "space", 0xA0: "space"}
    builder.setupCharacterMap(spaces | {ord(char): kind for kind, char in SYMBOLS.items()})
    empty = TTGlyphPen(None).glyph()
    glyphs = {".notdef": empty, "space": empty} | {kind: draw(kind) for kind in SYMBOLS}
    builder.setupGlyf(glyphs)
    widths = dict.fromkeys(names, WIDTH) | {"space": SPACE}
    lefts = {name: glyphs[name].xMin if glyphs[name].numberOfContours else 0 for name in names}
    builder.setupHorizontalMetrics({name: (widths[name], lefts[name]) for name in names})
    # Ascent and descent of Source Sans 3, so that a shape never changes the height of its line.
    builder.setupHorizontalHeader(ascent=1024, descent=-400)
    builder.setupOS2(sTypoAscender=1024, sTypoDescender=-400, usWinAscent=1024, usWinDescent=400)
    builder.setupNameTable(
        {
            "familyName": "CRC Verdicts",
            "styleName": "Regular",
            "uniqueFontIdentifier": "CRC Verdicts 1",
            "fullName": "CRC Verdicts",
            "psName": "CRCVerdicts",
            "version": "Version 1.000",
            "licenseDescription": "Apache-2.0, part of CRC Audit",
        }
    )
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    stream = BytesIO()
    builder.save(stream)
    return stream.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(build())
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes\n")
