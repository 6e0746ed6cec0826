"""Numbers as people write them, in French (1 234,5) and in English (1,234.5)."""

import re
from decimal import Decimal

COMMA, POINT = ",", "."
MOST_DIGITS = 18
_SPACE = "[ \u00a0\u202f]"
_NUMBERS = {
    COMMA: re.compile(rf"-?(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+|\d+)(?:,\d+)?"),
    POINT: re.compile(rf"-?(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?"),
}


def number_from(text: str, decimal: str) -> Decimal | None:
    """The number in a cell whose decimals follow ``decimal``; None when it is none.

    At most `MOST_DIGITS` digits. Thousands may be grouped, by spaces or by the other sign.
    """
    clean = text.strip().replace("\u2212", "-")
    if len(clean) > 3 * MOST_DIGITS or not _NUMBERS[decimal].fullmatch(clean):
        return None
    if sum(character.isdigit() for character in clean) > MOST_DIGITS:
        return None
    other = POINT if decimal == COMMA else COMMA
    plain = re.sub(_SPACE, "", clean).replace(other, "").replace(decimal, ".")
    return Decimal(plain)


def plain(value: Decimal) -> str:
    """A number written out: "12.5", "300", never "3E+2" or "-0"."""
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text


def decimal_of(cells: list[str], *, fallback: str) -> str:
    """The decimal sign of a column of numbers: the one by which more of its cells can be read.

    A cell that both read differently, such as "1,234", decides nothing alone; then the fallback.
    """
    scores = {sign: sum(number_from(cell, sign) is not None for cell in cells) for sign in _NUMBERS}
    if scores[COMMA] == scores[POINT]:
        return fallback
    return max(scores, key=lambda sign: scores[sign])
