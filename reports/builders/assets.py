"""The fixed table of files that a document may use: our own style sheet and fonts."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "static" / "reports"

STYLE_SHEET, BASE_SHEET = "print.css", "base.css"
MEDIA_TYPES = {".css": "text/css", ".ttf": "font/ttf", ".woff2": "font/woff2"}

# name in ``asset:`` addresses -> file under static/reports
ASSETS = {
    STYLE_SHEET: "print.css",
    BASE_SHEET: "base.css",
    "sans-regular": "fonts/source-sans-3-v3.052-regular.ttf",
    "sans-semibold": "fonts/source-sans-3-v3.052-semibold.ttf",
    "serif-semibold": "fonts/source-serif-4-v4.005-semibold.ttf",
    "verdicts": "fonts/crc-verdicts-v1.ttf",
    "arabic": "fonts/noto-sans-arabic-v2.012.woff2",
    "hebrew": "fonts/noto-sans-hebrew-v3.001.woff2",
    "emoji": "fonts/noto-emoji-v3.006.woff2",
}

# (family, weight, asset) always embedded
FACES = (
    ("Source Sans 3", 400, "sans-regular"),
    ("Source Sans 3", 600, "sans-semibold"),
    ("Source Serif 4", 600, "serif-semibold"),
    ("CRC Verdicts", 400, "verdicts"),
)

# (family, asset, ranges of code points): loaded only by a document that has such a character
SCRIPTS = (
    ("Noto Sans Hebrew", "hebrew", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    (
        "Noto Sans Arabic",
        "arabic",
        ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)),
    ),
    (
        "Noto Emoji",
        "emoji",
        ((0x231A, 0x23FF), (0x25FB, 0x27BF), (0x2B05, 0x2B55), (0x1F000, 0x1FAFF)),
    ),
)


@cache
def content(name: str) -> bytes:
    """Bytes of one asset.

    Raises:
        KeyError: the name is not in the table.
    """
    return (_FOLDER / ASSETS[name]).read_bytes()


def media_type(name: str) -> str:
    """Media type of one asset, from the file's ending."""
    return MEDIA_TYPES[Path(ASSETS[name]).suffix]


def font_css(text: str) -> str:
    """``@font-face`` rules that a document with this text needs, families in order of use."""
    # Figures of one width are asked of the font, once, not of every text.
    rules = [
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("asset:{name}");'
        f'font-feature-settings:"tnum" 1}}'
        for family, weight, name in FACES
    ]
    families = ['"Source Sans 3"']
    for family, name, ranges in SCRIPTS:
        if _has_any(text, ranges):
            rules.append(f'@font-face{{font-family:"{family}";src:url("asset:{name}")}}')
            families.append(f'"{family}"')
    return "".join(rules) + f"html{{font-family:{','.join(families)},sans-serif}}"


def _has_any(text: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    # One pass in C per range would be slower than a set: documents use about 120 characters.
    return any(low <= ord(char) <= high for char in set(text) for low, high in ranges)
