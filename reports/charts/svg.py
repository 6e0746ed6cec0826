"""The few SVG pieces that all charts are made of. Every text is escaped here, once.

Colours and fonts are SVG attributes: the pages' content security policy blocks ``style``. The
palette is the light scheme of ``tokens.css``, as documents use it.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe

INK, INK_2, INK_3 = "#16243b", "#4a5a73", "#5b6a82"
LINE, TRACK, PAPER = "#dde3ec", "#eef1f6", "#ffffff"
ACCENT, THRESHOLD = "#1f4fa3", "#1b7a4b"

# Quoted, since a bare name may not end in a digit.
FONT = "'Source Sans 3','Noto Sans Hebrew','Noto Sans Arabic','Noto Emoji',sans-serif"
SIZE = 12.0
# Advances of Source Sans 3 in ems, rounded up: charts are laid out without a font engine.
_ADVANCES = dict.fromkeys("ijlI.,:;'\u2019|! ", 0.28) | dict.fromkeys("frt()-/", 0.37)
_ADVANCES |= dict.fromkeys("mwMW@%…—", 0.95)
_LOWER, _UPPER, _WIDE = 0.52, 0.66, 1.0

_UNPRINTABLE = (*range(32), *range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
_CONTROLS = dict.fromkeys(_UNPRINTABLE, "\ufffd") | dict.fromkeys((9, 10, 11, 12, 13), " ")


def clean(text: str) -> str:
    """One line of text that XML can hold: line breaks become spaces, controls U+FFFD."""
    return text.translate(_CONTROLS)


def n(value: float) -> str:
    """A coordinate, at most two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def document(
    width: float, height: float, *, title: str, desc: str, parts: Iterable[str]
) -> SafeString:
    """A whole chart. ``title`` names it, ``desc`` says its figures in words, in full."""
    return mark_safe(  # noqa: S308 - every part is made by this module's functions
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(width)} {n(height)}"'
        f' width="{n(width)}" height="{n(height)}" role="img" font-family="{FONT}"'
        f' font-size="{n(SIZE)}" fill="{INK}"><title>{escape(clean(title))}</title>'
        f"<desc>{escape(clean(desc))}</desc>{''.join(parts)}</svg>"
    )


def data_uri(svg: str) -> str:
    """The same chart as the address of an ``<img>``: what documents use."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def text(  # noqa: PLR0913 - the attributes of one element
    x: float,
    y: float,
    content: str,
    *,
    size: float = SIZE,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
) -> str:
    """One line of text on its baseline; ``anchor`` start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" text-anchor="{anchor}"'
        f' fill="{fill}"{weight}>{escape(clean(content))}</text>'
    )


def label(  # noqa: PLR0913 - the attributes of one element
    x: float, y: float, content: str, *, width: float, size: float = SIZE, bold: bool = False
) -> str:
    """A text of at most two lines in ``width``, centred on ``y``; the rest is in its tooltip."""
    lines = wrap(content, width=width, size=size, lines=2)
    top = y + size * 0.35 - (len(lines) - 1) * size * 0.58
    drawn = "".join(
        text(x, top + index * size * 1.16, line, size=size, bold=bold)
        for index, line in enumerate(lines)
    )
    return f"<g><title>{escape(clean(content))}</title>{drawn}</g>"


def wrap(content: str, *, width: float, size: float, lines: int) -> list[str]:
    """Lines of at most ``width``, by estimate. The last one ends with … when text is left over."""
    room = width / size
    rows: list[str] = []
    for word in _pieces(clean(content), room):
        if rows and _advance(f"{rows[-1]} {word}") <= room:
            rows[-1] = f"{rows[-1]} {word}"
        else:
            rows.append(word)
    if len(rows) > lines:
        last = rows[lines - 1]
        while last and _advance(f"{last}…") > room:
            last = last[:-1]
        rows = [*rows[: lines - 1], f"{last.rstrip()}…"]
    return rows


def _pieces(content: str, room: float) -> Iterator[str]:
    """The words, those wider than a line cut into pieces."""
    for word in content.split():
        start, used = 0, 0.0
        for index, char in enumerate(word):
            used += _advance(char)
            if used > room and index > start:
                yield word[start:index]
                start, used = index, _advance(char)
        yield word[start:]


def _advance(content: str) -> float:
    return sum(_ADVANCES.get(char) or _guess(char) for char in content)


def _guess(char: str) -> float:
    if east_asian_width(char) in {"W", "F"}:
        return _WIDE
    return _UPPER if char.isupper() else _LOWER


def rect(  # noqa: PLR0913 - the attributes of one element
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    *,
    radius: float = 0,
    stroke: str = "",
) -> str:
    """A filled rectangle, rounded by ``radius``, with a hairline border when ``stroke``."""
    rounded = f' rx="{n(radius)}"' if radius else ""
    border = f' stroke="{stroke}"' if stroke else ""
    return (
        f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}"'
        f' fill="{fill}"{rounded}{border}/>'
    )


def line(  # noqa: PLR0913 - the attributes of one element
    x1: float, y1: float, x2: float, y2: float, stroke: str, *, width: float = 1, dash: str = ""
) -> str:
    """A straight line; ``dash`` as in ``stroke-dasharray``."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"'
        f' stroke="{stroke}" stroke-width="{n(width)}"{dashes}/>'
    )


def mark(  # noqa: PLR0913 - the attributes of one element
    x1: float, y1: float, x2: float, y2: float, stroke: str, *, dash: str = ""
) -> str:
    """A tick that stays visible across a bar of any colour: it has a white border."""
    return line(x1, y1, x2, y2, PAPER, width=4) + line(x1, y1, x2, y2, stroke, width=2, dash=dash)


def polyline(
    points: Iterable[tuple[float, float]],
    stroke: str,
    *,
    width: float = 2,
    dash: str = "",
    fill: str = "none",
) -> str:
    """A line through points; with a ``fill`` the shape is closed and lightly tinted."""
    tag = "polyline" if fill == "none" else "polygon"
    tint = ' fill-opacity="0.12"' if fill != "none" else ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    places = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    return (
        f'<{tag} points="{places}" fill="{fill}"{tint} stroke="{stroke}"'
        f' stroke-width="{n(width)}" stroke-linejoin="round"{dashes}/>'
    )


def dot(x: float, y: float, radius: float, fill: str) -> str:
    """A disc."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{fill}"/>'
